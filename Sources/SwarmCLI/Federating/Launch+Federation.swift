import Federation
import Foundation
import Hardware
import Logging
import ModelStore
import MulticastDNS
import Observability
import SwarmCore

extension Launch {
    /// This node among others; `nil` where that is off, or this machine is in no cluster: then the log says what to do.
    /// - Throws: when the secret or the key cannot be used.
    func federation() async throws -> Federation? {
        guard settings.federates != false else { return nil }
        guard let cluster = try ClusterFile(folder: folders.cluster).load() else {
            let level: Logger.Level = settings.federates == true ? .warning : .info
            logger.log(
                level: level,
                """
                no other machines vote with this one: it is in no cluster; `swarm cluster create` makes one, `swarm cluster \
                join CODE` joins one
                """
            )
            return nil
        }
        let name = settings.nodeName ?? Self.hostName
        let identity = try NodeIdentity.load(folder: folders.cluster, name: name)
        let machine = await Machine.detect()
        return Federation(
            identity: identity,
            cluster: cluster,
            settings: FederationSettings(
                name: name,
                port: settings.peerPort,
                hosts: settings.peerHosts,
                given: settings.peers,
                usesDiscovery: settings.discoversPeers,
                timeout: settings.peerTimeout,
                timeouts: settings.peerTimeouts,
                version: Version.number,
                hardware: machine.oneLine,
                apiPort: Settings.isLoopback(settings.host) ? 0 : settings.port
            ),
            book: StoredPeerBook(store: PeerStore(try Database(path: databasePath)), cluster: cluster.secret.clusterID),
            models: sharedModels,
            unixTime: { Date().timeIntervalSince1970 },
            logger: logger
        )
    }

    /// Models of the store that a hub told the hash of, or that a peer told it of; what others copy is checked again by them.
    private var sharedModels: SharedModels {
        let store = store
        return SharedModels { repository, revision in
            let models = await store.list().filter { $0.repository == repository && $0.isIntact }
            let manifests = models.flatMap(\.files).compactMap { file in file.manifest.map { (file, $0) } }
            return manifests.filter { $1.revision == revision || $1.commit == revision }.map { file, manifest in
                SharedModels.File(
                    name: file.name,
                    path: file.path,
                    bytes: manifest.bytes,
                    sha256: manifest.sha256,
                    commit: manifest.commit
                )
            }
        }
    }

    /// Has a connection to a machine that was paired with.
    /// - Throws: when there is none of that name, or it was never reached.
    func withPeer<R: Sendable>(
        _ name: String,
        _ body: (PeerLink, PeerAddress) async throws -> R
    ) async throws -> R {
        guard let cluster = try ClusterFile(folder: folders.cluster).load() else {
            throw Failure("this machine is in no cluster; `swarm cluster join CODE` joins one")
        }
        let store = PeerStore(try Database(path: databasePath))
        let book = StoredPeerBook(store: store, cluster: cluster.secret.clusterID)
        let peers = try await book.pinned()
        guard let peer = peers.first(where: { $0.name == name || $0.id.rawValue == name }) else {
            let names = peers.map(\.name).sorted().joined(separator: ", ")
            throw Failure("no machine \(name) was paired with" + (names.isEmpty ? "" : "; there are \(names)"))
        }
        guard let address = peer.address else {
            throw Failure("\(name) was never reached; start `swarm serve` on both machines first")
        }
        let identity = try NodeIdentity.load(folder: folders.cluster, name: settings.nodeName ?? Self.hostName)
        let link = PeerLink(identity, expecting: peer.fingerprint, connections: 16)
        do {
            let result = try await body(link, address)
            await link.shutDown()
            return result
        } catch {
            await link.shutDown()
            throw error
        }
    }

    /// This machine's name without its domain.
    static var hostName: String {
        let name = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? ""
        return NodeName.cleaned(name, otherwise: "node")
    }

    /// The first address of this machine in a network at home or in an office, IPv4 before IPv6.
    static func lanAddress() throws -> String {
        let interfaces = try InterfaceReader.read().filter(InterfacePolicy().admits)
        let addresses = interfaces.flatMap { interface in
            interface.addresses.map(\.address).filter { $0.isPrivate && !$0.isLinkLocal }
        }
        let best = addresses.first { $0.family == .v4 } ?? addresses.first
        guard let best else {
            throw Failure("--lan: this machine has no address in a private network; name one with --host")
        }
        return "\(best)"
    }
}

extension Machine {
    /// What it is, for other machines.
    fileprivate var oneLine: String {
        var parts = ["\(processor.cores) cores", "\(memory.total >> 30) GiB"]
        if let accelerator = accelerators.first { parts.append(accelerator.name) }
        return parts.joined(separator: ", ")
    }
}
