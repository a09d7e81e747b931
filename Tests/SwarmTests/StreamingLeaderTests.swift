import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StreamingLeaderTests {
    private static let refusal = "I'm sorry, but I can't help with that: it is beyond what I am here to do for anybody."
    private static let question =
        "Could you please tell me which bees you mean, those of the garden or those of the wood?"

    private static func prose(_ index: Int) -> String {
        "Bees of hive \(index) live together in large colonies and gather nectar from many flowers."
    }

    private static func asking(_ candidates: Int, sampling: Sampling = Sampling()) -> ChatRequest {
        .asking(.vote(candidates: candidates), sampling: sampling, content: "Tell me about bees.")
    }

    @Test func nothingIsShownBeforeEveryRunningCandidateHasSaidEnough() async throws {
        let heard = Phase.queued(ahead: 9)
        let (one, two) = (Gate(), Gate())
        let source = ScriptedSource([
            .say(0, Self.prose(0)), .say(1, Self.prose(1)), .say(2, String(repeating: "x", count: 47)),
            .phase(2, heard), .wait(one), .say(2, "y"), .wait(two), .say(0, " They hum."), .whole(0, " They rest."),
        ])
        let observed = Observed(Told())
        async let answer = Swarm(source).told(Self.asking(3), into: observed)
        await observed.wait { $0.events.contains(.phase(heard)) }
        #expect(observed.value.deltas().isEmpty)
        one.open()
        await observed.wait { !$0.deltas().isEmpty }
        #expect(observed.value.deltas() == [.content(Self.prose(0))], "all that was said, at once")
        two.open()
        let summary = try await answer
        let expected = [Self.prose(0), " They hum.", " They rest."].map(AnswerDelta.content)
        #expect(observed.value.deltas() == expected)
        #expect(observed.value.finish() == .stop)
        #expect(observed.value.isInOrder)
        #expect(summary.streaming == .leader)
        #expect(summary.winner == 0)
        #expect(source.record.value.started.map(\.isLive) == [true])
    }

    @Test(arguments: [refusal, question])
    func aBeginningUnlikeMostOthersDoesNotLead(beginning: String) async throws {
        let source = ScriptedSource([
            .say(0, beginning), .say(1, Self.prose(1)), .say(2, Self.prose(2)), .whole(0, " Bye."), .whole(1, " Done."),
        ])
        let told = try await Swarm(source).told(Self.asking(3))
        #expect(told.content() == Self.prose(1) + " Done.")
        #expect(told.summary?.winner == 1)
        #expect(told.isInOrder)
    }

    @Test func whenMostRefuseTheFirstLeadsInRefusing() async throws {
        let source = ScriptedSource([
            .say(1, Self.prose(1)), .say(2, Self.refusal), .say(0, Self.refusal), .whole(0, " Bye."),
        ])
        let told = try await Swarm(source).told(Self.asking(3))
        #expect(told.content() == Self.refusal + " Bye.")
        #expect(told.summary?.winner == 0)
    }

    @Test func theReportSaysThatTheLeaderWonAndWhatTheOthersDid() async throws {
        let source = ScriptedSource(
            (0..<4).map { .say($0, $0 == 1 ? Self.refusal : Self.prose($0)) } + [
                .whole(1, " Bye."), .whole(0, " Done."),
            ]
        )
        let told = try await Swarm(source).told(Self.asking(4))
        let summary = try #require(told.summary)
        let report = try #require(summary.report)
        #expect(summary.winner == 0)
        #expect(report.method == .leader)
        #expect(report.stop == .leader)
        #expect((report.requested, report.finished, report.cancelled, report.lost) == (4, 2, 2, 0))
        #expect(report.dissent == "1 of 2 refused")
        #expect(await source.cancelled() == [[2, 3]])
        #expect(source.record.value.winners == [0])
    }

    @Test func aLeaderThatIsOutvotedStaysTheAnswer() async throws {
        let same = " So say we all, and there is no more to be said about any bee in any hive."
        let source = ScriptedSource(
            (0..<4).map { .say($0, Self.prose(7)) }
                + [.whole(1, same), .whole(2, same), .whole(3, same), .whole(0, "\n\n- wax\n- honey\n- pollen\n")]
        )
        let told = try await Swarm(source).told(Self.asking(4))
        #expect(told.content() == Self.prose(7) + "\n\n- wax\n- honey\n- pollen\n")
        let report = try #require(told.summary?.report)
        #expect(report.method == .leader)
        #expect(report.stop == .complete)
        #expect(report.agreement == 0.25)
        #expect(report.dissent == "3 of 4 answered in another form")
    }

    @Test func aLeaderThatLosesItsMemoryEndsWhereItWas() async throws {
        let source = ScriptedSource([.say(0, Self.prose(0)), .say(1, Self.prose(1)), .say(0, " They"), .fail(0, .shed)])
        let told = try await Swarm(source).told(Self.asking(2))
        #expect(told.content() == Self.prose(0) + " They")
        #expect(told.finish() == .length)
        #expect(told.isInOrder)
        let summary = try #require(told.summary)
        #expect(summary.winner == 0)
        let expected = Usage(
            promptTokens: "user: Tell me about bees.\n".utf8.count,
            completionTokens: told.content().utf8.count
        )
        #expect(summary.usage == expected)
        #expect(await source.cancelled() == [[1]])
    }

    @Test func whenALeaderBreaksTheRequestFailsAndNoOtherTextIsShown() async throws {
        let source = ScriptedSource([
            .say(0, Self.prose(0)), .whole(1, Self.prose(1)), .say(2, Self.prose(2)), .fail(0, .backend("broken")),
            .whole(2, " Done."),
        ])
        let observed = Observed(Told())
        await #expect(throws: SourceError.backend("broken")) {
            _ = try await Swarm(source).told(Self.asking(3), into: observed)
        }
        #expect(observed.value.content() == Self.prose(0))
        #expect(observed.value.finish() == nil)
        #expect(observed.value.summary == nil)
        #expect(source.record.value.winners.isEmpty)
    }

    @Test func candidatesThatAllEndSoonAreVotedOn() async throws {
        let soon = (0..<3).map { "A bee is a fly, so it is in a hive or a bed \($0)." }
        #expect(soon.allSatisfy { $0.utf8.count < 48 })
        let source = ScriptedSource((0..<3).map { .whole($0, soon[$0]) })
        let told = try await Swarm(source).told(Self.asking(3))
        let summary = try #require(told.summary)
        let report = try #require(summary.report)
        #expect(report.method == .medoid)
        #expect(report.stop == .complete)
        #expect(report.finished == 3)
        #expect(told.content() == soon[summary.winner ?? 0])
        #expect(told.finish() == .stop)
        #expect(told.isInOrder)
    }

    @Test func whereTheFirstHasEndedTheVoteDecides() async throws {
        // The one that goes on and on leads nobody.
        let short = "A bee is a fly, so it is in a hive or a bed."
        let source = ScriptedSource(
            (0..<3).map { .whole($0, short) } + [.say(3, Self.prose(3)), .say(3, Self.refusal), .whole(3, "Done.")]
        )
        let observed = Observed(Told())
        let summary = try await Swarm(source).told(Self.asking(4), into: observed)
        #expect(observed.value.content() == short)
        #expect(summary.winner == 0)
        #expect(summary.report?.method != .leader)
    }

    @Test func scoresOfEverythingShownComeWithIt() async throws {
        let source = ScriptedSource((0..<3).map { .say($0, Self.prose($0)) } + [.say(0, " They"), .whole(0, " hum.")])
        let told = try await Swarm(source).told(Self.asking(3, sampling: Sampling(topLogprobs: 0)))
        #expect(told.content() == Self.prose(0) + " They hum.")
        #expect(told.scores().flatMap(\.bytes) == Array(told.content().utf8))
    }
}
