import AsyncAlgorithms
package import Logging
package import SwarmCore

/// One request's life: plan, gather candidates, decide, tell the client.
package struct Swarm: Sendable {
    package let model: any ChatModel
    package let activity: Activity
    private let sources: [any CandidateSource]
    private let candidates: Int?
    private let heartbeat: Duration
    private let makeCallID: @Sendable () -> String

    /// - Parameters:
    ///   - sources: where candidates come from; the first is the local engine.
    ///   - candidates: how many a vote has unless the request says; `nil` takes what the model measured best.
    ///   - heartbeat: how often a waiting client gets a sign of life.
    ///   - makeCallID: ids for tool calls; unique over a whole session.
    package init(
        model: any ChatModel,
        sources: [any CandidateSource],
        candidates: Int? = nil,
        activity: Activity = Activity(),
        heartbeat: Duration = .seconds(1),
        makeCallID: @escaping @Sendable () -> String = { RandomName.call() }
    ) {
        self.model = model
        self.sources = sources
        self.candidates = candidates
        self.activity = activity
        self.heartbeat = heartbeat
        self.makeCallID = makeCallID
    }

    /// How many candidates a vote has unless the request says.
    package var defaultCandidates: Int { candidates ?? model.card.recommendedCandidates }

    /// Decides what will be done for a request.
    ///
    /// Everything that can be refused is refused here.
    package func plan(_ request: ChatRequest) async throws(PlanError) -> Plan {
        let loaded = model.card.id
        if let asked = request.model, !Self.names(asked, loaded) { throw .modelNotFound(asked: asked, loaded: loaded) }
        if sources.allSatisfy(\.isSaturated) { throw .saturated(retryAfterSeconds: 2) }
        let prompt = try await model.render(request)
        return Plan(
            request: request,
            prompt: prompt,
            defaults: model.card.sampling,
            candidates: defaultCandidates,
            seed: UInt64.random(in: 0..<1 << 53)
        )
    }

    /// Whether a client that asks for a model means the loaded one: by its name, or by one that leaves the choice open.
    private static func names(_ asked: ModelID, _ loaded: ModelID) -> Bool {
        asked == loaded || ["", "default", "auto", "local-swarm", "swarm"].contains(asked.rawValue)
    }

    /// Carries out a plan.
    ///
    /// Ending this call, by cancelling its task or by an error of `tell`, cancels every candidate.
    /// - Parameter tell: sends one event to the client; may wait for a slow one.
    /// - Throws: `SourceError` when no candidate could be finished, and whatever `tell` throws.
    package func answer(
        _ plan: Plan,
        logger: Logger,
        tell: (AnswerEvent) async throws -> Void
    ) async throws -> AnswerSummary {
        activity.begin(plan.request.id, candidates: plan.candidates.count)
        defer { activity.end(plan.request.id) }
        do {
            let summary = try await run(plan, tell: tell)
            logger.info("answered", metadata: summary.metadata(of: plan))
            return summary
        } catch {
            let isLeave = error is CancellationError
            logger.log(
                level: isLeave ? .info : .warning,
                isLeave ? "client left" : "failed",
                metadata: ["request.id": "\(plan.request.id)", "error": "\(error)"]
            )
            throw error
        }
    }

    private enum Signal: Sendable {
        case update(CandidateUpdate)
        case beat
    }

    private func run(_ plan: Plan, tell: (AnswerEvent) async throws -> Void) async throws -> AnswerSummary {
        // The first issue of candidates is local; other sources join here with candidates of their own.
        let assigned = sources.prefix(1).map { ($0, plan.candidates) }
        let ids = assigned.flatMap { source, plans in plans.map { CandidateID(source: source.id, index: $0.index) } }
        var round = try Round(plan: plan, candidates: ids, model: model, makeCallID: makeCallID)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let signals = AsyncChannel<Signal>()
            func start(_ plans: [CandidatePlan], on source: any CandidateSource) {
                let stream = source.candidates(
                    for: Assignment(
                        request: plan.request,
                        prompt: plan.prompt,
                        candidates: plans,
                        isLive: plan.mode != .vote
                    )
                )
                group.addTask { for await update in stream { await signals.send(.update(update)) } }
            }
            for (source, plans) in assigned { start(plans, on: source) }
            group.addTask { [heartbeat] in
                for await _ in AsyncTimerSequence(interval: heartbeat, clock: .continuous) { await signals.send(.beat) }
            }
            defer { group.cancelAll() }
            var isSilent = true
            for await signal in signals {
                switch signal {
                case .beat:
                    if isSilent { try await tell(.phase(round.progress)) }
                    isSilent = true
                case .update(let update):
                    activity.note(update, of: plan.request.id)
                    for event in round.take(update) {
                        try await tell(event)
                        isSilent = false
                    }
                }
                if round.isOver { return }
                let postponed = round.takePostponed()
                if !postponed.isEmpty, let (source, _) = assigned.first { start(postponed, on: source) }
            }
            // The channel ends early only when this task is cancelled.
            throw CancellationError()
        }
        let summary = try round.summary()
        if let winner = summary.winner {
            for (source, _) in assigned { source.settle(plan.request.id, winner: winner) }
        }
        try await tell(.finished(summary))
        return summary
    }
}

extension AnswerSummary {
    /// The fields of the one log line per request.
    fileprivate func metadata(of plan: Plan) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "request.id": "\(plan.request.id)",
            "tokens.prompt": "\(usage.promptTokens)",
            "tokens.cached": "\(usage.cachedTokens)",
            "tokens.completion": "\(usage.completionTokens)",
            "tokens.total": "\(totalTokens)",
            "tokens.per_second": "\(tokensPerSecond.tenths)",
            "seconds": "\((decisionSeconds * 100).rounded() / 100)",
        ]
        if let firstTokenSeconds { metadata["first_token_ms"] = "\(Int((firstTokenSeconds * 1000).rounded()))" }
        if let report {
            metadata["vote"] = "\(report.kind.rawValue) \(report.clusters.first?.votes ?? 0)/\(report.valid)"
            metadata["vote.stop"] = "\(report.stop.rawValue)"
        }
        return metadata
    }
}

extension Double {
    fileprivate var tenths: Double { (self * 10).rounded() / 10 }
}
