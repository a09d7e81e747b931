import SwarmCore

/// Who wins a standing that is settled.
struct Selection {
    let winner: Vote
    let method: VoteReport.Method
    /// 0…1; what it means depends on the method, see `VoteReport.agreement`.
    let agreement: Double
    /// 0…1; what it means depends on the method, see `VoteReport.margin`.
    let margin: Double

    /// Chooses; `isOnly` says that no other candidate ended by itself or is still running.
    init(_ standing: Standing, isOnly: Bool) {
        let best = standing.clusters[0]
        let valid = standing.flaw.mayVote ? standing.voters.count : 0
        let others = standing.clusters.dropFirst().map(\.votes).max() ?? 0
        let first = best.members[0]

        if isOnly {
            (winner, method, agreement, margin) = (first, .single, 1, 1)
            return
        }
        guard valid > 0 else {
            (winner, method, agreement, margin) = (first, .fallback, 0, 0)
            return
        }
        let share = Double(best.votes) / Double(valid)
        let lead = Double(max(0, best.votes - others)) / Double(valid)

        let contenders = standing.contenders
        let isCounted =
            standing.kind.isKeyed && (best.votes > 1 || !standing.kind.isComparable || contenders.count == 1)
        if isCounted {
            (winner, method, agreement, margin) = (first, .plurality, share, lead)
        } else if let medoid = Medoid(of: contenders.map(\.text)) {
            (winner, method) = (contenders[medoid.winner], .medoid)
            (agreement, margin) = (medoid.means[medoid.winner], medoid.margin)
        } else {
            (winner, method, agreement, margin) = (first, .fallback, share, lead)
        }
    }
}
