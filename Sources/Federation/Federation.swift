import Consensus
package import Logging
import MulticastDNS
package import Swarm
package import SwarmCore
import WireFormats

/// This node among others: finds them, pairs, keeps watch over them, and makes sources of candidates of them.
///
/// `run` does everything until its task is cancelled.
package final class Federation: Sendable {
    package let identity: NodeIdentity
    package let cluster: Cluster
    package let settings: FederationSettings
    let book: any PeerBook
    let models: SharedModels
    let logger: Logger
    let state: Locked<State>
    let served = Served()
    private let origin = ContinuousClock.now
    private let unixTime: @Sendable () -> Double

    struct State {
        var table: PeerTable
        /// By who is there; made when a peer is first asked something.
        var links: [NodeID: PeerLink] = [:]
        var sources: [NodeID: PeerSource] = [:]
        var statistics: [NodeID: PeerStatistics] = [:]
        var beliefs: [BeliefKey: Belief] = [:]
        /// Measured speed by what a peer's own curve promised.
        var ratios: [NodeID: Double] = [:]
        var own: PeerCard?
        /// Where this node listens, and why it does not.
        var listening: [PeerAddress: String?] = [:]
        var discovery: Discovery?
        /// Of the last vote with peers, all nodes together.
        var tokensPerSecond: Double?
        var isDirty = false
    }

    /// - Parameters:
    ///   - models: what other nodes may copy.
    ///   - unixTime: seconds since 1970.
    package init(
        identity: NodeIdentity,
        cluster: Cluster,
        settings: FederationSettings,
        book: any PeerBook,
        models: SharedModels = .none,
        unixTime: @escaping @Sendable () -> Double,
        logger: Logger
    ) {
        self.identity = identity
        self.cluster = cluster
        self.settings = settings
        self.book = book
        self.models = models
        self.unixTime = unixTime
        self.logger = logger
        state = Locked(State(table: PeerTable(own: identity.id, given: settings.given)))
    }

    /// Seconds of a clock that only goes forward.
    var now: Double { (ContinuousClock.now - origin).seconds }
    var time: Double { unixTime() }

    /// Peers that can vote now.
    package var sources: [any CandidateSource] {
        let now = now
        return state.withLock { state in
            state.table.entries.compactMap { entry in
                guard case .ready = entry.standing(at: now) else { return nil }
                return state.sources[entry.id]
            }
        }
    }

    /// How often sources were found to be right about a kind of answer; those with few observations are left out.
    package func accuracies(_ kind: TurnKind, local: SourceID) -> [SourceID: Double] {
        state.withLock { state in
            var known: [SourceID: Double] = [:]
            func note(_ source: SourceID, _ node: NodeID, _ model: ModelID?) {
                guard let model, let belief = state.beliefs[BeliefKey(node: node, model: model, kind: kind)],
                    belief.observations >= Self.enough
                else { return }
                known[source] = belief.accuracy
            }
            note(local, identity.id, state.own?.model)
            for entry in state.table.entries {
                if let source = state.sources[entry.id] { note(source.id, entry.id, entry.card?.model) }
            }
            return known
        }
    }

    /// Observations from which on a belief counts.
    private static let enough = 10.0

    /// Finds, pairs, listens and watches until the task is cancelled; then says goodbye.
    /// - Parameter swarm: generates candidates for other nodes.
    package func run(serving swarm: Swarm) async {
        let own = card(of: swarm)
        state.withLock { $0.own = own }
        await load()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.listen(swarm) }
            if settings.usesDiscovery, let discovery = discovery(swarm.model.card) {
                state.withLock { $0.discovery = discovery }
                group.addTask { await discovery.run() }
                group.addTask { await self.follow(discovery) }
            }
            group.addTask { await self.keepBook() }
            group.addTask { await self.watch(swarm) }
            await group.waitForAll()
        }
        await save()
        for link in state.withLock({ Array($0.links.values) }) { await link.shutDown() }
    }
}
