/// The text most like all others.
///
/// Minimum Bayes risk with a similarity as the gain: Bertsch et al. 2023, arXiv 2310.01387.
package struct Medoid: Sendable, Equatable {
    /// Place of the winner among the texts.
    package let winner: Int
    /// Per text its weighted mean similarity as a hypothesis against every other, 0…1.
    package let means: [Double]
    /// How far the winner's mean is above the next best.
    package let margin: Double

    /// Means closer than this are the same: their sums differ in rounding only.
    private static let tolerance = 1e-9

    /// The medoid by chrF, every text with the same weight.
    ///
    /// - Returns: `nil` for fewer than two texts. Of equals the longer wins, then the earlier.
    package init?(of texts: [String]) { self.init(of: texts, utility: ChrF.init) }

    /// The medoid by a similarity of choice, such as `ProseSimilarity.init`.
    ///
    /// A text's weight says how much it counts as a reference for the others; texts past the end of `weights` count 1,
    /// negative weights count nothing. A text with no reference of any weight has the mean 0.
    /// - Returns: `nil` for fewer than two texts. Of equals the longer wins, then the earlier.
    package init?<Profile: Similarity>(
        of texts: [String],
        weights: [Double] = [],
        utility profile: (String) -> Profile
    ) {
        guard texts.count >= 2 else { return nil }
        let profiles = texts.map(profile)
        func weight(_ place: Int) -> Double { place < weights.count ? max(0, weights[place]) : 1 }
        var sums = texts.map { _ in (score: 0.0, weight: 0.0) }
        for one in profiles.indices {
            for other in profiles.indices where other > one {
                let (mine, theirs) = profiles[one].scores(with: profiles[other])
                sums[one].score += weight(other) * mine
                sums[one].weight += weight(other)
                sums[other].score += weight(one) * theirs
                sums[other].weight += weight(one)
            }
        }
        let means = sums.map { $0.weight == 0 ? 0 : $0.score / $0.weight }
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
