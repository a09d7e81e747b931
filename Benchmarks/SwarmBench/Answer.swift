import ArgumentParser
import LlamaEngine
import Swarm
import SwarmCore

/// Answers one question with a swarm, vote included.
struct Answer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measures one answer from question to verdict.")

    @OptionGroup var options: ModelOptions
    @Option(help: "How many candidates vote.") var candidates = 1
    @Option(help: "Words of the question.") var words = 200
    @Option(help: "Tokens per candidate.") var generate = 64

    func run() async throws {
        try await options.measure { engine in
            let swarm = Swarm(model: engine.model, sources: [engine])
            _ = try await swarm.answer(swarm.plan(request(words: 8, tokens: 4)), logger: silence) { _ in }
            engine.forgetPrefixes()
            let began = ContinuousClock.now
            let plan = try await swarm.plan(request(words: words, tokens: generate))
            let summary = try await swarm.answer(plan, logger: silence) { _ in }
            let seconds = (ContinuousClock.now - began).seconds
            guard summary.totalTokens == candidates * generate else {
                throw Uneven(generated: summary.totalTokens, wanted: candidates * generate)
            }
            return [
                "candidates": .integer(candidates),
                "prompt_tokens": .integer(plan.prompt.tokens.count),
                "seconds": .double(seconds),
                "first_token_seconds": .double(summary.firstTokenSeconds ?? 0),
            ]
        }
    }

    private func request(words: Int, tokens: Int) -> ChatRequest {
        let vocabulary = ["what", "is", "the", "sum", "of", "apples", "in", "box", "two", "and", "seven", "red"]
        let text = (0..<words).map { vocabulary[$0 * 7 % vocabulary.count] }.joined(separator: " ")
        return ChatRequest(
            id: RequestID(rawValue: "benchmark"),
            messages: [Message(role: .user, content: text)],
            sampling: Sampling(logitBias: options.bias, seed: 1),
            limits: Limits(maxTokens: tokens),
            policy: .vote(candidates: candidates),
            // No candidate is shown before the others have ended, so all run to the end.
            vote: VoteOptions(streaming: .burst)
        )
    }
}
