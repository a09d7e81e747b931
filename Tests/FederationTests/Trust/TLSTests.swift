import Federation
import NIOCore
import NIOPosix
import NIOSSL
import Testing

/// The certificates in real connections, on the loopback interface.
@Suite("Certificates of nodes in TLS", .timeLimit(.minutes(1)))
struct TLSTests {
    private let alice: NodeIdentity
    private let bob: NodeIdentity
    private let mallory: NodeIdentity

    init() throws {
        alice = try NodeIdentity(name: "alice")
        bob = try NodeIdentity(name: "bob")
        mallory = try NodeIdentity(name: "mallory")
    }

    @Test func nodesThatPinnedEachOtherConnectAndSeeWho() async throws {
        let met = try await meet(
            server: alice.serverTLS(trusting: [mallory.certificate, bob.certificate]),
            client: bob.clientTLS(trusting: [alice.certificate])
        )
        #expect(met == Met(byServer: bob.fingerprint.hex, byClient: alice.fingerprint.hex))
        let back = try await meet(
            server: bob.serverTLS(trusting: [alice.certificate]),
            client: alice.clientTLS(trusting: [bob.certificate])
        )
        #expect(back == Met(byServer: alice.fingerprint.hex, byClient: bob.fingerprint.hex))
    }

    @Test func anotherServerThanThePinnedOneIsRefused() async throws {
        await #expect(throws: (any Error).self) {
            try await meet(
                server: mallory.serverTLS(trusting: [bob.certificate]),
                client: bob.clientTLS(trusting: [alice.certificate])
            )
        }
    }

    @Test func aClientThatIsNotPinnedIsRefused() async throws {
        await #expect(throws: (any Error).self) {
            try await meet(
                server: alice.serverTLS(trusting: [bob.certificate]),
                client: mallory.clientTLS(trusting: [alice.certificate])
            )
        }
    }

    @Test func aClientWithoutACertificateIsRefused() async throws {
        var nobody = TLSConfiguration.makeClientConfiguration()
        nobody.certificateVerification = .noHostnameVerification
        nobody.trustRoots = .certificates([alice.certificate])
        let client = nobody
        await #expect(throws: (any Error).self) {
            try await meet(server: alice.serverTLS(trusting: [bob.certificate]), client: client)
        }
    }

    /// Strangers see each other's certificates, and that is what the handshake is bound to.
    @Test func strangersPairOverAConnectionThatTrustsNobody() async throws {
        let met = try await meet(
            server: alice.serverTLS(trusting: []),
            client: bob.clientTLS(trusting: []),
            acceptsAll: true
        )
        let seenByServer = try #require(Fingerprint(hex: met.byServer))
        let seenByClient = try #require(Fingerprint(hex: met.byClient))
        let secret = ClusterSecret()
        var initiator = PairingInitiator(secret: secret, name: "bob", own: bob.fingerprint)
        var responder = PairingResponder(secret: secret, name: "alice", own: alice.fingerprint)
        let now = ContinuousClock.now
        let challenge = try responder.challenge(for: initiator.hello, from: seenByServer, at: "::1", now: now)
        let proof = try initiator.answer(challenge, from: seenByClient)
        #expect(try responder.accept(proof, from: seenByServer, at: "::1", now: now).fingerprint == bob.fingerprint)
        #expect(try initiator.finish(PairingAccepted(), from: seenByClient).fingerprint == alice.fingerprint)
    }
}

/// The fingerprints that the two sides of a connection saw.
private struct Met: Equatable, Sendable {
    var byServer: String
    var byClient: String
}

private func meet(server: TLSConfiguration, client: TLSConfiguration, acceptsAll: Bool = false) async throws -> Met {
    let group = MultiThreadedEventLoopGroup.singleton
    let serverContext = try NIOSSLContext(configuration: server)
    let clientContext = try NIOSSLContext(configuration: client)
    let host = try await ServerBootstrap(group: group)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let tls =
                    acceptsAll
                    ? NIOSSLServerHandler(
                        context: serverContext,
                        customVerificationCallback: { $1.succeed(.certificateVerified) }
                    ) : NIOSSLServerHandler(context: serverContext)
                try channel.pipeline.syncOperations.addHandlers(tls, Host())
            }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    let promise = group.next().makePromise(of: Met.self)
    do {
        _ = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls =
                        try acceptsAll
                        ? NIOSSLClientHandler(
                            context: clientContext,
                            serverHostname: nil,
                            customVerificationCallback: { $1.succeed(.certificateVerified) }
                        ) : NIOSSLClientHandler(context: clientContext, serverHostname: nil)
                    try channel.pipeline.syncOperations.addHandlers(tls, Guest(promise))
                }
            }
            .connect(host: "127.0.0.1", port: host.localAddress?.port ?? 0).get()
    } catch {
        promise.fail(error)
    }
    let result = await Result { try await promise.futureResult.get() }
    try await host.close()
    return try result.get()
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

extension ChannelHandlerContext {
    /// The certificate of the other side, as this side sees it.
    fileprivate var peer: String {
        guard let bytes = try? pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes() else { return "nobody" }
        return Fingerprint(certificate: bytes).hex
    }
}

/// Says whom it sees once it has read something.
private final class Host: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: context.peer)), promise: nil)
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Writes something and keeps what it is told.
private final class Guest: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let promise: EventLoopPromise<Met>
    private var told = ""
    private var seen = ""

    init(_ promise: EventLoopPromise<Met>) { self.promise = promise }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "?")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        told += String(buffer: unwrapInboundIn(data))
        seen = context.peer
    }

    func channelInactive(context: ChannelHandlerContext) {
        if told.isEmpty { promise.fail(ChannelError.eof) }
        promise.succeed(Met(byServer: told, byClient: seen))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
