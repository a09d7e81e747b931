import SwarmCore
package import WireFormats

/// One node that is known at the moment: seen on the network, given by the operator, or told of by a peer.
package struct PeerEntry: Sendable, Equatable {
    /// How it stands with a node, in the order in which it gets better.
    package enum Standing: Sendable, Equatable {
        /// Seen, not paired with, and never used; the text says why.
        case strange(String)
        /// Paired with; nothing was heard of it yet.
        case greeted
        /// Paired with, but it cannot vote with this node; the text says why.
        case unfit(String)
        /// It failed and is left alone for so many seconds.
        case resting(Double, String)
        /// It votes.
        case ready
    }

    package let fingerprint: Fingerprint
    package var name: String
    /// Where it says it is, best first.
    package var announced: [PeerAddress] = []
    /// Where else it may be: given, told, or remembered.
    package var others: [PeerAddress] = []
    /// It is announced on the network now.
    package var isAnnounced = false
    /// It announces another cluster than ours, or none.
    package var isForeign = false
    package var isPinned = false
    /// Why pairing did not work the last time.
    package var refusal: String?
    package var card: PeerCard?
    /// Where it answered the last time.
    package var address: PeerAddress?
    /// Seconds from question to answer, the last time it was asked how it is.
    package var roundTrip: Double?
    /// Its clock less ours, in seconds; good to half of the round trip.
    package var clockDifference: Double?
    package var breaker = Breaker()
    package var lastError: String?
    /// When it was last announced or answered.
    package var lastSeen: Double
    /// Nothing is done about it before.
    var nextTurn = 0.0
    /// Something is being done about it.
    var isBusy = false
    /// Attempts to pair that failed in a row.
    var refusals = 0
    /// Whether it was told of that it votes.
    var wasReady = false

    package var id: NodeID { fingerprint.id }

    package init(fingerprint: Fingerprint, name: String, at now: Double) {
        self.fingerprint = fingerprint
        self.name = name
        lastSeen = now
    }

    /// Where to try, the last that worked first.
    package var addresses: [PeerAddress] {
        var unique: [PeerAddress] = []
        for address in [address].compactMap({ $0 }) + announced + others where !unique.contains(address) {
            unique.append(address)
        }
        return unique
    }

    /// - Parameter now: in the clock of ``PeerTable``.
    package func standing(at now: Double) -> Standing {
        guard isPinned else {
            return .strange(
                refusal ?? (isForeign ? "it is in another cluster, or in none" : "it was not paired with yet")
            )
        }
        if let until = breaker.opensUntil { return .resting(max(0, until - now), lastError ?? "it failed") }
        guard let card else { return .greeted }
        guard card.protocolVersion == FederationProtocol.version else {
            return .unfit(
                "it speaks version \(card.protocolVersion) of the protocol of votes and this node version "
                    + "\(FederationProtocol.version): update the older of the two (it runs \(card.version))"
            )
        }
        return .ready
    }
}
