import SwarmCore

/// Collects the events of one running candidate until it has ended.
struct CandidateRecorder {
    let id: CandidateID
    private(set) var text = ""
    private(set) var tokens: [TokenScore] = []

    init(id: CandidateID) { self.id = id }

    mutating func take(_ delta: TextDelta) {
        text += delta.text
        tokens += delta.tokens
    }

    /// The ended candidate.
    ///
    /// Text that was cut off is read as far as it goes. Other text that does not follow its format is taken as content:
    /// the client sees what the model wrote.
    /// - Parameter makeCallID: gives calls an id where the model's format has none.
    func candidate(
        outcome: Outcome,
        seconds: Double,
        reader: any AnswerReader,
        makeCallID: () -> String
    ) -> Candidate {
        var read = try? reader.read(text, isPartial: false)
        if read == nil, outcome.reason == .length { read = try? reader.read(text, isPartial: true) }
        var answer = read ?? ParsedAnswer(content: text)
        for place in answer.toolCalls.indices where answer.toolCalls[place].id.isEmpty {
            answer.toolCalls[place].id = makeCallID()
        }
        var outcome = outcome
        if outcome.reason == .stop, !answer.toolCalls.isEmpty { outcome.reason = .toolCalls }
        outcome.usage.reasoningTokens = reasoningTokens(answer.reasoning)
        let count = Double(max(1, tokens.count))
        return Candidate(
            id: id,
            text: text,
            answer: answer,
            outcome: outcome,
            tokens: tokens,
            meanLogprob: tokens.reduce(0) { $0 + Double($1.logprob) } / count,
            selfCertainty: tokens.reduce(0) { $0 + Double($1.selfCertainty) } / count,
            seconds: seconds
        )
    }

    /// Tokens up to the end of the reasoning, which comes first.
    private func reasoningTokens(_ reasoning: String) -> Int {
        guard !reasoning.isEmpty else { return 0 }
        var bytes = 0
        for (count, token) in tokens.enumerated() {
            guard bytes < reasoning.utf8.count else { return count }
            bytes += token.bytes.count
        }
        return tokens.count
    }
}
