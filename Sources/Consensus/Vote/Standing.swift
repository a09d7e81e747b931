import SwarmCore

/// How the votes so far are divided; cheap enough to be made anew for every vote.
///
/// Votes are counted level by level, from coarse to fine: act, answer, refuse or ask; the kind of answer; then what its kind
/// is compared by. At every level only the votes for the winner of the level above count. Ties go to the group with the
/// highest Borda weight where confidence counts, else to the one with the lowest candidate index, which also puts a group
/// with candidate 0 before any other.
struct Standing {
    /// Votes for the same answer, by index.
    struct Cluster {
        var members: [Vote]
        var weight: Double { members.reduce(0) { $0 + $1.weight } }
        var lowestIndex: Int { members.first?.index ?? .max }
    }

    /// The winner of one level.
    struct Stage {
        var name: String
        var best: Cluster
        /// Weight of the strongest challenger.
        var next: Double
        /// Votes of the strongest challenger.
        var nextVotes: Int
    }

    /// Those that count, by index: all with the least flaw there is; at least one.
    let voters: [Vote]
    let flaw: Vote.Flaw
    /// One per level, at least one.
    let stages: [Stage]
    /// All clusters: the winner's first, then by weight.
    let clusters: [Cluster]
    /// The weight of all voters.
    let total: Double
    private let isFlat: Bool

    /// - Parameters:
    ///   - bordaExponent: see `VoteRules.bordaExponent`.
    ///   - isFlat: only whole answers are compared, text for text where they have no key.
    /// - Returns: `nil` while there are no votes.
    init?(_ votes: [Vote], bordaExponent: Double = 0, isFlat: Bool = false) {
        guard let flaw = votes.map(\.flaw).min() else { return nil }
        let voters = votes.filter { $0.flaw == flaw }.sorted { $0.candidate.id.isBefore($1.candidate.id) }
        let merged = Standing.merged(voters)
        let ballots = voters.map { Ballot(vote: $0, levels: $0.levels(merged: merged, isFlat: isFlat)) }
        let borda = bordaExponent > 0 ? BordaWeights(voters, exponent: bordaExponent) : nil
        let total = voters.reduce(0) { $0 + $1.weight }

        var stages: [Stage] = []
        var members = ballots
        var path: [String] = []
        while let stage = Standing.stage(
            path,
            of: members,
            total: stages.prefix(2).last?.best.weight ?? total,
            borda: borda
        ) {
            stages.append(stage)
            path.append(stage.name)
            members = members.filter { $0.levels.starts(with: path) }
        }
        guard let last = stages.last else { return nil }
        self.voters = voters
        self.flaw = flaw
        self.stages = stages
        self.total = total
        self.isFlat = isFlat

        let depth = { (vote: Vote) in isFlat ? 3 : vote.clusterDepth }
        let grouped = Dictionary(grouping: ballots) { Array($0.levels.prefix(depth($0.vote))) }
        let winning = Array(path.prefix(last.best.members.first.map(depth) ?? 0))
        let others = grouped.filter { $0.key != winning }.values.map { Cluster(members: $0.map(\.vote)) }
        let best = Cluster(members: grouped[winning]?.map(\.vote) ?? [])
        clusters = [best] + others.sorted { Standing.isBefore($0, $1, borda: nil) }
    }

    /// A vote with what is voted on.
    private struct Ballot {
        var vote: Vote
        var levels: [String]
    }

    /// Counts the level below `path`; `nil` when nothing is left to vote on.
    ///
    /// - Parameter total: the weight of all voters; below the kind, of all of that kind.
    private static func stage(_ path: [String], of members: [Ballot], total: Double, borda: BordaWeights?) -> Stage? {
        let level = path.count
        let grouped = Dictionary(grouping: members.filter { $0.levels.count > level }) { $0.levels[level] }
        let named = grouped.map { name, ballots in (name: name, cluster: Cluster(members: ballots.map(\.vote))) }
        let groups = named.sorted { isBefore($0.cluster, $1.cluster, borda: borda) }
        guard var winner = groups.first else { return nil }
        if level == 0, winner.name == Vote.Stance.refuse.rawValue, winner.cluster.weight * 2 <= total, groups.count > 1
        {
            // The modal text among diverse good answers is often a refusal: it needs more than half.
            winner = groups[1]
        }
        let others = groups.filter { $0.name != winner.name }.map(\.cluster)
        // A refusal needs more than all others together; and a key that comes later can join merged keys and part them.
        let isAgainstAll =
            level == 0
            ? winner.name == Vote.Stance.refuse.rawValue : level > 1 && TurnKind(rawValue: path[1])?.isMerged == true
        return Stage(
            name: winner.name,
            best: winner.cluster,
            next: isAgainstAll ? total - winner.cluster.weight : others.map(\.weight).max() ?? 0,
            nextVotes: others.map(\.members.count).max() ?? 0
        )
    }

    var kind: TurnKind { first.kind }

    /// The first of the votes that won every level.
    var first: Vote { leaders.first ?? voters[0] }

    /// The votes that won every level, by index.
    var leaders: [Vote] { stages.last?.best.members ?? voters }

    /// The weight of those that agree with the leader.
    ///
    /// Calls agree when they are about the same, for hardly two candidates write the same file; only a command says what it
    /// is about in its text alone.
    var agreeing: Double {
        if !isFlat, case .calls(let shape) = first.substance, !shape.isCommand {
            return members(ofLevel: 4).reduce(0) { $0 + $1.weight }
        }
        return clusters.first?.weight ?? 0
    }

    /// The weight of those that agree with the leader as a share of all voters'.
    var share: Double { total > 0 ? agreeing / total : 0 }

    /// How far the winning cluster is ahead, in share.
    var margin: Double {
        guard total > 0, let best = clusters.first else { return 0 }
        return max(0, best.weight - (clusters.dropFirst().map(\.weight).max() ?? 0)) / total
    }

    /// The votes that won the first `count` levels.
    func members(ofLevel count: Int) -> [Vote] {
        count <= 0 ? voters : count <= stages.count ? stages[count - 1].best.members : leaders
    }

    /// Whether the leader has more weight than any other at this level; with unequal weights a single vote can.
    func isAhead(atLevel level: Int) -> Bool {
        stages[level].best.weight > stages[level].next + Standing.tolerance
    }

    /// Whether no outcome of the candidates still outstanding can change the winning key.
    ///
    /// The lead at every level must exceed all that is outstanding, even if all of it went to one challenger not seen yet.
    /// Only sound votes count: a sound candidate displaces every flawed one.
    func isSettled(outstanding: Double) -> Bool {
        guard outstanding > 0 else { return true }
        guard flaw == .none, kind.isKeyed || isFlat else { return false }
        return stages.allSatisfy { $0.best.weight - $0.next > outstanding + Standing.tolerance }
    }

    /// The probability that the leader of every level is the more frequent answer.
    var leadProbability: Double {
        stages.map { BetaStop.probability(best: $0.best.members.count, next: $0.nextVotes) }.min() ?? 0.5
    }

    /// Discrete semantic entropy over the clusters, in nats.
    var entropy: Double {
        let terms = clusters.map { cluster in
            let share = total > 0 ? cluster.weight / total : 0
            return share > 0 ? -share * Logarithm.natural(share) : 0
        }
        return max(0, terms.reduce(0, +))
    }

    /// Weights and shares closer than this are the same: their sums differ in rounding only.
    static let tolerance = 1e-9

    private static func merged(_ voters: [Vote]) -> [String: String] {
        KeyMerging.merged(
            keys: voters.compactMap { vote in
                guard vote.kind.isMerged, let key = vote.key else { return nil }
                return (vote.kind, key)
            }
        )
    }

    /// The largest group first; of equals the surer one, then the one with the lowest index.
    private static func isBefore(_ a: Cluster, _ b: Cluster, borda: BordaWeights?) -> Bool {
        if abs(a.weight - b.weight) > tolerance { return a.weight > b.weight }
        if let borda, abs(borda.sum(a.members) - borda.sum(b.members)) > tolerance {
            return borda.sum(a.members) > borda.sum(b.members)
        }
        return a.lowestIndex < b.lowestIndex
    }
}

extension Vote {
    /// How many levels make two votes the same answer.
    ///
    /// Equal keys in other words are one cluster, so the exact key below the merged one does not count.
    fileprivate var clusterDepth: Int {
        switch substance {
        case .calls: 5
        case .code: 4
        case .json, .plain: 3
        }
    }
}

extension CandidateID {
    /// The order that breaks ties: by index, which is unique in a request.
    func isBefore(_ other: CandidateID) -> Bool { (index, source) < (other.index, other.source) }
}
