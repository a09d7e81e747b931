import Hummingbird
import Swarm
import SwarmCore
import WireFormats

/// `POST /v1/responses`, and the responses that are kept for `previous_response_id`: in memory, the newest of them.
struct ResponsesRoute: Sendable {
    let answering: Answering
    private let history = Locked(ResponseHistory())

    init(answering: Answering) { self.answering = answering }

    @Sendable func create(_ request: Request, context: some RequestContext) async throws -> Response {
        let watched = try await answering.read(request)
        let body = try ResponsesBody.decode(
            watched.body,
            id: RandomName.request("resp_"),
            previous: { [history] id in history.withLock { $0.conversation(id) } },
            item: { [history] id in history.withLock { $0.item(id) } }
        )
        let plan = try await answering.plan(body.request, isStreamed: body.stream, headers: request.headers)
        let identity = ResponsesIdentity(body, created: answering.now, model: answering.name(body.request.model))
        if body.stream {
            return answering.stream(plan, watched: watched, encoder: ResponsesStreamEncoder(identity)) {
                keep($0.outcome, body)
            }
        }
        return try await answering.whole(plan, watched: watched, encoder: ResponsesReplyEncoder(identity)) {
            keep($0.outcome, body)
        }
    }

    private func keep(_ outcome: ResponsesOutcome?, _ body: ResponsesBody) {
        guard body.store, let outcome else { return }
        history.withLock { $0.keep(outcome, after: body.conversation) }
    }

    @Sendable func retrieve(_ request: Request, context: some RequestContext) throws -> Response {
        let id = context.parameters.get("id") ?? ""
        guard let response = history.withLock({ $0.response(id) }) else { throw notKept(request) }
        return Response(json: response)
    }

    @Sendable func delete(_ request: Request, context: some RequestContext) throws -> Response {
        let id = context.parameters.get("id") ?? ""
        guard let reply = history.withLock({ $0.remove(id) }) else { throw notKept(request) }
        return Response(json: reply)
    }

    private func notKept(_ request: Request) -> WireError {
        .notFound(method: request.method.rawValue, path: request.uri.path)
    }
}
