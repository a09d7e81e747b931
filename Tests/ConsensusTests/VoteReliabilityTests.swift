import Consensus
import Foundation
import SwarmCore
import Testing

@Suite struct VoteReliabilityTests {
    @Test func weightsAreLogOddsBetweenNothingAndThree() {
        #expect(abs(Reliability.weight(accuracy: 0.5) - 2.1972245773362196) < 1e-9)
        #expect(Reliability.weight(accuracy: 0.1) < 1e-9)
        #expect(Reliability.weight(accuracy: 0.01) == 0)
        #expect(Reliability.weight(accuracy: 0.99) == 3)
        #expect(Reliability.weight(accuracy: 1) == 3)
        #expect(Reliability.weight(accuracy: -1) == 0)
        #expect(Reliability.weight(accuracy: 0.5, options: 2) == 0)
        #expect(abs(Reliability.weight(accuracy: 0.75, options: 2) - 1.0986122886681098) < 1e-9)
        #expect(Reliability.weight(accuracy: 0.75, options: 0) == Reliability.weight(accuracy: 0.75, options: 2))
    }

    @Test(arguments: [(0, 0.0), (1, 1.0), (2, 2 / 1.3), (5, 5 / 2.2), (8, 8 / 3.1)] as [(Int, Double)])
    func clonesAreWorthLessThanTheirNumber(_ count: Int, _ expected: Double) {
        #expect(abs(Reliability.effectiveVotes(count) - expected) < 1e-12)
    }

    @Test func independentVotesCountInFullAndCopiesOnce() {
        #expect(Reliability.effectiveVotes(7, correlation: 0) == 7)
        #expect(Reliability.effectiveVotes(7, correlation: 1) == 1)
        #expect(Reliability.effectiveVotes(7, correlation: 2) == 1)
        #expect(Reliability.effectiveVotes(7, correlation: -1) == 7)
        #expect(Reliability.effectiveVotes(-1) == 0)
    }

    @Test func modelsOfWhichNothingIsKnownCountAlikeAndTheirClonesTogether() {
        let models = [
            source("a"): ModelID(rawValue: "m"), source("b"): ModelID(rawValue: "k"),
            source("c"): ModelID(rawValue: "m"),
        ]
        #expect(Reliability.weights(of: [source("a"): 5, source("c"): 2], models: models).isEmpty)
        let equal = Reliability.weights(of: [source("a"): 3, source("b"): 3], models: models)
        #expect(equal[source("a")] == equal[source("b")])
        let unequal = Reliability.weights(of: [source("a"): 2, source("b"): 1, source("c"): 1], models: models)
        #expect(unequal[source("b")] == 1)
        #expect(unequal[source("a")] == unequal[source("c")])
        #expect(abs((unequal[source("a")] ?? 0) * 3 - Reliability.effectiveVotes(3)) < 1e-12)
        #expect(Reliability.weights(of: [source("a"): 3, source("b"): 0], models: models).isEmpty)
    }

    private func source(_ name: String) -> SourceID { SourceID(rawValue: name) }

    @Test func whoAgreesWithTheOthersIsTrustedMore() throws {
        // Two are mostly right, the third mostly not; the truth is always "1".
        let ballots = (0..<30).map { round in
            [
                source("a"): round.isMultiple(of: 10) ? "2" : "1", source("b"): round % 10 == 1 ? "3" : "1",
                source("c"): round.isMultiple(of: 3) ? "1" : "x\(round)",
            ]
        }
        let found = Reliability.agreement(over: ballots)
        let (a, b, c) = (
            try #require(found[source("a")]), try #require(found[source("b")]), try #require(found[source("c")])
        )
        #expect(a > c && b > c)
        #expect(found.values.allSatisfy { $0 > 0 && $0 < 1 })
    }

    @Test func nobodyConfirmsItself() {
        let alone = Reliability.agreement(over: Array(repeating: [source("a"): "1"], count: 9))
        #expect(alone == [source("a"): 0.5])
        // The others always tie: that says nothing of the third.
        let tied = Reliability.agreement(over: [[source("a"): "1", source("b"): "2", source("c"): "3"]])
        #expect(tied[source("c")] == 0.5)
        #expect(Reliability.agreement(over: []).isEmpty)
    }

    @Test func agreementDoesNotDependOnNames() {
        let ballots = (0..<12).map { [source("a"): "\($0 % 2)", source("b"): "\($0 % 3)", source("c"): "0"] }
        let renamed = ballots.map { ballot in
            Dictionary(
                uniqueKeysWithValues: ballot.map { (source($0.key.rawValue == "a" ? "z" : $0.key.rawValue), $0.value) }
            )
        }
        let (found, again) = (Reliability.agreement(over: ballots), Reliability.agreement(over: renamed))
        #expect(abs((found[source("a")] ?? 0) - (again[source("z")] ?? 1)) < 1e-12)
        #expect(abs((found[source("c")] ?? 0) - (again[source("c")] ?? 1)) < 1e-12)
    }
}

/// Answers of four unequal models to 660 questions of GSM8K, stored outside of the project.
@Suite struct VoteFederationReplayTests {
    /// Share of questions whose heaviest answer is right; ties are broken at random, that is, counted in part.
    private func accuracy(of questions: some Collection<StoredQuestion>, weights: [SourceID: Double]) -> Double {
        let right = questions.map { question -> Double in
            var sums: [String: Double] = [:]
            for (source, key) in question.keys { sums[key, default: 0] += weights[source] ?? 0 }
            let best = sums.values.max() ?? 0
            let winners = sums.filter { best - $0.value < 1e-9 }
            return winners[question.truth] == nil ? 0 : 1 / Double(winners.count)
        }
        return 100 * right.reduce(0, +) / Double(questions.count)
    }

    @Test func weightsRepairWhatAUniformVoteOfUnequalModelsSpoils() throws {
        guard let questions = try StoredQuestion.all() else { return }
        let sources = Set(questions.flatMap(\.keys.keys)).sorted()
        #expect(questions.count == 660)
        #expect(sources.count == 4)
        let single = sources.map { source in accuracy(of: questions, weights: [source: 1]) }
        let uniform = accuracy(of: questions, weights: Dictionary(uniqueKeysWithValues: sources.map { ($0, 1) }))

        var generator = SplitMix64(seed: 1)
        let splits = 50
        var (odds, unlabelled) = (0.0, 0.0)
        for _ in 0..<splits {
            let shuffled = questions.shuffled(using: &generator)
            let (calibration, rest) = (shuffled.prefix(100), shuffled.dropFirst(100))
            var weights: [SourceID: Double] = [:]
            for source in sources {
                let right = calibration.count { $0.keys[source] == $0.truth }
                weights[source] = Reliability.weight(accuracy: Double(right + 1) / 102)
            }
            odds += accuracy(of: rest, weights: weights)
            let agreement = Reliability.agreement(over: rest.map(\.keys))
            unlabelled += accuracy(of: rest, weights: agreement.mapValues { Reliability.weight(accuracy: $0) })
        }
        odds /= Double(splits)
        unlabelled /= Double(splits)
        print("GSM8K, four models: alone \(single), uniform \(uniform), log-odds \(odds), label-free \(unlabelled)")
        // On the whole test set of 1319 questions: 56.3 for the best alone, 48.3, 56.4 and 54.0.
        #expect(uniform < (single.max() ?? 0))
        #expect(abs(odds - (single.max() ?? 0)) < 1)
        #expect(unlabelled > uniform + 3)
    }

    @Test func theLeadRuleChangesNoAnswerOfTheStoredBallots() throws {
        guard let questions = try StoredQuestion.all() else { return }
        var generator = SplitMix64(seed: 2)
        var (used, changed, total) = (0, 0, 0)
        for question in questions.prefix(300) {
            let keys = question.keys.values.sorted().shuffled(using: &generator)
            let candidates = keys.enumerated().map { candidate($0, $1) }
            var tally = Tally(request: AnswerPool.numbers.request, candidates: candidates.map(\.id))
            for candidate in candidates.shuffled(using: &generator) {
                guard case .undecided = tally.decision else { break }
                tally.record(candidate)
                used += 1
            }
            let full = try #require(Tally.replay(Ballot(candidates), request: AnswerPool.numbers.request))
            total += candidates.count
            if tally.winner?.answer.content != keys[full.winner.index] { changed += 1 }
        }
        print("GSM8K, lead rule: \(used) of \(total) answers used, \(changed) of 300 votes changed")
        #expect(changed == 0)
        #expect(used < total)
    }
}
