import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Swarm
import SwarmCore
import WireFormats

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `POST /v1/chat/completions`.
struct ChatRoute: Sendable {
    let swarm: Swarm
    let settings: HTTPSettings
    let logger: Logger

    /// Decodes, plans, answers.
    ///
    /// What can be refused is refused before the first byte of the response.
    @Sendable func handle(_ request: Request, context: some RequestContext) async throws -> Response {
        let watched = try await WatchedRequest(request, limit: settings.maximumBodySize)
        var body = try ChatBody.decode(watched.body, id: RandomName.request())
        if body.request.session == nil { body.request.session = request.headers.session }
        // Whoever waits for the whole answer gains nothing from seeing some of it early.
        if !body.stream, body.request.vote.streaming == nil { body.request.vote.streaming = .burst }
        let plan = try await swarm.plan(body.request)
        let identity = ChatIdentity(
            id: plan.request.id.rawValue,
            created: Int(Date().timeIntervalSince1970),
            model: body.request.model?.rawValue ?? swarm.model.card.id.rawValue,
            fingerprint: settings.fingerprint
        )
        return body.stream
            ? stream(plan, watched: watched, encoder: ChatStreamEncoder(identity, includeUsage: body.includeUsage))
            : try await whole(plan, watched: watched, encoder: ChatResponseEncoder(identity))
    }

    /// Headers at once, signs of life while the vote runs, then the answer.
    private func stream(_ plan: Plan, watched: WatchedRequest, encoder: ChatStreamEncoder) -> Response {
        let headers: HTTPFields = [
            .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache", .connection: "close",
        ]
        let body = ResponseBody { [swarm, logger] writer in
            try await watched.whileConnected {
                var encoder = encoder
                do {
                    _ = try await swarm.answer(plan, logger: logger) { event in
                        let bytes = encoder.encode(event)
                        if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
                    }
                } catch let error as SourceError {
                    try await writer.write(ByteBuffer(bytes: encoder.fail(WireError(error))))
                }
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private func whole(
        _ plan: Plan,
        watched: WatchedRequest,
        encoder: ChatResponseEncoder
    ) async throws -> Response {
        let json = try await watched.whileConnected { () -> JSON? in
            var encoder = encoder
            var body: JSON?
            _ = try await swarm.answer(plan, logger: logger) { body = encoder.encode($0) ?? body }
            return body
        }
        guard let json else { throw WireError.internalFailure }
        return Response(headers: [.connection: "close"], json: json)
    }
}

extension HTTPFields {
    /// The conversation a request belongs to, as coding agents name it.
    var session: SessionKey? {
        let names = ["x-session-affinity", "x-session-id", "x-opencode-session", "x-claude-code-session-id"]
        let values = names.lazy.compactMap { HTTPField.Name($0).flatMap { self[$0] } }
        return values.first { !$0.isEmpty }.map { SessionKey(rawValue: String($0.prefix(200))) }
    }
}
