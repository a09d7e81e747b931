import Hummingbird
import Swarm
import SwarmCore
import WireFormats

/// `GET /v1/models` and `GET /v1/models/{id}`.
struct ModelRoutes: Sendable {
    let swarm: Swarm

    @Sendable func list(_ request: Request, context: some RequestContext) -> Response {
        Response(json: OpenAIModels.list([swarm.model.card]))
    }

    @Sendable func one(_ request: Request, context: some RequestContext) throws -> Response {
        let asked = ModelID(rawValue: context.parameters.get("id") ?? "")
        let card = swarm.model.card
        guard asked == card.id else { throw WireError.modelNotFound(asked: asked, loaded: card.id) }
        return Response(json: OpenAIModels.model(card))
    }
}
