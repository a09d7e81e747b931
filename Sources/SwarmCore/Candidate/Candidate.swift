/// Generated text read back: what the client sees of it.
package struct ParsedAnswer: Sendable, Equatable {
    package var content: String
    package var reasoning: String
    package var toolCalls: [ToolCall]

    package init(content: String = "", reasoning: String = "", toolCalls: [ToolCall] = []) {
        self.content = content
        self.reasoning = reasoning
        self.toolCalls = toolCalls
    }
}

/// One sample for a request that ended, wherever it was generated.
package struct Candidate: Sendable, Equatable {
    package var id: CandidateID
    /// Everything generated, markup included.
    package var text: String
    package var answer: ParsedAnswer
    package var outcome: Outcome
    package var tokens: [TokenScore]
    /// Mean natural-log probability of its tokens; 0 when there are none.
    package var meanLogprob: Double
    /// Mean self-certainty of its tokens; 0 when there are none.
    package var selfCertainty: Double
    /// From the start of the request to this candidate's end, in seconds.
    package var seconds: Double

    package init(
        id: CandidateID,
        text: String,
        answer: ParsedAnswer,
        outcome: Outcome,
        tokens: [TokenScore] = [],
        meanLogprob: Double = 0,
        selfCertainty: Double = 0,
        seconds: Double = 0
    ) {
        self.id = id
        self.text = text
        self.answer = answer
        self.outcome = outcome
        self.tokens = tokens
        self.meanLogprob = meanLogprob
        self.selfCertainty = selfCertainty
        self.seconds = seconds
    }
}

/// All ended candidates of one request in their fixed order.
///
/// Votes are pure functions of it.
package struct Ballot: Sendable, Equatable {
    package private(set) var candidates: [Candidate]

    package init(_ candidates: [Candidate] = []) {
        self.candidates = candidates.sorted { $0.id < $1.id }
    }

    /// Adds a candidate at its place in the order.
    package mutating func cast(_ candidate: Candidate) {
        let place = candidates.firstIndex { candidate.id < $0.id } ?? candidates.endIndex
        candidates.insert(candidate, at: place)
    }
}
