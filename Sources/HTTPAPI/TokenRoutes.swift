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
        try checkTokenizer()
        let tokens = tokens(of: text)
        let pieces = text.wantsPieces ? tokens.map { Array((model.detokenize([$0]) ?? "").utf8) } : nil
        return Response(json: TokensReply.tokens(tokens, pieces: pieces, contextLength: model.card.contextLength))
    }

    private func checkTokenizer() throws(WireError) {
        guard !model.card.countsTokens else { return }
        throw .unsupported(parameter: nil, reason: "the model runs on another server, and its tokenizer is there")
    }

    /// A prompt has its markers read and begins with what the model wants there, which a text that is to stand alone has not.
    private func tokens(of text: TokensBody.Text) -> [Int32] {
        let tokens = model.tokenize(text.text, isPrompt: text.addsSpecial || text.parsesSpecial)
        if text.addsSpecial || !text.parsesSpecial { return tokens }
        let opening = model.tokenize("", isPrompt: true)
        return tokens.starts(with: opening) ? Array(tokens.dropFirst(opening.count)) : tokens
    }

    @Sendable func detokenize(_ request: Request, context: some RequestContext) async throws -> Response {
        let tokens = try TokensBody.tokens(try await answering.read(request).body)
        try checkTokenizer()
        guard let text = model.detokenize(tokens) else {
            throw WireError.invalidParameter(name: "tokens", reason: "a token is not one of the loaded model's")
        }
        return Response(json: TokensReply.text(text))
    }
}
