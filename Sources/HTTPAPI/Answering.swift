import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Swarm
import SwarmCore
import WireFormats

/// Carries out plans and writes what comes of them, in whatever wire format an encoder has.
struct Answering: Sendable {
    let swarm: Swarm
    let settings: HTTPSettings
    let logger: Logger

    /// A request whose body was read, for at most the configured size.
    func read(_ request: Request) async throws -> WatchedRequest {
        try await WatchedRequest(request, limit: settings.maximumBodySize)
    }

    /// Fills in what stands outside of the body, and decides what will be done.
    func plan(_ request: ChatRequest, isStreamed: Bool, headers: HTTPFields) async throws -> Plan {
        var request = request
        if request.session == nil { request.session = headers.session }
        // Whoever waits for the whole answer gains nothing from seeing some of it early.
        if !isStreamed, request.vote.streaming == nil { request.vote.streaming = .burst }
        return try await swarm.plan(request)
    }

    /// The model's name as the client wrote it.
    func name(_ asked: ModelID?) -> String {
        guard let asked, !asked.rawValue.isEmpty else { return swarm.model.card.id.rawValue }
        return asked.rawValue
    }

    func identity(_ id: SwarmCore.RequestID, model: ModelID?) -> ChatIdentity {
        ChatIdentity(id: id.rawValue, created: now, model: name(model), fingerprint: settings.fingerprint)
    }

    /// Unix time in seconds.
    var now: Int { Int(Date().timeIntervalSince1970) }

    /// Headers at once, signs of life while the vote runs, then the answer.
    /// - Parameter ended: is handed the encoder with the last event, before the client has it: whoever reads the end may
    ///   ask for what was kept at once.
    func stream<Encoder: AnswerStreamEncoder>(
        _ plan: Plan,
        watched: WatchedRequest,
        encoder: Encoder,
        ended: @escaping @Sendable (Encoder) -> Void = { _ in }
    ) -> Response {
        events(watched, id: plan.request.id) { [swarm, logger] writer in
            var encoder = encoder
            do {
                _ = try await swarm.answer(plan, logger: logger) { event in
                    let bytes = encoder.encode(event)
                    if case .finished = event { ended(encoder) }
                    try await writer.write(bytes)
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                try await writer.write(encoder.fail(WireError(breakingOff: error)))
            }
        }
    }

    /// The answer as one body.
    /// - Parameter ended: is handed the encoder after the last event.
    func whole<Encoder: AnswerReplyEncoder>(
        _ plan: Plan,
        watched: WatchedRequest,
        encoder: Encoder,
        ended: @escaping @Sendable (Encoder) -> Void = { _ in }
    ) async throws -> Response {
        let json = try await watched.whileConnected {
            var encoder = encoder
            var body: JSON?
            _ = try await swarm.answer(plan, logger: logger) { body = encoder.encode($0) ?? body }
            guard let body else { throw WireError.internalFailure }
            ended(encoder)
            return body
        }
        return Response(headers: HTTPFields(answering: plan.request.id), json: json)
    }

    /// A stream of events that ends when its client leaves.
    func events(
        _ watched: WatchedRequest,
        id: SwarmCore.RequestID,
        _ write: @escaping @Sendable (inout EventWriter) async throws -> Void
    ) -> Response {
        var headers = HTTPFields(answering: id)
        headers[.contentType] = "text/event-stream; charset=utf-8"
        headers[.cacheControl] = "no-cache"
        let body = ResponseBody { writer in
            var events = EventWriter(writer)
            try await watched.whileConnected { try await write(&events) }
            try await events.finish()
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}

/// Sends events as they are written; each is flushed by itself.
struct EventWriter {
    private var body: any ResponseBodyWriter

    init(_ body: any ResponseBodyWriter) { self.body = body }

    mutating func write(_ bytes: [UInt8]) async throws {
        if !bytes.isEmpty { try await body.write(ByteBuffer(bytes: bytes)) }
    }

    consuming func finish() async throws { try await body.finish(nil) }
}

extension WireError {
    /// What is told of an answer that cannot go on, where its status was sent long ago.
    init(breakingOff error: any Error) {
        self =
            switch error {
            case let error as SourceError: WireError(error)
            // Of a later turn of an answer that is worked for with tools.
            case let error as PlanError: WireError(error)
            default: .internalFailure
            }
    }
}

extension HTTPFields {
    /// What is said beside every answer: its name, under the names that libraries read, and that a watched connection ends.
    init(answering id: SwarmCore.RequestID) {
        self = [.connection: "close"]
        name(id)
    }

    /// OpenAI's libraries show the one, Anthropic's the other.
    mutating func name(_ id: SwarmCore.RequestID) {
        for field in ["x-request-id", "request-id"] {
            if let field = HTTPField.Name(field) { self[field] = id.rawValue }
        }
    }

    /// The conversation a request belongs to, as coding agents name it.
    var session: SessionKey? {
        let names = [
            "x-session-affinity", "x-session-id", "x-opencode-session", "x-claude-code-session-id", "session_id",
            "session-id", "conversation_id",
        ]
        let values = names.lazy.compactMap { HTTPField.Name($0).flatMap { self[$0] } }
        return values.first { !$0.isEmpty }.map { SessionKey(rawValue: String($0.prefix(200))) }
    }
}
