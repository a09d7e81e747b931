import Federation
import SwarmCore
import WireFormats

extension Fingerprint {
    /// One for each number.
    static func node(_ number: Int) -> Fingerprint { Fingerprint(certificate: Array("node \(number)".utf8)) }
}

extension PeerAddress {
    static func node(_ number: Int) -> PeerAddress {
        PeerAddress(host: "10.0.\(number / 250).\(number % 250 + 1)", port: 17_617)
    }
}

extension PinnedPeer {
    static func node(_ number: Int, at address: PeerAddress? = nil) -> PinnedPeer {
        PinnedPeer(name: "node \(number)", fingerprint: .node(number), pairedAt: 1, address: address)
    }
}

extension PeerCard {
    static func node(
        _ number: Int,
        protocolVersion: Int = FederationProtocol.version,
        version: String = "1.0",
        model: String = "m",
        peers: [Acquaintance] = []
    ) -> PeerCard {
        PeerCard(
            protocolVersion: protocolVersion,
            version: version,
            id: Fingerprint.node(number).id.rawValue,
            name: "node \(number)",
            model: ModelID(rawValue: model),
            fingerprint: "weights of \(model)",
            contextLength: 4096,
            candidates: 4,
            peers: peers
        )
    }
}

extension PeerTable {
    /// A table of node 0.
    static func empty(given: [PeerAddress] = []) -> PeerTable { PeerTable(own: Fingerprint.node(0).id, given: given) }

    mutating func announce(_ number: Int, isForeign: Bool = false, at now: Double) {
        announced(
            .node(number),
            name: "node \(number)",
            addresses: [.node(number)],
            isForeign: isForeign,
            at: now
        )
    }

    mutating func answer(_ number: Int, _ card: PeerCard? = nil, at now: Double) {
        answered(
            .node(number),
            card ?? .node(number),
            from: .node(number),
            roundTrip: 0.01,
            clockDifference: 0,
            at: now
        )
    }

    /// Announces a node, pairs with it and hears of it.
    mutating func welcome(_ number: Int, at now: Double) {
        announce(number, at: now)
        paired(.node(number), at: now)
        answer(number, at: now)
        _ = takeNotices()
    }

    mutating func fail(_ number: Int, because reason: String = "gone", isFatal: Bool = true, at now: Double) {
        failed(.node(number), because: reason, isFatal: isFatal, at: now)
    }

    func standing(_ number: Int, at now: Double) -> PeerEntry.Standing? {
        entry(Fingerprint.node(number).id)?.standing(at: now)
    }

    /// What is due at these moments, one after the other.
    mutating func due(_ moments: [Double]) -> [[Action]] { moments.map { actions(at: $0) } }

    /// What there is to tell, in words.
    mutating func told() -> [String] {
        takeNotices().map { notice in
            switch notice {
            case .found(let entry): "\(entry.name) found"
            case .ready(let entry): "\(entry.name) ready"
            case .changed(let entry, let what): "\(entry.name) changed: \(what)"
            case .gone(let entry, _): "\(entry.name) gone"
            }
        }
    }
}
