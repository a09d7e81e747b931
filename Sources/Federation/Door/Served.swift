import Swarm
import SwarmCore

/// Votes that are generated for other nodes at the moment, within bounds.
final class Served: Sendable {
    /// Most for one node, and in all.
    static let perPeer = 8
    static let limit = 32

    private struct Key: Hashable {
        var peer: NodeID
        var request: String
    }

    private struct State {
        var running: [Key: [Int: ServedPlan]] = [:]
        var counts: [NodeID: Int] = [:]
        var next = 0
    }

    private let state = Locked(State())

    /// How many run.
    var count: Int { state.withLock { $0.counts.values.reduce(0, +) } }

    /// A place among those that run; `nil` when there is none.
    func enter(_ peer: NodeID) -> Bool {
        state.withLock { state in
            guard state.counts[peer, default: 0] < Self.perPeer, state.counts.values.reduce(0, +) < Self.limit else {
                return false
            }
            state.counts[peer, default: 0] += 1
            return true
        }
    }

    func leave(_ peer: NodeID) {
        state.withLock { state in
            state.counts[peer, default: 1] -= 1
            if state.counts[peer] == 0 { state.counts[peer] = nil }
        }
    }

    /// Makes it known under the name that the other node has for it.
    /// - Returns: what to give to `end`.
    func begin(_ plan: ServedPlan, request: String, of peer: NodeID) -> Int {
        state.withLock { state in
            state.next += 1
            state.running[Key(peer: peer, request: request), default: [:]][state.next] = plan
            return state.next
        }
    }

    func end(_ number: Int, request: String, of peer: NodeID) {
        state.withLock { state in
            let key = Key(peer: peer, request: request)
            state.running[key]?[number] = nil
            if state.running[key]?.isEmpty == true { state.running[key] = nil }
        }
    }

    /// What a node asked for under a name: more than once, where a vote asked for more.
    func plans(_ request: String, of peer: NodeID) -> [ServedPlan] {
        state.withLock { $0.running[Key(peer: peer, request: request)].map { Array($0.values) } ?? [] }
    }
}
