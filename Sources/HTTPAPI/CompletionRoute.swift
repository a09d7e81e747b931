import HTTPTypes
import Hummingbird
import Swarm
import SwarmCore
import WireFormats

/// `POST /v1/completions`: text continued as it stands, several prompts at a time.
struct CompletionRoute: Sendable {
    let answering: Answering

    @Sendable func handle(_ request: Request, context: some RequestContext) async throws -> Response {
        let watched = try await answering.read(request)
        let body = try CompletionBody.decode(watched.body, id: RandomName.request("cmpl-"))
        var plans: [Plan] = []
        for each in body.requests {
            plans.append(try await answering.plan(each, isStreamed: body.stream, headers: request.headers))
        }
        let identity = answering.identity(
            plans.first?.request.id ?? RandomName.request("cmpl-"),
            model: body.requests.first?.model
        )
        return body.stream
            ? stream(plans, body, identity, watched) : try await whole(plans, body, identity, watched)
    }

    private func stream(
        _ plans: [Plan],
        _ body: CompletionBody,
        _ identity: ChatIdentity,
        _ watched: WatchedRequest
    ) -> Response {
        let encoder = CompletionStreamEncoder(
            identity,
            prompts: plans.count,
            choicesPerPrompt: body.choicesPerPrompt,
            includeUsage: body.includeUsage
        )
        return answering.events(watched, id: SwarmCore.RequestID(rawValue: identity.id)) { [answering] writer in
            var encoder = encoder
            do {
                try await answering.swarm.answer(all: plans, logger: answering.logger) { prompt, event in
                    try await writer.write(encoder.encode(event, ofPrompt: prompt))
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                try await writer.write(encoder.fail(WireError(breakingOff: error)))
            }
        }
    }

    private func whole(
        _ plans: [Plan],
        _ body: CompletionBody,
        _ identity: ChatIdentity,
        _ watched: WatchedRequest
    ) async throws -> Response {
        let json = try await watched.whileConnected {
            var encoder = CompletionReplyEncoder(
                identity,
                prompts: plans.count,
                choicesPerPrompt: body.choicesPerPrompt
            )
            var reply: JSON?
            try await answering.swarm.answer(all: plans, logger: answering.logger) { prompt, event in
                reply = encoder.encode(event, ofPrompt: prompt) ?? reply
            }
            guard let reply else { throw WireError.internalFailure }
            return reply
        }
        return Response(headers: HTTPFields(answering: SwarmCore.RequestID(rawValue: identity.id)), json: json)
    }
}
