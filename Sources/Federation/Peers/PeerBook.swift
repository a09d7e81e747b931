package import Consensus
package import SwarmCore

/// What is remembered of peers from one start to the next.
package protocol PeerBook: Sendable {
    /// Everybody who was paired with and not forgotten since.
    func pinned() async throws -> [PinnedPeer]
    func pin(_ peer: PinnedPeer) async throws
    /// Where a peer was reached last.
    func moved(_ id: NodeID, to address: PeerAddress) async throws
    func statistics() async throws -> [NodeID: PeerStatistics]
    func save(_ statistics: [NodeID: PeerStatistics]) async throws
    /// How often sources were found to be right.
    func beliefs() async throws -> [BeliefKey: Belief]
    func save(_ beliefs: [BeliefKey: Belief]) async throws
}

/// What a belief is about: a source with a certain model, and a kind of answer.
package struct BeliefKey: Hashable, Sendable {
    /// A node's id; this node has its own.
    package var node: NodeID
    package var model: ModelID
    package var kind: TurnKind

    package init(node: NodeID, model: ModelID, kind: TurnKind) {
        self.node = node
        self.model = model
        self.kind = kind
    }
}
