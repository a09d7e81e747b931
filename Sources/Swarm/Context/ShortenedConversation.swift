import SwarmCore

/// What can be left out of a conversation, oldest first, and the conversation without it.
struct ShortenedConversation {
    private let messages: [Message]
    private let count: (String) -> Int
    /// Where the system messages at the start end.
    private let start: Int
    /// Messages with results that a note can stand for, oldest first.
    private let oldResults: [Int]
    /// What a note in place of each of them saves, in tokens.
    let savings: [Int]

    /// - Parameter count: tokens of a text.
    init(_ messages: [Message], count: @escaping (String) -> Int) {
        self.messages = messages
        self.count = count
        start = messages.firstIndex { $0.role != .system } ?? messages.count
        // What the model asked for last it has not answered to yet.
        let lastCalls = messages.lastIndex { !$0.toolCalls.isEmpty } ?? 0
        let note = count(ContextNotes.toolResult)
        let results = messages.indices.prefix(lastCalls).filter { messages[$0].role == .tool }
            .map { (place: $0, saving: count(messages[$0].content) - note) }
            .filter { $0.saving > 0 }
        oldResults = results.map(\.place)
        savings = results.map(\.saving)
    }

    /// Tokens of the system messages at the start.
    var systemTokens: Int { messages[..<start].reduce(0) { $0 + count($1.content) } }

    /// The conversation with a note in place of its oldest results.
    func replacing(results: Int) -> [Message] {
        var messages = messages
        for place in oldResults.prefix(results) { messages[place].content = ContextNotes.toolResult }
        return messages
    }

    /// Results among the first `count` replaced ones that stand after a place.
    func replaced(of count: Int, from place: Int) -> Int { oldResults.prefix(count).count { $0 >= place } }

    /// Where the conversation may begin after its system messages, oldest first: each cuts more than the one before.
    ///
    /// That is at a message of the user, since templates want one there, up to the last one. A place between a call and
    /// its result is none, whoever spoke in between.
    var cuts: [Int] {
        guard let last = messages.lastIndex(where: { $0.role == .user }), last > start else { return [] }
        let owners = owners
        var cuts: [Int] = []
        var earliest = messages.count
        for place in messages.indices.reversed() {
            earliest = min(earliest, owners[place])
            if place > start, place <= last, messages[place].role == .user, earliest >= place { cuts.append(place) }
        }
        return cuts.reversed()
    }

    /// What each cut leaves out beyond the one before, in tokens, when all old results are notes already.
    ///
    /// The template's own words around a message are not counted, nor is reasoning, which many templates leave out of
    /// what is past.
    func sizes(of cuts: [Int]) -> [Int] {
        let messages = replacing(results: oldResults.count)
        return zip([start] + cuts, cuts).map { from, to in messages[from..<to].reduce(0) { $0 + size(of: $1) } }
    }

    /// The conversation from a place on, with the system messages before it and a note where the rest was.
    func beginning(at place: Int, replacing results: Int) -> [Message] {
        let messages = replacing(results: results)
        var kept = Array(messages[place...])
        // In a message of its own the note would be two turns of the user in a row, which some templates refuse.
        if let first = kept.first { kept[0].content = ContextNotes.turns + "\n\n" + first.content }
        return messages[..<start] + kept
    }

    /// Messages that are left out by a cut.
    func dropped(at place: Int) -> Int { place - start }

    private func size(of message: Message) -> Int {
        message.toolCalls.reduce(count(message.content)) { $0 + count($1.name) + count($1.arguments) }
    }

    /// For each message the first place that must stay with it: for a result that of the call it answers, else its own.
    private var owners: [Int] {
        var calls: [String: Int] = [:]
        var latest: Int?
        return messages.indices.map { place in
            let message = messages[place]
            if !message.toolCalls.isEmpty {
                latest = place
                for call in message.toolCalls { calls[call.id] = place }
            }
            guard message.role == .tool else { return place }
            // A result without a call anywhere belongs to nobody.
            return (message.toolCallID.map { calls[$0] } ?? latest) ?? place
        }
    }
}
