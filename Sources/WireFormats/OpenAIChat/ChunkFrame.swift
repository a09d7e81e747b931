import SwarmCore

/// What all chunks of one stream have in common; it is rendered once.
struct ChunkFrame: Sendable {
    /// Everything of a chunk up to its choices.
    private let opening: [UInt8]

    init(_ identity: ChatIdentity, object: String) {
        let head = JSON.object(identity.opening(object: object)).utf8.dropLast()
        self.opening = Array("data: ".utf8) + head + Array(#","choices":["#.utf8)
    }

    /// Appends one chunk.
    /// - Parameter members: what stands behind the choices.
    /// - Parameter choices: appends the choices.
    func write(
        beside members: JSON.Object = JSON.Object(),
        to out: inout [UInt8],
        choices: (inout [UInt8]) -> Void = { _ in }
    ) {
        out.append(contentsOf: opening)
        choices(&out)
        out.append(UInt8(ascii: "]"))
        for member in members.members {
            out.append(UInt8(ascii: ","))
            JSON.write(string: member.key, to: &out)
            out.append(UInt8(ascii: ":"))
            member.value.write(to: &out)
        }
        out.append(contentsOf: "}\n\n".utf8)
    }
}

extension JSON {
    init(_ reason: FinishReason?) {
        self = reason.map { .string($0.rawValue) } ?? .null
    }
}

extension [UInt8] {
    /// Appends a member of an object; the key needs no escaping.
    mutating func append(key: StaticString, string: String) {
        append(contentsOf: "\"\(key)\":".utf8)
        JSON.write(string: string, to: &self)
    }
}
