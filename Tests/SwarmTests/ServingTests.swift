import SwarmCore
import SwarmTestSupport
import Testing

@testable import Swarm

/// Candidates that are generated for another node's vote.
@Suite(.timeLimit(.minutes(1)))
struct ServingTests {
    private struct PeerLeft: Error {}

    /// What the other node is told.
    private struct Pieces: Sendable {
        var updates: [(index: Int, event: CandidateEvent)] = []

        func events(of index: Int) -> [CandidateEvent] { updates.filter { $0.index == index }.map(\.event) }

        func deltas(of index: Int) -> [TextDelta] {
            events(of: index).compactMap { if case .text(let delta) = $0 { delta } else { nil } }
        }

        func text(of index: Int, _ channel: TextDelta.Channel = .content) -> String {
            deltas(of: index).filter { $0.channel == channel }.map(\.text).joined()
        }

        func outcome(of index: Int) -> Outcome? {
            if case .finished(let outcome) = events(of: index).last { outcome } else { nil }
        }
    }

    private static func asked(_ indices: Int...) -> [AskedCandidate] {
        indices.map { AskedCandidate(index: $0, seed: UInt64($0)) }
    }

    private func served(
        _ swarm: Swarm,
        _ request: ChatRequest = .asking(),
        asked: [AskedCandidate]
    ) async throws -> Pieces {
        var pieces = Pieces()
        let plan = try await swarm.plan(request, asked: asked)
        try await swarm.serve(plan) { pieces.updates.append(($0, $1)) }
        return pieces
    }

    @Test func eventsAreToldByThePlacesInTheOthersVote() async throws {
        let source = ScriptedSource([.phase(0, .queued(ahead: 1)), .say(0, "4"), .whole(1, "41"), .whole(0, "2")])
        let pieces = try await served(Swarm(source), asked: Self.asked(3, 17))
        #expect(pieces.text(of: 3) == "42")
        #expect(pieces.text(of: 17) == "41")
        #expect(Set(pieces.updates.map(\.index)) == [3, 17])
        for index in [3, 17] {
            #expect(pieces.events(of: index).count(where: \.isEnd) == 1)
            #expect(pieces.outcome(of: index)?.usage.promptTokens == promptTokens)
        }
    }

    @Test func everyCandidateIsDrawnAsTheOtherNodeAsks() async throws {
        let source = ScriptedSource { assignment in assignment.candidates.map { .whole($0.index, "42") } }
        _ = try await served(
            Swarm(source),
            asked: [
                AskedCandidate(index: 0, seed: .max), AskedCandidate(index: 5, seed: 12),
                AskedCandidate(index: 6, seed: 13, temperature: 0.5),
            ]
        )
        let plans = try #require(source.record.value.started.first).candidates
        #expect(plans.map(\.index) == [0, 1, 2])
        #expect(plans.map(\.sampling.seed) == [UInt64.max, 12, 13])
        #expect(plans.map(\.sampling.temperature) == [0.25, 0.7, 0.5])
    }

    @Test func answersAreToldTakenApart() async throws {
        let text = "<think>Hm.</think>Look.<call:read>{\"path\":\"a\"}</call>"
        let source = ScriptedSource([.whole(0, text)])
        let request = ChatRequest.asking(tools: [ToolSpec(name: "read")], thinking: true)
        let pieces = try await served(Swarm(source), request, asked: Self.asked(4))
        #expect(pieces.text(of: 4, .reasoning) == "Hm.")
        #expect(pieces.text(of: 4) == "Look.")
        #expect(pieces.text(of: 4, .call(index: 0, name: "read")) == "{\"path\":\"a\"}")
        #expect(pieces.outcome(of: 4)?.reason == .toolCalls)
        #expect(pieces.deltas(of: 4).allSatisfy { $0.tokens.isEmpty && $0.channel != .markup })
    }

    @Test func whatASourceTakesApartItselfIsPassedOn() async throws {
        let call = TextDelta.Channel.call(index: 0, name: "ls")
        let source = ScriptedSource([
            .tell(0, .reasoning, "Hm. "), .tell(0, .content, "Look."), .tell(0, call, ""), .tell(0, call, "{}"),
            .finish(0),
        ])
        let pieces = try await served(Swarm(source), asked: Self.asked(1))
        #expect(pieces.deltas(of: 1).map(\.text) == ["Hm. ", "Look.", "", "{}"])
        #expect(pieces.deltas(of: 1).map(\.channel) == [.reasoning, .content, call, call])
        #expect(pieces.outcome(of: 1)?.reason == .toolCalls)
    }

    @Test func aLostCandidateIsToldAndTheOthersGoOn() async throws {
        let source = ScriptedSource([.say(0, "4"), .fail(0, .backend("gone")), .whole(1, "42")])
        let pieces = try await served(Swarm(source), asked: Self.asked(2, 9))
        #expect(pieces.events(of: 2).last == .failed(.backend("gone")))
        #expect(pieces.events(of: 2).count(where: \.isEnd) == 1)
        #expect(pieces.text(of: 9) == "42")
    }

    @Test func theFirstThatEndsIsKept() async throws {
        let source = ScriptedSource([.fail(0, .shed), .whole(2, "a"), .whole(1, "b")])
        _ = try await served(Swarm(source), asked: Self.asked(0, 5, 6))
        #expect(source.record.value.winners == [2])
    }

    @Test func onlyTheHeadsOwnSourceIsAsked() async throws {
        let own = ScriptedSource(id: "own") { _ in [.whole(0, "42")] }
        let others = ["upstream", "peer"].map { ScriptedSource(id: $0) { _ in [.whole(0, "41")] } }
        let (upstream, peer) = (others[0], others[1])
        let swarm = Swarm(model: ScriptedModel(), sources: [own, upstream], joining: { [peer] }, heartbeat: never)
        let pieces = try await served(swarm, asked: Self.asked(8))
        #expect(pieces.text(of: 8) == "42")
        #expect(others.allSatisfy { $0.record.value.started.isEmpty })
    }

    @Test func aBusyHeadRefuses() async throws {
        let busy = ScriptedSource(id: "own", isSaturated: true) { _ in [] }
        let free = ScriptedSource(id: "free") { _ in [] }
        let swarm = Swarm(model: ScriptedModel(), sources: [busy], joining: { [free] }, heartbeat: never)
        #expect(swarm.isBusy)
        await #expect(throws: PlanError.saturated(retryAfterSeconds: 2)) {
            try await swarm.plan(.asking(), asked: Self.asked(0))
        }
    }

    @Test func aPromptThatDoesNotFitIsRefused() async throws {
        let swarm = Swarm(ScriptedSource([]), model: ScriptedModel(contextLength: 10))
        await #expect(throws: PlanError.self) { try await swarm.plan(.asking(), asked: Self.asked(0)) }
    }

    @Test func oneCandidateIsStoppedByItsPlaceInTheOthersVote() async throws {
        let waiting = Gate()
        let source = ScriptedSource([.whole(0, "42"), .mark(waiting)])
        let swarm = Swarm(source)
        let plan = try await swarm.plan(.asking(), asked: Self.asked(1, 0))
        let pieces = Observed(Pieces())
        async let end: Void = swarm.serve(plan) { index, event in pieces.change { $0.updates.append((index, event)) } }
        await waiting.passed()
        swarm.stop(plan, candidate: 7)
        swarm.stop(plan, candidate: 0)
        try await end
        #expect(source.record.value.stopped == [1])
        #expect(pieces.value.text(of: 1) == "42")
        #expect(pieces.value.events(of: 0) == [.failed(.cancelled)])
    }

    @Test func cancellingCancelsEveryCandidate() async throws {
        let waiting = Gate()
        let source = ScriptedSource([.say(0, "4"), .mark(waiting)])
        let activity = Activity()
        let swarm = Swarm(source, activity: activity)
        let plan = try await swarm.plan(.asking(), asked: Self.asked(1, 2))
        let serving = Task { try await swarm.serve(plan) { _, _ in } }
        await waiting.passed()
        #expect(activity.snapshot.map(\.id) == [plan.id])
        serving.cancel()
        await #expect(throws: CancellationError.self) { try await serving.value }
        #expect(await source.cancelled() == [[0, 1]])
        #expect(activity.snapshot.isEmpty)
    }

    @Test func anotherNodeThatLeavesCancelsEveryCandidate() async throws {
        let source = ScriptedSource([.say(0, "4")])
        let swarm = Swarm(source)
        let plan = try await swarm.plan(.asking(), asked: Self.asked(1, 2))
        await #expect(throws: PeerLeft.self) { try await swarm.serve(plan) { _, _ in throw PeerLeft() } }
        #expect(await source.cancelled() == [[0, 1]])
        #expect(source.record.value.winners.isEmpty)
    }
}
