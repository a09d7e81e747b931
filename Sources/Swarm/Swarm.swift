import AsyncAlgorithms
import Consensus
package import Logging
package import SwarmCore

/// One request's life: plan, gather candidates, decide, tell the client.
package struct Swarm: Sendable {
    package let model: any ChatModel
    package let activity: Activity
    private let own: [any CandidateSource]
    private let joining: @Sendable () -> [any CandidateSource]
    private let votes: VoteSettings
    private let context: ContextMode
    private let examiner: (any CodeExaminer)?
    let toolPrompt: PromptFile
    private var record: @Sendable (SettledVote) -> Void
    private let heartbeat: Duration
    private let makeCallID: @Sendable () -> String
    /// The tools that this server carries out itself; `nil` where it has none.
    package let hands: Hands?

    /// - Parameters:
    ///   - sources: where candidates come from, at least one. The first is that of `model`, the head: single answers,
    ///     strict ones, choices and completions are its own.
    ///   - joining: further sources that are there at the moment; they come and go.
    ///   - votes: how votes are held unless the request says.
    ///   - context: how conversations are made to fit unless the request says.
    ///   - examiner: finds out about programs; `nil` compares them as text.
    ///   - toolPrompt: tells models without a tool format how to call tools.
    ///   - record: takes every decided vote; must not block.
    ///   - heartbeat: how often a waiting client gets a sign of life.
    ///   - makeCallID: ids for tool calls; unique over a whole session.
    ///   - hands: the tools that this server carries out itself.
    package init(
        model: any ChatModel,
        sources: [any CandidateSource],
        joining: @escaping @Sendable () -> [any CandidateSource] = { [] },
        votes: VoteSettings = VoteSettings(),
        context: ContextMode = .auto,
        examiner: (any CodeExaminer)? = nil,
        toolPrompt: PromptFile = PromptFile(),
        record: @escaping @Sendable (SettledVote) -> Void = { _ in },
        activity: Activity = Activity(),
        heartbeat: Duration = .seconds(1),
        makeCallID: @escaping @Sendable () -> String = { RandomName.call() },
        hands: Hands? = nil
    ) {
        self.model = model
        own = sources
        self.joining = joining
        self.votes = votes
        self.context = context
        self.examiner = examiner
        self.toolPrompt = toolPrompt
        self.record = record
        self.activity = activity
        self.heartbeat = heartbeat
        self.makeCallID = makeCallID
        self.hands = hands
    }

    /// The same swarm, with other ears for its votes.
    package func recording(_ record: @escaping @Sendable (SettledVote) -> Void) -> Swarm {
        var swarm = self
        swarm.record = record
        return swarm
    }

    private var sources: [any CandidateSource] { own + joining() }

    /// So many wait already that the head would refuse a new request.
    package var isBusy: Bool { head?.isSaturated ?? true }

    /// What generates the candidates of the head itself.
    var head: (any CandidateSource)? { own.first }

    /// How many candidates votes have unless a request says: the fewest to begin with, and the most after asking for more.
    package var candidates: ClosedRange<Int> {
        if let set = votes.candidates { return set...set }
        let widths = TurnKind.allCases.flatMap { kind in
            let widths = Schedule.widths(
                for: kind,
                canRun: examiner != nil,
                curve: model.card.curve,
                most: Plan.most(model.card)
            )
            return widths.map { $0 + Deal(sources, width: widths[0], curve: model.card.curve).width - widths[0] }
        }
        return (widths.min() ?? 1)...(widths.max() ?? 1)
    }

    /// Decides what will be done for a request.
    ///
    /// Everything that can be refused is refused here. Whatever model the client names, the loaded one answers: coding
    /// agents send small requests to names of their own, and the reply repeats the name that was asked for.
    package func plan(_ request: ChatRequest) async throws(PlanError) -> Plan {
        guard let equipped = try await equipped(request) else { return try await planOnce(request) }
        var plan = try await planOnce(equipped.request)
        plan.hands = equipped.hands
        // Last, since a question is answered once: a request that is refused may be sent again.
        plan.hands?.waiting = equipped.hands.hands.open.take(request.messages)
        return plan
    }

    /// The plan of one turn.
    func planOnce(_ request: ChatRequest) async throws(PlanError) -> Plan {
        let sources = sources
        if sources.allSatisfy(\.isSaturated) { throw .saturated(retryAfterSeconds: 2) }
        let fitted = try await fit(request)
        return Plan(
            request: request,
            fitted: fitted.request,
            prompt: fitted.prompt,
            context: fitted.report,
            card: model.card,
            settings: votes,
            measured: await votes.gate(TurnPrior.kind(of: request)),
            runnable: examiner?.runnable ?? [],
            parsable: examiner?.parsable ?? [],
            sources: sources,
            seed: UInt64.random(in: 0..<1 << 53)
        )
    }

    /// Renders a request so that it fits.
    func fit(_ request: ChatRequest) async throws(PlanError) -> ContextFitting.Fitted {
        let fitting = ContextFitting(
            mode: request.contextMode ?? context,
            contextLength: model.card.contextLength,
            count: { model.tokenize($0, isPrompt: false).count }
        )
        return try await fitting.fit(request) { request async throws(PlanError) in
            try await render(request)
        }
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
        guard let hands = plan.hands else { return try await answerOnce(plan, logger: logger, tell: tell) }
        let work = HandsWork(swarm: self, planned: hands, logger: logger, heartbeat: heartbeat)
        return try await work.answer(plan, tell: tell)
    }

    /// Carries out the plan of one turn.
    func answerOnce(
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
        case evidence(CodeEvidence)
        case beat
    }

    private func run(_ plan: Plan, tell: (AnswerEvent) async throws -> Void) async throws -> AnswerSummary {
        var round = try Round(plan: plan, model: model, makeCallID: makeCallID)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let signals = AsyncChannel<Signal>()
            group.addTask { [heartbeat] in
                for await _ in AsyncTimerSequence(interval: heartbeat, clock: .continuous) { await signals.send(.beat) }
            }
            defer { group.cancelAll() }
            for action in round.takeActions() { perform(action, of: plan, in: &group, signals) }
            var isSilent = true
            for await signal in signals {
                var events: [AnswerEvent] = []
                switch signal {
                case .beat:
                    if isSilent { try await tell(.phase(round.progress)) }
                    isSilent = true
                    events = round.wait(until: .now)
                case .update(let update):
                    activity.note(update, of: plan.request.id)
                    events = round.take(update)
                case .evidence(let evidence): events = round.learn(evidence)
                }
                for event in events {
                    try await tell(event)
                    isSilent = false
                }
                if round.isOver { return }
                for action in round.takeActions() { perform(action, of: plan, in: &group, signals) }
            }
            // The channel ends early only when this task is cancelled.
            throw CancellationError()
        }
        let summary = try round.summary()
        for kept in round.kept { plan.source(kept.source)?.settle(plan.request.id, winner: kept.index) }
        if summary.report != nil {
            record(
                SettledVote(
                    plan: plan,
                    candidates: round.candidates,
                    winner: round.winner?.answer,
                    summary: summary,
                    model: model.card.id
                )
            )
        }
        try await tell(.finished(summary))
        for candidate in round.remembered where !candidate.answer.toolCalls.isEmpty {
            await model.remember(candidate.answer, tokens: candidate.tokens.map(\.token), of: plan.request)
        }
        return summary
    }

    private func perform(
        _ action: Round.Action,
        of plan: Plan,
        in group: inout ThrowingTaskGroup<Void, any Error>,
        _ signals: AsyncChannel<Signal>
    ) {
        switch action {
        case .generate(let id, let plans, let opening):
            guard let source = plan.source(id) else { return }
            let stream = source.candidates(
                for: Assignment(
                    request: plan.request,
                    fitted: plan.fitted,
                    prompt: plan.prompt,
                    candidates: plans,
                    opening: opening,
                    isLive: plan.mode != .vote || plan.streaming != .burst
                )
            )
            group.addTask { for await update in stream { await signals.send(.update(update)) } }
        case .stop(let id): plan.source(id.source)?.stop(plan.request.id, candidate: id.index)
        case .examine(let examination):
            group.addTask { [examiner] in
                await signals.send(.evidence(await examiner?.examine(examination) ?? CodeEvidence()))
            }
        }
    }
}

/// A vote that was decided, with everything it was decided on.
package struct SettledVote: Sendable {
    package let plan: Plan
    /// By index; those that were cancelled are not among them.
    package let candidates: [Candidate]
    /// What was answered.
    package let winner: ParsedAnswer?
    package let summary: AnswerSummary
    package let model: ModelID
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
        if killed > 0 { metadata["killed"] = "\(killed)" }
        if hedged > 0 { metadata["hedged"] = "\(hedged)" }
        if let gate { metadata["gate"] = "\(gate)" }
        if let context {
            metadata["context.mode"] = "\(context.mode.rawValue)"
            metadata["context.tokens_before"] = "\(context.tokensBefore)"
            metadata["context.tokens_after"] = "\(context.tokensAfter)"
            metadata["context.tools"] = "\(context.tools.rawValue)"
            metadata["context.tool_results_replaced"] = "\(context.toolResultsReplaced)"
            metadata["context.turns_dropped"] = "\(context.turnsDropped)"
        }
        for source in sources {
            metadata["source.\(source.id)"] = "\(source.finished)/\(source.candidates.count)"
            if let rate = source.tokensPerSecond {
                metadata["source.\(source.id).tokens_per_second"] = "\(rate.tenths)"
            }
            if let failure = source.failure { metadata["source.\(source.id).lost"] = "\(failure)" }
        }
        if let winner, let source = sources.first(where: { $0.candidates.contains(winner) }) {
            metadata["winner.source"] = "\(source.id)"
        }
        if let firstTokenSeconds { metadata["first_token_ms"] = "\(Int((firstTokenSeconds * 1000).rounded()))" }
        if let report {
            metadata["vote"] = "\(report.kind.rawValue) \(report.clusters.first?.votes ?? 0)/\(report.valid)"
            metadata["vote.stop"] = "\(report.stop.rawValue)"
            if report.escalations > 0 { metadata["vote.escalations"] = "\(report.escalations)" }
            if report.isLowAgreement { metadata["vote.low_agreement"] = "true" }
        }
        return metadata
    }
}

extension Double {
    fileprivate var tenths: Double { (self * 10).rounded() / 10 }
}
