import Consensus
import SwarmCore
import Testing

/// Schedules, the Beta rule, Borda weights and the strategies by name.
@Suite struct VoteRulesTests {
    /// Measured tokens per second of so many candidates together.
    private static let curve: [Int: Double] = [1: 29, 2: 43, 3: 51, 4: 82, 5: 68, 6: 74, 8: 104]

    @Test(arguments: [TurnKind.toolCall, .json, .number, .choice, .short])
    func widthsAreFittedToTheMachine(_ kind: TurnKind) {
        func widths(_ curve: [Int: Double], most: Int) -> [Int] {
            Schedule.widths(for: kind, canRun: false, curve: curve, most: most)
        }
        #expect(widths([:], most: 8) == [3, 5, 8])
        #expect(widths(Self.curve, most: 8) == [4, 8])
        #expect(widths(Self.curve, most: 7) == [4, 7])
        #expect(widths(Self.curve, most: 4) == [4])
        #expect(widths([:], most: 4) == [3, 4])
        #expect(widths([:], most: 1) == [1])
        // A machine whose every further candidate costs as much again favours nothing.
        #expect(widths([1: 10, 8: 10], most: 8) == [3, 5, 8])
        #expect(widths([1: 0, 8: 0], most: 8) == [3, 5, 8])
        // One whose candidates cost nothing doubles every width.
        #expect(
            widths([1: 10, 16: 160], most: 16) == [6, 10, 16] || widths([1: 10, 16: 160], most: 16) == [3, 5, 16]
        )
    }

    @Test func programsAndProseHaveSchedulesOfTheirOwn() {
        #expect(Schedule.widths(for: .code, canRun: true, curve: [:], most: 8) == [5, 8])
        #expect(Schedule.widths(for: .code, canRun: false, curve: [:], most: 8) == [5])
        #expect(Schedule.widths(for: .code, canRun: true, curve: Self.curve, most: 8) == [8])
        #expect(Schedule.widths(for: .prose, canRun: true, curve: Self.curve, most: 8) == [4])
    }

    @Test(arguments: [
        (2, 0, 0.875), (3, 0, 0.9375), (4, 0, 0.96875), (3, 1, 0.8125), (4, 1, 0.890625), (5, 1, 0.9375),
        (6, 1, 0.96484375), (0, 0, 0.5), (3, 3, 0.5),
    ])
    func leadsAreAsSureAsTheBetaDistributionSays(_ best: Int, _ next: Int, _ expected: Double) {
        #expect(abs(BetaStop.probability(best: best, next: next) - expected) < 1e-12)
        #expect(
            abs(BetaStop.probability(best: best, next: next) + BetaStop.probability(best: next, next: best) - 1) < 1e-12
        )
    }

    @Test func theBetaRuleEndsVotesOfEightAndMore() {
        func stop(_ count: Int, _ texts: [String], usesBeta: Bool = true) -> VoteReport.Stop? {
            var tally = Tally(
                request: AnswerPool.numbers.request,
                candidates: ids(count),
                rules: VoteRules(widths: [count], usesBeta: usesBeta)
            )
            for (index, text) in texts.enumerated() { tally.record(candidate(index, text)) }
            guard case .locked(let verdict) = tally.decision else { return nil }
            return verdict.report.stop
        }
        #expect(stop(8, ["1", "1", "1"]) == nil)
        #expect(stop(8, ["1", "1", "1", "1"]) == .beta)
        #expect(stop(8, ["1", "1", "1", "1"], usesBeta: false) == nil)
        #expect(stop(8, ["1", "1", "1", "1", "1"], usesBeta: false) == .lead)
        #expect(stop(7, ["1", "1", "1"]) == nil)
        #expect(stop(9, ["1", "2", "1", "1", "1"]) == nil)
        #expect(stop(9, ["1", "1", "2", "1", "1", "1", "1"]) == .lead)
        // A change needs three fifths of all, not only of those seen.
        var tally = Tally(request: AnswerPool.commands.request, candidates: ids(8), rules: VoteRules(widths: [8]))
        for index in 0..<4 { tally.record(calling(index, "bash", #"{"command":"ls"}"#)) }
        #expect(tally.decision == .undecided)
        tally.record(calling(4, "bash", #"{"command":"ls"}"#))
        #expect(tally.decision != .undecided)
    }

    private func winner(
        _ answers: [(text: String, certainty: Double)],
        _ rules: VoteRules,
        seconds: [Double] = [],
        logprobs: [Double] = []
    ) -> Int? {
        let candidates = answers.enumerated().map { index, answer in
            var candidate = candidate(index, answer.text)
            candidate.selfCertainty = answer.certainty
            if index < seconds.count { candidate.seconds = seconds[index] }
            if index < logprobs.count { candidate.meanLogprob = logprobs[index] }
            return candidate
        }
        return Tally.replay(Ballot(candidates), request: AnswerPool.numbers.request, rules: rules)?.winner.index
    }

    @Test func confidenceBreaksTiesOnlyWhereItCounts() {
        let tied = [("1", 0.1), ("2", 0.9), ("2", 0.8), ("1", 0.2), ("3", 1.0)]
        #expect(winner(tied, VoteRules(widths: [5])) == 0)
        #expect(winner(tied, VoteRules(widths: [5], bordaExponent: 0.3)) == 1)
        #expect(winner(tied.map { ($0.0, 0.5) }, VoteRules(widths: [5], bordaExponent: 0.3)) == 0)
    }

    @Test(arguments: [0.3, 1.2, 5])
    func confidenceNeverOverturnsALead(_ exponent: Double) {
        let led = [("1", 0.9), ("1", 0.8), ("2", 0.1), ("2", 0.2), ("2", 0.3)]
        #expect(winner(led, VoteRules(widths: [5], bordaExponent: exponent)) == 2)
        let wide = [("1", 9.0), ("1", 8), ("1", 7), ("2", 1), ("2", 2), ("2", 3), ("2", 4), ("3", 5)]
        #expect(winner(wide, VoteRules(widths: [8], bordaExponent: exponent)) == 3)
    }

    @Test func everyStrategyFindsItsOwnWinner() {
        let list = "The sum is 40 and 2. The answer is 42."
        let answers = [("", 0.0), ("41", 0.2), (list, 0.1), ("42", 0.3), ("It is (41", 0.9)]
        let seconds = [0, 5.0, 4, 3, 6]
        func winner(_ strategy: VoteStrategy, certain: Bool = true) -> Int? {
            self.winner(
                answers.map { ($0.0, certain ? $0.1 : 0) },
                VoteRules(strategy: strategy, widths: [5]),
                seconds: seconds,
                logprobs: [0, -2, -1, -3, -4]
            )
        }
        #expect(winner(.auto) == 2)
        #expect(winner(.majority) == 2)
        #expect(winner(.weightedVote) == 2)
        #expect(winner(.fastest) == 3)
        #expect(winner(.firstValid) == 1)
        #expect(winner(.bestOfN) == 4)
        #expect(winner(.bestOfN, certain: false) == 2)
    }

    @Test func reportsNameStrategyAndMethod() throws {
        let methods: [VoteStrategy: VoteReport.Method] = [
            .auto: .plurality, .majority: .plurality, .weightedVote: .plurality, .similarity: .medoid,
            .quality: .quality, .fastest: .fastest, .bestOfN: .confidence, .firstValid: .fallback,
        ]
        for strategy in VoteStrategy.allCases {
            let candidates = ["41", "42", "42"].enumerated().map { candidate($0, $1) }
            let rules = VoteRules(strategy: strategy, widths: [3])
            let verdict = Tally.replay(Ballot(candidates), request: AnswerPool.numbers.request, rules: rules)
            let report = try #require(verdict).report
            #expect(report.strategy == strategy)
            #expect(report.method == methods[strategy])
        }
    }

    @Test func similarityTakesTheMiddleOfAllAnswers() {
        let texts = [
            "nothing like them 123", "the maximum of a list", "the maximum of the list", "the maximum of the lists",
        ]
        let candidates = texts.enumerated().map { candidate($0, $1) }
        let rules = VoteRules(strategy: .similarity, widths: [4])
        let winner = Tally.replay(Ballot(candidates), request: request(), rules: rules)?.winner.index
        #expect(winner == Medoid(of: texts)?.winner)
        #expect(winner != 0)
    }

    @Test func qualityLooksAtFormAlone() {
        let rules = VoteRules(strategy: .quality, widths: [3])
        let open = "Here is a program that does it:\n```swift\nlet a = 1"
        let closed = "Here is a program that does it:\n```swift\nlet a = 1\n```"
        #expect(winner([(open, 0), (closed, 0), (closed, 0)], rules) == 1)
        let sentence = AnswerPool.sentence
        #expect(winner([(String(sentence.dropLast(9)), 0), (sentence, 0), (sentence, 0)], rules) == 1)
        #expect(winner([("Yes.", 0), (sentence, 0), (sentence, 0)], rules) == 1)
    }

    @Test func theFirstToEndWinsAtOnceUnlessItIsOfNoUse() {
        var tally = Tally(request: request(), candidates: ids(3), rules: VoteRules(strategy: .fastest, widths: [3]))
        tally.record(candidate(2, ""))
        #expect(tally.decision == .undecided)
        tally.record(candidate(1, "42"))
        #expect(tally.winner?.id.index == 1)
        var first = Tally(request: request(), candidates: ids(3), rules: VoteRules(strategy: .firstValid, widths: [3]))
        first.record(candidate(1, "42"))
        #expect(first.decision == .undecided)
        first.record(candidate(0, ""))
        #expect(first.winner?.id.index == 1)
    }

    @Test func votesOfBetterSourcesCountMore() throws {
        var candidates = ["41", "41", "42"].enumerated().map { candidate($0, $1) }
        let best = SourceID(rawValue: "best")
        candidates[2].id.source = best
        for (weight, winner) in [(1.0, 0), (2.45, 2), (0, 0)] {
            let rules = VoteRules(strategy: .weightedVote, widths: [3], reliability: [best: weight])
            let verdict = try #require(Tally.replay(Ballot(candidates), request: request(), rules: rules))
            #expect(verdict.winner.index == winner)
            #expect(verdict.report.agreement <= 1)
        }
    }

    @Test func whatIsShownWins() throws {
        var tally = Tally(request: request(), candidates: ids(3))
        tally.follow(ids(3)[2])
        tally.record(candidate(0, "42"))
        tally.record(candidate(1, "42"))
        #expect(tally.decision == .undecided)
        tally.record(candidate(2, "41"))
        guard case .locked(let verdict) = tally.decision else {
            Issue.record("\(tally.decision)")
            return
        }
        #expect(verdict.winner.index == 2)
        #expect(verdict.report.method == .leader)
        #expect(abs(verdict.report.agreement - 1.0 / 3) < 1e-12)
        #expect(verdict.report.dissent == "2 of 3 said 42")
    }
}
