import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

/// Vectors and tokens of texts.
@Suite(.timeLimit(.minutes(1)))
struct TextRoutesTests {
    @Test(arguments: ["/v1/embeddings", "/embeddings", "/v1/embeddings/"])
    func textsBecomeVectors(path: String) async throws {
        try await serving(unanimous("")) { api in
            let reply = try await api.post(path, ["input": ["a", "b"], "model": "ada"])
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "application/json")
            #expect(
                reply.text == """
                    {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.6,0.8]},\
                    {"object":"embedding","index":1,"embedding":[0.6,0.8]}],"model":"ada",\
                    "usage":{"prompt_tokens":2,"total_tokens":2}}
                    """
            )
        }
    }

    @Test func vectorsComeInBase64AndWithFewerNumbers() async throws {
        var model = ScriptedModel()
        model.card.embeddingLength = 2
        try await serving(unanimous(""), model: model) { api in
            func embedding(_ body: JSON) async throws -> JSON? {
                try await api.post("/v1/embeddings", body).json()["data"]?.arrayValue?.first?["embedding"]
            }
            #expect(try await embedding(["input": "a", "encoding_format": "base64"]) == "mpkZP83MTD8=")
            #expect(try await embedding(["input": [97, 98], "dimensions": 1])?.text == "[1.0]")
            #expect(try await embedding(["input": "a", "dimensions": 2]) == [0.6, 0.8])
            let reply = try await api.post("/v1/embeddings", ["input": "a", "dimensions": 3])
            #expect(reply.status == 400)
            #expect(reply.error("param") == "dimensions")
        }
    }

    @Test func whyThereAreNoVectorsIsTold() async throws {
        try await serving(unanimous(""), embed: { _ throws(SourceError) in throw .shed }) { api in
            let reply = try await api.post("/v1/embeddings", ["input": "a"])
            #expect(reply.status == 503)
            #expect(reply.headers["retry-after"] == "1")
            #expect(reply.headers["connection"] == "close")
        }
    }

    @Test func leavingEndsTheMakingOfVectors() async throws {
        let (begun, cancelled) = (Gate(), Gate())
        let embed: @Sendable ([EmbeddingInput]) async throws(SourceError) -> Embeddings = { _ throws(SourceError) in
            begun.open()
            await Gate().passed()
            cancelled.open()
            throw .cancelled
        }
        try await serving(unanimous(""), embed: embed) { api in
            let client = Task { try await api.post("/v1/embeddings", ["input": "a"]) }
            await begun.passed()
            client.cancel()
            await cancelled.passed()
        }
    }

    @Test(arguments: ["", "/v1"], ["", "/"])
    func textBecomesTokensAndTextAgain(prefix: String, end: String) async throws {
        try await serving(unanimous("")) { api in
            let tokens = try await api.post("\(prefix)/tokenize\(end)", ["content": "Hi"]).json()
            #expect(tokens == ["tokens": [72, 105], "count": 2, "max_model_len": 1000])
            let pieces = try await api.post("\(prefix)/tokenize\(end)", ["content": "H", "with_pieces": true]).json()
            #expect(pieces["tokens"] == [["id": 72, "piece": "H"]])
            let text = try await api.post("\(prefix)/detokenize\(end)", ["tokens": [72, 105]]).json()
            #expect(text == ["content": "Hi", "prompt": "Hi"])
        }
    }

    @Test(arguments: [[300], [-1], ["a"], [1.5]] as [JSON])
    func aTokenThatIsNoneIsRefused(tokens: JSON) async throws {
        try await serving(unanimous("")) { api in
            let reply = try await api.post("/detokenize", ["tokens": tokens])
            #expect(reply.status == 400)
            #expect(reply.error("param")?.hasPrefix("tokens") == true)
        }
    }
}
