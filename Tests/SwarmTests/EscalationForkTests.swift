import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// Answers that are still split at the last width are tried by continuing half of them.
@Suite(.timeLimit(.minutes(1)))
struct EscalationForkTests {
    /// 41 bytes: the opening of a fork has 20.
    private static func answer(_ number: Int) -> String { "Six times sevén, I say, \\boxed{\(number)}." + "  ok." }
    private static let half = answer(41).utf8.count / 2

    /// Four candidates each for 41 and 42; forks go on with `rest`, by the number in the answer they continue.
    private static func source(_ forks: @escaping @Sendable (Assignment) -> [ScriptStep]) -> ScriptedSource {
        ScriptedSource { assignment in
            guard assignment.opening.isEmpty else { return forks(assignment) }
            return assignment.candidates.map { .whole($0.index, answer(41 + $0.index % 2)) }
        }
    }

    /// Of a fork that ended by itself: its prompt had been read before, and its opening is part of the answer.
    private static func usage(_ completion: Int) -> Usage {
        Usage(promptTokens: promptTokens, completionTokens: completion, cachedTokens: promptTokens)
    }

    private static func rest(of assignment: Assignment, _ number: Int = 42) -> String {
        String(decoding: Array(answer(number).utf8.dropFirst(assignment.opening.count)), as: UTF8.self)
    }

    @Test func halfOfAnAnswerOfEachOfTheTwoBestIsContinuedTwice() async throws {
        let source = Self.source { assignment in
            assignment.candidates.map { .whole($0.index, Self.rest(of: assignment)) }
        }
        let settled = Observed([SettledVote]())
        let swarm = Swarm(source).recording { vote in settled.change { $0.append(vote) } }
        let told = try await swarm.told(.asking(sampling: Sampling(seed: 3)))
        #expect(told.content() == Self.answer(42))
        let forks = source.record.value.started.filter { !$0.opening.isEmpty }
        #expect(forks.map { $0.candidates.map(\.index) } == [[8, 9], [10, 11]])
        for (fork, number) in zip(forks, [41, 42]) {
            #expect(fork.opening.flatMap(\.bytes) == Array(Self.answer(number).utf8.prefix(Self.half)))
        }
        let seeds = source.record.value.started.flatMap(\.candidates).map(\.sampling.seed)
        #expect(seeds == (0..<12).map { Sampling.seed(ofCandidate: $0, request: 3) })
        let vote = try #require(settled.value.first)
        for candidate in vote.candidates where candidate.id.index >= 8 {
            #expect(candidate.text == Self.answer(42))
            #expect(candidate.answer.content == Self.answer(42))
            #expect(candidate.tokens.flatMap(\.bytes) == Array(Self.answer(42).utf8))
            let whole = Self.usage(Self.answer(42).utf8.count)
            #expect(candidate.outcome.usage == whole)
        }
        #expect(vote.candidates.contains { $0.id.index == 8 })
        let report = try #require(told.summary?.report)
        #expect(report.escalations == 3)
        #expect(report.requested == 12)
        #expect(report.clusters.first?.key == report.clusters.first { $0.members.contains(1) }?.key)
    }

    @Test func aForkThatWinsCountsItsWholeAnswer() async throws {
        // Four that all differ, four that are lost, and four forks that say the same.
        let source = ScriptedSource { assignment in
            if !assignment.opening.isEmpty {
                return assignment.candidates.map { .whole($0.index, Self.rest(of: assignment, 40)) }
            }
            return assignment.candidates.map { plan in
                plan.index < 4 ? .whole(plan.index, Self.answer(41 + plan.index)) : .fail(plan.index, .shed)
            }
        }
        let told = try await Swarm(source).told(.asking())
        #expect(told.content() == Self.answer(40))
        let summary = try #require(told.summary)
        #expect((summary.winner ?? 0) >= 8)
        let whole = Self.answer(40).utf8.count
        #expect(summary.usage == Self.usage(whole))
        #expect(summary.totalTokens == 4 * whole + 4 * (whole - Self.half))
    }

    @Test func aForkThatIsStoppedCountsWhatItSaid() async throws {
        let loop = String(repeating: "over and over ", count: 80)
        let source = Self.source { assignment in assignment.candidates.map { .say($0.index, loop) } }
        let settled = Observed([SettledVote]())
        let swarm = Swarm(source).recording { vote in settled.change { $0.append(vote) } }
        let told = try await swarm.told(.asking())
        #expect(told.content() == Self.answer(41), "the lowest index of equals")
        #expect(told.summary?.killed == 4)
        let forks = try #require(settled.value.first).candidates.filter { $0.id.index >= 8 }
        #expect(forks.map(\.id.index) == [8, 9, 10, 11])
        for fork in forks {
            let whole = Self.half + loop.utf8.count
            #expect(fork.outcome.usage == Usage(promptTokens: promptTokens, completionTokens: whole))
        }
        #expect(told.summary?.totalTokens == 8 * Self.answer(41).utf8.count + 4 * loop.utf8.count)
    }

    @Test func forksWithoutMemoryLeaveTheVoteAsItWas() async throws {
        let source = Self.source { assignment in assignment.candidates.map { .fail($0.index, .shed) } }
        let told = try await Swarm(source).told(.asking())
        #expect(told.content() == Self.answer(41))
        #expect(told.summary?.report?.lost == 4)
        #expect(told.isInOrder)
    }

    @Test func stopStringsInTheOpeningAreNotShown() async throws {
        // The opening ends within what may become the stop string: that comes with the rest.
        var request = ChatRequest.asking()
        request.limits.stop = ["sevén, I will"]
        let source = Self.source { assignment in
            let rest = Self.answer(42).dropFirst("Six times ".count)
            return assignment.candidates.map { .whole($0.index, String(rest)) }
        }
        let settled = Observed([SettledVote]())
        let swarm = Swarm(source).recording { vote in settled.change { $0.append(vote) } }
        _ = try await swarm.told(request)
        let forks = try #require(settled.value.first).candidates.filter { $0.id.index >= 8 }
        #expect(!forks.isEmpty)
        #expect(forks.allSatisfy { $0.text == Self.answer(42) })
    }
}
