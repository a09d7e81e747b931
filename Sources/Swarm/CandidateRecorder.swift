import SwarmCore

/// Collects the events of one running candidate until it has ended.
struct CandidateRecorder {
    let id: CandidateID
    private(set) var text = ""
    private(set) var tokens: [TokenScore] = []
    /// Tokens so far, an estimate where a source does not tell them.
    private(set) var length: Int
    /// What it is so far, where its source hands it over taken apart.
    private var parts: ParsedAnswer?
    private let reader: any AnswerReader
    /// Tokens of another candidate that this one continues.
    private let borrowed: Int

    /// - Parameters:
    ///   - reader: takes apart what comes with its markup.
    ///   - opening: what the answer begins with, taken from another candidate.
    ///   - stops: the strings that end the answer, which may begin in the opening.
    init(id: CandidateID, reader: any AnswerReader, opening: [TokenScore] = [], stops: [String] = []) {
        self.id = id
        self.reader = reader
        borrowed = opening.count
        length = opening.count
        tokens = opening
        var assembler = TextAssembler(stops: stops)
        for token in opening { text += assembler.feed(token.bytes) }
    }

    /// Tokens that were generated for this candidate.
    var generated: Int { length - borrowed }

    /// Whether its source takes answers apart itself.
    var isTakenApart: Bool { parts != nil }

    /// The answer as far as it goes.
    /// - Throws: when its text does not follow its format.
    func read(isPartial: Bool) throws(ReadError) -> ParsedAnswer {
        if let parts { return parts }
        return try reader.read(text, isPartial: isPartial)
    }

    /// How a candidate ends that is cut off here, as its source would say it.
    /// - Parameter prompt: tokens of the prompt.
    func cutOff(prompt: Int) -> Outcome {
        Outcome(reason: .length, usage: Usage(promptTokens: prompt + borrowed, completionTokens: generated))
    }

    mutating func take(_ delta: TextDelta) {
        tokens += delta.tokens
        length += delta.tokenCount
        if delta.channel != .markup, parts == nil { parts = ParsedAnswer() }
        switch delta.channel {
        case .markup: break
        case .content: parts?.content += delta.text
        case .reasoning: parts?.reasoning += delta.text
        case .call(let index, let name):
            // Calls are numbered without gaps: a piece for any other belongs to a new one.
            if parts?.toolCalls.indices.contains(index) == true {
                parts?.toolCalls[index].arguments += delta.text
            } else {
                // Calls of another model are numbered anew: theirs may repeat within a session.
                parts?.toolCalls.append(ToolCall(id: "", name: name, arguments: delta.text))
                text += (text.isEmpty ? "" : "\n") + name + " "
            }
        }
        text += delta.text
    }

    /// Takes a source's own count of tokens for the estimate.
    mutating func correct(by usage: Usage) {
        if isTakenApart, usage.completionTokens > 0 { length = usage.completionTokens }
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
        repair: CallRepair,
        makeCallID: () -> String
    ) -> Candidate {
        var read = try? read(isPartial: false)
        if read == nil, outcome.reason == .length { read = try? self.read(isPartial: true) }
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
        if !isTakenApart { outcome.usage.reasoningTokens = reasoningTokens(answer.reasoning) }
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
