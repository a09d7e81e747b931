import Federation
import Foundation
import Hardware
import Logging
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
            unixTime: { Date().timeIntervalSince1970 },
            logger: logger
        )
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
