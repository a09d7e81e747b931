import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LiveTests {
    @Test func oneCandidateIsShownAsItIsGenerated() async throws {
        let (half, gate) = (Gate(), Gate())
        let source = ScriptedSource([.say(0, "Well, "), .mark(half), .wait(gate), .whole(0, "42.")])
        let observed = Observed(Told())
        async let answer = Swarm(source).told(.asking(.vote(candidates: 1)), into: observed)
        await observed.wait { $0.content() == "Well, " }
        await half.passed()
        #expect(observed.value.finish() == nil)
        gate.open()
        let summary = try await answer
        #expect(observed.value.content() == "Well, 42.")
        #expect(observed.value.finish() == .stop)
        #expect(observed.value.isInOrder)
        #expect(summary.report?.method == .single)
        #expect(summary.winner == 0)
        #expect(summary.usage.completionTokens == 9)
        #expect(summary.totalTokens == 9)
    }

    @Test func scoresComeWithTheTextWhenAskedFor() async throws {
        let source = ScriptedSource([.say(0, "Bees "), .whole(0, "hum.")])
        let request = ChatRequest.asking(.vote(candidates: 1), sampling: Sampling(topLogprobs: 2))
        let told = try await Swarm(source).told(request)
        #expect(told.scores().flatMap(\.bytes) == Array("Bees hum.".utf8))
    }

    @Test(arguments: FinishReason.allCases.filter { $0 != .toolCalls })
    func theReasonToEndIsPassedOn(reason: FinishReason) async throws {
        let source = ScriptedSource([.whole(0, "Bees", reason)])
        #expect(try await Swarm(source).told(.asking(.vote(candidates: 1))).finish() == reason)
    }

    @Test func choicesAreShownSideBySideAndNotVotedOn() async throws {
        let source = ScriptedSource([
            .say(1, "no"), .say(0, "ye"), .say(2, "may"), .whole(1, "pe"), .whole(2, "be", .length), .whole(0, "s"),
        ])
        let told = try await Swarm(source).told(.asking(.choices(3)))
        #expect((0..<3).map { told.content($0) } == ["yes", "nope", "maybe"])
        #expect((0..<3).map { told.finish($0) } == [.stop, .stop, .length])
        #expect(told.isInOrder)
        guard case .delta(choice: 1, .content("no")) = told.events.first else {
            Issue.record("not live: \(told.events.prefix(3))")
            return
        }
        let summary = try #require(told.summary)
        #expect(summary.report == nil)
        #expect(summary.winner == nil)
        #expect(summary.usage == Usage(promptTokens: promptTokens, completionTokens: 12))
        #expect(summary.totalTokens == 12)
    }

    @Test func aLostChoiceLeavesTheOthers() async throws {
        let source = ScriptedSource([.say(0, "ye"), .fail(1, .backend("broken")), .whole(0, "s")])
        let told = try await Swarm(source).told(.asking(.choices(2)))
        #expect(told.content(0) == "yes")
        #expect(told.finish(1) == nil)
        #expect(told.isInOrder)
    }

    @Test func choicesWithoutMemoryAreGeneratedWhenTheOthersHaveEnded() async throws {
        let source = ScriptedSource { assignment in
            guard assignment.candidates.count > 1 else { return [.whole(2, "maybe")] }
            return [.fail(2, .shed), .whole(0, "yes"), .whole(1, "no")]
        }
        let told = try await Swarm(source).told(.asking(.choices(3)))
        #expect((0..<3).map { told.content($0) } == ["yes", "no", "maybe"])
        #expect(told.isInOrder)
        #expect(told.summary?.usage.completionTokens == 10)
        let plans = source.record.value.started.map(\.candidates)
        #expect(plans.map { $0.map(\.index) } == [[0, 1, 2], [2]])
        #expect(plans.last?.first == plans.first?.last, "with the same seed")
    }

    @Test func whenThereIsMemoryForNoChoiceTheRequestFails() async throws {
        let source = ScriptedSource { assignment in assignment.candidates.map { .fail($0.index, .shed) } }
        await #expect(throws: SourceError.shed) { try await Swarm(source).told(.asking(.choices(3))) }
        #expect(source.record.value.started.count == 1)
    }

    @Test func choicesThatNeverFindMemoryLeaveThoseThatDid() async throws {
        let source = ScriptedSource { assignment in
            assignment.candidates.map { $0.index == 0 ? .whole(0, "yes") : .fail($0.index, .shed) }
        }
        let told = try await Swarm(source).told(.asking(.choices(3)))
        #expect((0..<3).map { told.finish($0) } == [.stop, nil, nil])
        #expect(source.record.value.started.map(\.candidates.count) == [3, 2])
    }

    @Test func reasoningIsToldApartAndItsTokensAreCounted() async throws {
        let source = ScriptedSource([.say(0, "<think>6 sevens</think>"), .whole(0, "42")])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 1), thinking: true))
        #expect(told.reasoning() == "6 sevens")
        #expect(told.content() == "42")
        let usage = try #require(told.summary).usage
        #expect(usage.completionTokens == 25)
        #expect(usage.reasoningTokens >= "6 sevens".utf8.count)
        #expect(usage.reasoningTokens <= "<think>6 sevens</think>".utf8.count)
    }

    @Test func phasesOfTheSourceArePassedOn() async throws {
        let phases = [Phase.queued(ahead: 2), .prefilling(done: 1, of: 4)]
        let source = ScriptedSource(phases.map { .phase(0, $0) } + [.whole(0, "42")])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 1)))
        #expect(Array(told.events.prefix(2)) == phases.map(AnswerEvent.phase))
    }

    @Test func aSilentClientGetsSignsOfLifeUntilTheAnswerComes() async throws {
        let gate = Gate()
        let source = ScriptedSource([.whole(0, "42"), .wait(gate), .whole(1, "42"), .whole(2, "42")])
        let observed = Observed(Told())
        let swarm = Swarm(source, heartbeat: .milliseconds(1))
        async let answer = swarm.told(.asking(), into: observed)
        await observed.wait { $0.events.contains(.phase(.voting(ready: 1, of: 3))) }
        let before = observed.value.events
        #expect(before.allSatisfy { if case .phase(.voting(_, 3)) = $0 { true } else { false } })
        gate.open()
        _ = try await answer
        #expect(observed.value.content() == "42")
        #expect(observed.value.isInOrder)
    }
}
