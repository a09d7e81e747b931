import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// Several plans of one request.
@Suite(.timeLimit(.minutes(1)))
struct SeveralTests {
    private struct ClientLeft: Error {}

    private static func plans(_ swarm: Swarm, _ count: Int) async throws -> [Plan] {
        var plans: [Plan] = []
        for place in 0..<count {
            var request = ChatRequest.asking(.vote(candidates: 1), content: "\(place)")
            request.id = RequestID(rawValue: "r-\(place)")
            plans.append(try await swarm.plan(request))
        }
        return plans
    }

    /// Says what it was asked, a letter at a time.
    private static func echoing() -> ScriptedSource {
        ScriptedSource { assignment in
            (assignment.request.messages.first?.content ?? "").map { .say(0, String($0)) } + [.finish(0)]
        }
    }

    @Test(arguments: [0, 1, 2, 8, 9, 20, 100])
    func everyPlanIsAnsweredUnderItsPlace(count: Int) async throws {
        let source = Self.echoing()
        let activity = Activity()
        let swarm = Swarm(source, activity: activity)
        var told: [Int: Told] = [:]
        try await swarm.answer(all: try await Self.plans(swarm, count), logger: silentLogger) { place, event in
            told[place, default: Told()].events.append(event)
        }
        #expect(told.keys.sorted() == Array(0..<count))
        for (place, told) in told {
            #expect(told.isInOrder)
            #expect(told.content() == "\(place)")
        }
        #expect(source.record.value.ended == count)
        #expect(source.record.value.cancelled.isEmpty)
        #expect(activity.snapshot.isEmpty)
    }

    @Test func atMostEightRunAtATimeAndTheNextBeginsWhenOneEnds() async throws {
        let gates = (0..<10).map { _ in Gate() }
        let source = ScriptedSource { assignment in
            let place = Int(assignment.request.messages.first?.content ?? "") ?? 0
            return [.wait(gates[place]), .whole(0, "42")]
        }
        let swarm = Swarm(source)
        let plans = try await Self.plans(swarm, 10)
        let ended = Observed<[Int]>([])
        async let all: Void = swarm.answer(all: plans, logger: silentLogger) { place, event in
            if case .finished = event { ended.change { $0.append(place) } }
        }
        await source.record.wait { $0.started.count == 8 }
        for (count, place) in [5, 0].enumerated() {
            #expect(source.record.value.started.count == 8 + count)
            gates[place].open()
            await source.record.wait { $0.started.count == 9 + count }
        }
        for gate in gates { gate.open() }
        try await all
        #expect(Set(ended.value) == Set(0..<10))
        #expect(ended.value.prefix(2) == [5, 0])
    }

    @Test func cancellingOneCancelsAllAndStartsNoMore() async throws {
        let source = ScriptedSource([.say(0, "Well, ")])
        let activity = Activity()
        let swarm = Swarm(source, activity: activity)
        let plans = try await Self.plans(swarm, 20)
        let all = Task { try await swarm.answer(all: plans, logger: silentLogger) { _, _ in } }
        await source.record.wait { $0.started.count == 8 }
        all.cancel()
        await #expect(throws: CancellationError.self) { try await all.value }
        #expect(source.record.value.started.count == 8)
        #expect(source.record.value.cancelled == Array(repeating: [0], count: 8))
        #expect(activity.snapshot.isEmpty)
    }

    @Test func anErrorOfTheClientCancelsAll() async throws {
        let source = ScriptedSource([.say(0, "Well, ")])
        let swarm = Swarm(source)
        let plans = try await Self.plans(swarm, 20)
        await #expect(throws: ClientLeft.self) {
            try await swarm.answer(all: plans, logger: silentLogger) { _, _ in
                await source.record.wait { $0.started.count == 8 }
                throw ClientLeft()
            }
        }
        #expect(source.record.value.cancelled.count == 8)
        #expect(source.record.value.ended == 8)
    }

    @Test func thePlanThatFailsSaysWhyAndTheOthersAreCancelled() async throws {
        let source = ScriptedSource { assignment in
            assignment.request.messages.first?.content == "3" ? [.fail(0, .shed)] : [.phase(0, .queued(ahead: 1))]
        }
        let swarm = Swarm(source)
        let plans = try await Self.plans(swarm, 4)
        await #expect(throws: SourceError.shed) {
            try await swarm.answer(all: plans, logger: silentLogger) { _, _ in }
        }
        #expect(source.record.value.ended == source.record.value.started.count)
    }

    /// Those that fail, and those that have something to say, do not wait for each other.
    @Test func failingWhileTheClientIsSlowAndOthersWaitToSpeakEndsAll() async throws {
        let (told, slow) = (Gate(), Gate())
        let source = ScriptedSource { assignment in
            assignment.request.messages.first?.content == "0"
                ? [.say(0, "a"), .wait(told), .fail(0, .backend("broken"))] : [.wait(told), .whole(0, "b")]
        }
        let activity = Activity()
        let swarm = Swarm(source, activity: activity)
        let plans = try await Self.plans(swarm, 8)
        let all = Task {
            try await swarm.answer(all: plans, logger: silentLogger) { _, _ in
                told.open()
                await slow.passed()
            }
        }
        await told.passed()
        // The one that failed is over, while the client still takes its first piece.
        while activity.snapshot.contains(where: { $0.id.rawValue == "r-0" }) { await Task.yield() }
        slow.open()
        await #expect(throws: SourceError.backend("broken")) { try await all.value }
        #expect(activity.snapshot.isEmpty)
    }

    @Test func cancellingWhileTheClientIsSlowEndsAll() async throws {
        let (told, slow) = (Gate(), Gate())
        let source = ScriptedSource { _ in Array(repeating: .say(0, "word "), count: 100_000) }
        let activity = Activity()
        let swarm = Swarm(source, activity: activity)
        let plans = try await Self.plans(swarm, 20)
        let all = Task {
            try await swarm.answer(all: plans, logger: silentLogger) { _, _ in
                told.open()
                await slow.passed()
            }
        }
        await told.passed()
        all.cancel()
        await #expect(throws: CancellationError.self) { try await all.value }
        #expect(activity.snapshot.isEmpty)
        #expect(source.record.value.ended == source.record.value.started.count)
    }

    @Test func aSlowClientHoldsUpEveryPlan() async throws {
        let (told, slow, far) = (Gate(), Gate(), Gate())
        let source = ScriptedSource { _ in Array(repeating: .say(0, "word "), count: 50) + [.mark(far), .finish(0)] }
        let swarm = Swarm(source)
        let plans = try await Self.plans(swarm, 3)
        let all = Task {
            try await swarm.answer(all: plans, logger: silentLogger) { _, _ in
                told.open()
                await slow.passed()
            }
        }
        await told.passed()
        await source.record.wait { $0.started.count == 3 }
        for _ in 0..<1000 { await Task.yield() }
        #expect(!far.value)
        slow.open()
        try await all.value
        #expect(far.value)
    }

    /// Wherever it is cut off, nothing is left and nothing waits for ever.
    @Test(arguments: 0..<40)
    func nothingIsLeftWhereverItEnds(count: Int) async throws {
        for isCancelled in [false, true] {
            let source = Self.echoing()
            let activity = Activity()
            let swarm = Swarm(source, activity: activity)
            let plans = try await Self.plans(swarm, 12)
            let reached = Gate()
            let all = Task {
                var events = 0
                try await swarm.answer(all: plans, logger: silentLogger) { _, _ in
                    events += 1
                    guard events > count else { return }
                    reached.open()
                    if !isCancelled { throw ClientLeft() }
                }
                reached.open()
            }
            await reached.passed()
            if isCancelled { all.cancel() }
            _ = await all.result
            #expect(source.record.value.ended == source.record.value.started.count)
            #expect(activity.snapshot.isEmpty)
        }
    }
}
