import SwarmCore

/// One ended candidate as the vote sees it.
struct Vote: Sendable, Equatable {
    /// Why a candidate does not vote while one with a lesser flaw is there, the least first.
    enum Flaw: Int, Sendable, Comparable {
        case none, truncated, malformed, looping, empty

        static func < (a: Flaw, b: Flaw) -> Bool { a.rawValue < b.rawValue }

        /// Candidates with this flaw may vote among themselves when there is nothing better.
        var mayVote: Bool { self <= .truncated }
    }

    let candidate: Candidate
    let kind: TurnKind
    /// `nil` where the kind has none.
    let key: String?
    let flaw: Flaw
    /// What is compared with the others where keys do not decide.
    let text: String

    init(_ candidate: Candidate, classifier: Classifier) {
        let reading = classifier.read(candidate.answer)
        self.candidate = candidate
        kind = reading.kind
        key = reading.key
        text = reading.kind == .toolCall ? reading.key ?? "" : candidate.answer.content
        flaw = Vote.flaw(of: candidate, isMalformed: reading.isMalformed)
    }

    var index: Int { candidate.id.index }

    /// What its cluster has in common: the key, or without one the very same text.
    var identity: Identity { Identity(kind: kind, key: key, text: key == nil ? String(text.trimmed()) : nil) }

    struct Identity: Hashable {
        var kind: TurnKind
        var key: String?
        var text: String?
    }

    private static func flaw(of candidate: Candidate, isMalformed: Bool) -> Flaw {
        let answer = candidate.answer
        if answer.toolCalls.isEmpty, answer.content.allSatisfy(\.isWhitespace) { return .empty }
        if RepetitionDetector.isLooping(candidate.text) { return .looping }
        if isMalformed { return .malformed }
        return candidate.outcome.reason == .length ? .truncated : .none
    }
}

extension TurnKind {
    /// Answers of this kind have canonical keys, so that equal ones can be counted.
    var isKeyed: Bool {
        switch self {
        case .toolCall, .json, .number, .choice, .short: true
        case .code, .prose: false
        }
    }

    /// Where no two answers are equal, the one most like the others is meaningful.
    var isComparable: Bool {
        switch self {
        case .toolCall, .json, .code, .prose: true
        case .number, .choice, .short: false
        }
    }
}
