package import SwarmCore

/// What a client must be told about a model to use it within its limits.
package struct ServedModel: Sendable, Equatable {
    package var id: String
    /// Most tokens of one conversation.
    package var contextLength: Int
    /// The output limit that clients are advised to use.
    package var outputTokens: Int
    /// Its chat template has a tool format of its own; otherwise tools are shown to it as text.
    package var supportsTools: Bool

    /// - Parameter outputTokens: `nil` for what `GET /v1/models` publishes for such a context.
    package init(id: String, contextLength: Int, outputTokens: Int? = nil, supportsTools: Bool = true) {
        self.id = id
        self.contextLength = contextLength
        self.outputTokens = outputTokens ?? OpenAIModels.outputTokens(contextLength: contextLength)
        self.supportsTools = supportsTools
    }

    package init(_ card: ModelCard) {
        self.init(id: card.id.rawValue, contextLength: card.contextLength, supportsTools: card.supportsTools)
    }

    /// Reads the first model of a reply to `GET /v1/models`; `nil` when this is not the reply of a Local Swarm.
    package init?(modelList: JSON) {
        guard let model = modelList["data"]?.arrayValue?.first, model["owned_by"]?.stringValue == "local-swarm",
            let id = model["id"]?.stringValue, !id.isEmpty, let context = model["context_length"]?.intValue, context > 0
        else { return nil }
        self.init(
            id: id,
            contextLength: context,
            outputTokens: model["max_output_tokens"]?.intValue,
            supportsTools: model["capabilities"]?["tools"]?.boolValue ?? true
        )
    }
}
