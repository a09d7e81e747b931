import Consensus
import Foundation
import SwarmCore
import Testing

/// A strong and three weak sources, of which more is learned with every vote: stored answers to questions of GSM8K.
@Suite struct StoredSourcesTests {
    /// What one vote says of its sources, one candidate each.
    private func observations(of question: StoredQuestion) -> [SourceID: Bool] {
        let places = Dictionary(uniqueKeysWithValues: question.keys.keys.sorted().enumerated().map { ($0, $1) })
        let clusters = Dictionary(grouping: places) { question.keys[$0.value] ?? "" }.map { key, members in
            VoteReport.Cluster(key: key, votes: members.count, share: 0, members: members.map { $0.key }.sorted())
        }
        return Agreement.observations(clusters: clusters, sources: places)
    }

    /// How far the heaviest answer is right; where several are, in part.
    private func score(_ question: StoredQuestion, _ weights: [SourceID: Double]) -> Double {
        var sums: [String: Double] = [:]
        for (source, key) in question.keys { sums[key, default: 0] += weights[source] ?? 0 }
        let best = sums.values.max() ?? 0
        let winners = sums.filter { best - $0.value < 1e-9 }
        return winners[question.truth] == nil ? 0 : 1 / Double(winners.count)
    }

    /// Accuracies in percent over the second half; every vote is learned from after it was held.
    private func replay(_ questions: [StoredQuestion]) -> (weighted: Double, uniform: Double, best: Double) {
        let sources = Set(questions.flatMap(\.keys.keys)).sorted()
        let counts = Dictionary(uniqueKeysWithValues: sources.map { ($0, 1) })
        let models = Dictionary(uniqueKeysWithValues: sources.map { ($0, ModelID(rawValue: $0.rawValue)) })
        var beliefs: [SourceID: Belief] = [:]
        var (weighted, uniform) = (0.0, 0.0)
        var single: [SourceID: Double] = [:]
        let half = questions.count / 2
        for (place, question) in questions.enumerated() {
            if place >= half {
                let accuracies = beliefs.mapValues(\.accuracy)
                let weights = Reliability.weights(of: counts, models: models, accuracies: accuracies)
                weighted += score(question, weights)
                uniform += score(question, Reliability.weights(of: counts, models: models))
                for source in sources where question.keys[source] == question.truth { single[source, default: 0] += 1 }
            }
            for (source, isRight) in observations(of: question) { beliefs[source, default: Belief()].note(isRight) }
        }
        let percent = 100 / Double(questions.count - half)
        return (weighted * percent, uniform * percent, (single.values.max() ?? 0) * percent)
    }

    @Test func whatIsLearnedFromVotesIsBetterThanCountingAllAlike() throws {
        guard let questions = try StoredQuestion.all() else { return }
        let found = replay(questions)
        print("GSM8K, four models, second half: learned \(found.weighted), alike \(found.uniform), best \(found.best)")
        #expect(found.weighted > found.uniform + 3)
        var generator = SplitMix64(seed: 1)
        let shuffled = (0..<20).map { _ in replay(questions.shuffled(using: &generator)) }
        let mean = { (figure: KeyPath<(weighted: Double, uniform: Double, best: Double), Double>) in
            shuffled.reduce(0) { $0 + $1[keyPath: figure] } / 20
        }
        print("in twenty other orders: learned \(mean(\.weighted)), alike \(mean(\.uniform)), best \(mean(\.best))")
    }

    @Test func aVoteWithThreeWeakSourcesIsNoWorseThanTheStrongOneAlone() throws {
        guard let questions = try StoredQuestion.all() else { return }
        let found = replay(questions)
        #expect(found.weighted >= found.best)
    }
}
