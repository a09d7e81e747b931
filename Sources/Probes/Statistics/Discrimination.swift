/// How well a confidence tells right from wrong answers to the same question.
///
/// Within-question discrimination of Taubenfeld and others 2025, arXiv 2502.06233.
package enum Discrimination {
    /// A candidate that was judged.
    package struct Judged: Sendable, Equatable {
        package var isRight: Bool
        /// Higher is surer, for example `Candidate.selfCertainty`.
        package var certainty: Double

        package init(isRight: Bool, certainty: Double) {
            self.isRight = isRight
            self.certainty = certainty
        }
    }

    /// With fewer pairs than this nothing is said.
    package static let leastPairs = 100

    /// The share of pairs of a right and a wrong answer to one item in which the right one was surer, 0…1; ties count half.
    ///
    /// - Returns: `nil` with fewer than `leastPairs` pairs.
    package static func share(_ items: [[Judged]]) -> Double? {
        var pairs = 0
        var wins = 0.0
        for candidates in items {
            let wrong = candidates.filter { !$0.isRight }
            for right in candidates where right.isRight {
                pairs += wrong.count
                for other in wrong where right.certainty >= other.certainty {
                    wins += right.certainty > other.certainty ? 1 : 0.5
                }
            }
        }
        return pairs >= leastPairs ? wins / Double(pairs) : nil
    }
}
