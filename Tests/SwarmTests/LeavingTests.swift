import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// Whatever ends a request ends its candidates too.
@Suite(.timeLimit(.minutes(1)))
struct LeavingTests {
    private static let policies = [SwarmPolicy.vote(candidates: 1), .vote(candidates: 3), .choices(3)]

    private struct ClientLeft: Error {}

    @Test(arguments: policies)
    func anErrorOfTheClientCancelsEveryCandidate(policy: SwarmPolicy) async throws {
        let source = ScriptedSource([.phase(0, .prefilling(done: 0, of: 1))])
        let activity = Activity()
        let swarm = Swarm(source, activity: activity)
        let plan = try await swarm.plan(.asking(policy))
        await #expect(throws: ClientLeft.self) {
            _ = try await swarm.answer(plan, logger: silentLogger) { _ in throw ClientLeft() }
        }
        #expect(source.record.value.cancelled == [plan.candidates.map(\.index)])
        #expect(activity.snapshot.isEmpty)
    }

    @Test(arguments: policies)
    func cancellingTheRequestCancelsEveryCandidate(policy: SwarmPolicy) async throws {
        let waiting = Gate()
        let source = ScriptedSource([.phase(0, .prefilling(done: 0, of: 1)), .mark(waiting)])
        let activity = Activity()
        let swarm = Swarm(source, activity: activity)
        let plan = try await swarm.plan(.asking(policy))
        let answer = Task { try await swarm.answer(plan, logger: silentLogger) { _ in } }
        await waiting.passed()
        #expect(activity.snapshot.map(\.id) == [plan.request.id])
        #expect(activity.snapshot.first?.tokens == plan.candidates.map { _ in 0 })
        answer.cancel()
        await #expect(throws: CancellationError.self) { try await answer.value }
        #expect(source.record.value.cancelled == [plan.candidates.map(\.index)])
        #expect(activity.snapshot.isEmpty)
    }

    @Test func cancellingWhileTheClientIsSlowCancelsEveryCandidate() async throws {
        let source = ScriptedSource([.phase(0, .prefilling(done: 0, of: 1))])
        let swarm = Swarm(source)
        let plan = try await swarm.plan(.asking())
        let (told, slow) = (Gate(), Gate())
        let answer = Task {
            try await swarm.answer(plan, logger: silentLogger) { _ in
                told.open()
                await slow.passed()
            }
        }
        await told.passed()
        answer.cancel()
        await #expect(throws: CancellationError.self) { try await answer.value }
        #expect(source.record.value.cancelled == [[0, 1, 2]])
    }

    @Test func nothingStartsBeforeTheAnswerIsAskedFor() async throws {
        let source = ScriptedSource([])
        _ = try await Swarm(source).plan(.asking())
        #expect(source.record.value.started.isEmpty)
    }

    @Test func activityShowsTokensAndEndsWhileARequestRuns() async throws {
        let (waiting, gate) = (Gate(), Gate())
        let source = ScriptedSource([
            .whole(0, "42"), .say(1, "4"), .mark(waiting), .wait(gate), .whole(1, "2"), .whole(2, "42"),
        ])
        let activity = Activity()
        async let told = Swarm(source, activity: activity).told(.asking())
        await waiting.passed()
        let running = try #require(activity.snapshot.first)
        #expect(running.id == RequestID(rawValue: "r"))
        #expect(running.tokens == [2, 1, 0])
        #expect(running.ended == 1)
        #expect(running.firstToken != nil)
        gate.open()
        #expect(try await told.content() == "42")
        #expect(activity.snapshot.isEmpty)
    }
}
