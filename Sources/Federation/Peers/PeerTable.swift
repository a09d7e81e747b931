import SwarmCore
package import WireFormats

/// The nodes that are known, and what is to be done about them: a state machine that neither waits nor sends.
///
/// Times are seconds of a clock that only goes forward.
package struct PeerTable: Sendable {
    /// What the owner is to do, and to tell the table the outcome of.
    package enum Action: Sendable, Equatable {
        /// Find out who is at an address, and pair with whoever it is.
        case greet(PeerAddress)
        /// Pair with a node.
        case pair(Fingerprint, [PeerAddress])
        /// Ask a paired node how it is.
        case check(Fingerprint, [PeerAddress])
    }

    /// Something people want to know, once.
    package enum Notice: Sendable, Equatable {
        case found(PeerEntry)
        case ready(PeerEntry)
        case changed(PeerEntry, String)
        case gone(PeerEntry, String)
    }

    /// How long a node is kept that is neither announced nor answers.
    static let expiry = 60.0
    /// Between two questions to a peer that is well.
    static let checkPeriod = 5.0
    /// Most strangers that are kept; further ones are passed over, so that a flood of them costs nothing and keeps nobody out
    /// who was paired with.
    static let limit = 256
    /// Most addresses of one node.
    private static let addressLimit = 8

    private struct Place {
        /// Given by the operator: it is tried for ever.
        var isGiven: Bool
        var nextTurn = 0.0
        var failures = 0
        var isBusy = false
        /// Who was met there.
        var node: NodeID?
        var error: String?
    }

    private let own: NodeID
    private var places: [PeerAddress: Place] = [:]
    private var nodes: [NodeID: PeerEntry] = [:]
    private var pins: [NodeID: PinnedPeer] = [:]
    /// When a node was paired with in this run.
    private var pinTimes: [NodeID: Double] = [:]
    private var notices: [Notice] = []

    /// - Parameters:
    ///   - own: this node, which is never its own peer.
    ///   - given: addresses that the operator named.
    package init(own: NodeID, given: [PeerAddress] = []) {
        self.own = own
        for address in given { places[address] = Place(isGiven: true) }
    }

    /// Whether a node that is not known yet may become so.
    private func hasRoom(for fingerprint: Fingerprint) -> Bool {
        pin(fingerprint) != nil || nodes.values.count { !$0.isPinned } < Self.limit
    }

    /// All nodes, by name.
    package var entries: [PeerEntry] { nodes.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) } }

    package func entry(_ id: NodeID) -> PeerEntry? { nodes[id] }

    /// Whether a certificate is that of somebody who was paired with.
    package func pin(_ fingerprint: Fingerprint) -> PinnedPeer? {
        pins[fingerprint.id].flatMap { $0.fingerprint == fingerprint ? $0 : nil }
    }

    /// Addresses at which nobody was met, with the last reason.
    package var unmet: [(address: PeerAddress, isGiven: Bool, error: String?)] {
        places.filter { $0.value.node == nil }.map { ($0.key, $0.value.isGiven, $0.value.error) }
            .sorted { $0.address.description < $1.address.description }
    }

    /// What there is to tell; each once.
    package mutating func takeNotices() -> [Notice] {
        defer { notices = [] }
        return notices
    }

    // MARK: What becomes known

    /// Takes over who is pinned; whoever was forgotten is used no more.
    /// - Parameter read: when the book was read; who was paired with since then cannot have been in it.
    package mutating func pinned(_ peers: [PinnedPeer], read: Double? = nil, at now: Double) {
        let before = pins
        pins = Dictionary(peers.map { ($0.id, $0) }) { $1 }
        for (id, pin) in before where pins[id] == nil && pinTimes[id] ?? -1 >= read ?? now { pins[id] = pin }
        for (id, pin) in pins where before[id] == nil && id != own {
            if nodes[id]?.fingerprint == pin.fingerprint {
                nodes[id]?.isPinned = true
                nodes[id]?.nextTurn = now
            } else if let address = pin.address {
                // Where it was last time is worth one look.
                var entry = PeerEntry(fingerprint: pin.fingerprint, name: pin.name, at: now)
                entry.isPinned = true
                entry.others = [address]
                nodes[id] = entry
            }
        }
        for id in before.keys where pins[id] == nil {
            guard var entry = nodes[id] else { continue }
            entry.isPinned = false
            entry.card = nil
            entry.wasReady = false
            entry.refusal = "it was forgotten here"
            // Not at once: whoever forgets a peer has a reason.
            entry.nextTurn = now + Self.expiry
            nodes[id] = entry
            notices.append(.changed(entry, "forgotten"))
        }
    }

    /// A node announces itself.
    /// - Parameter isForeign: it says that it is in another cluster.
    package mutating func announced(
        _ fingerprint: Fingerprint,
        name: String,
        addresses: [PeerAddress],
        isForeign: Bool,
        at now: Double
    ) {
        guard fingerprint.id != own else { return }
        let id = fingerprint.id
        guard nodes[id] != nil || hasRoom(for: fingerprint) else { return }
        // Whoever announces a certificate that only begins like a known one is somebody else, and not let in for it.
        guard nodes[id].map({ $0.fingerprint == fingerprint }) ?? true else { return }
        let isNew = nodes[id] == nil
        var entry = nodes[id] ?? PeerEntry(fingerprint: fingerprint, name: name, at: now)
        entry.isPinned = pin(fingerprint) != nil
        if !entry.isPinned { entry.name = name }
        let hasMoved = entry.announced != Array(addresses.prefix(Self.addressLimit))
        entry.announced = Array(addresses.prefix(Self.addressLimit))
        if !entry.isAnnounced || hasMoved { entry.nextTurn = min(entry.nextTurn, now) }
        if !entry.isAnnounced, entry.breaker.opensUntil != nil {
            // It was away and is back.
            entry.breaker = Breaker()
            entry.nextTurn = now
        }
        entry.isAnnounced = true
        entry.isForeign = isForeign
        entry.lastSeen = now
        nodes[id] = entry
        if isNew { notices.append(.found(entry)) }
    }

    /// A node announces itself no more: it is asked at once whether it is still there.
    package mutating func vanished(_ fingerprint: Fingerprint, at now: Double) {
        nodes[fingerprint.id]?.isAnnounced = false
        nodes[fingerprint.id]?.announced = []
        nodes[fingerprint.id]?.lastSeen = now
        nodes[fingerprint.id]?.nextTurn = now
    }

    /// A peer told of another, which is met by oneself before anything else.
    package mutating func told(of acquaintance: PeerCard.Acquaintance, at now: Double) {
        guard let address = PeerAddress(parsing: acquaintance.address), address.isNear,
            acquaintance.id != own.rawValue
        else { return }
        let id = NodeID(rawValue: acquaintance.id)
        if var entry = nodes[id] {
            guard !entry.addresses.contains(address), entry.others.count < Self.addressLimit else { return }
            entry.others.append(address)
            nodes[id] = entry
        } else if places[address] == nil, places.count < Self.limit {
            places[address] = Place(isGiven: false)
        }
    }

    // MARK: Outcomes of actions

    /// Somebody was met at an address; `nil` when that was oneself.
    package mutating func met(_ fingerprint: Fingerprint, name: String?, at address: PeerAddress, _ now: Double) {
        guard fingerprint.id != own else {
            places[address] = nil
            return
        }
        places[address]?.isBusy = false
        places[address]?.nextTurn = now + Self.checkPeriod
        let isNew = nodes[fingerprint.id] == nil
        guard isNew ? hasRoom(for: fingerprint) : nodes[fingerprint.id]?.fingerprint == fingerprint else { return }
        places[address]?.node = fingerprint.id
        places[address]?.failures = 0
        places[address]?.error = nil
        var entry =
            nodes[fingerprint.id]
            ?? PeerEntry(fingerprint: fingerprint, name: name ?? fingerprint.id.rawValue, at: now)
        entry.isPinned = pin(fingerprint) != nil
        if !entry.others.contains(address) { entry.others.append(address) }
        entry.lastSeen = now
        entry.nextTurn = now
        nodes[fingerprint.id] = entry
        if isNew { notices.append(.found(entry)) }
    }

    /// Nobody could be met at an address.
    package mutating func missed(_ address: PeerAddress, because reason: String, at now: Double) {
        guard var place = places[address] else { return }
        place.isBusy = false
        place.failures += 1
        place.error = reason
        place.nextTurn = now + min(60, 2 * Double(place.failures))
        places[address] = !place.isGiven && place.failures > 3 ? nil : place
    }

    package mutating func paired(_ peer: PinnedPeer, at now: Double) {
        // Two certificates whose fingerprints begin alike for 64 bits are an attack; the first one stays.
        guard pins[peer.id].map({ $0.fingerprint == peer.fingerprint }) ?? true else { return }
        pins[peer.id] = peer
        pinTimes[peer.id] = now
        if let known = nodes[peer.id], known.fingerprint != peer.fingerprint { nodes[peer.id] = nil }
        let isNew = nodes[peer.id] == nil
        var entry = nodes[peer.id] ?? PeerEntry(fingerprint: peer.fingerprint, name: peer.name, at: now)
        entry.isBusy = false
        entry.isPinned = true
        entry.isForeign = false
        entry.name = peer.name
        entry.refusal = nil
        entry.refusals = 0
        entry.lastSeen = now
        entry.nextTurn = now
        if let address = peer.address, !entry.addresses.contains(address) { entry.others.append(address) }
        nodes[peer.id] = entry
        if isNew { notices.append(.found(entry)) }
    }

    /// - Parameter wait: seconds that the other node wants to be left alone for.
    package mutating func refused(_ fingerprint: Fingerprint, because reason: String, wait: Double?, at now: Double) {
        guard var entry = nodes[fingerprint.id] else { return }
        entry.isBusy = false
        entry.refusals += 1
        if entry.refusal != reason { notices.append(.changed(entry, "not paired: \(reason)")) }
        entry.refusal = reason
        entry.nextTurn = now + max(wait ?? 0, min(60, 3 * Double(entry.refusals)))
        nodes[fingerprint.id] = entry
    }

    /// A peer said how it is.
    package mutating func answered(
        _ fingerprint: Fingerprint,
        _ card: PeerCard,
        from address: PeerAddress,
        roundTrip: Double,
        clockDifference: Double?,
        at now: Double
    ) {
        guard var entry = nodes[fingerprint.id], entry.fingerprint == fingerprint else { return }
        entry.isBusy = false
        guard entry.isPinned else {
            // It was forgotten while it was asked.
            nodes[fingerprint.id] = entry
            return
        }
        let before = entry.card
        entry.card = card
        entry.address = address
        entry.roundTrip = roundTrip
        entry.clockDifference = clockDifference
        entry.lastSeen = now
        entry.nextTurn = now + Self.checkPeriod
        let wasResting = !entry.breaker.isClosed
        entry.breaker.succeed()
        entry.lastError = nil
        nodes[fingerprint.id] = entry
        for acquaintance in card.peers { told(of: acquaintance, at: now) }
        if case .ready = entry.standing(at: now) {
            if !entry.wasReady || wasResting { notices.append(.ready(entry)) }
            nodes[fingerprint.id]?.wasReady = true
            if let before, before.fingerprint != card.fingerprint || before.version != card.version {
                notices.append(.changed(entry, "now has \(card.model), version \(card.version)"))
            }
        } else if case .unfit(let reason) = entry.standing(at: now), before?.protocolVersion != card.protocolVersion {
            notices.append(.changed(entry, reason))
        }
    }

    /// A peer failed, at being asked how it is or in a vote.
    /// - Parameter isFatal: it could not be reached, or somebody else was there.
    package mutating func failed(_ fingerprint: Fingerprint, because reason: String, isFatal: Bool, at now: Double) {
        guard var entry = nodes[fingerprint.id] else { return }
        let wasClosed = entry.breaker.isClosed
        entry.isBusy = false
        entry.lastError = reason
        entry.breaker.fail(at: now, isFatal: isFatal)
        entry.nextTurn = max(now + 1, entry.breaker.opensUntil ?? 0)
        if wasClosed, !entry.breaker.isClosed, entry.wasReady {
            notices.append(.changed(entry, "left alone for a while: \(reason)"))
        }
        nodes[fingerprint.id] = entry
    }

    /// A vote ended well.
    package mutating func succeeded(_ fingerprint: Fingerprint, at now: Double) {
        nodes[fingerprint.id]?.lastSeen = now
        nodes[fingerprint.id]?.breaker.succeed()
    }

    // MARK: Time

    /// What is due now; each is under way until its outcome is told.
    package mutating func actions(at now: Double) -> [Action] {
        expire(at: now)
        var actions: [Action] = []
        for (address, place) in places where !place.isBusy && place.nextTurn <= now {
            if let node = place.node, nodes[node] != nil { continue }
            places[address]?.isBusy = true
            places[address]?.node = nil
            actions.append(.greet(address))
        }
        for (id, entry) in nodes where !entry.isBusy && entry.nextTurn <= now {
            let addresses = entry.addresses
            guard !addresses.isEmpty, entry.isPinned || !entry.isForeign else { continue }
            guard !entry.isPinned || entry.breaker.mayAsk(at: now) else { continue }
            nodes[id]?.isBusy = true
            actions.append(
                entry.isPinned ? .check(entry.fingerprint, addresses) : .pair(entry.fingerprint, addresses)
            )
        }
        return actions
    }

    private mutating func expire(at now: Double) {
        for (id, entry) in nodes where !entry.isAnnounced && !entry.isBusy && now - entry.lastSeen > Self.expiry {
            nodes[id] = nil
            notices.append(.gone(entry, "not seen for \(Int(Self.expiry)) s"))
        }
    }
}
