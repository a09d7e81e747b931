package import SwarmCore

/// What will be done for one request; everything that can be refused was refused before it exists.
package struct Plan: Sendable {
    /// What becomes of the candidates.
    package enum Mode: Sendable, Equatable {
        /// One candidate, shown as it is generated.
        case single
        /// Several candidates; the winner is shown once the vote is decided.
        case vote
        /// Several candidates, each shown as it is generated; no vote.
        case choices
    }

    package let request: ChatRequest
    package let prompt: Prompt
    package let candidates: [CandidatePlan]
    package let mode: Mode
    /// The request's, or one drawn for it.
    package let seed: UInt64

    /// - Parameters:
    ///   - defaults: the model's recommendation, complete.
    ///   - candidates: how many a vote has when the request does not say; at least 1.
    ///   - seed: used when the request has none.
    package init(request: ChatRequest, prompt: Prompt, defaults: Sampling, candidates: Int, seed: UInt64) {
        self.request = request
        self.prompt = prompt
        let seed = request.sampling.seed ?? seed
        self.seed = seed
        let count: Int
        switch request.policy {
        case .vote(let asked):
            count = max(1, asked ?? candidates)
            mode = count == 1 ? .single : .vote
        case .choices(let asked):
            count = max(1, asked)
            mode = count == 1 ? .single : .choices
        }
        let own = request.sampling.completed(by: defaults)
        let isVote = mode == .vote
        self.candidates = (0..<count).map { index in
            var sampling = isVote && index > 0 ? own.diversified : own
            sampling.seed = Sampling.seed(ofCandidate: index, request: seed)
            return CandidatePlan(index: index, sampling: sampling)
        }
    }
}

extension Sampling {
    /// Every `nil` replaced by the default; seed, bias and log-probabilities stay as they are.
    package func completed(by defaults: Sampling) -> Sampling {
        var sampling = self
        sampling.temperature = temperature ?? defaults.temperature
        sampling.topK = topK ?? defaults.topK
        sampling.topP = topP ?? defaults.topP
        sampling.minP = minP ?? defaults.minP
        sampling.repeatPenalty = repeatPenalty ?? defaults.repeatPenalty
        sampling.presencePenalty = presencePenalty ?? defaults.presencePenalty
        sampling.frequencyPenalty = frequencyPenalty ?? defaults.frequencyPenalty
        return sampling
    }

    /// Warm enough for a vote to mean something: at temperature 0.2 ten samples hardly differ (research: a vote then gains
    /// 0.1 points where 0.7 gains many).
    package var diversified: Sampling {
        var sampling = self
        sampling.temperature = max(temperature ?? 0, 0.7)
        return sampling
    }
}
