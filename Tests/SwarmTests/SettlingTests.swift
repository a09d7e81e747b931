import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SettlingTests {
    @Test func aStrictVoteWaitsForEveryCandidate() async throws {
        let heard = Phase.queued(ahead: 9)
        let gate = Gate()
        let source = ScriptedSource([
            .whole(0, "42"), .whole(1, "42"), .phase(2, heard), .wait(gate), .whole(2, "41"),
        ])
        let observed = Observed(Told())
        let request = ChatRequest.asking(.vote(candidates: 3), vote: VoteOptions(isStrict: true))
        async let answer = Swarm(source).told(request, into: observed)
        await observed.wait { $0.events.contains(.phase(heard)) }
        #expect(observed.value.deltas().isEmpty)
        gate.open()
        let report = try #require(try await answer.report)
        #expect(observed.value.content() == "42")
        #expect(report.stop == .complete)
        #expect((report.finished, report.cancelled) == (3, 0))
    }

    @Test(arguments: [true, false], [nil, true, false] as [Bool?])
    func theSourceIsToldWhetherTheVoteIsStrict(isSet: Bool, isAsked: Bool?) async throws {
        let source = ScriptedSource((0..<2).map { .whole($0, "42") })
        let swarm = Swarm(source, votes: VoteSettings(isStrict: isSet))
        _ = try await swarm.told(.asking(.vote(candidates: 2), vote: VoteOptions(isStrict: isAsked)))
        #expect(source.record.value.started.map(\.request.vote.isStrict) == [isAsked ?? isSet])
    }

    @Test func nobodyLeadsAStrictVote() async throws {
        let prose = "Bees live together in large colonies and gather nectar from a great many flowers."
        let source = ScriptedSource((0..<3).map { .say($0, prose) } + (0..<3).map { .whole($0, " Done.") })
        let request = ChatRequest.asking(
            .vote(candidates: 3),
            content: "Tell me about bees.",
            vote: VoteOptions(streaming: .leader, isStrict: true)
        )
        let told = try await Swarm(source).told(request)
        #expect(told.content() == prose + " Done.")
        let summary = try #require(told.summary)
        #expect(summary.streaming == .burst)
        #expect(summary.report?.method != .leader)
        #expect((summary.report?.finished, summary.report?.cancelled) == (3, 0))
    }

    @Test func everyEndedCandidateIsRecordedByIndexWithTheWinner() async throws {
        let source = ScriptedSource([
            .whole(3, "41"), .fail(1, .shed), .whole(2, "42"), .say(4, "never"), .whole(0, "The answer is 42."),
            .whole(5, "42"), .whole(6, "42"),
        ])
        let settled = Observed([SettledVote]())
        let swarm = Swarm(source).recording { vote in settled.change { $0.append(vote) } }
        let told = try await swarm.told(.asking(.vote(candidates: 7), sampling: Sampling(topLogprobs: 0)))
        let vote = try #require(settled.value.first)
        #expect(settled.value.count == 1)
        #expect(vote.candidates.map(\.id.index) == [0, 2, 3, 5, 6])
        #expect(vote.candidates.map(\.text) == ["The answer is 42.", "42", "41", "42", "42"])
        #expect(vote.winner == ParsedAnswer(content: "The answer is 42."))
        #expect(vote.summary == told.summary)
        #expect(vote.summary.winner == 0)
        #expect(source.record.value.winners == [0])
        #expect(vote.model == ScriptedModel.id)
        #expect(vote.plan.request.id == RequestID(rawValue: "r"))
        #expect(vote.plan.candidates.count == 7)
    }

    @Test func whatWasNotDecidedIsNotRecorded() async throws {
        let settled = Observed([SettledVote]())
        let record = { @Sendable (vote: SettledVote) in settled.change { $0.append(vote) } }
        let lost = ScriptedSource { $0.candidates.map { .fail($0.index, .shed) } }
        _ = try? await Swarm(lost).recording(record).told(.asking())
        let choices = ScriptedSource([.whole(0, "a"), .whole(1, "b")])
        _ = try await Swarm(choices).recording(record).told(.asking(.choices(2)))
        #expect(settled.value.isEmpty)
        #expect(choices.record.value.winners.isEmpty)
    }
}
