import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct VoteTests {
    @Test func aSafeLeadEndsTheVoteAndCancelsTheRest() async throws {
        // Candidates 2 and 4 never end by themselves: only a cancel lets this test come to its end.
        let source = ScriptedSource([
            .whole(0, "42"), .whole(1, "The answer is 42."), .say(2, "Let me"), .whole(3, "42.0"),
        ])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 5)))
        #expect(told.content() == "42")
        #expect(await source.cancelled() == [[2, 4]])
        let summary = try #require(told.summary)
        #expect(summary.winner == 0)
        let report = try #require(summary.report)
        #expect(report.kind == .number)
        #expect(report.method == .plurality)
        #expect(report.stop == .lead)
        #expect((report.requested, report.finished, report.cancelled, report.lost) == (5, 3, 2, 0))
        #expect(report.clusters.first?.members == [0, 1, 3])
        #expect(source.record.value.winners == [0])
    }

    @Test func aVoteThatCouldStillTurnWaits() async throws {
        let (tied, gate) = (Gate(), Gate())
        let source = ScriptedSource([.whole(0, "41"), .whole(1, "42"), .mark(tied), .wait(gate), .whole(2, "42")])
        let observed = Observed(Told())
        async let answer = Swarm(source).told(.asking(.vote(candidates: 3)), into: observed)
        await tied.passed()
        #expect(observed.value.events.isEmpty)
        gate.open()
        #expect(try await answer.winner == 1)
        #expect(observed.value.content() == "42")
        #expect(observed.value.summary?.report?.stop == .complete)
    }

    @Test func theWinnerComesInOneBurstInOrder() async throws {
        let text =
            "<think>First this.</think>" + String(repeating: "word ", count: 40) + "<call:ls>{\"path\":\".\"}</call>"
        let source = ScriptedSource((0..<3).map { .whole($0, text) })
        let request = ChatRequest.asking(sampling: Sampling(topLogprobs: 0), tools: [ToolSpec(name: "ls")])
        let told = try await Swarm(source).told(request)
        #expect(told.isInOrder)
        #expect(told.reasoning() == "First this.")
        #expect(told.content() == String(repeating: "word ", count: 40))
        #expect(told.calls() == [ToolCall(id: "call_1", name: "ls", arguments: "{\"path\":\".\"}")])
        #expect(told.scores().flatMap(\.bytes) == Array(text.utf8))
        #expect(told.finish() == .toolCalls)
        #expect(told.deltas().count > 5, "long text comes in pieces")
        #expect(!told.events.contains { if case .delta(let choice, _) = $0 { choice != 0 } else { false } })
    }

    @Test func scoresAreNotSentUnlessAskedFor() async throws {
        let source = ScriptedSource((0..<3).map { .whole($0, "42") })
        #expect(try await Swarm(source).told(.asking()).scores().isEmpty)
    }

    @Test(arguments: [SourceError.shed, .backend("a bad day"), .saturated(retryAfterSeconds: 3)])
    func lostCandidatesDoNotFailTheRequest(error: SourceError) async throws {
        let source = ScriptedSource([.fail(0, error), .whole(1, "7"), .fail(2, error)])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 3)))
        #expect(told.content() == "7")
        let summary = try #require(told.summary)
        #expect(summary.winner == 1)
        let report = try #require(summary.report)
        #expect((report.requested, report.finished, report.cancelled, report.lost) == (3, 1, 0, 2))
    }

    @Test(arguments: [SwarmPolicy.vote(candidates: 1), .vote(candidates: 3), .choices(3)])
    func whenAllAreLostTheRequestFailsWithTheLastReason(policy: SwarmPolicy) async throws {
        let source = ScriptedSource { assignment in
            assignment.candidates.map { plan in
                .fail(plan.index, plan.index == assignment.candidates.count - 1 ? .backend("last") : .shed)
            }
        }
        let activity = Activity()
        let swarm = Swarm(source, activity: activity)
        await #expect(throws: SourceError.backend("last")) { try await swarm.told(.asking(policy)) }
        #expect(activity.snapshot.isEmpty)
        #expect(source.record.value.cancelled.isEmpty)
    }

    @Test func tokensOfEveryCandidateCountInTheTotalAndOnlyTheWinnersInTheUsage() async throws {
        let source = ScriptedSource([.say(2, "hm"), .whole(0, "42"), .whole(1, "42.")])
        let request = ChatRequest.asking(.vote(candidates: 3), sampling: Sampling(seed: 5))
        let summary = try #require(try await Swarm(source).told(request).summary)
        #expect(summary.usage == Usage(promptTokens: promptTokens, completionTokens: 2))
        #expect(summary.totalTokens == 7)
        #expect(summary.seed == 5)
        let first = try #require(summary.firstTokenSeconds)
        #expect(first >= 0 && first <= summary.decisionSeconds)
        #expect(summary.tokensPerSecond > 0)
    }
}
