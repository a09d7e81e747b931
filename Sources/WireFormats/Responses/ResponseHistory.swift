package import SwarmCore

/// The latest responses, for those who continue them, ask for them again or delete them.
///
/// Bounded by count and by bytes of text; what was used longest ago goes first. It is gone when the server stops.
package struct ResponseHistory: Sendable {
    private struct Entry {
        var conversation: [Message]
        var response: JSON
        var bytes: Int
        var lastUse: Int
    }

    private let capacity: Int
    private let byteLimit: Int
    private var entries: [String: Entry] = [:]
    private var uses = 0

    /// Bytes of text it holds: of the conversations and of the response objects.
    package private(set) var bytes = 0

    /// An empty history of at most so many responses, and so many bytes of text, 16 MiB by default.
    package init(capacity: Int = 256, byteLimit: Int = 16 << 20) {
        self.capacity = capacity
        self.byteLimit = byteLimit
    }

    /// How many responses it holds.
    package var count: Int { entries.count }

    /// Keeps a response together with the turns it answered, those before `instructions` were put in front of them.
    ///
    /// One that is larger than the limit by itself is not kept.
    package mutating func keep(_ outcome: ResponsesOutcome, after conversation: [Message]) {
        _ = remove(outcome.id)
        let conversation = conversation + (outcome.message.saysSomething ? [outcome.message] : [])
        let size = outcome.response.utf8.count + conversation.reduce(0) { $0 + $1.bytes }
        guard size <= byteLimit, capacity > 0 else { return }
        while entries.count >= capacity || bytes + size > byteLimit,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            _ = remove(oldest.key)
        }
        uses += 1
        bytes += size
        entries[outcome.id] = Entry(
            conversation: conversation,
            response: outcome.response,
            bytes: size,
            lastUse: uses
        )
    }

    /// The whole conversation up to and including a response.
    package mutating func conversation(_ id: String) -> [Message]? { use(id)?.conversation }

    /// A response object.
    package mutating func response(_ id: String) -> JSON? { use(id)?.response }

    /// An item of the output of any response that is kept, by the item's own id.
    package mutating func item(_ id: String) -> JSON? {
        for (key, entry) in entries {
            if let item = entry.response["output"]?.arrayValue?.first(where: { $0["id"]?.stringValue == id }) {
                _ = use(key)
                return item
            }
        }
        return nil
    }

    /// Forgets a response and gives the reply to its deletion; `nil` when it is not known.
    package mutating func remove(_ id: String) -> JSON? {
        guard let entry = entries.removeValue(forKey: id) else { return nil }
        bytes -= entry.bytes
        return ["id": .string(id), "object": "response", "deleted": true]
    }

    private mutating func use(_ id: String) -> Entry? {
        uses += 1
        entries[id]?.lastUse = uses
        return entries[id]
    }
}

extension Message {
    fileprivate var bytes: Int {
        content.utf8.count + (reasoning?.utf8.count ?? 0)
            + toolCalls.reduce(0) { $0 + $1.name.utf8.count + $1.arguments.utf8.count }
    }
}
