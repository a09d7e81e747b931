import SwarmCore

/// One ended candidate as the vote sees it.
struct Vote: Sendable, Equatable {
    /// Why a candidate does not vote while one with a lesser flaw is there, the least first.
    enum Flaw: Int, Sendable, Comparable {
        /// `stray` is an answer of another kind than the one wanted.
        case none, truncated, stray, malformed, looping, empty

        static func < (a: Flaw, b: Flaw) -> Bool { a.rawValue < b.rawValue }

        /// Candidates with this flaw may vote among themselves when there is nothing better.
        var mayVote: Bool { self <= .stray }
    }

    /// What the candidate does, before it is asked how.
    enum Stance: String, Sendable {
        case act, answer, refuse, ask
    }

    /// What the rules of its kind need to know of it.
    enum Substance: Sendable, Equatable {
        case plain
        case calls(ToolShape)
        case json(JSON)
        case code(Program)
    }

    /// A program and what it is compared by.
    struct Program: Sendable, Equatable {
        var language: CodeLanguage
        var code: String
        /// Without comments and formatting.
        var canonical: String
        /// The result of a patch, where the answer is one; patches with equal results are the same answer.
        var patch: String?
    }

    let candidate: Candidate
    let kind: TurnKind
    let stance: Stance
    /// Structure of prose; empty for other kinds.
    let structure: String
    /// `nil` where the kind has none.
    let key: String?
    let flaw: Flaw
    let substance: Substance
    /// How much it counts; positive.
    let weight: Double

    var index: Int { candidate.id.index }

    /// What is compared with the others where keys do not decide.
    var text: String {
        switch substance {
        case .plain, .json: candidate.answer.content
        case .calls(let shape): shape.payloadText
        case .code(let program): program.canonical
        }
    }

    /// What is voted on one after the other, from coarse to fine.
    ///
    /// - Parameters:
    ///   - merged: keys that count as the same answer, by key.
    ///   - isFlat: only whole answers are compared, text for text where there is no key.
    func levels(merged: [String: String], isFlat: Bool) -> [String] {
        let kind = [stance.rawValue, self.kind.rawValue]
        if isFlat || substance.isPlain && self.kind.isKeyed {
            let whole = key ?? String(text.trimmed())
            return kind + [key.flatMap { merged[$0] } ?? whole, whole]
        }
        switch substance {
        case .calls(let shape): return kind + [shape.names, shape.identity, shape.payload]
        case .code(let program): return kind + (program.patch.map { ["patch", $0] } ?? ["program"])
        case .plain, .json: return kind + [structure]
        }
    }
}

extension TurnKind {
    /// Different keys of this kind can be the same answer, see `KeyMerging`.
    var isMerged: Bool { self == .number || self == .short }

    /// Answers of this kind have canonical keys, so that equal ones can be counted.
    var isKeyed: Bool {
        switch self {
        case .toolCall, .json, .number, .choice, .short: true
        case .code, .prose: false
        }
    }
}

extension Vote.Substance {
    /// Compared by its key alone.
    fileprivate var isPlain: Bool {
        switch self {
        case .plain, .json: true
        case .calls, .code: false
        }
    }
}
