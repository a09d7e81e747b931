import SwarmCore

/// Collects the events of one running candidate until it has ended.
struct CandidateRecorder {
    let id: CandidateID
    private(set) var text = ""
    private(set) var tokens: [TokenScore] = []
    /// Tokens of another candidate that this one continues.
    private let borrowed: Int

    /// - Parameters:
    ///   - opening: what the answer begins with, taken from another candidate.
    ///   - stops: the strings that end the answer, which may begin in the opening.
    init(id: CandidateID, opening: [TokenScore] = [], stops: [String] = []) {
        self.id = id
        borrowed = opening.count
        tokens = opening
        var assembler = TextAssembler(stops: stops)
        for token in opening { text += assembler.feed(token.bytes) }
    }

    /// Tokens that were generated for this candidate.
    var generated: Int { tokens.count - borrowed }

    /// How a candidate ends that is cut off here, as its source would say it.
    /// - Parameter prompt: tokens of the prompt.
    func cutOff(prompt: Int) -> Outcome {
        Outcome(reason: .length, usage: Usage(promptTokens: prompt + borrowed, completionTokens: generated))
    }

    mutating func take(_ delta: TextDelta) {
        text += delta.text
        tokens += delta.tokens
    }

    /// The ended candidate.
    ///
    /// Text that was cut off is read as far as it goes. Other text that does not follow its format is taken as content:
    /// the client sees what the model wrote.
    /// - Parameters:
    ///   - repair: fills in what calls lack.
    ///   - makeCallID: gives calls an id where the model's format has none.
    func candidate(
        outcome: Outcome,
        seconds: Double,
        reader: any AnswerReader,
        repair: CallRepair,
        makeCallID: () -> String
    ) -> Candidate {
        var read = try? reader.read(text, isPartial: false)
        if read == nil, outcome.reason == .length { read = try? reader.read(text, isPartial: true) }
        var answer = read ?? ParsedAnswer(content: text)
        for place in answer.toolCalls.indices {
            if answer.toolCalls[place].id.isEmpty { answer.toolCalls[place].id = makeCallID() }
            answer.toolCalls[place] = repair.repaired(answer.toolCalls[place])
        }
        var outcome = outcome
        // The source read what was borrowed as part of the prompt; to the client it is part of the answer.
        outcome.usage.promptTokens -= borrowed
        outcome.usage.completionTokens += borrowed
        outcome.usage.cachedTokens = min(outcome.usage.cachedTokens, outcome.usage.promptTokens)
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
