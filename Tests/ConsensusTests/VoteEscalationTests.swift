import Consensus
import SwarmCore
import Testing

@Suite struct VoteEscalationTests {
    private func candidate(_ index: Int, _ text: String, tokens: Int) -> Candidate {
        var candidate = ConsensusTests.candidate(index, text)
        candidate.tokens = Array(
            repeating: TokenScore(token: 0, bytes: [], logprob: 0, selfCertainty: 0),
            count: tokens
        )
        return candidate
    }

    private func tally(
        _ texts: [String],
        _ widths: [Int] = [3, 5, 8],
        strategy: VoteStrategy = .auto,
        mayFork: Bool = true,
        tokens: Int = 40,
        request: ChatRequest = AnswerPool.numbers.request
    ) -> Tally {
        let rules = VoteRules(strategy: strategy, widths: widths, mayFork: mayFork)
        var tally = Tally(request: request, candidates: ids(texts.count), rules: rules)
        for (index, text) in texts.enumerated() { tally.record(candidate(index, text, tokens: tokens)) }
        return tally
    }

    private func plan(_ tally: Tally) -> EscalationPlan? {
        if case .escalate(let plan) = tally.decision { plan } else { nil }
    }

    private func verdict(_ tally: Tally) -> Verdict? {
        if case .locked(let verdict) = tally.decision { verdict } else { nil }
    }

    @Test(arguments: [
        ["42", "42", "41"], ["41", "42", "43"], ["42", "", ""], ["", "", ""], ["42", "42", ""].reversed(),
    ])
    func aRoundThatDoesNotAgreeAsksForMore(_ texts: [String]) {
        let isDecided = texts.count { $0 == "42" } == 2 && texts.contains("")
        let tally = tally(texts)
        #expect((plan(tally)?.additional == 2) == !isDecided)
        #expect((verdict(tally)?.report.stop == .agreed) == isDecided)
    }

    /// TrACE commits at a share of 0.75.
    @Test func threeOfFourAreEnough() {
        #expect(verdict(tally(["42", "42", "41", "42"], [4, 8]))?.report.stop == .agreed)
        #expect(plan(tally(["42", "42", "41", "41"], [4, 8]))?.additional == 4)
        #expect(plan(tally(["42", "42", "42", "41", "41"], [5, 8]))?.additional == 3)
    }

    @Test func otherStrategiesAskForNoMore() {
        for strategy in VoteStrategy.allCases where strategy != .auto {
            #expect(verdict(tally(["41", "42", "43"], strategy: strategy)) != nil)
        }
    }

    @Test func everyWidthIsAskedForInTurnAndNoMore() throws {
        var tally = tally(["41", "42", "43"])
        #expect(plan(tally)?.additional == 2)
        tally.expect(Array(ids(5)[3...]))
        #expect(tally.decision == .undecided)
        tally.record(candidate(3, "44", tokens: 1))
        tally.record(candidate(4, "42", tokens: 1))
        #expect(plan(tally)?.additional == 3)
        tally.expect(Array(ids(8)[5...]))
        for index in 5..<8 { tally.record(candidate(index, "42", tokens: 1)) }
        let report = try #require(verdict(tally)).report
        #expect(report.escalations == 2)
        #expect(report.requested == 8)
        #expect(report.finished + report.cancelled == 8)
        #expect(tally.winner?.answer.content == "42")
    }

    @Test func whenThereWillBeNoMoreTheVoteEndsWithWhatItHas() throws {
        var tally = tally(["41", "42", "42"])
        #expect(plan(tally) != nil)
        tally.record(candidate(7, "41", tokens: 1))
        tally.decline()
        let ended = try #require(verdict(tally))
        #expect(ended.winner.index == 1)
        #expect(ended.report.escalations == 0)
        #expect(ended.report.stop == .complete)
        #expect(ended.report.finished == 3)
    }

    @Test func aVoteSplitToTheLastContinuesAnswersOfTheTwoBestClusters() throws {
        var tally = tally(["41", "42", "42", "41", "43"], [5])
        let forks = try #require(plan(tally))
        #expect(forks.additional == 0)
        #expect(forks.forks.map(\.candidate.index) == [0, 1])
        #expect(forks.forks.map(\.count) == [2, 2])
        #expect(forks.count == 4)
        tally.expect(Array(ids(9)[5...]))
        for (index, text) in zip(5..., ["41", "42", "43", "44"]) { tally.record(candidate(index, text, tokens: 40)) }
        // Still split, and tried once: no more forks.
        let ended = try #require(verdict(tally))
        #expect(ended.winner.index == 0)
        #expect(ended.report.requested == 9)
        #expect(ended.report.escalations == 1)
    }

    @Test func forksAreForSplitVotesOverLongAnswersOnly() {
        let split = ["41", "42", "42", "41", "43"]
        #expect(plan(tally(split, [5])) != nil)
        #expect(plan(tally(split, [5], mayFork: false)) == nil)
        #expect(plan(tally(split, [5], tokens: 31)) == nil)
        #expect(plan(tally(["41", "42", "42", "42", "43"], [5])) == nil)
        // While widths remain, more samples come first.
        #expect(plan(tally(split, [5, 8]))?.forks.isEmpty == true)
        let calls = (0..<4).map { calling($0, "read_file", #"{"path":"\#($0)"}"#) }
        var reading = Tally(
            request: AnswerPool.calls.request,
            candidates: ids(4),
            rules: VoteRules(widths: [4], mayFork: true)
        )
        for call in calls { reading.record(call) }
        #expect(verdict(reading) != nil)
    }

    @Test func aSplitVoteMayDeclineItsForks() {
        var tally = tally(["41", "42", "42", "41"], [4])
        #expect(plan(tally)?.forks.count == 2)
        tally.decline()
        #expect(verdict(tally)?.winner.index == 0)
    }

    @Test func aReplayAsksForNothing() {
        let candidates = ["41", "42", "42", "41"].enumerated().map { candidate($0, $1, tokens: 40) }
        let rules = VoteRules(widths: [2, 4, 8], mayFork: true, runnable: ["python"])
        let verdict = Tally.replay(Ballot(candidates), request: AnswerPool.numbers.request, rules: rules)
        #expect(verdict?.winner.index == 0)
        #expect(verdict?.report.finished == 4)
    }

    @Test func proseIsNotAskedForAgainUnlessItsStructuresAreSplit() {
        let list = "- " + AnswerPool.sentence + "\n- Then it is returned.\n- That is all."
        let request = AnswerPool.prose.request
        #expect(plan(tally([AnswerPool.sentence, list], [2, 4], request: request))?.additional == 2)
        #expect(plan(tally([AnswerPool.sentence, AnswerPool.sentence + " Yes."], [2, 4], request: request)) == nil)
    }

    @Test func noVoteEndsWhileARoundCouldStillAskForMore() {
        let rules = VoteRules(widths: [3, 5])
        var tally = Tally(request: AnswerPool.numbers.request, candidates: ids(3), rules: rules)
        tally.record(candidate(0, "42", tokens: 1))
        tally.record(candidate(1, "42", tokens: 1))
        // Two to nothing with one to come is decided, but two of three would not be enough.
        #expect(tally.decision == .undecided)
        tally.record(candidate(2, "41", tokens: 1))
        #expect(plan(tally) != nil)
    }

    @Test func strictVotesWaitForAll() {
        var tally = Tally(
            request: AnswerPool.numbers.request,
            candidates: ids(9),
            rules: VoteRules(widths: [9], isStrict: true)
        )
        for index in 0..<8 {
            tally.record(candidate(index, "42", tokens: 1))
            #expect(tally.decision == .undecided)
        }
        tally.record(candidate(8, "41", tokens: 1))
        #expect(verdict(tally)?.report.stop == .complete)
    }
}
