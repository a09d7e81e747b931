import AsyncAlgorithms
import HTTPAPI
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Swarm
import SwarmCore
import WireFormats

/// What other nodes may ask of this one.
///
/// Whoever is not pinned can do nothing but pair.
struct PeerRoutes: Sendable {
    let swarm: Swarm
    let served: Served
    let models: SharedModels
    /// What this node says of itself.
    let card: @Sendable () -> PeerCard
    /// Who has this certificate, if anybody who was paired with.
    let pinned: @Sendable (Fingerprint) -> PinnedPeer?
    let pairing: Locked<PairingResponder>
    let hasPaired: @Sendable (PairedPeer) async -> Void
    /// Somebody who is pinned asked how this node is, from an address at which it can be reached.
    let hasCalled: @Sendable (PinnedPeer, PeerAddress) -> Void
    let rates = Locked(RateLimit(perSecond: 20, burst: 60))
    let clock: @Sendable () -> Double
    let logger: Logger

    /// Most bytes of a request; conversations with many tools are long.
    static let bodyLimit = 64 << 20

    var responder: RouterResponder<PeerContext> {
        let router = Router(context: PeerContext.self)
        router.add(middleware: ErrorMiddleware(logger: logger, maximumBodySize: Self.bodyLimit))
        router.post("/v1/federation/pair/hello", use: hello)
        router.post("/v1/federation/pair/proof", use: proof)
        router.get("/v1/federation/health", use: health)
        router.post("/v1/federation/vote", use: vote)
        router.post("/v1/federation/stop", use: stop)
        let shared = ModelRoutes(models: models)
        router.get("/api/models/:owner/:name/revision/:revision") { request, context in
            _ = try await admitted(context)
            return try await shared.listing(request, context)
        }
        router.get("/:owner/:name/resolve/:commit/**") { request, context in
            _ = try await admitted(context)
            return try await shared.file(request, context)
        }
        return router.buildResponder()
    }

    /// Who asks, if it is somebody who may.
    private func admitted(_ context: PeerContext) async throws -> PinnedPeer {
        guard let fingerprint = await context.peer, let peer = pinned(fingerprint) else {
            throw WireError.forbidden("This node was not paired with yours, or has forgotten it.")
        }
        let name = peer.id.rawValue
        guard rates.withLock({ $0.take(name, at: clock()) }) else { throw WireError.saturated(retryAfterSeconds: 1) }
        return peer
    }

    private func health(_ request: Request, _ context: PeerContext) async throws -> Response {
        let peer = try await admitted(context)
        let field = HTTPField.Name(PeerLink.portField)
        if let port = field.flatMap({ request.headers[$0] }).flatMap({ Int($0) }), (1...65_535).contains(port) {
            hasCalled(peer, PeerAddress(host: context.address, port: port))
        }
        return Response(json: card().json)
    }

    // MARK: Pairing

    private func hello(_ request: Request, _ context: PeerContext) async throws -> Response {
        try await step(request, context) { body, peer, now throws(PairingError) in
            let hello = try PairingHello(parsing: body)
            let address = context.network
            return try pairing.withLock { responder throws(PairingError) in
                try responder.challenge(for: hello, from: peer, at: address, now: now).json
            }
        }
    }

    private func proof(_ request: Request, _ context: PeerContext) async throws -> Response {
        try await step(request, context) { body, peer, now throws(PairingError) in
            let proof = try PairingProof(parsing: body)
            let address = context.network
            let paired = try pairing.withLock { responder throws(PairingError) in
                try responder.accept(proof, from: peer, at: address, now: now)
            }
            await hasPaired(paired)
            return PairingAccepted().json
        }
    }

    private func step(
        _ request: Request,
        _ context: PeerContext,
        _ handshake: ([UInt8], Fingerprint, ContinuousClock.Instant) async throws(PairingError) -> JSON
    ) async throws -> Response {
        guard let peer = await context.peer else {
            throw WireError.forbidden("A node shows its certificate when it connects.")
        }
        guard rates.withLock({ $0.take(context.network, at: clock()) }) else {
            throw WireError.saturated(retryAfterSeconds: 1)
        }
        var request = request
        let body = Array(try await request.collectBody(upTo: PairingMessage.limit).readableBytesView)
        do throws(PairingError) {
            return Response(json: try await handshake(body, peer, .now))
        } catch {
            logger.info(
                "refused to pair",
                metadata: ["address": "\(context.address)", "node": "\(peer.id)", "reason": "\(error)"]
            )
            return Response(status: .forbidden, json: error.json)
        }
    }

    // MARK: Votes

    private func vote(_ request: Request, _ context: PeerContext) async throws -> Response {
        let peer = try await admitted(context)
        guard served.enter(peer.id) else { throw WireError.saturated(retryAfterSeconds: 2) }
        do {
            let watched = try await WatchedRequest(request, limit: Self.bodyLimit)
            let body = try VoteBody.decode(watched.body)
            guard body.head != card().id else {
                throw WireError.unsupported(
                    parameter: "head",
                    reason: "A node does not vote for itself over the network."
                )
            }
            var own = body.request
            // Its name is of another node, and may be used twice.
            own.id = RandomName.request("peer-")
            let plan = try await swarm.plan(own, asked: body.candidates)
            return stream(plan, body: body, peer: peer, watched: watched)
        } catch {
            served.leave(peer.id)
            throw error
        }
    }

    private func stream(_ plan: ServedPlan, body: VoteBody, peer: PinnedPeer, watched: WatchedRequest) -> Response {
        let began = ContinuousClock.now
        let name = body.request.id.rawValue
        let reply = ResponseBody { writer in
            let number = served.begin(plan, request: name, of: peer.id)
            defer {
                served.end(number, request: name, of: peer.id)
                served.leave(peer.id)
            }
            var lines = LineWriter(writer)
            do {
                try await watched.whileConnected { try await generate(plan, within: body.seconds, to: &lines) }
            } catch {
                log(plan, peer, began, error)
                throw error
            }
            log(plan, peer, began, nil)
            try await lines.finish()
        }
        var headers: HTTPFields = [.contentType: "application/x-ndjson", .connection: "close"]
        headers[.cacheControl] = "no-cache"
        return Response(status: .ok, headers: headers, body: reply)
    }

    private enum Step: Sendable {
        case line(VoteLine)
        case over
    }

    /// Lines as they come, a sign of life every second, and an end in time.
    private func generate(_ plan: ServedPlan, within seconds: Int, to lines: inout LineWriter) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let steps = AsyncThrowingChannel<Step, any Error>()
            group.addTask {
                for await _ in AsyncTimerSequence(interval: .seconds(1), clock: .continuous) {
                    await steps.send(.line(.alive))
                }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                await steps.send(.over)
            }
            group.addTask {
                do {
                    try await swarm.serve(plan) { await steps.send(.line(.candidate($0, $1))) }
                    await steps.send(.over)
                } catch {
                    steps.fail(error)
                }
            }
            defer { group.cancelAll() }
            for try await step in steps {
                guard case .line(let line) = step else { return }
                if let bytes = line.bytes { try await lines.write(bytes) }
            }
            throw CancellationError()
        }
    }

    private func log(_ plan: ServedPlan, _ peer: PinnedPeer, _ began: ContinuousClock.Instant, _ error: (any Error)?) {
        let hasLeft = error is CancellationError
        var metadata: Logger.Metadata = [
            "request.id": "\(plan.id)", "peer": "\(peer.name)", "seconds": "\((ContinuousClock.now - began).seconds)",
        ]
        if let error, !hasLeft { metadata["error"] = "\(error)" }
        logger.info(
            error == nil ? "voted for a peer" : hasLeft ? "a peer needs no more candidates" : "failed for a peer",
            metadata: metadata
        )
    }

    private func stop(_ request: Request, _ context: PeerContext) async throws -> Response {
        let peer = try await admitted(context)
        var request = request
        let body = try await request.collectBody(upTo: 1 << 16)
        guard let json = try? JSON(parsing: Array(body.readableBytesView)), let name = json["id"]?.stringValue,
            let candidate = json["candidate"]?.intValue
        else { throw WireError.invalidParameter(name: "candidate", reason: "expected an id and a candidate") }
        for plan in served.plans(name, of: peer.id) { swarm.stop(plan, candidate: candidate) }
        return Response(json: ["stopped": true])
    }
}

/// Lines of a reply, each sent by itself.
private struct LineWriter {
    private var body: any ResponseBodyWriter

    init(_ body: any ResponseBodyWriter) { self.body = body }

    mutating func write(_ bytes: [UInt8]) async throws { try await body.write(ByteBuffer(bytes: bytes)) }

    consuming func finish() async throws { try await body.finish(nil) }
}
