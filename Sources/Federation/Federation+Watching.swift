import Logging
import MulticastDNS
import Swarm
import SwarmCore
import WireFormats

extension Federation {
    func follow(_ discovery: Discovery) async {
        for await change in discovery.changes {
            let service = change.service
            guard let announcement = Announcement(service.text) else { continue }
            state.withLock { [now] state in
                if case .removed = change {
                    state.table.vanished(announcement.fingerprint, at: now)
                    return
                }
                state.table.announced(
                    announcement.fingerprint,
                    name: NodeName.cleaned(service.name, otherwise: announcement.fingerprint.id.rawValue),
                    addresses: service.addresses.filter { $0.address.isPrivate || $0.address.isLoopback }.map {
                        PeerAddress($0, port: Int(service.port))
                    },
                    isForeign: announcement.cluster != cluster.secret.clusterID,
                    at: now
                )
            }
        }
    }

    private static let watchPeriod = Duration.milliseconds(200)

    func watch(_ swarm: Swarm) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let actions = state.withLock { [now] in $0.table.actions(at: now) }
                for action in actions { group.addTask { await self.perform(action, swarm) } }
                tell()
                try? await Task.sleep(for: Self.watchPeriod)
            }
            group.cancelAll()
        }
    }

    /// Each addition, change and removal once.
    func tell() {
        for notice in state.withLock({ $0.table.takeNotices() }) {
            func metadata(_ entry: PeerEntry) -> Logger.Metadata {
                var metadata: Logger.Metadata = ["peer": "\(entry.name)", "node": "\(entry.id)"]
                if let address = entry.address ?? entry.addresses.first { metadata["address"] = "\(address)" }
                return metadata
            }
            switch notice {
            case .found(let entry):
                var metadata = metadata(entry)
                if !entry.isPinned, entry.isForeign { metadata["note"] = "of another cluster; it is not used" }
                logger.info("a node was found", metadata: metadata)
            case .ready(let entry):
                var metadata = metadata(entry)
                if let card = entry.card {
                    metadata["model"] = "\(card.model)"
                    metadata["version"] = "\(card.version)"
                }
                logger.info("a peer votes with this node", metadata: metadata)
            case .changed(let entry, let what):
                var metadata = metadata(entry)
                metadata["what"] = "\(what)"
                logger.info("a peer has changed", metadata: metadata)
            case .gone(let entry, let reason):
                drop(entry.id)
                var metadata = metadata(entry)
                metadata["reason"] = "\(reason)"
                logger.info("a node is gone", metadata: metadata)
            }
        }
    }

    func drop(_ id: NodeID) { state.withLock { _ = $0.sources.removeValue(forKey: id) } }

    func perform(_ action: PeerTable.Action, _ swarm: Swarm) async {
        switch action {
        case .greet(let address): await greet(address)
        case .pair(let fingerprint, let addresses): await pair(fingerprint, addresses)
        case .check(let fingerprint, let addresses): await check(fingerprint, addresses, swarm)
        }
    }

    func greet(_ address: PeerAddress) async {
        do throws(PairingClient.Refusal) {
            switch try await meet(address, expecting: nil) {
            case .known(let fingerprint):
                state.withLock { [now] in $0.table.met(fingerprint, name: nil, at: address, now) }
            case .paired(let peer):
                state.withLock { [now] in $0.table.met(peer.fingerprint, name: peer.name, at: address, now) }
                await pinned(peer, at: address)
            }
        } catch {
            state.withLock { [now] state in
                if error.peer == identity.fingerprint {
                    state.table.met(identity.fingerprint, name: nil, at: address, now)
                } else {
                    state.table.missed(address, because: error.reason, at: now)
                }
            }
        }
    }

    func meet(
        _ address: PeerAddress,
        expecting expected: Fingerprint?
    ) async throws(PairingClient.Refusal) -> PairingClient.Meeting {
        try await PairingClient.meet(
            at: address,
            identity: identity,
            secret: cluster.secret,
            expecting: expected,
            isPinned: { fingerprint in state.withLock { $0.table.pin(fingerprint) != nil } }
        )
    }

    func pair(_ fingerprint: Fingerprint, _ addresses: [PeerAddress]) async {
        var refusal = PairingClient.Refusal(reason: "it has no address")
        for address in addresses {
            do throws(PairingClient.Refusal) {
                switch try await meet(address, expecting: fingerprint) {
                case .paired(let peer): await pinned(peer, at: address)
                case .known:
                    // It paired with this node meanwhile.
                    state.withLock { [now] state in
                        if let pin = state.table.pin(fingerprint) { state.table.paired(pin, at: now) }
                    }
                }
                return
            } catch {
                refusal = error
                // Whoever answered and refused does the same elsewhere.
                if error.peer != nil { break }
            }
        }
        state.withLock { [now] in
            $0.table.refused(fingerprint, because: refusal.reason, wait: refusal.wait, at: now)
        }
    }

    func pinned(_ peer: PairedPeer, at address: PeerAddress?) async {
        let pin = PinnedPeer(name: peer.name, fingerprint: peer.fingerprint, pairedAt: time, address: address)
        state.withLock { [now] in $0.table.paired(pin, at: now) }
        do {
            try await book.pin(pin)
        } catch {
            logger.warning("a pairing is not remembered", metadata: ["peer": "\(peer.name)", "error": "\(error)"])
        }
    }

    func check(_ fingerprint: Fingerprint, _ addresses: [PeerAddress], _ swarm: Swarm) async {
        let link = link(to: fingerprint)
        var failure = PeerFailure.unreachable("it has no address")
        for address in addresses {
            let asked = ContinuousClock.now
            do throws(PeerFailure) {
                let reply = try await link.health(at: address, port: settings.port)
                guard let card = PeerCard(json: reply), card.id == fingerprint.id.rawValue else {
                    throw .garbage("what it says of itself makes no sense")
                }
                let roundTrip = (ContinuousClock.now - asked).seconds
                let difference = card.time > 0 ? card.time + roundTrip / 2 - time : nil
                let hasMoved = state.withLock { [now] state in
                    let before = state.table.entry(fingerprint.id)?.address
                    state.table.answered(
                        fingerprint,
                        card,
                        from: address,
                        roundTrip: roundTrip,
                        clockDifference: difference,
                        at: now
                    )
                    return before != address
                }
                use(fingerprint, card, address, link, swarm)
                if hasMoved { try? await book.moved(fingerprint.id, to: address) }
                return
            } catch {
                failure = error
            }
        }
        if failure == .cancelled { return }
        note(failure, of: fingerprint)
    }
}
