package import SwarmCore

/// A model as another server lists it.
package struct UpstreamModelEntry: Sendable, Equatable {
    package var id: String
    /// Most tokens of prompt and answer together; `nil` where the server does not say.
    package var contextLength: Int?
    /// Unix time in seconds; 0 where the server does not say.
    package var created: Int
    package var parameters: UInt64
    package var fileBytes: UInt64

    /// Reads the reply of `GET /v1/models`; entries that are none are skipped.
    package static func list(_ json: JSON) -> [UpstreamModelEntry] {
        let entries = json["data"]?.arrayValue ?? json["models"]?.arrayValue ?? json.arrayValue ?? []
        return entries.prefix(1000).compactMap(UpstreamModelEntry.init)
    }

    private init?(_ json: JSON) {
        guard let id = json["id"]?.stringValue ?? json["name"]?.stringValue ?? json["model"]?.stringValue, !id.isEmpty,
            id.utf8.count <= 500
        else { return nil }
        self.id = id
        // vLLM; Local Swarm and LM Studio; others; llama-server has what is loaded in `n_ctx`, else what was trained for.
        let places = [
            json["max_model_len"], json["context_length"], json["context_window"], json["loaded_context_length"],
            json["max_context_length"], json["meta"]?["n_ctx"], json["meta"]?["n_ctx_train"],
        ]
        contextLength = places.lazy.compactMap { $0?.intValue }.first { $0 >= 16 && $0 <= 1 << 30 }
        created = max(0, json["created"]?.intValue ?? 0)
        parameters = Self.count(json["parameters"] ?? json["meta"]?["n_params"])
        fileBytes = Self.count(json["file_bytes"] ?? json["meta"]?["size"])
    }

    private static func count(_ json: JSON?) -> UInt64 { UInt64(max(0, json?.intValue ?? 0)) }
}

/// Embeddings as another server makes them.
package enum UpstreamEmbeddings {
    /// The body of `POST /embeddings`.
    package static func body(_ inputs: [EmbeddingInput], model: String?) -> JSON {
        var body = JSON.Object()
        body["model"] = model.map { .string($0) }
        body["input"] = .array(
            inputs.map { input in
                switch input {
                case .text(let text): .string(text)
                case .tokens(let tokens): .array(tokens.map { .integer($0) })
                }
            }
        )
        body["encoding_format"] = "float"
        return .object(body)
    }

    /// Reads the reply.
    /// - Returns: `nil` when it is no list of as many vectors as there were inputs.
    package static func vectors(_ json: JSON, count: Int) -> Embeddings? {
        guard let data = json["data"]?.arrayValue, data.count == count else { return nil }
        var vectors = [[Float]](repeating: [], count: count)
        for (place, entry) in data.enumerated() {
            let index = entry["index"]?.intValue ?? place
            guard vectors.indices.contains(index), let numbers = entry["embedding"]?.arrayValue else { return nil }
            vectors[index] = numbers.compactMap { $0.doubleValue.map { Float($0) } }
            guard vectors[index].count == numbers.count, !numbers.isEmpty else { return nil }
        }
        guard vectors.allSatisfy({ $0.count == vectors.first?.count }) else { return nil }
        return Embeddings(vectors: vectors, promptTokens: max(0, json["usage"]?["prompt_tokens"]?.intValue ?? 0))
    }
}
