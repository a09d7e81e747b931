import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StreamingReasoningTests {
    private let request = ChatRequest.asking(.vote(candidates: 3), thinking: true)

    @Test func theThoughtsOfTheFirstAreLiveAndTheAnswerIsTheWinners() async throws {
        let gate = Gate()
        let source = ScriptedSource([
            .say(1, "<think>Other thoughts"), .say(0, "<think>First thoughts"), .wait(gate), .whole(0, "</think>41"),
            .whole(1, "</think>42"), .whole(2, "<think>Third</think>42"),
        ])
        let observed = Observed(Told())
        async let answer = Swarm(source).told(request, into: observed)
        await observed.wait { $0.reasoning() == "First thoughts" }
        #expect(observed.value.content().isEmpty)
        gate.open()
        let summary = try await answer
        #expect(summary.winner == 1)
        #expect(summary.streaming == .reasoningLeader)
        #expect(observed.value.reasoning() == "First thoughts", "no second thoughts")
        #expect(observed.value.content() == "42")
        #expect(observed.value.finish() == .stop)
        #expect(observed.value.isInOrder)
        #expect(source.record.value.started.map(\.isLive) == [true])
    }

    @Test func aLeaderThatWinsShowsTheRestOfItsThoughtsFirst() async throws {
        let source = ScriptedSource([
            .say(0, "<think>First "), .say(0, "thoughts"), .whole(0, " and more</think>42"),
            .whole(1, "<think>Other</think>42"),
        ])
        let told = try await Swarm(source).told(request)
        #expect(told.summary?.winner == 0)
        #expect(told.reasoning() == "First thoughts and more")
        #expect(told.content() == "42")
        let last = try #require(told.deltas().last)
        #expect(last == .content("42"))
    }

    @Test func aLeaderWithoutThoughtsLeavesThemToTheWinner() async throws {
        let source = ScriptedSource([
            .say(0, "4"), .whole(0, "1"), .whole(1, "<think>Other</think>42"), .whole(2, "<think>Third</think>42"),
        ])
        let told = try await Swarm(source).told(request)
        #expect(told.reasoning() == "Other")
        #expect(told.content() == "42")
    }

    @Test(arguments: [SourceError.shed, .backend("broken")])
    func aLostLeaderDoesNotEndTheVote(error: SourceError) async throws {
        let source = ScriptedSource([
            .say(0, "<think>First"), .fail(0, error), .whole(1, "<think>Other</think>42"),
            .whole(2, "<think>Third</think>42"),
        ])
        let told = try await Swarm(source).told(request)
        #expect(told.reasoning() == "First")
        #expect(told.content() == "42")
        #expect(told.finish() == .stop)
        #expect(told.summary?.report?.lost == 1)
    }

    @Test func callsAreAnnouncedOnceAndAfterTheVote() async throws {
        let gate = Gate()
        let call = "<call:ls>{\"path\":\".\"}</call>"
        let source = ScriptedSource([
            .say(0, "<think>Look.</think>" + call), .phase(0, .queued(ahead: 9)), .wait(gate), .finish(0),
            .whole(1, "<think>Look!</think>" + call), .whole(2, call),
        ])
        let request = ChatRequest.asking(
            .vote(candidates: 3),
            sampling: Sampling(topLogprobs: 0),
            tools: [ToolSpec(name: "ls")],
            thinking: true
        )
        let observed = Observed(Told())
        async let answer = Swarm(source).told(request, into: observed)
        await observed.wait { $0.events.contains(.phase(.queued(ahead: 9))) }
        #expect(observed.value.deltas() == [.reasoning("Look.")])
        gate.open()
        let summary = try await answer
        let told = observed.value
        #expect(told.calls() == [ToolCall(id: "call_1", name: "ls", arguments: "{\"path\":\".\"}")])
        #expect(told.reasoning() == "Look.")
        #expect(told.finish() == .toolCalls)
        #expect(summary.winner == 0)
        #expect(told.scores().flatMap(\.bytes) == Array(("<think>Look.</think>" + call).utf8))
    }
}
