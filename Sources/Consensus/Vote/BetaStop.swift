/// How likely the leader of a vote is the more frequent answer.
///
/// Adaptive-Consistency: Aggarwal and others 2023, arXiv 2305.11860, with the regularised incomplete beta function of whole
/// counts written as a binomial sum.
package enum BetaStop {
    /// P(p₁ > p₂) after `best` votes for the leader and `next` for the runner-up; 0.5 for equal counts.
    package static func probability(best: Int, next: Int) -> Double {
        guard best >= 0, next >= 0, best + next < 1000 else { return best > next ? 1 : 0.5 }
        let trials = best + next + 1
        var term = 1.0
        var sum = 0.0
        for successes in 0...best {
            sum += term
            term *= Double(trials - successes) / Double(successes + 1)
        }
        var power = 1.0
        for _ in 0..<trials { power *= 2 }
        return sum / power
    }
}
