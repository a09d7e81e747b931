import SwarmCore

/// How the votes so far are divided; cheap enough to be made anew for every vote.
///
/// First the kinds are counted, then the keys within the leading kind. Ties go to the lowest candidate index, which also
/// puts a cluster with candidate 0 before any other.
struct Standing {
    /// Votes for the same answer, by index.
    struct Cluster {
        var members: [Vote]
        var votes: Int { members.count }
        var kind: TurnKind { members[0].kind }
        var lowestIndex: Int { members[0].index }
    }

    /// Those that count, by index: all with the least flaw there is.
    let voters: [Vote]
    let flaw: Vote.Flaw
    let kind: TurnKind
    /// The leading kind's clusters, best first, then those of other kinds.
    let clusters: [Cluster]
    /// How many clusters belong to the leading kind; at least one.
    let leading: Int

    /// - Returns: `nil` while there are no votes.
    init?(_ votes: [Vote]) {
        guard let flaw = votes.map(\.flaw).min() else { return nil }
        let voters = votes.filter { $0.flaw == flaw }.sorted { $0.candidate.id.isBefore($1.candidate.id) }
        let kinds = Standing.clusters(of: voters) { $0.kind }
        let clusters = kinds.map { kind in Standing.clusters(of: kind.members) { $0.identity } }
        guard let first = kinds.first else { return nil }
        self.voters = voters
        self.flaw = flaw
        kind = first.kind
        leading = clusters[0].count
        self.clusters = clusters.flatMap { $0 }
    }

    /// The votes of the leading kind, by index.
    var contenders: [Vote] { voters.filter { $0.kind == kind } }

    /// Whether no outcome of the candidates still outstanding can change the winning key.
    ///
    /// Both leads, among kinds and among keys, must exceed all that is outstanding, even if all of it went to one
    /// challenger not seen yet. Only sound votes count: a sound candidate displaces every flawed one.
    func isSettled(outstanding: Int) -> Bool {
        guard outstanding > 0 else { return true }
        guard flaw == .none, kind.isKeyed else { return false }
        let ofKind = contenders.count
        let otherKinds = Dictionary(grouping: voters.lazy.filter { $0.kind != kind }, by: \.kind).values
        let nextKind = otherKinds.map(\.count).max() ?? 0
        let nextKey = leading > 1 ? clusters[1].votes : 0
        return ofKind - nextKind > outstanding && clusters[0].votes - nextKey > outstanding
    }

    /// Groups votes that are in order of index: the largest group first, of equals the one with the lowest index.
    private static func clusters(of votes: [Vote], by property: (Vote) -> some Hashable) -> [Cluster] {
        Dictionary(grouping: votes, by: property).values.map { Cluster(members: $0) }.sorted {
            $0.votes != $1.votes ? $0.votes > $1.votes : $0.members[0].candidate.id.isBefore($1.members[0].candidate.id)
        }
    }
}

extension CandidateID {
    /// The order that breaks ties: by index, which is unique in a request.
    fileprivate func isBefore(_ other: CandidateID) -> Bool { (index, source) < (other.index, other.source) }
}
