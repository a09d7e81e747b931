import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// However the candidates' text is cut and interleaved, and whoever has how much to say: nothing is taken back.
@Suite(.timeLimit(.minutes(1)))
struct StreamingPropertyTests {
    private static let beginnings = [
        "Bees live together in large colonies and gather nectar from a great many flowers.",
        "I'm sorry, but I can't help with that: it is beyond what I am here to do for anybody.",
        "Could you please tell me which bees you mean, those of the garden or those of the wood?", "",
    ]

    private static func words(_ most: Int, _ random: inout SplitMix64) -> String {
        let words = (0..<Int.random(in: 1...most, using: &random)).map { _ in
            ["bee", "wäx", "hive", "honey.", "Pollen", "queen,"].randomElement(using: &random) ?? ""
        }
        return words.joined(separator: " ")
    }

    /// Four candidates' steps, each in its order, shuffled among each other.
    private static func steps(isMarked: Bool, _ random: inout SplitMix64) -> [ScriptStep] {
        var pieces = (0..<4).map { index -> [ScriptStep] in
            var text = beginnings.randomElement(using: &random) ?? ""
            text += words(60, &random)
            var isCut = Bool.random(using: &random)
            if isMarked {
                if Bool.random(using: &random) { text = "<think>\(words(40, &random))</think>" + text }
                if Bool.random(using: &random) { text += "<call:ls>{\"path\":\"\(words(5, &random))\"}</call>" }
                isCut = isCut && Bool.random(using: &random)
                if isCut { text = String(text.prefix(Int.random(in: 1...text.count, using: &random))) }
            }
            let length = Int.random(in: 1...9, using: &random)
            let said = stride(from: 0, to: text.count, by: length).map {
                ScriptStep.say(index, String(text.dropFirst($0).prefix(length)))
            }
            return said + [.finish(index, isCut ? .length : .stop)]
        }
        var steps: [ScriptStep] = []
        while let index = pieces.indices.filter({ !pieces[$0].isEmpty }).randomElement(using: &random) {
            steps.append(pieces[index].removeFirst())
        }
        return steps
    }

    private func settled(_ request: ChatRequest, _ steps: [ScriptStep]) async throws -> (Told, SettledVote) {
        let settled = Observed([SettledVote]())
        let swarm = Swarm(ScriptedSource(steps)).recording { vote in settled.change { $0.append(vote) } }
        let told = try await swarm.told(request)
        return (told, try #require(settled.value.first))
    }

    @Test(arguments: StreamingPolicy.allCases, 0..<40)
    func theClientGetsExactlyTheWinnersText(policy: StreamingPolicy, seed: Int) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        let request = ChatRequest.asking(
            .vote(candidates: 4),
            content: "Tell me about bees.",
            vote: VoteOptions(streaming: policy)
        )
        let (told, vote) = try await settled(request, Self.steps(isMarked: false, &random))
        let winner = try #require(vote.candidates.first { $0.id.index == told.summary?.winner })
        #expect(told.isInOrder)
        #expect(told.content() == winner.text)
        #expect(told.content() == vote.winner?.content)
        #expect(told.reasoning().isEmpty)
        #expect(told.finish() == winner.outcome.reason)
        #expect(told.events.count { if case .choiceFinished = $0 { true } else { false } } == 1)
    }

    @Test(arguments: StreamingPolicy.allCases, 0..<40)
    func theClientGetsExactlyTheWinnersAnswer(policy: StreamingPolicy, seed: Int) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        let request = ChatRequest.asking(
            .vote(candidates: 4),
            tools: [ToolSpec(name: "ls")],
            thinking: true,
            content: "Tell me about bees.",
            vote: VoteOptions(streaming: policy)
        )
        let (told, vote) = try await settled(request, Self.steps(isMarked: true, &random))
        let winner = try #require(vote.winner)
        #expect(told.isInOrder)
        #expect(told.content() == winner.content)
        #expect(told.calls() == winner.toolCalls)
        if policy == .reasoningLeader, told.reasoning() != winner.reasoning {
            #expect(told.summary?.winner != 0)
            #expect(!told.reasoning().isEmpty)
        } else {
            #expect(told.reasoning() == winner.reasoning)
        }
        #expect(told.events.count { if case .choiceFinished = $0 { true } else { false } } == 1)
    }
}
