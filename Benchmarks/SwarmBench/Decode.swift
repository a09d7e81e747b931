import ArgumentParser
import LlamaEngine
import SwarmCore

/// Decodes several candidates of one prompt through the engine, as a request does.
///
/// Each candidate's rate is counted from its first event with text to its end, without the tokens of that event: one
/// decode step per token, events and scores included. All candidates run for the same steps, so the rate of all
/// together is the sum.
struct Decode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measures the tokens per second of several candidates.")

    @OptionGroup var options: ModelOptions
    @Option(help: "How many candidates.") var candidates = 1
    @Option(help: "Prompt tokens.") var prompt = 128
    @Option(help: "Tokens per candidate.") var generate = 64

    func run() async throws {
        try await options.measure { engine in
            // A short request first: the threads are awake and the memory is touched, as in llama-batched-bench.
            _ = try await lanes(of: engine, tokens: 4)
            engine.forgetPrefixes()
            let lanes = try await lanes(of: engine, tokens: generate)
            return [
                "candidates": .integer(candidates),
                "tokens_per_second": .double(lanes.reduce(0) { $0 + $1.tokensPerSecond }),
            ]
        }
    }

    /// Generates exactly `tokens` tokens per candidate.
    private func lanes(of engine: LlamaEngine, tokens: Int) async throws -> [Lane] {
        var lanes = [Lane](repeating: Lane(), count: candidates)
        for await update in engine.candidates(for: assignment(for: engine, tokens: tokens)) {
            let now = ContinuousClock.now
            let index = update.candidate.index
            switch update.event {
            case .phase, .prompt: break
            case .text(let delta): lanes[index].take(delta.tokens.count, at: now)
            case .finished: lanes[index].end = now
            case .failed(let error): throw error
            }
        }
        if let lane = lanes.first(where: { $0.count != tokens }) {
            throw Uneven(generated: lane.count, wanted: tokens)
        }
        return lanes
    }

    private func assignment(for engine: LlamaEngine, tokens: Int) -> Assignment {
        let request = ChatRequest(
            id: RequestID(rawValue: "benchmark"),
            messages: [Message(role: .user, content: "")],
            sampling: Sampling(logitBias: options.bias),
            limits: Limits(maxTokens: tokens)
        )
        var plain = engine.model.card.sampling
        plain.logitBias = options.bias
        let plans = (0..<candidates).map { index in
            var sampling = plain
            sampling.seed = Sampling.seed(ofCandidate: index, request: 1)
            return CandidatePlan(index: index, sampling: sampling)
        }
        let words = Prompt(text: "", tokens: (0..<Int32(prompt)).map { 300 + $0 * 31 % 1000 })
        return Assignment(request: request, prompt: words, candidates: plans)
    }
}

/// When the tokens of one candidate came.
private struct Lane {
    var count = 0
    var start: (at: ContinuousClock.Instant, count: Int)?
    var end: ContinuousClock.Instant?

    mutating func take(_ tokens: Int, at now: ContinuousClock.Instant) {
        count += tokens
        if start == nil { start = (now, tokens) }
    }

    var tokensPerSecond: Double {
        guard let start, let end else { return 0 }
        return Double(count - start.count) / (end - start.at).seconds
    }
}

/// A candidate ended before its time: the figure would mean something else.
struct Uneven: Error, CustomStringConvertible {
    var generated: Int
    var wanted: Int
    var description: String { "\(generated) tokens were generated instead of \(wanted); forbid the model's end tokens" }
}
