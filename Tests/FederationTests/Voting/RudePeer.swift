import Federation
import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import SwarmCore
import WireFormats

/// A node that was paired with and does not behave: it answers how it is, and to votes what a test says.
struct RudePeer: Sendable {
    let identity: NodeIdentity
    let address: PeerAddress
    /// Writes the reply to a vote; the flag is set when nobody listens any more.
    let vote: @Sendable (inout any ResponseBodyWriter) async throws -> Void

    init(
        identity: NodeIdentity,
        vote: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) async throws {
        self.identity = identity
        self.vote = vote
        address = PeerAddress(host: "127.0.0.1", port: try await freePort())
    }

    /// As the book of its victim has it.
    var pinned: PinnedPeer {
        PinnedPeer(name: identity.name, fingerprint: identity.fingerprint, pairedAt: 0, address: address)
    }

    private var card: PeerCard {
        PeerCard(
            version: "1.2.3",
            id: identity.id.rawValue,
            name: identity.name,
            model: ModelID(rawValue: "scripted"),
            fingerprint: "scripted",
            contextLength: 1000,
            candidates: 3
        )
    }

    /// Serves until it is cancelled.
    func run() async throws {
        let router = Router()
        router.get("/v1/federation/health") { [card] _, _ in
            Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: card.json.utf8)))
        }
        router.post("/v1/federation/stop") { _, _ in HTTPResponse.Status.ok }
        router.post("/v1/federation/vote") { [vote] request, _ in
            var request = request
            _ = try await request.collectBody(upTo: 1 << 20)
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    var body: any ResponseBodyWriter = writer
                    try await vote(&body)
                    try await body.finish(nil)
                }
            )
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(identity.certificate)],
            privateKey: .privateKey(identity.privateKey)
        )
        tls.certificateVerification = .none
        let application = Application(
            router: router,
            server: try .tls(.http1(), tlsConfiguration: tls),
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)),
            logger: silentLogger
        )
        try await application.run()
    }
}

extension ResponseBodyWriter {
    /// Sends one text.
    mutating func say(_ text: String) async throws { try await write(ByteBuffer(string: text)) }
}
