import SwarmCore

/// The configuration that the editor extension Continue needs for this server: a part of its `config.yaml`.
package enum ContinueConfiguration {
    /// A model of the provider `openai` (docs.continue.dev/reference), and what a new file must have beside it.
    package static func settings(_ target: ClientTarget) -> [ClientSetting] {
        let model = target.model
        var entry = JSON.Object([
            ("name", .string(ClientTarget.title)),
            ("provider", "openai"),
            ("model", .string(model.id)),
            ("apiBase", .string(target.base + "/v1")),
            ("apiKey", target.needsKey ? .string("${{ secrets.\(ClientTarget.keyVariable) }}") : "none"),
            ("roles", ["chat", "edit", "apply"]),
        ])
        if model.supportsTools { entry["capabilities"] = ["tool_use"] }
        entry["defaultCompletionOptions"] = [
            "contextLength": .integer(model.contextLength), "maxTokens": .integer(model.outputTokens),
        ]
        return [
            ClientSetting("name", is: .string(ClientTarget.title), .preference),
            ClientSetting("version", is: "1.0.0", .preference),
            ClientSetting("schema", is: "v1", .preference),
            ClientSetting(
                [.key("models"), .element(key: "name", value: ClientTarget.title)],
                .object(entry),
                .own
            ),
        ]
    }
}
