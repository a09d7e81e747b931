/// The text most like all others.
///
/// Minimum Bayes risk with chrF as the gain: Bertsch et al. 2023, arXiv 2310.01387.
package struct Medoid: Sendable, Equatable {
    /// Place of the winner among the texts.
    package let winner: Int
    /// Per text its mean chrF as a hypothesis against every other, 0…1.
    package let means: [Double]
    /// How far the winner's mean is above the next best.
    package let margin: Double

    /// Means closer than this are the same: their sums differ in rounding only.
    private static let tolerance = 1e-9

    /// - Returns: `nil` for fewer than two texts. Of equals the longer wins, then the earlier.
    package init?(of texts: [String]) {
        guard texts.count >= 2 else { return nil }
        let profiles = texts.map(ChrF.init)
        let means = profiles.indices.map { mine in
            let others = profiles.indices.lazy.filter { $0 != mine }
            return others.reduce(0.0) { $0 + profiles[mine].score(against: profiles[$1]) } / Double(texts.count - 1)
        }
        let best = means.max() ?? 0
        let tied = means.indices.filter { best - means[$0] <= Medoid.tolerance }
        // `max` would give the last of equals.
        let winner = tied.reduce(tied[0]) { profiles[$1].length > profiles[$0].length ? $1 : $0 }
        let next = means.indices.lazy.filter { $0 != winner }.map { means[$0] }.max() ?? 0
        self.winner = winner
        self.means = means
        margin = max(0, means[winner] - next)
    }
}
