import SwarmCore

/// The prompts of one request, which are answered at the same time: numbers their choices and adds up what they cost.
struct CompletionBatch: Sendable {
    private let prompts: Int
    private let choicesPerPrompt: Int
    private var summaries: [Int: AnswerSummary] = [:]

    init(prompts: Int, choicesPerPrompt: Int) {
        self.prompts = prompts
        self.choicesPerPrompt = choicesPerPrompt
    }

    /// Whether more may be heard of a prompt.
    func isRunning(_ prompt: Int) -> Bool { (0..<prompts).contains(prompt) && summaries[prompt] == nil }

    /// The place in the reply of a prompt's choice; `nil` when there is no such choice.
    func index(of choice: Int, ofPrompt prompt: Int) -> Int? {
        (0..<choicesPerPrompt).contains(choice) ? prompt * choicesPerPrompt + choice : nil
    }

    /// The places of all choices of a prompt.
    func indices(ofPrompt prompt: Int) -> Range<Int> {
        prompt * choicesPerPrompt..<(prompt + 1) * choicesPerPrompt
    }

    /// Takes the end of a prompt; the last one gives what the whole request cost.
    mutating func end(_ prompt: Int, _ summary: AnswerSummary) -> CompletionEnd? {
        summaries[prompt] = summary
        guard summaries.count == prompts else { return nil }
        let ordered = summaries.sorted { $0.key < $1.key }.map(\.value)
        return CompletionEnd(
            usage: ordered.reduce(into: Usage()) { $0.add($1.usage) }.openAI,
            swarm: prompts == 1 ? summary.swarmReport : .array(ordered.map(\.swarmReport))
        )
    }
}

/// What stands behind the choices of a reply.
struct CompletionEnd {
    /// Over all prompts.
    var usage: JSON
    /// One report, or of several prompts a list of them.
    var swarm: JSON
}

extension Usage {
    fileprivate mutating func add(_ other: Usage) {
        promptTokens += other.promptTokens
        completionTokens += other.completionTokens
        cachedTokens += other.cachedTokens
        reasoningTokens += other.reasoningTokens
    }
}
