import SwarmCore

/// `/v1/messages` and `/v1/messages/count_tokens`.
enum MessagesSchemas {
    static let all: Schema.Members = [
        ("MessagesRequest", request), ("MessagesTurn", turn), ("ContentBlock", block), ("MessagesTool", tool),
        ("MessagesReply", reply), ("CountTokensRequest", Schema.object(rendered)),
        ("CountTokensReply", Schema.object([("input_tokens*", Schema.integer())])), ("MessagesError", error),
    ]

    /// What a prompt is made of.
    private static let rendered: Schema.Members = [
        ("model", CommonSchemas.model), ("messages*", Schema.array(of: Schema.ref("MessagesTurn"), from: 1)),
        ("system", content), ("tools", Schema.array(of: Schema.ref("MessagesTool"))),
        (
            "tool_choice",
            Schema.object([
                ("type*", Schema.word("auto", "any", "tool", "none")), ("name", Schema.string()),
                ("disable_parallel_tool_use", Schema.boolean()),
            ])
        ),
        ("thinking", Schema.object([("type*", Schema.string("disabled, or anything else for thinking."))])),
        (
            "output_config",
            Schema.object([("effort", Schema.string()), ("format", format)])
        ), ("output_format", format),
    ]

    private static let request = Schema.object(
        rendered + [
            ("max_tokens", Schema.integer(from: 0)), ("stop_sequences", Schema.array(of: Schema.string(), to: 16)),
            ("stream", Schema.boolean()), ("swarm", Schema.ref("SwarmOptions")),
        ] + CommonSchemas.sampling
    )

    private static let format = Schema.orNull(
        Schema.object([("type*", Schema.constant("json_schema")), ("schema*", Schema.object([]))])
    )

    private static let content = Schema.either(Schema.string(), Schema.array(of: Schema.ref("ContentBlock")))

    private static let turn = Schema.object([
        ("role*", Schema.word("user", "assistant", "system")), ("content", content),
    ])

    private static let block = Schema.object([
        ("type*", Schema.string("text, thinking, tool_use, tool_result and others.")), ("text", Schema.string()),
        ("thinking", Schema.string()), ("signature", Schema.string()), ("id", Schema.string()),
        ("name", Schema.string()), ("input", Schema.object([], about: "Of a tool_use.")),
        ("tool_use_id", Schema.string("Which call a tool_result answers.")), ("content", content),
        ("is_error", Schema.boolean()),
    ])

    private static let tool = Schema.object(
        [
            ("name", Schema.string()), ("description", Schema.string()),
            ("input_schema", Schema.object([], about: "A JSON schema.")), ("type", Schema.orNull(Schema.string())),
        ],
        about: "Tools with a type of their own and without a schema are skipped."
    )

    private static let reply = Schema.object([
        ("id*", Schema.string()), ("type*", Schema.constant("message")), ("role*", Schema.constant("assistant")),
        ("model*", Schema.string()), ("content*", Schema.array(of: Schema.ref("ContentBlock"), from: 1)),
        ("stop_reason*", Schema.orNull(Schema.word("end_turn", "max_tokens", "tool_use", "stop_sequence"))),
        ("stop_sequence", Schema.orNull(Schema.string())),
        (
            "usage*",
            Schema.object([
                ("input_tokens*", Schema.integer("Those that were read.")),
                ("cache_read_input_tokens", Schema.integer("Those that were in memory.")),
                ("cache_creation_input_tokens", Schema.integer()), ("output_tokens*", Schema.integer()),
                ("output_tokens_details", Schema.object([("thinking_tokens", Schema.integer())])),
            ])
        ), ("swarm", Schema.ref("SwarmReport")),
    ])

    private static let error = Schema.object([
        ("type*", Schema.constant("error")),
        ("error*", Schema.object([("type*", Schema.string()), ("message*", Schema.string())])),
        ("request_id", Schema.string()),
    ])
}
