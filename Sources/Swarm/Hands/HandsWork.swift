import AsyncAlgorithms
import Logging
import SwarmCore

/// Carries out the actions of a `ToolLoop`: turns of the model through the swarm, calls through the executor.
struct HandsWork {
    let swarm: Swarm
    let planned: PlannedHands
    let logger: Logger
    let heartbeat: Duration

    private var executor: any ToolExecutor { planned.hands.executor }

    /// How often a busy engine is asked again before a request that has begun is given up, a second apart.
    private static let patience = 120

    /// Answers a plan with turns and calls by turns, until the model answers.
    /// - Parameter tell: sends one event to the client.
    func answer(_ plan: Plan, tell: (AnswerEvent) async throws -> Void) async throws -> AnswerSummary {
        logger.info(
            "tools are on offer",
            metadata: ["request.id": "\(plan.request.id)", "tools.executor": "\(planned.place)"]
        )
        let began = ContinuousClock.now
        var loop = ToolLoop(plan.request, offered: planned.offered, limits: planned.hands.limits)
        var action = loop.begin()
        // The plan is of the first turn, unless that one follows a call which waited.
        var ready: Plan? = plan
        if let waiting = planned.waiting {
            loop = waiting.loop
            action = loop.resume(waiting.said, with: plan.request)
            ready = nil
        }
        var last = LoopTurnCollector()
        var sum = LoopSum(seed: plan.seed)
        var reasoning = LoopReasoning()
        while true {
            for note in loop.takeNotes() { try await tell(.delta(choice: 0, .reasoning(reasoning.line(note)))) }
            switch action {
            case .generate(let request):
                let next: Plan
                if let ready {
                    next = ready
                } else {
                    do throws(PlanError) {
                        next = try await step(request, number: loop.report.steps + 1)
                    } catch {
                        guard case .contextLengthExceeded(_, let limit) = error, sum.count > 0 else { throw error }
                        action = loop.overflow(limit: limit)
                        continue
                    }
                }
                ready = nil
                var turn = LoopTurnCollector()
                let summary = try await swarm.answerOnce(next, logger: logger) { event in
                    guard let told = turn.take(event) else { return }
                    reasoning.take(told)
                    try await tell(told)
                }
                last = turn
                sum.add(summary)
                action = loop.take(turn.turn(summary), after: began.duration(to: .now))
            case .run(let invocations):
                let outcomes = try await run(invocations, tell: tell)
                action = loop.take(outcomes, after: began.duration(to: .now))
            case .end(let end): return try await finish(end, loop, last, sum, tell: tell)
            }
        }
    }

    /// The plan of a later turn; waits while the engine is busy with others.
    ///
    /// Its id is one of its own, so that sources and records tell turns apart.
    private func step(_ request: ChatRequest, number: Int) async throws(PlanError) -> Plan {
        var request = request
        request.id = RequestID(rawValue: "\(request.id)-\(number)")
        for _ in 0..<Self.patience {
            do throws(PlanError) {
                return try await swarm.planOnce(request)
            } catch {
                guard case .saturated = error, (try? await Task.sleep(for: .seconds(1))) != nil else { throw error }
            }
        }
        return try await swarm.planOnce(request)
    }

    private enum Signal: Sendable {
        case ended(Int, ToolOutcome, seconds: Double)
        case beat
    }

    /// Carries out calls side by side, with signs of life meanwhile.
    /// - Returns: what came of them, in their order.
    /// - Throws: what `tell` throws, and when the task is cancelled.
    private func run(
        _ invocations: [ToolInvocation],
        tell: (AnswerEvent) async throws -> Void
    ) async throws -> [(outcome: ToolOutcome, seconds: Double)] {
        try await withThrowingTaskGroup(of: Signal.self) { group in
            for (place, invocation) in invocations.enumerated() {
                group.addTask { [executor] in
                    let start = ContinuousClock.now
                    let outcome = await executor.execute(invocation)
                    return .ended(place, outcome, seconds: start.duration(to: .now).seconds)
                }
            }
            defer { group.cancelAll() }
            group.addTask { [heartbeat] in
                try await Task.sleep(for: heartbeat)
                return .beat
            }
            var ended: [Int: (outcome: ToolOutcome, seconds: Double)] = [:]
            while ended.count < invocations.count, let signal = try await group.next() {
                switch signal {
                case .ended(let place, let outcome, let seconds): ended[place] = (outcome, seconds)
                case .beat:
                    let running = invocations.indices.first { ended[$0] == nil }.map { invocations[$0].name }
                    try await tell(.phase(.working(tool: running ?? "")))
                    group.addTask { [heartbeat] in
                        try await Task.sleep(for: heartbeat)
                        return .beat
                    }
                }
            }
            // What was broken off is no result.
            try Task.checkCancellation()
            return invocations.indices.compactMap { ended[$0] }
        }
    }

    private func finish(
        _ end: ToolLoop.End,
        _ loop: ToolLoop,
        _ last: LoopTurnCollector,
        _ sum: LoopSum,
        tell: (AnswerEvent) async throws -> Void
    ) async throws -> AnswerSummary {
        var reason = FinishReason.stop
        switch end {
        case .answer:
            for delta in last.held { try await tell(.delta(choice: 0, delta)) }
            if last.reason == .length { reason = .length }
        case .words(let words): try await tell(.delta(choice: 0, .content(words)))
        case .question(let question):
            let mark = planned.hands.open.keep(loop)
            try await tell(.delta(choice: 0, .content(question + "\n\n" + mark)))
        }
        try await tell(.choiceFinished(choice: 0, reason))
        let summary = sum.summary(with: loop.report)
        logger.info("answered with tools", metadata: loop.metadata)
        try await tell(.finished(summary))
        return summary
    }
}

extension ToolLoop {
    fileprivate var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = [
            "request.id": "\(request.id)", "tools.steps": "\(report.steps)",
            "tools.run": "\(report.runs.count { $0.status != .notRun })",
        ]
        if let stop = report.stop { metadata["tools.stop"] = "\(stop.rawValue)" }
        return metadata
    }
}
