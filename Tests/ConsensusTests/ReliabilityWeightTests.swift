import Consensus
import SwarmCore
import Testing

/// Weights of sources by how often they were found to be right.
@Suite struct ReliabilityWeightTests {
    private let a = SourceID(rawValue: "a")
    private let b = SourceID(rawValue: "b")
    private let c = SourceID(rawValue: "c")
    private let models = [
        SourceID(rawValue: "a"): ModelID(rawValue: "m"), SourceID(rawValue: "b"): ModelID(rawValue: "k"),
        SourceID(rawValue: "c"): ModelID(rawValue: "m"),
    ]

    @Test func whoIsRightMoreOftenCountsForMore() {
        let weights = Reliability.weights(of: [a: 1, b: 1], models: models, accuracies: [a: 0.8, b: 0.6])
        let expected = { Reliability.weight(accuracy: $0, options: 2) }
        #expect(weights == [a: expected(0.8), b: expected(0.6)])
    }

    @Test func aSourceOfWhichNothingIsKnownCountsAsMuchAsTheOthers() {
        let weights = Reliability.weights(of: [a: 1, b: 1], models: models, accuracies: [a: 0.7])
        #expect(weights[a] == Reliability.weight(accuracy: 0.7, options: 2))
        #expect(weights[b] == weights[a])
    }

    @Test func clonesShareTheWeightOfTheirModelAndWhatIsKnownOfIt() throws {
        let weights = Reliability.weights(
            of: [a: 2, b: 1, c: 1],
            models: models,
            accuracies: [a: 0.8, b: 0.6, c: 0.6]
        )
        let clone = try #require(weights[a])
        #expect(weights[c] == clone)
        #expect(abs(clone - Reliability.weight(accuracy: 0.7, options: 2) * Reliability.effectiveVotes(3) / 3) < 1e-12)
        #expect(weights[b] == Reliability.weight(accuracy: 0.6, options: 2))
    }

    @Test func oneModelNeedsNoWeights() {
        #expect(Reliability.weights(of: [a: 2, c: 1], models: models, accuracies: [a: 0.9, c: 0.1]).isEmpty)
        #expect(Reliability.weights(of: [a: 2, b: 0], models: models, accuracies: [a: 0.9, b: 0.1]).isEmpty)
    }

    @Test func whereNothingIsKnownAllModelsCountAlike() {
        #expect(Reliability.weights(of: [a: 1, b: 1], models: models) == [a: 1, b: 1])
    }

    @Test func whoIsNeverRightCountsForNextToNothingBesideOthers() throws {
        let weights = Reliability.weights(of: [a: 1, b: 1], models: models, accuracies: [a: 0.05, b: 0.6])
        #expect(try #require(weights[a]) < 0.05 * #require(weights[b]))
    }

    /// Two models that never agree say nothing of which of them is right.
    @Test func somebodyAlwaysCounts() {
        let weights = Reliability.weights(of: [a: 2, b: 2], models: models, accuracies: [a: 0.04, b: 0.04])
        #expect(weights.isEmpty || weights.values.contains { $0 > 0 })
    }
}
