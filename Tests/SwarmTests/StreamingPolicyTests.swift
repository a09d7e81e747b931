import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StreamingPolicyTests {
    private let swarm = Swarm(ScriptedSource([]))

    @Test(
        arguments: [
            ("Tell me about bees.", .leader), ("6 × 7?", .burst), ("Who wrote Faust?", .burst),
            ("Write a Python function that adds two numbers.", .burst), ("Pick one:\nA) wax\nB) honey", .burst),
        ] as [(String, StreamingPolicy)]
    )
    func onlyProseIsShownAsItIsWritten(content: String, policy: StreamingPolicy) async throws {
        #expect(try await swarm.plan(.asking(.vote(candidates: 3), content: content)).streaming == policy)
        #expect(try await swarm.plan(.asking(content: content)).streaming == policy)
    }

    @Test func toolsAndJSONComeAtOnce() async throws {
        let bees = "Tell me about bees."
        #expect(try await swarm.plan(.asking(tools: [ToolSpec(name: "ls")], content: bees)).streaming == .burst)
        #expect(try await swarm.plan(.asking(content: bees, format: .jsonObject)).streaming == .burst)
    }

    @Test(arguments: ["Tell me about bees.", "6 × 7?"])
    func theThoughtsOfAThinkingModelComeAsTheyAreThought(content: String) async throws {
        #expect(try await swarm.plan(.asking(thinking: true, content: content)).streaming == .reasoningLeader)
    }

    @Test(arguments: StreamingPolicy.allCases)
    func theServersPolicyComesBeforeTheKindsAndTheRequestsBeforeBoth(policy: StreamingPolicy) async throws {
        let set = Swarm(ScriptedSource([]), votes: VoteSettings(streaming: policy))
        #expect(try await set.plan(.asking()).streaming == policy)
        #expect(try await set.plan(.asking(content: "Tell me about bees.")).streaming == policy)
        for other in StreamingPolicy.allCases {
            #expect(try await set.plan(.asking(vote: VoteOptions(streaming: other))).streaming == other)
        }
    }

    @Test(arguments: [SwarmPolicy.vote(candidates: 1), .choices(2)])
    func whatIsNotVotedOnIsShownAsItIsGeneratedWhateverThePolicy(policy: SwarmPolicy) async throws {
        let gate = Gate()
        let source = ScriptedSource([.say(0, "4"), .wait(gate), .whole(0, "2"), .whole(1, "42")])
        let observed = Observed(Told())
        let request = ChatRequest.asking(policy, vote: VoteOptions(streaming: .leader))
        async let answer = Swarm(source).told(request, into: observed)
        await observed.wait { $0.content() == "4" }
        gate.open()
        let summary = try await answer
        #expect(observed.value.content() == "42")
        #expect(summary.streaming == nil)
    }

    @Test func aBurstShowsNothingBeforeTheDecisionButSignsOfLife() async throws {
        let gate = Gate()
        let source = ScriptedSource([.say(0, "41 or 4"), .whole(1, "42"), .wait(gate), .whole(2, "42")])
        let observed = Observed(Told())
        async let answer = Swarm(source, heartbeat: .milliseconds(1))
            .told(.asking(.vote(candidates: 3)), into: observed)
        await observed.wait { $0.events.contains(.phase(.voting(ready: 1, of: 3))) }
        #expect(observed.value.deltas().isEmpty)
        gate.open()
        let summary = try await answer
        #expect(observed.value.content() == "42")
        #expect(summary.streaming == .burst)
        #expect(source.record.value.started.map(\.isLive) == [false])
    }
}
