import SwarmCore

/// What all turns of one request cost together.
struct LoopSum {
    private let seed: UInt64
    private var last: AnswerSummary?
    private var usage = Usage()
    private var tokens = 0
    private var decisions = 0.0
    private var generating = 0.0
    private var killed = 0
    private var hedged = 0
    private var firstToken: Double?
    /// Turns.
    private(set) var count = 0

    init(seed: UInt64) { self.seed = seed }

    mutating func add(_ summary: AnswerSummary) {
        count += 1
        usage.promptTokens += summary.usage.promptTokens
        usage.completionTokens += summary.usage.completionTokens
        usage.cachedTokens += summary.usage.cachedTokens
        usage.reasoningTokens += summary.usage.reasoningTokens
        tokens += summary.totalTokens
        if firstToken == nil { firstToken = summary.firstTokenSeconds.map { decisions + $0 } }
        decisions += summary.decisionSeconds
        if summary.tokensPerSecond > 0 { generating += Double(summary.totalTokens) / summary.tokensPerSecond }
        killed += summary.killed
        hedged += summary.hedged
        last = summary
    }

    /// The vote is that of the last turn.
    func summary(with tools: ToolReport) -> AnswerSummary {
        AnswerSummary(
            usage: usage,
            report: last?.report,
            winner: last?.winner,
            totalTokens: tokens,
            seed: seed,
            decisionSeconds: decisions,
            firstTokenSeconds: firstToken,
            tokensPerSecond: generating > 0 ? Double(tokens) / generating : 0,
            killed: killed,
            hedged: hedged,
            streaming: last?.streaming,
            gate: last?.gate,
            context: last?.context,
            sources: last?.sources ?? [],
            tools: tools
        )
    }
}

/// Keeps lines about calls apart from what a model thinks.
struct LoopReasoning {
    private var isInLine = false

    mutating func take(_ event: AnswerEvent) {
        guard case .delta(_, .reasoning(let text)) = event, let last = text.last else { return }
        isInLine = !last.isNewline
    }

    /// A line of its own.
    mutating func line(_ text: String) -> String {
        defer { isInLine = false }
        return (isInLine ? "\n" : "") + text + "\n"
    }
}
