import Foundation
import Hummingbird
import Swarm
import SwarmCore
import WireFormats

/// `GET /v1/models` and `GET /v1/models/{id}`; what clients are configured by.
struct ModelRoutes: Sendable {
    let swarm: Swarm
    let settings: HTTPSettings

    @Sendable func list(_ request: Request, context: some RequestContext) -> Response {
        Response(json: OpenAIModels.list([swarm.model.card]))
    }

    /// Names of models may have slashes.
    @Sendable func one(_ request: Request, context: some RequestContext) throws -> Response {
        let parts = context.parameters.getCatchAll().map { $0.removingPercentEncoding ?? String($0) }
        let asked = ModelID(rawValue: parts.joined(separator: "/"))
        let card = swarm.model.card
        guard asked == card.id else { throw WireError.modelNotFound(asked: asked, loaded: card.id) }
        return Response(json: OpenAIModels.model(card))
    }

    /// `GET /opencode.json`: the configuration that makes opencode use this server.
    @Sendable func opencode(_ request: Request, context: some RequestContext) -> Response {
        let base = "http://" + (request.head.authority ?? "\(settings.host):\(settings.port)")
        let needsKey = !settings.access.keys.isEmpty
        return Response(json: OpencodeConfiguration.json(card: swarm.model.card, base: base, needsKey: needsKey))
    }

    /// `GET /openapi.json`.
    @Sendable func description(_ request: Request, context: some RequestContext) -> Response {
        Response(json: APIDescription.json(version: settings.version))
    }
}
