import Hummingbird
import Swarm
import SwarmCore
import WireFormats

/// `POST /v1/chat/completions`, and `POST /v1/fim/completions`, whose replies have the same form.
struct ChatRoute: Sendable {
    let answering: Answering

    /// Decodes, plans, answers.
    ///
    /// What can be refused is refused before the first byte of the response.
    @Sendable func chat(_ request: Request, context: some RequestContext) async throws -> Response {
        let watched = try await answering.read(request)
        return try await answer(try ChatBody.decode(watched.body, id: RandomName.request()), request, watched)
    }

    @Sendable func infill(_ request: Request, context: some RequestContext) async throws -> Response {
        let watched = try await answering.read(request)
        return try await answer(try InfillBody.decode(watched.body, id: RandomName.request()), request, watched)
    }

    private func answer(_ body: ChatBody, _ request: Request, _ watched: WatchedRequest) async throws -> Response {
        let plan = try await answering.plan(body.request, isStreamed: body.stream, headers: request.headers)
        let identity = answering.identity(plan.request.id, model: body.request.model)
        if body.stream {
            let encoder = ChatStreamEncoder(identity, includeUsage: body.includeUsage)
            return answering.stream(plan, watched: watched, encoder: encoder)
        }
        return try await answering.whole(plan, watched: watched, encoder: ChatResponseEncoder(identity))
    }
}
