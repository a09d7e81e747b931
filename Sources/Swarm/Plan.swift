package import Consensus
package import SwarmCore

/// What will be done for one request; everything that can be refused was refused before it exists.
package struct Plan: Sendable {
    /// What becomes of the candidates.
    package enum Mode: Sendable, Equatable {
        /// One candidate, shown as it is generated.
        case single
        /// Several candidates; the winner is shown as the streaming policy says.
        case vote
        /// Several candidates, each shown as it is generated; no vote.
        case choices
    }

    /// As the client sent it, whatever was shortened for the prompt: calls are judged by the client's own schemas.
    package let request: ChatRequest
    /// The request that the prompt was rendered from.
    package let fitted: ChatRequest
    package let prompt: Prompt
    /// What was shortened so that the prompt fits; `nil` when it is of the request as it was sent.
    package let context: ContextReport?
    /// Those that start; a vote may ask for more.
    package let candidates: [CandidatePlan]
    /// Who generates each of them, and who generates what a vote asks for later.
    package let deal: Deal
    /// All that candidates could come from when it was made.
    let sources: [any CandidateSource]
    /// What their candidates come from.
    package let models: [SourceID: ModelID]
    package let mode: Mode
    /// The kind of answer that is expected.
    package let kind: TurnKind
    package let streaming: StreamingPolicy
    package let rules: VoteRules
    /// What the gate changed and why; `nil` when it had nothing to say.
    package let gate: String?
    /// The request's, or one drawn for it.
    package let seed: UInt64
    /// The server's tools, where the request has them; `nil` where calls are returned to the client.
    package var hands: PlannedHands?
    private let own: Sampling

    /// - Parameters:
    ///   - card: the loaded model's; its sampling recommendation is complete.
    ///   - measured: what the gate knows of the model and this kind of answer.
    ///   - runnable: languages whose programs can be run.
    ///   - parsable: languages whose syntax can be checked.
    ///   - sources: where candidates may come from, the head's own first; none stands for a single one.
    ///   - seed: used when the request has none.
    package init(
        request: ChatRequest,
        fitted: ChatRequest? = nil,
        prompt: Prompt,
        context: ContextReport? = nil,
        card: ModelCard,
        settings: VoteSettings,
        measured: GateMeasurement? = nil,
        runnable: Set<String> = [],
        parsable: Set<String> = [],
        sources: [any CandidateSource] = [],
        seed: UInt64
    ) {
        self.fitted = fitted ?? request
        var request = request
        let isStrict = request.vote.isStrict ?? settings.isStrict
        request.vote.isStrict = isStrict
        self.prompt = prompt
        self.context = context
        let seed = request.sampling.seed ?? seed
        self.seed = seed
        kind = TurnPrior.kind(of: request)
        var own = request.sampling.completed(by: card.sampling)
        var sizing = Sizing(
            request.policy,
            kind: kind,
            settings: settings,
            measured: measured,
            card: card,
            canRun: !runnable.isEmpty
        )
        if sizing.isGreedy, request.sampling.temperature == nil { own.temperature = 0 }
        gate = sizing.gate
        mode = sizing.mode
        // What is to be repeated, continued token by token, or returned side by side is of one model.
        let isOfOne = isStrict || request.completion != nil || sizing.mode == .choices
        let awake = sources.filter { !$0.isSaturated }
        let deal = Deal(
            isOfOne || awake.isEmpty ? Array(sources.prefix(1)) : awake,
            width: sizing.part,
            curve: card.curve
        )
        self.sources = sources
        if sizing.mode == .vote, sizing.isOpen { sizing.widen(to: deal.width) }
        self.deal = deal
        models = Dictionary(sources.map { ($0.id, $0.traits.model ?? card.id) }) { first, _ in first }
        let dealt = Dictionary(deal.sources(of: sizing.widths[0]).map { ($0, 1) }, uniquingKeysWith: +)
        rules = VoteRules(
            strategy: request.vote.strategy ?? settings.strategy,
            widths: sizing.widths,
            // Scores that were asked for make answers of other models look as if they could be continued.
            mayFork: sizing.isOpen && (deal.shares.count == 1 || request.sampling.topLogprobs == nil),
            isStrict: isStrict,
            reliability: Reliability.weights(of: dealt, models: models, accuracies: settings.accuracies(kind)),
            bordaExponent: sizing.bordaExponent,
            runnable: runnable,
            parsable: parsable,
            trusted: Set(sources.filter(\.traits.isTrusted).map(\.id))
        )
        let wanted = request.vote.streaming ?? settings.streaming ?? .suited(to: kind, reading: prompt.reading)
        // What is shown is the answer: a leader decides before the others have ended.
        streaming = sizing.mode != .vote || isStrict && wanted == .leader ? .burst : wanted
        self.own = own
        self.request = request
        let isVote = sizing.mode == .vote
        candidates = (0..<sizing.widths[0]).map {
            Plan.candidate($0, own: own, asked: request.sampling, seed: seed, isDiverse: isVote && $0 > 0)
        }
    }

    /// Most candidates of a vote for which nobody named a number.
    static func most(_ card: ModelCard) -> Int { max(8, card.recommendedCandidates) }

    func source(_ id: SourceID) -> (any CandidateSource)? { sources.first { $0.id == id } }

    /// A candidate beyond those that started, a little cooler: what the first ones were split over needs care, not variety.
    func further(_ index: Int) -> CandidatePlan {
        var plan = Plan.candidate(index, own: own, asked: request.sampling, seed: seed, isDiverse: true)
        plan.sampling.temperature = max(0.5, (plan.sampling.temperature ?? 0.7) - 0.1)
        return plan
    }

    private static func candidate(
        _ index: Int,
        own: Sampling,
        asked: Sampling,
        seed: UInt64,
        isDiverse: Bool
    ) -> CandidatePlan {
        var sampling = isDiverse ? own.diversified(asked: asked) : own
        sampling.seed = Sampling.seed(ofCandidate: index, request: seed)
        return CandidatePlan(index: index, sampling: sampling)
    }
}

/// How many candidates, and who said so.
private struct Sizing {
    var mode = Plan.Mode.single
    var widths = [1]
    /// How many the first source would have of an open vote.
    var part = 1
    /// The single candidate is to be drawn greedily.
    var isGreedy = false
    /// Nobody named a number: the vote may ask for more.
    var isOpen = false
    var gate: String?
    var bordaExponent = 0.0

    init(
        _ policy: SwarmPolicy,
        kind: TurnKind,
        settings: VoteSettings,
        measured: GateMeasurement?,
        card: ModelCard,
        canRun: Bool
    ) {
        switch policy {
        case .choices(let asked):
            widths = [max(1, asked)]
            mode = asked > 1 ? .choices : .single
        case .vote(let asked):
            bordaExponent = measured?.bordaExponent ?? 0
            part = Schedule.widths(for: kind, canRun: canRun, curve: card.curve, most: Plan.most(card))[0]
            if let count = asked ?? settings.candidates {
                widths = [max(1, count)]
            } else {
                isOpen = true
                var most = Plan.most(card)
                if let measured {
                    gate = measured.words
                    switch measured.choice {
                    case .greedy, .single:
                        isOpen = false
                        most = 1
                        isGreedy = measured.choice == .greedy
                    case .swarm(let count): most = count
                    }
                }
                widths = Schedule.widths(for: kind, canRun: canRun, curve: card.curve, most: most)
                part = widths[0]
            }
            mode = widths == [1] ? .single : .vote
        }
    }

    /// Begins with so many, and asks for as many more as before.
    mutating func widen(to first: Int) {
        var ascending: [Int] = []
        for width in widths.map({ min(Sizing.most, $0 + first - widths[0]) }) where width > ascending.last ?? 0 {
            ascending.append(width)
        }
        widths = ascending
    }

    /// Most candidates of any vote.
    private static let most = 32
}

extension GateMeasurement {
    /// The exponent of the Borda weights: above 0 only where self-certainty was measured to tell right from wrong.
    fileprivate var bordaExponent: Double { (discrimination ?? 0) > 0.55 ? 0.3 : 0 }

    /// The finding in one line, for reports and logs.
    package var words: String {
        let percent = { (share: Double) in "\((share * 1000).rounded() / 10) %" }
        let single = results.filter { $0.arm == .greedy || $0.arm == .single }.max { $0.accuracy < $1.accuracy }
        let swarm = results.filter { if case .swarm = $0.arm { true } else { false } }.max { $0.accuracy < $1.accuracy }
        guard let single, let swarm else { return "measured: \(choice.name)" }
        let figures = "\(swarm.arm.name) \(percent(swarm.accuracy)), \(single.arm.name) \(percent(single.accuracy))"
        switch choice {
        case .greedy, .single: return "off: a swarm was not measured to pay here (\(figures), \(items) items)"
        case .swarm: return "on: measured to pay here (\(figures), \(items) items)"
        }
    }
}

extension StreamingPolicy {
    /// Tool calls, JSON, code and short answers at once; prose as it is written; a thinking model's thoughts as they come.
    fileprivate static func suited(to kind: TurnKind, reading: AnswerReading) -> StreamingPolicy {
        if reading.startsThinking || !reading.thinkingStart.isEmpty { return .reasoningLeader }
        return kind == .prose ? .leader : .burst
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
    ///
    /// What the client asked for stays; else min-p 0.05 cuts the tail and nothing else does.
    package func diversified(asked: Sampling) -> Sampling {
        var sampling = self
        sampling.temperature = max(temperature ?? 0, 0.7)
        sampling.minP = asked.minP ?? 0.05
        sampling.topK = asked.topK ?? 0
        sampling.topP = asked.topP ?? 1
        return sampling
    }
}
