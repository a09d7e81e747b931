import LlamaEngine
import SwarmCore
import SwarmTestSupport
import Testing

/// One candidate goes before its time; the others do not notice.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct StopTests {
    private static let endless = Sampling(temperature: 1, logitBias: Bumble.endless, seed: 5)

    /// Reads an assignment to its end and stops candidates when something is first heard of them.
    private func collect(
        _ assignment: Assignment,
        from engine: LlamaEngine,
        stopping stops: [Int],
        when isTime: (CandidateEvent) -> Bool
    ) async -> Collected {
        var collected = Collected()
        var isDone = false
        for await update in engine.candidates(for: assignment) {
            collected.updates.append(update)
            guard !isDone, isTime(update.event) else { continue }
            isDone = true
            for stop in stops { engine.stop(assignment.request.id, candidate: stop) }
        }
        return collected
    }

    private func isText(_ event: CandidateEvent) -> Bool {
        if case .text = event { true } else { false }
    }

    @Test func aStoppedCandidateIsCancelledAndTheOthersGoOn() async throws {
        try await withEngine { engine in
            let limits = Limits(maxTokens: 120)
            let assignment = try await engine.assignment(count: 4, sampling: Self.endless, limits: limits)
            let collected = await collect(assignment, from: engine, stopping: [0, 2], when: isText)
            for index in [0, 2] {
                #expect(collected.failure(of: index) == .cancelled)
                #expect(collected.scores(of: index).count < 120)
            }
            for index in [1, 3] { #expect(collected.outcome(of: index)?.usage.completionTokens == 120) }
            for index in 0..<4 { #expect(collected.events(of: index).count { $0.isEnd } == 1) }
            // Only those that ended by themselves are kept for their prefix.
            try await engine.expectNoLeak()
            #expect(engine.status.resident == 2)
        }
    }

    @Test func whatAStoppedCandidateHeldIsFreeBeforeTheOthersEnd() async throws {
        try await withEngine { engine in
            let limits = Limits(maxTokens: 1500)
            let assignment = try await engine.assignment(count: 2, sampling: Self.endless, limits: limits)
            var stream = engine.candidates(for: assignment).makeAsyncIterator()
            var heard = 0
            while let update = await stream.next(), heard < 200 {
                if isText(update.event) { heard += 1 }
            }
            engine.stop(assignment.request.id, candidate: 1)
            while let update = await stream.next(), update.event != .failed(.cancelled) {}
            let audit = try #require(await engine.audit())
            #expect(audit.status.running == 1)
            #expect(audit.strays.isEmpty)
            // The one that runs holds a cell for each of its tokens, apart from the last one drawn.
            let others = audit.status.generatedTokens
            #expect(audit.status.usedCells < assignment.prompt.tokens.count + Int(others) - 50)
        }
    }

    @Test func everyCandidateStoppedEndsTheAssignment() async throws {
        try await withEngine { engine in
            let assignment = try await engine.assignment(count: 3, sampling: Self.endless, limits: Limits())
            let collected = await collect(assignment, from: engine, stopping: [0, 1, 2], when: isText)
            for index in 0..<3 { #expect(collected.failure(of: index) == .cancelled) }
            try await engine.expectNoLeak()
            #expect(engine.status.usedCells == 0)
        }
    }

    @Test(arguments: [[0], [1], [0, 1, 2]])
    func aCandidateStoppedWhileThePromptIsReadNeverStarts(stops: [Int]) async throws {
        try await withEngine { engine in
            // Longer than a batch, so that reading it takes several steps.
            let long = Bumble.question(String(repeating: "What is 12 + 30? ", count: 130))
            let assignment = try await engine.assignment(long, count: 3, limits: Limits(maxTokens: 20))
            #expect(assignment.prompt.tokens.count > 1024)
            let collected = await collect(assignment, from: engine, stopping: stops) { event in
                if case .phase(.prefilling) = event { true } else { false }
            }
            for index in 0..<3 {
                let isStopped = stops.contains(index)
                #expect(collected.failure(of: index) == (isStopped ? .cancelled : nil))
                #expect(collected.scores(of: index).isEmpty == isStopped)
            }
            try await engine.expectNoLeak()
            #expect(engine.status.resident == 3 - stops.count)
        }
    }

    @Test(arguments: [[1], [0, 1]])
    func aCandidateStoppedInTheQueueNeverStarts(stops: [Int]) async throws {
        try await withEngine(cells: 1024, sequences: 2) { engine in
            let first = try await engine.assignment(count: 2, sampling: Self.endless, limits: Limits(maxTokens: 150))
            var other = try await engine.assignment(Bumble.question("What is 7 * 8?"), count: 2)
            other.request.id = RequestID(rawValue: "other")
            // More than fits between the engine and a reader: it is not over before it is read.
            var running = engine.candidates(for: first).makeAsyncIterator()
            var untouched = Collected()
            if let update = await running.next() { untouched.updates.append(update) }
            var queue = engine.candidates(for: other).makeAsyncIterator()
            #expect(await queue.next()?.event == .phase(.queued(ahead: 0)))
            for stop in stops { engine.stop(other.request.id, candidate: stop) }
            while let update = await running.next() { untouched.updates.append(update) }
            var waited = Collected()
            while let update = await queue.next() { waited.updates.append(update) }
            for index in 0..<2 {
                let isStopped = stops.contains(index)
                #expect(waited.failure(of: index) == (isStopped ? .cancelled : nil))
                #expect(waited.text(of: index).contains("56") == !isStopped)
            }
            // Candidates of the same index that belong to another request are left alone.
            for index in 0..<2 { #expect(untouched.outcome(of: index)?.reason == .length) }
            try await engine.expectNoLeak()
        }
    }

    @Test func whatIsNotRunningCannotBeStopped() async throws {
        try await withEngine { engine in
            let assignment = try await engine.assignment(count: 2)
            engine.stop(assignment.request.id, candidate: 0)
            let collected = await collect(assignment, from: engine, stopping: [2, -1], when: isText)
            for index in 0..<2 { #expect(collected.outcome(of: index)?.reason == .stop) }
            // What has ended stays in memory.
            engine.stop(assignment.request.id, candidate: 0)
            try await engine.expectNoLeak()
            #expect(engine.status.resident == 2)
        }
    }
}
