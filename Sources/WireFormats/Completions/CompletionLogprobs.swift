import SwarmCore

/// Collects the log-probabilities of one text in OpenAI's older form: four lists over its tokens.
struct CompletionLogprobs: Sendable {
    private struct Entry {
        var score: TokenScore
        /// Unicode scalars of the text before the token.
        var offset: Int
    }

    /// Those that were not taken yet.
    private var entries: [Entry] = []
    /// Unicode scalars of the text so far.
    private var length = 0

    /// Starts with a prompt that is repeated.
    init(echoing text: String, _ scores: [TokenScore]) {
        let end = text.unicodeScalars.count
        let excess = scores.reduce(0) { $0 + $1.scalars } - end
        // A marker for the start of a prompt is a token, but no part of the text.
        if excess > 0, excess == scores.first?.scalars { length = -excess }
        append(scores)
        for place in entries.indices { entries[place].offset = min(max(0, entries[place].offset), end) }
        length = end
    }

    init() {}

    /// Takes the next tokens of the text.
    mutating func append(_ scores: [TokenScore]) {
        for score in scores {
            entries.append(Entry(score: score, offset: length))
            length += score.scalars
        }
    }

    var isEmpty: Bool { entries.isEmpty }

    /// The `logprobs` object of all tokens since it was last asked for; `null` when there are none.
    mutating func take() -> JSON {
        guard !entries.isEmpty else { return .null }
        defer { entries = [] }
        return [
            "tokens": .array(entries.map { .string($0.score.bytes.tokenName) }),
            "token_logprobs": .array(entries.map { $0.score.logprob.isNaN ? .null : .logprob($0.score.logprob) }),
            "top_logprobs": .array(entries.map { $0.score.likeliest }),
            "text_offset": .array(entries.map { .integer($0.offset) }),
        ]
    }
}

extension TokenScore {
    /// Unicode scalars that begin in the token.
    fileprivate var scalars: Int { bytes.count { !UTF8.isContinuation($0) } }

    /// The likeliest tokens and the chosen one; `null` for a token that nothing comes before.
    fileprivate var likeliest: JSON {
        guard !logprob.isNaN else { return .null }
        var object = JSON.Object()
        for (bytes, logprob) in alternatives.map({ ($0.bytes, $0.logprob) }) + [(bytes, logprob)] {
            // Two tokens can have the same text; the likelier one stands first.
            if object[bytes.tokenName] == nil { object[bytes.tokenName] = .logprob(logprob) }
        }
        return .object(object)
    }
}

extension [UInt8] {
    /// The token as text; one that is no whole text as OpenAI writes it, for example `bytes:\xe2\x82`.
    ///
    /// As keys of an object such tokens must differ, which with replacement characters they would not.
    fileprivate var tokenName: String {
        if let text = String(validating: self, as: UTF8.self) { return text }
        return reduce(into: "bytes:") { name, byte in
            name += (0x20..<0x7F).contains(byte) ? String(UnicodeScalar(byte)) : #"\x"# + byte.hexadecimal
        }
    }
}

extension UInt8 {
    fileprivate var hexadecimal: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
