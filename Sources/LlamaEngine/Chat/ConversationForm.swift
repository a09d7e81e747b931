import SwarmCore

/// What clients send and templates may refuse: several system messages, turns in a row, an answer that was begun.
enum ConversationForm {
    /// The conversation without turns that say nothing, which break the alternation that some templates insist on.
    static func withoutEmptyTurns(_ messages: [Message]) -> [Message] {
        messages.filter { message in
            message.role != .assistant || !message.toolCalls.isEmpty || !message.content.isBlank
                || message.reasoning?.isBlank == false
        }
    }

    /// A form that more templates take: one system message at the start, and no two turns of one speaker in a row.
    ///
    /// The words and their order within each speaker's turns stay. Results of tools stand alone.
    static func plain(_ messages: [Message]) -> [Message] {
        var plain: [Message] = []
        let system = messages.filter { $0.role == .system }
        if var first = system.first {
            first.content = system.map(\.content).filter { !$0.isBlank }.joined(separator: "\n\n")
            plain.append(first)
        }
        for message in messages where message.role != .system {
            guard let last = plain.last, last.role == message.role, message.role != .tool else {
                plain.append(message)
                continue
            }
            plain[plain.count - 1] = joined(last, message)
        }
        return plain
    }

    private static func joined(_ first: Message, _ second: Message) -> Message {
        func join(_ a: String, _ b: String) -> String { a.isBlank ? b : b.isBlank ? a : a + "\n\n" + b }
        var joined = first
        joined.content = join(first.content, second.content)
        if let reasoning = second.reasoning { joined.reasoning = join(first.reasoning ?? "", reasoning) }
        joined.toolCalls += second.toolCalls
        return joined
    }

    /// A conversation without its last turn, and how the answer begins, where that turn is an answer to be continued.
    static func opening(of messages: [Message]) -> (before: [Message], text: String)? {
        guard let last = messages.last, last.role == .assistant, last.toolCalls.isEmpty, !last.content.isBlank else {
            return nil
        }
        return (Array(messages.dropLast()), last.content)
    }
}

extension String {
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
