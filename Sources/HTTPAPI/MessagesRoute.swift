import Hummingbird
import Swarm
import SwarmCore
import WireFormats

/// `POST /v1/messages` and `POST /v1/messages/count_tokens`: Anthropic's Messages API.
struct MessagesRoute: Sendable {
    let answering: Answering

    @Sendable func create(_ request: Request, context: some RequestContext) async throws -> Response {
        let watched = try await answering.read(request)
        let body = try decode(watched, request)
        let plan = try await answering.plan(body.request, isStreamed: body.stream, headers: request.headers)
        let identity = MessagesIdentity(plan.request.id, model: answering.name(body.request.model))
        if body.stream {
            let encoder = MessagesStreamEncoder(identity, promptTokens: plan.prompt.tokens.count)
            return answering.stream(plan, watched: watched, encoder: encoder)
        }
        return try await answering.whole(plan, watched: watched, encoder: MessagesReplyEncoder(identity))
    }

    /// Counts what a request would take; nothing is generated.
    @Sendable func count(_ request: Request, context: some RequestContext) async throws -> Response {
        let watched = try await answering.read(request)
        let tokens = try await answering.swarm.promptTokens(of: try decode(watched, request).request)
        return Response(json: MessagesCount.reply(tokens: tokens))
    }

    private func decode(_ watched: WatchedRequest, _ request: Request) throws(WireError) -> MessagesBody {
        try MessagesBody.decode(watched.body, id: RandomName.request("msg_"), session: request.headers.session)
    }
}
