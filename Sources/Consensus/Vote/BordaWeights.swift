import SwarmCore

/// Weights (n − r + 1)^p by the rank r of a candidate's self-certainty among those that vote.
///
/// Kang and others 2025, arXiv 2502.18581. Ranks, not values: those of different models are not comparable, and a single
/// sure candidate must not outvote the others.
struct BordaWeights {
    private let weights: [CandidateID: Double]

    init(_ votes: [Vote], exponent: Double) {
        weights = Dictionary(
            uniqueKeysWithValues: votes.map { vote in
                // Equals have the same rank, so that nothing is made of candidates of unknown certainty.
                let surer = votes.count { $0.candidate.selfCertainty > vote.candidate.selfCertainty }
                return (vote.candidate.id, Logarithm.power(Double(votes.count - surer), exponent))
            }
        )
    }

    func sum(_ votes: [Vote]) -> Double { votes.reduce(0) { $0 + (weights[$1.candidate.id] ?? 0) } }
}
