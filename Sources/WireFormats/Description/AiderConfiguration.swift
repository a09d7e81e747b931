import SwarmCore

/// The configuration that the coding agent aider needs for this server: `.aider.conf.yml` and `.aider.model.metadata.json`.
package enum AiderConfiguration {
    /// aider's options, in the YAML file of its options (aider.chat/docs/config/aider_conf.html).
    package static func settings(_ target: ClientTarget) -> [ClientSetting] {
        let address = ClientSetting("openai-api-base", is: .string(target.base + "/v1"), .required)
        let model = ClientSetting("model", is: .string(name(target.model)), .required)
        // It sends no request without a key.
        let key = ClientSetting("openai-api-key", is: "none", .required)
        return target.needsKey ? [address, model] : [address, model, key]
    }

    /// The limits of the model, which aider knows only of models it has heard of
    /// (aider.chat/docs/config/adv-model-settings.html).
    package static func limits(_ target: ClientTarget) -> [ClientSetting] {
        let model = target.model
        return [
            ClientSetting(
                name(model),
                is: [
                    "max_tokens": .integer(model.outputTokens),
                    "max_input_tokens": .integer(model.contextLength),
                    "max_output_tokens": .integer(model.outputTokens),
                    "input_cost_per_token": 0,
                    "output_cost_per_token": 0,
                    "litellm_provider": "openai",
                    "mode": "chat",
                ],
                .own
            )
        ]
    }

    /// The first part tells aider which API to speak.
    private static func name(_ model: ServedModel) -> String { "openai/\(model.id)" }
}
