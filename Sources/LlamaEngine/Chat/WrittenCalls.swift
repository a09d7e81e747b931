import Foundation
import SwarmCore

/// How the model itself wrote the turns in which it called tools, found again by the ids of their calls.
///
/// Clients send a call back parsed and serialised anew: without its blanks and escapes it is another text, and memory of the
/// conversation would end where it begins. Where a prompt holds the turn as the template writes it, the tokens that were
/// generated are put in its place: the meaning is the same, and they are in memory.
struct WrittenCalls: Sendable {
    /// One turn of the model.
    struct Turn: Sendable, Equatable {
        /// The turn as the template may write it, from the start of the assistant's turn to its end marker.
        var renderings: [String]
        /// How much of a rendering comes before the model's own words.
        var opening: String
        /// How much of it comes after.
        var end: String
        /// What the model generated.
        var tokens: [Int32]
    }

    /// Most turns that are remembered.
    static let capacity = 1024

    private var turns: [String: Turn] = [:]
    /// First calls of the turns, oldest first.
    private var order: [String] = []

    /// - Parameter id: of the turn's first call.
    mutating func remember(_ turn: Turn, id: String) {
        if turns.updateValue(turn, forKey: id) == nil { order.append(id) }
        while order.count > Self.capacity { turns[order.removeFirst()] = nil }
    }

    /// The remembered turns of a conversation, in its order.
    func turns(in messages: [Message]) -> [Turn] {
        messages.compactMap { message in message.toolCalls.first.flatMap { turns[$0.id] } }
    }
}

/// A rendered prompt in pieces: text to be tokenised, and tokens that the model generated.
enum PromptPiece: Sendable, Equatable {
    case text(Substring)
    case written([Int32])

    /// Cuts a prompt at the turns of which it is known how the model wrote them.
    ///
    /// A turn that is not found, since the client or the template changed it, is left as it is.
    static func pieces(of prompt: String, turns: [WrittenCalls.Turn]) -> [PromptPiece] {
        // In bytes: a marker's first character may merge with what stands before it.
        var rest = prompt.utf8[...]
        var pieces: [PromptPiece] = []
        for turn in turns {
            guard let found = turn.renderings.lazy.compactMap({ rest.firstRange(of: $0.utf8) }).first else { continue }
            let words = rest.index(found.lowerBound, offsetBy: turn.opening.utf8.count)
            pieces.append(.text(Substring(rest[..<words])))
            pieces.append(.written(turn.tokens))
            rest = rest[rest.index(found.upperBound, offsetBy: -turn.end.utf8.count)...]
        }
        return pieces + [.text(Substring(rest))]
    }
}

extension Substring.UTF8View {
    /// Where some bytes, at least one, stand first; long prompts are looked through for every turn that has calls.
    fileprivate func firstRange(of bytes: String.UTF8View) -> Range<Index>? {
        guard let offset = Data(self).range(of: Data(bytes))?.lowerBound else { return nil }
        let start = index(startIndex, offsetBy: offset)
        return start..<index(start, offsetBy: bytes.count)
    }
}
