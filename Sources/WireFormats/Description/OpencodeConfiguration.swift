package import SwarmCore

/// The configuration that the coding agent opencode needs for this server, ready to be saved as `opencode.json`.
package enum OpencodeConfiguration {
    /// The name of the provider, and with it the first part of the model's name.
    private static let provider = "local-swarm"

    /// The configuration for one model, in the form of opencode 1.
    /// - Parameter base: where the server is reached, such as `http://127.0.0.1:17615`, without `/v1`.
    /// - Parameter needsKey: the server asks for a key, which opencode then takes from the environment.
    package static func json(card: ModelCard, base: String, needsKey: Bool) -> JSON {
        let id = card.id.rawValue
        let name = JSON.string("\(provider)/\(id)")
        return [
            "$schema": "https://opencode.ai/config.json",
            "model": name,
            // Titles are asked for at the same time as the first answer; another model would have to be loaded.
            "small_model": name,
            "provider": .object(JSON.Object([(provider, entry(card, base: base, needsKey: needsKey))])),
            "compaction": [
                "auto": true, "prune": true, "reserved": .integer(reservedTokens(contextLength: card.contextLength)),
            ],
        ]
    }

    private static func entry(_ card: ModelCard, base: String, needsKey: Bool) -> JSON {
        [
            "npm": "@ai-sdk/openai-compatible",
            "name": "Local Swarm",
            "options": [
                "baseURL": .string(base + "/v1"),
                "apiKey": needsKey ? "{env:LOCAL_SWARM_HTTP_API_KEY}" : "none",
                // A long prompt takes minutes to read on a small machine; signs of life come all the while.
                "timeout": false,
                "headerTimeout": 600_000,
                "chunkTimeout": 600_000,
            ],
            "models": .object(JSON.Object([(card.id.rawValue, model(card))])),
        ]
    }

    private static func model(_ card: ModelCard) -> JSON {
        let context = card.contextLength
        return [
            "name": .string(card.id.rawValue),
            "tool_call": .bool(card.supportsTools),
            "reasoning": false,
            "attachment": false,
            // Without it the model file's own recommendation counts.
            "temperature": false,
            "limit": [
                "context": .integer(context),
                "output": .integer(OpenAIModels.outputTokens(contextLength: context)),
            ],
        ]
    }

    /// What compaction leaves free beside the output limit: a sixteenth of the context, at most 8192 tokens.
    ///
    /// opencode shortens a conversation from `context - output - reserved` tokens on, and its default for the last is as
    /// much as the output. Its first request alone is about 10 000 tokens: with 16 384 there would be no turn without
    /// compaction.
    static func reservedTokens(contextLength: Int) -> Int { min(8192, contextLength / 16) }
}
