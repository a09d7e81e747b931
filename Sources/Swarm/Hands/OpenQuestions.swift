import SwarmCore

/// Work of a model that waits for the answer of a person.
struct OpenQuestion: Sendable {
    /// As it stands: what it waits for is the next thing it is told.
    var loop: ToolLoop
    /// What the person answered.
    var said: String
}

/// What a person said to the question whether a call may be carried out.
enum PersonsAnswer: Sendable, Equatable {
    case allow
    case deny
    case words(String)

    /// Only the word itself allows something; all else does not, and is passed on to the model.
    init(_ text: String) {
        let word = text.trimmed.drop { $0 == "\"" }.prefix { $0.isLetter }.lowercased()
        let isWord = text.trimmed.count <= word.count + 2
        self =
            switch word {
            case "allow" where isWord, "yes" where isWord: .allow
            case "deny" where isWord, "no" where isWord: .deny
            default: .words(text)
            }
    }
}

/// The latest questions that wait for a person, each until it is answered once.
///
/// Clients send conversations as text: an open question is found by the mark at the end of it, a name that is drawn.
final class OpenQuestions: Sendable {
    /// How many wait; the oldest are forgotten, and an answer to one is then an ordinary message.
    static let limit = 64
    /// Bytes of all conversations that wait, beside the latest.
    static let mostBytes = 32 << 20

    private struct State {
        var loops: [String: ToolLoop] = [:]
        var order: [String] = []
        var bytes = 0

        mutating func remove(_ name: String) -> ToolLoop? {
            order.removeAll { $0 == name }
            guard let loop = loops.removeValue(forKey: name) else { return nil }
            bytes -= loop.bytes
            return loop
        }
    }

    private let state = Locked(State())

    /// Keeps what waits.
    /// - Returns: the mark that the question is to end with.
    func keep(_ loop: ToolLoop) -> String {
        let name = RandomName.letters(12)
        state.withLock { state in
            state.loops[name] = loop
            state.order.append(name)
            state.bytes += loop.bytes
            while let oldest = state.order.first, oldest != name,
                state.order.count > Self.limit || state.bytes > Self.mostBytes
            {
                _ = state.remove(oldest)
            }
        }
        return Self.opening + name + "]"
    }

    /// What a conversation answers; `nil` when its end is no answer to an open question.
    func take(_ messages: [Message]) -> OpenQuestion? {
        guard let last = messages.last, last.role == .user,
            let asked = messages.dropLast().last, asked.role == .assistant,
            let name = Self.name(at: asked.content)
        else { return nil }
        let loop = state.withLock { $0.remove(name) }
        return loop.map { OpenQuestion(loop: $0, said: last.content) }
    }

    private static let opening = "[question "

    private static func name(at text: String) -> String? {
        let text = text.trimmed
        guard text.hasSuffix("]"), let mark = text.ranges(of: opening).last else { return nil }
        return String(text[mark.upperBound...].dropLast())
    }
}
