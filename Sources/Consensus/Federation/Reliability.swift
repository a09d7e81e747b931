package import SwarmCore

/// How much the votes of unequal sources count.
///
/// The log-odds weight is optimal for independent voters: "Optimal weights", arXiv 2510.01499. One vote per source without
/// weights can be worse than the best source alone (research: 48.3 % against 56.3 % on GSM8K with four unequal models).
package enum Reliability {
    /// The weight of a source that is right with this probability, 0…3: log((K − 1)·x / (1 − x)).
    ///
    /// - Parameter options: how many answers there are to choose from, K; at least 2. Open answers count as ten.
    package static func weight(accuracy: Double, options: Int = 10) -> Double {
        let x = min(max(accuracy, 0.001), 0.999)
        return min(3, max(0, Logarithm.natural(Double(max(2, options) - 1) * x / (1 - x))))
    }

    /// How many independent votes `count` candidates of one model are worth, 1…count.
    ///
    /// - Parameter correlation: 0…1; clones make the same mistakes.
    package static func effectiveVotes(_ count: Int, correlation: Double = 0.3) -> Double {
        count > 0 ? Double(count) / (1 + Double(count - 1) * min(max(correlation, 0), 1)) : 0
    }

    /// The weight of one vote by source: candidates of one model are clones, and count together as `effectiveVotes`, each of
    /// these by how often the model was found to be right.
    ///
    /// - Parameters:
    ///   - counts: candidates by source.
    ///   - models: what a source's candidates come from; those not named are of one model.
    ///   - accuracies: how often sources are right, 0…1; models of which nothing is known count as much as the others do on
    ///     average.
    /// - Returns: no weights where all candidates are of one model, for then all are the same.
    package static func weights(
        of counts: [SourceID: Int],
        models: [SourceID: ModelID],
        accuracies: [SourceID: Double] = [:]
    ) -> [SourceID: Double] {
        let byModel = Dictionary(grouping: counts.filter { $0.value > 0 }) { models[$0.key] }
        guard byModel.count > 1 else { return [:] }
        // As between two options: accuracies here are agreement with others, and whoever agrees with them no more than every
        // second time tells nothing. It still counts where nobody else does better.
        var worth: [ModelID?: Double] = [:]
        for (model, sources) in byModel {
            let known = sources.compactMap { accuracies[$0.key] }
            guard !known.isEmpty else { continue }
            worth[model] = max(0.01, weight(accuracy: known.reduce(0, +) / Double(known.count), options: 2))
        }
        let usual = worth.isEmpty ? 1 : worth.values.reduce(0, +) / Double(worth.count)
        var weights: [SourceID: Double] = [:]
        for (model, sources) in byModel {
            let count = sources.reduce(0) { $0 + $1.value }
            for source in sources {
                weights[source.key] = (worth[model] ?? usual) * effectiveVotes(count) / Double(count)
            }
        }
        return weights
    }

    /// How often each source agrees with what the others come to without it: a stand-in for accuracy where nobody knows
    /// the truth.
    ///
    /// The others are weighted by the agreement found so far, in three rounds. A source never confirms itself, and a tie
    /// among the others counts for nobody.
    /// - Parameter ballots: per question the canonical answer of each source.
    package static func agreement(over ballots: [[SourceID: String]]) -> [SourceID: Double] {
        let sources = Set(ballots.flatMap(\.keys)).sorted()
        var estimates = Dictionary(uniqueKeysWithValues: sources.map { ($0, 0.5) })
        for _ in 0..<3 {
            var next: [SourceID: Double] = [:]
            for source in sources {
                var (agreed, counted) = (0.0, 0.0)
                for ballot in ballots {
                    guard let own = ballot[source], let others = consensus(of: ballot, without: source, estimates)
                    else { continue }
                    counted += 1
                    if own == others { agreed += 1 }
                }
                next[source] = (agreed + 1) / (counted + 2)
            }
            estimates = next
        }
        return estimates
    }

    private static func consensus(
        of ballot: [SourceID: String],
        without source: SourceID,
        _ estimates: [SourceID: Double]
    ) -> String? {
        var weights: [String: Double] = [:]
        for (other, key) in ballot.sorted(by: { $0.key < $1.key }) where other != source {
            weights[key, default: 0] += weight(accuracy: estimates[other] ?? 0.5)
        }
        let ranked = weights.values.sorted(by: >)
        guard let best = ranked.first, best > 0, ranked.count == 1 || best - ranked[1] > 1e-9 else { return nil }
        return weights.first { $0.value == best }?.key
    }
}
