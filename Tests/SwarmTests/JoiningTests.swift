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

    private func say(_ text: String, _ id: CandidateID, in round: inout Round) {
        let tokens = text.utf8.map { TokenScore(token: Int32($0), bytes: [$0], logprob: -0.5, selfCertainty: 2) }
        _ = round.take(CandidateUpdate(candidate: id, event: .text(TextDelta(text: text, tokens: tokens))))
    }

    private func end(_ index: Int, of source: ScriptedSource, saying text: String = "42", in round: inout Round) {
        let id = CandidateID(source: source.id, index: index)
        say(text, id, in: &round)
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

    // MARK: Hedges

    private let many = JoiningTests.source("many", candidates: 30)

    /// A vote in which one candidate of the head has ended, and three of another node have not.
    private func outvoted(_ request: ChatRequest = JoiningTests.request(4)) async throws -> Round {
        var round = try await round(many, request)
        end(0, of: own, in: &round)
        return round
    }

    /// Lets so much time go by that what is late is begun a second time; gives what was begun.
    private func hedged(_ round: inout Round) -> [CandidateID] {
        let start = ContinuousClock.now
        _ = round.wait(until: start)
        _ = round.wait(until: start + .seconds(60))
        return round.takeActions().flatMap { action -> [CandidateID] in
            guard case .generate(let source, let plans, let opening) = action, opening.isEmpty else { return [] }
            return plans.map { CandidateID(source: source, index: $0.index) }
        }
    }

    private func lose(_ id: CandidateID, in round: inout Round) {
        _ = round.take(CandidateUpdate(candidate: id, event: .failed(.backend("gone"))))
    }

    private var late: [CandidateID] { (1...3).map { CandidateID(source: many.id, index: $0) } }
    private var hedge: CandidateID { CandidateID(source: own.id, index: 4) }

    @Test func fewerThanHalfDoNotDecideAloneAndTheHeadBeginsMore() async throws {
        var round = try await outvoted()
        #expect(hedged(&round) == [hedge])
        #expect(round.progress == .voting(ready: 1, of: 4))
        // The head generates: there is nothing to give up.
        for seconds in [60, 6000] { #expect(round.wait(until: .now + .seconds(seconds)).isEmpty) }
        #expect(!round.isOver)
        end(4, of: own, in: &round)
        let replaced = stopped(&round)
        #expect(replaced == [1])
        _ = round.wait(until: .now)
        _ = round.wait(until: .now + .seconds(60))
        let late = stopped(&round)
        #expect(late == [2, 3])
        #expect(round.isOver)
        let summary = try round.summary()
        #expect(summary.hedged == 1)
        #expect(summary.report?.requested == 4)
        #expect(summary.sources.map(\.finished) == [2, 0])
        #expect(summary.sources.map(\.lost) == [0, 3])
    }

    @Test func whatComesAfterAllEndsTheOneBegunInItsPlace() async throws {
        var round = try await outvoted()
        #expect(hedged(&round) == [hedge])
        end(1, of: many, in: &round)
        let unneeded = stopped(&round)
        #expect(unneeded == [4])
        // What it says now changes nothing.
        end(4, of: own, in: &round)
        for index in [2, 3] { end(index, of: many, in: &round) }
        #expect(round.isOver)
        #expect(round.candidates.map(\.id.index) == [0, 1, 2, 3])
        #expect(try round.summary().sources.map(\.lost) == [0, 0])
    }

    @Test func ofOneThatIsLostTheOtherGoesOn() async throws {
        var round = try await outvoted()
        #expect(hedged(&round) == [hedge])
        lose(late[0], in: &round)
        for index in [2, 3] { end(index, of: many, in: &round) }
        #expect(!round.isOver)
        end(4, of: own, in: &round)
        #expect(round.isOver)
        #expect(round.candidates.map(\.id.index) == [0, 2, 3, 4])
        #expect(try round.summary().report?.lost == 0)
    }

    @Test func aHedgeThatIsLostLeavesTheFirstToWaitFor() async throws {
        var round = try await outvoted()
        #expect(hedged(&round) == [hedge])
        lose(hedge, in: &round)
        #expect(!round.isOver)
        for index in 1...3 { end(index, of: many, in: &round) }
        #expect(round.isOver)
        #expect(round.candidates.map(\.id.index) == [0, 1, 2, 3])
    }

    @Test func whatIsShownHasNoOtherBegunInItsPlace() async throws {
        let vote = VoteOptions(strategy: .quality, streaming: .leader)
        var round = try await round(many, .asking(.vote(candidates: 4), content: "Tell me about bees.", vote: vote))
        end(0, of: own, saying: "I'm sorry, but I can't help with that.", in: &round)
        #expect(hedged(&round) == [hedge])
        for id in late {
            say("Bees live together in large colonies and gather nectar from many flowers.", id, in: &round)
        }
        let dropped = stopped(&round)
        #expect(dropped == [4])
        for id in late { end(id.index, of: many, saying: " They hum.", in: &round) }
        #expect(try round.summary().winner == 1)
    }

    @Test func aSilentMajorityIsDecidedWithout() async throws {
        let silent = ScriptedSource(id: "silent", traits: SourceTraits(candidates: 30)) { _ in [.wait(Gate())] }
        let swarm = Swarm(model: ScriptedModel(), sources: [own, silent], heartbeat: .milliseconds(50))
        let told = try await swarm.told(Self.request(4))
        #expect(told.content() == "42")
        #expect(told.summary?.hedged == 1)
        #expect(told.summary?.sources.map(\.finished) == [2, 0])
        #expect(own.record.value.started.map(\.candidates.count) == [1, 1])
    }

    @Test func aLoneAnswerIsWaitedFor() async throws {
        var round = try await round(peer, .asking(.vote(candidates: 1)))
        let start = ContinuousClock.now
        for seconds in [0, 60, 6000] { #expect(round.wait(until: start + .seconds(seconds)).isEmpty) }
        #expect(!round.isOver)
    }
}
