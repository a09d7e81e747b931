import Hummingbird
import Swarm
import SwarmCore
import WireFormats

/// `POST /tokenize` and `POST /detokenize`.
struct TokenRoutes: Sendable {
    let answering: Answering

    private var model: any ChatModel { answering.swarm.model }

    @Sendable func tokenize(_ request: Request, context: some RequestContext) async throws -> Response {
        let text = try TokensBody.text(try await answering.read(request).body)
        let tokens = model.tokenize(text.text, isPrompt: text.addsSpecial)
        let pieces = text.wantsPieces ? tokens.map { Array((model.detokenize([$0]) ?? "").utf8) } : nil
        return Response(json: TokensReply.tokens(tokens, pieces: pieces, contextLength: model.card.contextLength))
    }

    @Sendable func detokenize(_ request: Request, context: some RequestContext) async throws -> Response {
        let tokens = try TokensBody.tokens(try await answering.read(request).body)
        guard let text = model.detokenize(tokens) else {
            throw WireError.invalidParameter(name: "tokens", reason: "a token is not one of the loaded model's")
        }
        return Response(json: TokensReply.text(text))
    }
}
