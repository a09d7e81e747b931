import LlamaEngine
import SwarmCore
import SwarmTestSupport
import Testing

/// What happens when memory, patience or clients run out.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct PressureTests {
    /// Makes the model go on for ever: its end tokens are forbidden.
    private static let endless = Sampling(temperature: 1, logitBias: Bumble.endless, seed: 5)

    @Test func cancellingFreesEveryCellAndSequence() async throws {
        try await withEngine { engine in
            let assignment = try await engine.assignment(count: 8, sampling: Self.endless, limits: Limits())
            var texts = 0
            for await update in engine.candidates(for: assignment) {
                if case .text = update.event { texts += 1 }
                if texts > 40 { break }
            }
            try await engine.expectNoLeak()
            let audit = try #require(await engine.audit())
            #expect(audit.status.usedCells == 0)
            #expect(audit.status.resident == 0)
        }
    }

    @Test func aCancelledTaskCancelsItsCandidates() async throws {
        try await withEngine { engine in
            let assignment = try await engine.assignment(count: 4, sampling: Self.endless, limits: Limits())
            let task = Task { await engine.collect(assignment) }
            while engine.status.running < 4 { await Task.yield() }
            task.cancel()
            _ = await task.value
            try await engine.expectNoLeak()
            #expect(engine.status.usedCells == 0)
        }
    }

    @Test func underPressureCandidatesAreGivenUpButTheFirstGoesOn() async throws {
        // Eight candidates that never end, in memory for about three of them.
        try await withEngine(cells: 2048) { engine in
            let assignment = try await engine.assignment(
                count: 8,
                sampling: Self.endless,
                limits: Limits(maxTokens: 1200)
            )
            let collected = await engine.collect(assignment)
            #expect(collected.outcome(of: 0)?.reason == .length)
            #expect(collected.outcome(of: 0)?.usage.completionTokens == 1200)
            #expect((1..<8).contains { collected.failure(of: $0) == .shed })
            for index in 0..<8 { #expect(collected.events(of: index).count { $0.isEnd } == 1) }
            try await engine.expectNoLeak()
        }
    }

    @Test func aFullQueueRefusesWithAHintWhenToComeBack() async throws {
        try await withEngine(cells: 512, sequences: 2, queueDepth: 1) { engine in
            let endless = try await engine.assignment(sampling: Self.endless, limits: Limits())
            let running = (0..<2).map { _ in Task { await engine.collect(endless) } }
            while engine.status.running < 1 { await Task.yield() }
            let others = (0..<4).map { _ in Task { await engine.collect(endless) } }
            var refused = 0
            for task in others {
                if case .saturated(let seconds) = await task.value.failure(of: 0) {
                    refused += 1
                    #expect(seconds > 0)
                }
            }
            #expect(refused > 0)
            for task in running { _ = await task.value }
            try await engine.expectNoLeak()
        }
    }

    @Test func waitingRequestsAreToldAndThenServed() async throws {
        try await withEngine(cells: 1024, sequences: 2) { engine in
            let first = try await engine.assignment(count: 2, sampling: Self.endless, limits: Limits(maxTokens: 150))
            let other = try await engine.assignment(Bumble.question("What is 7 * 8?"))
            async let running = engine.collect(first)
            while engine.status.running < 2 { await Task.yield() }
            let waited = await engine.collect(other)
            #expect(waited.events(of: 0).contains(.phase(.queued(ahead: 0))))
            #expect(waited.text(of: 0).contains("56"))
            _ = await running
            try await engine.expectNoLeak()
        }
    }

    @Test func aSlowReaderHoldsUpNobodyElse() async throws {
        try await withEngine { engine in
            let endless = try await engine.assignment(sampling: Self.endless, limits: Limits(maxTokens: 1500))
            var slow = engine.candidates(for: endless).makeAsyncIterator()
            _ = await slow.next()
            // The slow reader has stopped reading; another request comes and goes.
            let other = await engine.collect(try await engine.assignment(Bumble.question("What is 7 * 8?")))
            #expect(other.text(of: 0).contains("56"))
            let heldUp = engine.status.generatedTokens
            let again = await engine.collect(try await engine.assignment(Bumble.question("What is 9 + 9?")))
            #expect(again.text(of: 0).contains("18"))
            // It was parked: far fewer tokens than it may have.
            #expect(heldUp < 1000)
            var ended = false
            while let update = await slow.next() { ended = update.event.isEnd }
            #expect(ended)
            try await engine.expectNoLeak()
        }
    }

    @Test func shuttingDownFailsWhatRuns() async throws {
        try await withEngine { engine in
            let endless = try await engine.assignment(count: 2, sampling: Self.endless, limits: Limits())
            let task = Task { await engine.collect(endless) }
            while engine.status.running < 2 { await Task.yield() }
            await engine.shutDown()
            let collected = await task.value
            #expect(collected.failure(of: 0) == .cancelled)
            #expect(collected.failure(of: 1) == .cancelled)
            let after = await engine.collect(endless)
            #expect(after.updates.isEmpty)
        }
    }

    @Test func fiftyClientsOfWhomAThirdLeaveLeakNothing() async throws {
        try await withEngine(sequences: 24) { engine in
            var generator = SplitMix64(seed: 50)
            var assignments: [(Assignment, leavesAfter: Int?)] = []
            for client in 0..<50 {
                let question = Bumble.question("What is \(client) + \(Int.random(in: 10..<90, using: &generator))?")
                let sampling = Sampling(temperature: 0.8, seed: UInt64(client))
                let leaves = client % 3 == 0 ? Int.random(in: 1..<30, using: &generator) : nil
                assignments.append((try await engine.assignment(question, count: 3, sampling: sampling), leaves))
            }
            let complete = await withTaskGroup(of: Bool?.self) { group in
                for (assignment, leavesAfter) in assignments {
                    group.addTask {
                        var seen = 0
                        var ends = 0
                        for await update in engine.candidates(for: assignment) {
                            seen += 1
                            if update.event.isEnd { ends += 1 }
                            if let leavesAfter, seen >= leavesAfter { return nil }
                        }
                        return ends == 3
                    }
                }
                return await group.reduce(into: [Bool]()) { if let complete = $1 { $0.append(complete) } }
            }
            #expect(complete.count >= 33)
            #expect(complete.allSatisfy { $0 })
            try await engine.expectNoLeak()
        }
    }
}
