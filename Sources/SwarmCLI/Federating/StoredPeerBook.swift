import Consensus
import Federation
import Observability
import SwarmCore

/// The peer book in the database, as far as it is of one cluster: who was paired with in another has to pair again.
struct StoredPeerBook: PeerBook {
    let store: PeerStore
    /// Its public name.
    let cluster: String

    func pinned() async throws -> [PinnedPeer] {
        try await store.peers().filter { $0.cluster == cluster }.compactMap { row in
            Fingerprint(hex: row.fingerprint).map { fingerprint in
                PinnedPeer(
                    name: row.name,
                    fingerprint: fingerprint,
                    pairedAt: row.pairedAt,
                    address: row.address.flatMap(PeerAddress.init(parsing:))
                )
            }
        }
    }

    func pin(_ peer: PinnedPeer) async throws {
        try await store.pin(
            PeerStore.Peer(
                fingerprint: peer.fingerprint.hex,
                cluster: cluster,
                name: peer.name,
                pairedAt: peer.pairedAt,
                address: peer.address?.description
            )
        )
    }

    func moved(_ id: NodeID, to address: PeerAddress) async throws {
        for row in try await store.peers() where Fingerprint(hex: row.fingerprint)?.id == id {
            try await store.move(row.fingerprint, to: address.description)
        }
    }

    func statistics() async throws -> [NodeID: PeerStatistics] {
        var statistics: [NodeID: PeerStatistics] = [:]
        for row in try await store.peers() {
            guard let id = Fingerprint(hex: row.fingerprint)?.id else { continue }
            statistics[id] = PeerStatistics(stored: row.statistics)
        }
        return statistics
    }

    func save(_ statistics: [NodeID: PeerStatistics]) async throws {
        let rows = statistics.map { ($0.key.rawValue, $0.value.stored) }
        try await store.save(statistics: Dictionary(rows) { first, _ in first })
    }

    func beliefs() async throws -> [BeliefKey: Belief] {
        var beliefs: [BeliefKey: Belief] = [:]
        for row in try await store.beliefs() {
            guard let kind = TurnKind(rawValue: row.kind) else { continue }
            let key = BeliefKey(node: NodeID(rawValue: row.node), model: ModelID(rawValue: row.model), kind: kind)
            beliefs[key] = Belief(agreed: row.agreed, differed: row.differed)
        }
        return beliefs
    }

    func save(_ beliefs: [BeliefKey: Belief]) async throws {
        try await store.save(
            beliefs: beliefs.map { key, belief in
                PeerStore.Belief(
                    node: key.node.rawValue,
                    model: key.model.rawValue,
                    kind: key.kind.rawValue,
                    agreed: belief.agreed,
                    differed: belief.differed
                )
            }
        )
    }
}
