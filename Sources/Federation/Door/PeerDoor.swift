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
        case ended(String)
    }

    /// Listens until its task is cancelled.
    func run() async {
        let configuration = TLSChannelConfiguration(
            tlsConfiguration: identity.serverTLS(trusting: []),
            // Who it is is asked by every route; here it counts only that there is a certificate, whose key TLS asks for.
            customVerificationCallback: { certificates, promise in
                promise.succeed(certificates.isEmpty ? .failed : .certificateVerified)
            }
        )
        // Why an address cannot be listened on; `nil` where it is.
        let problems = Locked<[PeerAddress: String?]>([:])
        @Sendable func note(_ problem: String?, _ host: String) {
            let known = problems.withLock { problems in
                problems.updateValue(problem, forKey: PeerAddress(host: host, port: port))
                return problems
            }
            changed(known)
        }
        await withTaskGroup(of: Event.self) { group in
            var active: Set<String> = []
            group.addTask { .look }
            while let event = await group.next(), !Task.isCancelled {
                switch event {
                case .ended(let host): active.remove(host)
                case .look:
                    for host in await addresses() where active.insert(host).inserted {
                        group.addTask {
                            let reason = await listen(on: host, configuration) { note(nil, host) }
                            note(reason, host)
                            return .ended(host)
                        }
                    }
                    group.addTask {
                        try? await Task.sleep(for: Self.period)
                        return .look
                    }
                }
            }
            group.cancelAll()
        }
    }

    /// - Parameter ready: it listens now.
    /// - Returns: why it ended.
    private func listen(
        on host: String,
        _ configuration: TLSChannelConfiguration,
        ready: @escaping @Sendable () -> Void
    ) async -> String {
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
                onServerRunning: { _ in ready() },
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
