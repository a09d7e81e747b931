package import SwarmCore

/// The configuration that the coding agent opencode needs for this server, ready to be saved as `opencode.json`.
package enum OpencodeConfiguration {
    /// The configuration for one model, in the form of opencode 1.
    /// - Parameter base: where the server is reached, such as `http://127.0.0.1:17615`, without `/v1`.
    /// - Parameter needsKey: the server asks for a key, which opencode then takes from the environment.
    package static func json(card: ModelCard, base: String, needsKey: Bool) -> JSON {
        settings(ClientTarget(model: ServedModel(card), base: base, needsKey: needsKey)).json
    }

    /// The same as settings for a file that may have others.
    package static func settings(_ target: ClientTarget) -> [ClientSetting] {
        let model = target.model
        let name = JSON.string("\(ClientTarget.provider)/\(model.id)")
        return [
            ClientSetting("$schema", is: "https://opencode.ai/config.json", .preference),
            ClientSetting("model", is: name, .preference),
            // Titles are asked for at the same time as the first answer; another model would have to be loaded.
            ClientSetting("small_model", is: name, .preference),
            ClientSetting("provider", ClientTarget.provider, is: entry(target), .own),
            ClientSetting("compaction", "auto", is: true, .preference),
            ClientSetting("compaction", "prune", is: true, .preference),
            ClientSetting(
                "compaction",
                "reserved",
                is: .integer(reservedTokens(contextLength: model.contextLength)),
                .preference
            ),
        ]
    }

    private static func entry(_ target: ClientTarget) -> JSON {
        [
            "npm": "@ai-sdk/openai-compatible",
            "name": .string(ClientTarget.title),
            "options": [
                "baseURL": .string(target.base + "/v1"),
                "apiKey": target.needsKey ? .string("{env:\(ClientTarget.keyVariable)}") : "none",
                // A long prompt takes minutes to read on a small machine; signs of life come all the while.
                "timeout": false,
                "headerTimeout": 600_000,
                "chunkTimeout": 600_000,
            ],
            "models": .object(JSON.Object([(target.model.id, entry(target.model))])),
        ]
    }

    private static func entry(_ model: ServedModel) -> JSON {
        [
            "name": .string(model.id),
            "tool_call": .bool(model.supportsTools),
            "reasoning": false,
            "attachment": false,
            // Without it the model file's own recommendation counts.
            "temperature": false,
            "limit": ["context": .integer(model.contextLength), "output": .integer(model.outputTokens)],
        ]
    }

    /// What compaction leaves free beside the output limit: a sixteenth of the context, at most 8192 tokens.
    ///
    /// opencode shortens a conversation from `context - output - reserved` tokens on, and its default for the last is as
    /// much as the output. Its first request alone is about 10 000 tokens: with 16 384 there would be no turn without
    /// compaction.
    static func reservedTokens(contextLength: Int) -> Int { min(8192, contextLength / 16) }
}
