import Consensus
package import Swarm
package import SwarmCore
import WireFormats

extension Federation {
    /// Kinds of answers whose groups say who agrees with whom.
    private static let counted: Set<TurnKind> = [.toolCall, .json, .number, .choice, .short]
    /// Tokens from which on a measured speed says something.
    private static let enoughTokens = 64
    /// How much one vote moves the measured speed.
    private static let learning = 0.2

    /// Takes note of what came of a vote: for the statistics of peers, their speed, and how often they are right.
    /// - Parameter local: the source of this node.
    package func note(_ vote: SettledVote, local: SourceID) {
        let reports = vote.summary.sources
        guard !reports.isEmpty else { return }
        let winner = vote.summary.winner
        state.withLock { [time] state in
            let nodes = Dictionary(state.sources.map { ($0.value.id, $0.key) }) { first, _ in first }
            var hasPeers = false
            for report in reports {
                guard let id = nodes[report.id] else { continue }
                hasPeers = true
                let hasWon = winner.map(report.candidates.contains) ?? false
                state.statistics[id, default: PeerStatistics()].note(report, hasWon: hasWon, time: time)
                learn(report, of: id, against: reports.first { $0.id == local }, in: &state)
            }
            guard hasPeers else { return }
            state.tokensPerSecond = vote.summary.tokensPerSecond
            state.isDirty = true
            guard let result = vote.summary.report, Self.counted.contains(result.kind) else { return }
            let models = Dictionary(reports.map { ($0.id, $0.model) }) { first, _ in first }
            // Clones agree with each other, which says nothing.
            guard Set(models.values).count > 1 else { return }
            var sources: [Int: SourceID] = [:]
            for report in reports { for index in report.candidates { sources[index] = report.id } }
            let observed = Agreement.observations(clusters: result.clusters, sources: sources)
            for (source, isRight) in observed {
                guard let node = source == local ? identity.id : nodes[source], let model = models[source] else {
                    continue
                }
                let known = source == local ? model : state.table.entry(node)?.card?.model ?? model
                state.beliefs[BeliefKey(node: node, model: known, kind: result.kind), default: Belief()].note(isRight)
            }
        }
    }

    /// How fast a peer is against what it measured of itself, in the measure of this node in the same vote.
    ///
    /// Short answers and busy machines slow all down; what counts is who is slowed down more than the head.
    private func learn(_ report: SourceReport, of id: NodeID, against own: SourceReport?, in state: inout State) {
        func share(_ report: SourceReport, _ curve: [Int: Double]?) -> Double? {
            guard let seconds = report.seconds, seconds > 0, report.tokens >= Self.enoughTokens, report.lost == 0,
                let promised = curve?[report.candidates.count], promised > 0
            else { return nil }
            // From the start on: when the first text of a peer comes depends on what the text is.
            return Double(report.tokens) / seconds / promised
        }
        guard let theirs = share(report, state.table.entry(id)?.card?.curve),
            let ours = own.flatMap({ share($0, state.own?.curve) })
        else { return }
        let ratio = min(1, max(0.1, theirs / ours))
        let before = state.ratios[id] ?? 1
        state.ratios[id] = before + Self.learning * (ratio - before)
    }
}
