import SwarmCore

/// The configuration that the editor Zed needs for this server: a part of its `settings.json`.
package enum ZedConfiguration {
    /// A provider of Zed's kind `openai_compatible` (zed.dev/docs/ai/use-api-access).
    package static func settings(_ target: ClientTarget) -> [ClientSetting] {
        let model = target.model
        let provider = ["language_models", "openai_compatible", ClientTarget.title].map(JSONStep.key)
        let tools = JSON.bool(model.supportsTools)
        let entry: JSON = [
            "name": .string(model.id),
            "display_name": .string(model.id),
            "max_tokens": .integer(model.contextLength),
            "max_output_tokens": .integer(model.outputTokens),
            "capabilities": [
                "tools": tools, "images": false, "parallel_tool_calls": tools, "prompt_cache_key": true,
            ],
        ]
        return [
            ClientSetting(provider + [.key("api_url")], .string(target.base + "/v1"), .own),
            ClientSetting(
                provider + [.key("available_models"), .element(key: "name", value: model.id)],
                entry,
                .own
            ),
            ClientSetting(
                "agent",
                "default_model",
                is: ["provider": .string(ClientTarget.title), "model": .string(model.id)],
                .preference
            ),
        ]
    }

    /// The variable Zed reads the provider's key from: its name in capitals; it wants one, whatever it says.
    package static let keyVariable = "LOCAL_SWARM_API_KEY"
}
