import Hummingbird
import HummingbirdTLS
import Logging
import MulticastDNS
import NIOCore
import NIOPosix
import NIOSSL
import SwarmCore

/// Where other nodes come in: a port with TLS on every address of this machine in its networks.
///
/// Addresses come and go; each has a listener of its own, so that nothing listens where nobody was meant to be.
struct PeerDoor: Sendable {
    let identity: NodeIdentity
    let port: Int
    /// Addresses to listen on; `nil` for those of the networks at home and in offices.
    let hosts: [String]?
    let responder: RouterResponder<PeerContext>
    let logger: Logger
    /// Is told on what it listens now.
    let changed: @Sendable ([PeerAddress: String?]) -> Void

    private static let period = Duration.seconds(3)

    private enum Event: Sendable {
        case look
        case ended(String, String)
    }

    /// Listens until its task is cancelled.
    func run() async {
        let configuration = TLSChannelConfiguration(
            tlsConfiguration: tls,
            // Who it is is asked by every route; here it counts only that there is a certificate, whose key TLS asks for.
            customVerificationCallback: { certificates, promise in
                promise.succeed(certificates.isEmpty ? .failed : .certificateVerified)
            }
        )
        await withTaskGroup(of: Event.self) { group in
            var listening: [String: String?] = [:]
            group.addTask { .look }
            while let event = await group.next() {
                if Task.isCancelled { break }
                switch event {
                case .ended(let host, let reason): listening[host] = reason
                case .look:
                    let wanted = await addresses()
                    for host in wanted where listening[host] == nil || listening[host] != .some(nil) {
                        listening[host] = .some(nil)
                        group.addTask { .ended(host, await listen(on: host, configuration)) }
                    }
                    group.addTask {
                        try? await Task.sleep(for: Self.period)
                        return .look
                    }
                }
                changed(Dictionary(uniqueKeysWithValues: listening.map { (PeerAddress(host: $0, port: port), $1) }))
            }
            group.cancelAll()
        }
    }

    private var tls: TLSConfiguration {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(identity.certificate)],
            privateKey: .privateKey(identity.privateKey)
        )
        tls.minimumTLSVersion = .tlsv13
        tls.certificateVerification = .noHostnameVerification
        tls.trustRoots = .certificates([identity.certificate])
        return tls
    }

    /// - Returns: why it ended.
    private func listen(on host: String, _ configuration: TLSChannelConfiguration) async -> String {
        // Why it cannot listen is told in words; the server's own errors about being closed say nothing.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .critical)
        do {
            let application = Application(
                responder: responder,
                server: try .tls(.http1(), configuration: configuration),
                configuration: ApplicationConfiguration(
                    address: .hostname(host, port: port),
                    serverName: "local-swarm"
                ),
                logger: quiet
            )
            try await application.run()
            return "it was closed"
        } catch {
            return "\(error)"
        }
    }

    private func addresses() async -> [String] {
        if let hosts { return hosts }
        let interfaces = try? await NIOThreadPool.singleton.runIfActive { try InterfaceReader.read() }
        let policy = InterfacePolicy()
        return (interfaces ?? []).filter(policy.admits).flatMap { interface in
            interface.addresses.map(\.address).filter { $0.isPrivate }.map { address in
                "\(ScopedAddress(address: address, interface: interface.name, interfaceIndex: interface.index))"
            }
        }
    }
}
