import SwarmCore

/// The configuration that the coding agent Claude Code needs for this server: a part of its `settings.json`.
package enum ClaudeCodeConfiguration {
    /// The variables Claude Code reads at its start (code.claude.com/docs/en/env-vars).
    package static func settings(_ target: ClientTarget) -> [ClientSetting] {
        let model = JSON.string(target.model.id)
        var variables: [(String, JSON)] = [
            ("ANTHROPIC_BASE_URL", .string(target.base)),
            ("ANTHROPIC_MODEL", model),
            // Small requests, such as titles, would ask for a model by another name.
            ("ANTHROPIC_DEFAULT_OPUS_MODEL", model),
            ("ANTHROPIC_DEFAULT_SONNET_MODEL", model),
            ("ANTHROPIC_DEFAULT_HAIKU_MODEL", model),
            // It takes an unknown model to have 200 000 tokens.
            ("CLAUDE_CODE_MAX_CONTEXT_TOKENS", .string("\(target.model.contextLength)")),
            ("CLAUDE_CODE_MAX_OUTPUT_TOKENS", .string("\(target.model.outputTokens)")),
            // What changes from request to request at the beginning of a prompt loses the prefix.
            ("CLAUDE_CODE_ATTRIBUTION_HEADER", "0"),
        ]
        if !target.needsKey { variables.insert(("ANTHROPIC_AUTH_TOKEN", "none"), at: 1) }
        let environment = variables.map { ClientSetting("env", $0.0, is: $0.1, .required) }
        // It runs this command for the key, which then stands in no file.
        let helper = ClientSetting("apiKeyHelper", is: .string("printenv \(ClientTarget.keyVariable)"), .required)
        return target.needsKey ? environment + [helper] : environment
    }
}
