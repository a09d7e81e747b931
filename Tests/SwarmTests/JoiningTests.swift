import SwarmCore
import SwarmTestSupport
import Testing

@testable import Swarm

/// Sources that come and go between requests, and others that come too late.
@Suite(.timeLimit(.minutes(1)))
struct JoiningTests {
    private let own = JoiningTests.source("own")
    private let peer = JoiningTests.source("peer")
    private let joined = Observed<[ScriptedSource]>([])

    private static func source(_ id: String, candidates: Int? = nil) -> ScriptedSource {
        ScriptedSource(id: id, traits: SourceTraits(candidates: candidates)) { assignment in
            assignment.candidates.map { .whole($0.index, "42") }
        }
    }

    private var swarm: Swarm {
        Swarm(model: ScriptedModel(), sources: [own], joining: { [joined] in joined.value }, heartbeat: never)
    }

    /// Everybody's answer is waited for.
    private static func request(_ count: Int) -> ChatRequest {
        .asking(.vote(candidates: count), vote: VoteOptions(strategy: .quality))
    }

    private func join() { joined.change { [peer] in $0 = [peer] } }

    @Test func whoeverIsThereVotes() async throws {
        let swarm = swarm
        #expect(try await swarm.told(Self.request(4)).summary?.sources == [])
        join()
        let together = try await swarm.told(Self.request(4)).summary?.sources
        #expect(together?.map(\.id) == [own.id, peer.id])
        #expect(together?.map(\.finished) == [2, 2])
        joined.change { $0 = [] }
        #expect(try await swarm.told(Self.request(4)).summary?.sources == [])
        #expect(peer.record.value.started.count == 1)
    }

    @Test func aPlanIsCarriedOutWithThoseItWasMadeFor() async throws {
        let swarm = swarm
        join()
        let plan = try await swarm.plan(Self.request(4))
        joined.change { $0 = [] }
        let summary = try await swarm.answer(plan, logger: silentLogger) { _ in }
        #expect(summary.sources.map(\.finished) == [2, 2])
        #expect(peer.record.value.winners.count == 1)
    }

    @Test func votesAreWiderWhileSomebodyHasJoined() {
        let swarm = swarm
        let alone = swarm.candidates
        join()
        #expect(swarm.candidates.lowerBound == 2 * alone.lowerBound)
    }

    @Test func aBusyHeadIsBusyWhoeverHasJoined() {
        let busy = ScriptedSource(id: "own", isSaturated: true) { _ in [] }
        let swarm = Swarm(model: ScriptedModel(), sources: [busy], joining: { [peer] in [peer] }, heartbeat: never)
        #expect(swarm.isBusy)
        #expect(!self.swarm.isBusy)
    }

    @Test func whatIsOfOneModelIsTheHeadsOwn() async throws {
        join()
        for request in [
            ChatRequest.asking(.vote(candidates: 1)), .asking(.choices(2)),
            .asking(.vote(candidates: 2), vote: VoteOptions(isStrict: true)),
        ] {
            _ = try await swarm.told(request)
        }
        #expect(peer.record.value.started.isEmpty)
    }

    // MARK: Late peers

    private func round(_ peer: ScriptedSource, _ request: ChatRequest = JoiningTests.request(4)) async throws -> Round {
        let swarm = Swarm(model: ScriptedModel(), sources: [own, peer], heartbeat: never)
        var round = try Round(plan: try await swarm.plan(request), model: ScriptedModel()) { "call" }
        _ = round.takeActions()
        return round
    }

    private func end(_ index: Int, of source: ScriptedSource, in round: inout Round) {
        let id = CandidateID(source: source.id, index: index)
        _ = round.take(CandidateUpdate(candidate: id, event: .text(TextDelta(text: "42"))))
        _ = round.take(CandidateUpdate(candidate: id, event: .finished(Outcome(reason: .stop, usage: Usage()))))
    }

    private func stopped(_ round: inout Round) -> [Int] {
        round.takeActions().compactMap { if case .stop(let id) = $0 { id.index } else { nil } }
    }

    @Test func aPeerThatIsLateIsGivenUpAndTheOthersDecide() async throws {
        var round = try await round(peer)
        for index in [0, 2] { end(index, of: own, in: &round) }
        let start = ContinuousClock.now
        #expect(round.wait(until: start).isEmpty)
        #expect(round.wait(until: start + .seconds(1)).isEmpty)
        let early = stopped(&round)
        #expect(early.isEmpty)
        #expect(!round.isOver)
        let shown = round.wait(until: start + .seconds(60))
        let late = stopped(&round)
        #expect(!shown.isEmpty)
        #expect(late == [1, 3])
        #expect(round.isOver)
        let summary = try round.summary()
        #expect(summary.winner == 0)
        let report = try #require(summary.sources.last)
        #expect((report.id, report.finished, report.lost) == (peer.id, 0, 2))
        #expect(report.failure == "its vote would have come too late")
    }

    @Test func thePeerIsAskedWhileTheHeadStillGenerates() async throws {
        var round = try await round(peer)
        for index in [1, 3] { end(index, of: peer, in: &round) }
        end(0, of: own, in: &round)
        let start = ContinuousClock.now
        for seconds in [0, 60, 6000] { #expect(round.wait(until: start + .seconds(seconds)).isEmpty) }
        let early = stopped(&round)
        #expect(early.isEmpty)
        #expect(!round.isOver)
    }

    @Test func fewerThanHalfDoNotDecideAlone() async throws {
        let many = Self.source("many", candidates: 30)
        var round = try await round(many)
        end(0, of: own, in: &round)
        let start = ContinuousClock.now
        for seconds in [0, 60, 6000] { #expect(round.wait(until: start + .seconds(seconds)).isEmpty) }
        #expect(!round.isOver)
        end(1, of: many, in: &round)
        _ = round.wait(until: start)
        _ = round.wait(until: start + .seconds(60))
        let late = stopped(&round)
        #expect(round.isOver)
        #expect(late == [2, 3])
    }

    @Test func aLoneAnswerIsWaitedFor() async throws {
        var round = try await round(peer, .asking(.vote(candidates: 1)))
        let start = ContinuousClock.now
        for seconds in [0, 60, 6000] { #expect(round.wait(until: start + .seconds(seconds)).isEmpty) }
        #expect(!round.isOver)
    }
}
