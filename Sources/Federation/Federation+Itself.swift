import Logging
import MulticastDNS
import Swarm
import SwarmCore
import WireFormats

extension Federation {
    /// What this node says of itself.
    func card(of swarm: Swarm) -> PeerCard {
        let card = swarm.model.card
        let peers = state.withLock { $0.table.entries }.compactMap { entry -> PeerCard.Acquaintance? in
            guard entry.isPinned, entry.card != nil, let address = entry.address else { return nil }
            return PeerCard.Acquaintance(id: entry.id.rawValue, name: entry.name, address: address.description)
        }
        return PeerCard(
            version: settings.version,
            id: identity.id.rawValue,
            name: settings.name,
            model: card.id,
            fingerprint: card.fingerprint,
            contextLength: card.contextLength,
            candidates: card.recommendedCandidates,
            curve: card.curve,
            hardware: settings.hardware,
            port: settings.apiPort,
            isBusy: swarm.isBusy,
            time: time,
            peers: peers
        )
    }

    func listen(_ swarm: Swarm) async {
        let routes = PeerRoutes(
            swarm: swarm,
            served: served,
            models: models,
            card: { [self] in card(of: swarm) },
            pinned: { [self] fingerprint in state.withLock { $0.table.pin(fingerprint) } },
            pairing: Locked(
                PairingResponder(secret: cluster.secret, name: settings.name, own: identity.fingerprint)
            ),
            hasPaired: { [self] peer in await pinned(peer, at: nil) },
            hasCalled: { [self] peer, address in
                state.withLock { [now] in $0.table.met(peer.fingerprint, name: peer.name, at: address, now) }
            },
            clock: { [self] in now },
            logger: logger
        )
        let door = PeerDoor(
            identity: identity,
            port: settings.port,
            hosts: settings.hosts,
            responder: routes.responder,
            logger: logger
        ) { [self] listening in
            let before = state.withLock { state in
                defer { state.listening = listening }
                return state.listening
            }
            for (address, problem) in listening where before[address] != .some(problem) {
                if let problem {
                    logger.warning(
                        "other nodes cannot come in here",
                        metadata: ["address": "\(address)", "reason": "\(problem)"]
                    )
                } else {
                    logger.info("other nodes come in here", metadata: ["address": "\(address)"])
                }
            }
        }
        await door.run()
    }

    func discovery(_ card: ModelCard) -> Discovery? {
        guard let type = ServiceType(Announcement.type), let port = UInt16(exactly: settings.port) else { return nil }
        let announcement = Announcement(
            fingerprint: identity.fingerprint,
            cluster: cluster.secret.clusterID,
            protocolVersion: FederationProtocol.version,
            version: settings.version,
            model: card.id.rawValue,
            modelHash: card.fingerprint,
            candidates: card.recommendedCandidates,
            hardware: settings.hardware,
            apiPort: settings.apiPort
        )
        do {
            let service = try Service(
                type: type,
                name: NodeName.cleaned(settings.name, otherwise: "node"),
                port: port,
                text: announcement.text ?? TextRecord()
            )
            // A name of its own: the machine's may be another responder's.
            var settings = DiscoverySettings(
                hostName: "swarm-\(identity.id)",
                advertising: [service],
                browsing: [type]
            )
            settings.lives.host = UInt32(PeerTable.expiry)
            return try Discovery(settings, logger: logger)
        } catch {
            logger.warning("nodes are not looked for on the network", metadata: ["reason": "\(error)"])
            return nil
        }
    }
}
