package import SwarmCore

/// The configuration that the coding agent Codex needs for this server: two parts of its `config.toml`.
package enum CodexConfiguration {
    /// The settings before the first table, in TOML (developers.openai.com/codex/config-reference).
    package static func root(_ target: ClientTarget) -> [(key: String, value: JSON)] {
        let model = target.model
        return [
            ("model", .string(model.id)),
            ("model_provider", .string(ClientTarget.provider)),
            // It takes an unknown model to have more tokens than most have here.
            ("model_context_window", .integer(model.contextLength)),
            ("model_auto_compact_token_limit", .integer(max(1, model.contextLength - model.outputTokens))),
        ]
    }

    /// The settings of the table `[model_providers.local-swarm]`.
    package static func provider(_ target: ClientTarget) -> [(key: String, value: JSON)] {
        let settings: [(key: String, value: JSON)] = [
            ("name", .string(ClientTarget.title)),
            ("base_url", .string(target.base + "/v1")),
            ("wire_api", "responses"),
            // A long prompt takes minutes to read on a small machine.
            ("stream_idle_timeout_ms", 600_000),
        ]
        return target.needsKey ? settings + [("env_key", .string(ClientTarget.keyVariable))] : settings
    }

    /// The name of the table.
    package static let table = "model_providers.\(ClientTarget.provider)"
}
