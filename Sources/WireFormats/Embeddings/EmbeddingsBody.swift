package import SwarmCore

/// A decoded body of `POST /v1/embeddings`.
package struct EmbeddingsBody: Sendable, Equatable {
    /// At least one, at most 2048.
    package var inputs: [EmbeddingInput]
    /// The model the client asked for; `nil` takes whatever is loaded.
    package var model: ModelID?
    /// How many numbers of each vector are wanted; `nil` for all.
    package var dimensions: Int?
    package var format: EmbeddingsReply.Format

    package init(
        inputs: [EmbeddingInput],
        model: ModelID? = nil,
        dimensions: Int? = nil,
        format: EmbeddingsReply.Format = .float
    ) {
        self.inputs = inputs
        self.model = model
        self.dimensions = dimensions
        self.format = format
    }
}

extension EmbeddingsBody {
    /// Decodes a body.
    ///
    /// Unknown fields are skipped, and `null` counts as absent.
    /// - Throws: `malformedJSON`, or `invalidParameter` with the path of the field that is wrong.
    package static func decode(_ body: [UInt8]) throws(WireError) -> EmbeddingsBody {
        let body = try Field.body(body)
        return EmbeddingsBody(
            inputs: try inputs(body["input"]),
            model: try body["model"].string().map(ModelID.init(rawValue:)),
            dimensions: try body["dimensions"].integer(atLeast: 1),
            format: try body["encoding_format"].choice(of: EmbeddingsReply.Format.self) ?? .float
        )
    }

    /// Checks what only the loaded model can tell.
    /// - Parameter length: numbers in one of its vectors.
    /// - Throws: `invalidParameter` when more numbers are wanted than there are.
    package func check(against length: Int) throws(WireError) {
        guard let dimensions, dimensions > length else { return }
        throw .invalidParameter(
            name: "dimensions",
            reason: "expected a whole number from 1 to \(length), got \(dimensions)"
        )
    }

    private static func inputs(_ field: Field) throws(WireError) -> [EmbeddingInput] {
        var inputs: [EmbeddingInput] = []
        for (place, input) in try TextInput.list(field, atMost: 2048).enumerated() {
            switch input {
            case .text(""):
                let isList = field.value?.arrayValue != nil
                throw Field(path: isList ? "\(field.path)[\(place)]" : field.path, "").wrong("some text")
            case .text(let text): inputs.append(.text(text))
            case .tokens(let tokens): inputs.append(.tokens(tokens))
            }
        }
        return inputs
    }
}
