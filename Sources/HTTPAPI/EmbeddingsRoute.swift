import HTTPTypes
import Hummingbird
import NIOCore
import Swarm
package import SwarmCore
import WireFormats

/// Makes vectors of texts.
package typealias Embed = @Sendable ([EmbeddingInput]) async throws(SourceError) -> Embeddings

/// `POST /v1/embeddings`.
struct EmbeddingsRoute: Sendable {
    let answering: Answering
    let embed: Embed

    @Sendable func handle(_ request: Request, context: some RequestContext) async throws -> Response {
        let watched = try await answering.read(request)
        let body = try EmbeddingsBody.decode(watched.body)
        if let length = answering.swarm.model.card.embeddingLength { try body.check(against: length) }
        let made = try await watched.whileConnected { try await embed(body.inputs) }
        let reply = EmbeddingsReply.json(
            vectors: made.vectors,
            dimensions: body.dimensions,
            promptTokens: made.promptTokens,
            model: answering.name(body.model),
            format: body.format
        )
        return Response(
            status: .ok,
            headers: [.contentType: "application/json", .connection: "close"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply))
        )
    }
}
