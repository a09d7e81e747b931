import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EscalationTests {
    /// Every candidate says what its index has here, all later ones say the last.
    private static func source(_ answers: [String]) -> ScriptedSource {
        ScriptedSource { assignment in
            assignment.candidates.map { .whole($0.index, answers[min($0.index, answers.count - 1)]) }
        }
    }

    @Test(arguments: [nil, 1.5] as [Double?])
    func aSplitRoundAsksForTheNextWidth(temperature: Double?) async throws {
        let source = Self.source(["41", "42", "43", "42"])
        let request = ChatRequest.asking(sampling: Sampling(temperature: temperature, seed: 7))
        let told = try await Swarm(source).told(request)
        let rounds = source.record.value.started.map(\.candidates)
        #expect(rounds.map { $0.map(\.index) } == [[0, 1, 2], [3, 4], [5, 6, 7]])
        let all = rounds.joined()
        #expect(all.map(\.sampling.seed) == (0..<8).map { Sampling.seed(ofCandidate: $0, request: 7) })
        let (first, warm) = (temperature ?? 0.25, temperature ?? 0.7)
        let cooler = warm - 0.1
        #expect(all.map(\.sampling.temperature) == [first, warm, warm] + Array(repeating: cooler, count: 5))
        #expect(source.record.value.started.allSatisfy { $0.opening.isEmpty })
        #expect(told.content() == "42")
        #expect(told.isInOrder)
        let summary = try #require(told.summary)
        #expect(summary.winner == 1)
        let report = try #require(summary.report)
        #expect(report.escalations == 2)
        #expect(report.requested == 8)
        #expect(report.stop == .lead)
        #expect(report.clusters.first?.members.starts(with: [1, 3, 4]) == true)
    }

    @Test func aRoundThatAgreesAsksForNoMore() async throws {
        let source = Self.source(["42"])
        let summary = try #require(try await Swarm(source).told(.asking()).summary)
        #expect(source.record.value.started.count == 1)
        #expect(summary.report?.escalations == 0)
        #expect(summary.report?.requested == 3)
    }

    @Test(arguments: [3, nil] as [Int?])
    func anExplicitNumberOfCandidatesIsKept(asked: Int?) async throws {
        let source = Self.source(["41", "42", "43"])
        let swarm = Swarm(source, candidates: asked == nil ? 3 : nil)
        let told = try await swarm.told(.asking(.vote(candidates: asked)))
        #expect(source.record.value.started.count == 1)
        #expect(told.content() == "41")
        #expect(told.summary?.report?.escalations == 0)
    }

    @Test(arguments: [SourceError.shed, .backend("a bad day")])
    func furtherCandidatesThatAreLostLeaveTheVoteToTheOthers(error: SourceError) async throws {
        let answers = ["41", "42", "42"]
        let source = ScriptedSource { assignment in
            assignment.candidates.map { $0.index < 3 ? .whole($0.index, answers[$0.index]) : .fail($0.index, error) }
        }
        let told = try await Swarm(source).told(.asking())
        #expect(told.content() == "42")
        #expect(told.isInOrder)
        let report = try #require(told.summary?.report)
        #expect((report.finished, report.cancelled) == (3, 0))
        #expect(report.lost == report.requested - 3)
    }

    @Test func whenTheFirstRoundIsLostNoMoreAreAskedFor() async throws {
        let source = ScriptedSource { assignment in
            assignment.candidates.map { $0.index < 3 ? .fail($0.index, .shed) : .whole($0.index, "42") }
        }
        await #expect(throws: SourceError.shed) { try await Swarm(source).told(.asking()) }
        #expect(source.record.value.started.count == 1)
    }

    @Test func theClientLeavingCancelsTheFurtherOnesToo() async throws {
        let waiting = Gate()
        let source = ScriptedSource { assignment in
            assignment.candidates.first?.index == 0
                ? (0..<3).map { .whole($0, "4\($0)") } : [.whole(3, "42"), .say(4, "4"), .mark(waiting)]
        }
        let activity = Activity()
        let swarm = Swarm(source, activity: activity)
        let plan = try await swarm.plan(.asking())
        let answer = Task { try await swarm.answer(plan, logger: silentLogger) { _ in } }
        await waiting.passed()
        answer.cancel()
        await #expect(throws: CancellationError.self) { try await answer.value }
        #expect(await source.cancelled() == [[4]])
        #expect(source.record.value.ended == 2)
        #expect(activity.snapshot.isEmpty)
    }

    @Test func activityShowsMoreCandidatesThanItBeganWith() async throws {
        let (waiting, gate) = (Gate(), Gate())
        let source = ScriptedSource { assignment in
            assignment.candidates.first?.index == 0
                ? (0..<3).map { .whole($0, "4\($0)") }
                : [.say(4, "42"), .phase(4, .queued(ahead: 0)), .mark(waiting), .wait(gate)]
                    + assignment.candidates.map { .whole($0.index, "42") }
        }
        let activity = Activity()
        let observed = Observed(Told())
        async let answer = Swarm(source, activity: activity, heartbeat: .milliseconds(1)).told(
            .asking(),
            into: observed
        )
        await observed.wait { $0.events.contains(.phase(.voting(ready: 3, of: 5))) }
        await waiting.passed()
        let running = try #require(activity.snapshot.first)
        #expect(running.tokens == [2, 2, 2, 0, 2])
        #expect(running.ended == 3)
        gate.open()
        _ = try await answer
        #expect(activity.snapshot.isEmpty)
    }

    @Test func aStrictVoteEscalatesToo() async throws {
        let source = Self.source(["41", "42", "43", "42"])
        let told = try await Swarm(source).told(.asking(vote: VoteOptions(isStrict: true)))
        let report = try #require(told.summary?.report)
        #expect(told.content() == "42")
        #expect((report.escalations, report.finished, report.cancelled) == (2, 8, 0))
    }
}
