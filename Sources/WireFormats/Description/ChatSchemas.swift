import SwarmCore

/// `/v1/chat/completions` and `/v1/fim/completions`.
enum ChatSchemas {
    static let all: Schema.Members = [
        ("ChatRequest", request), ("ChatMessage", message), ("ChatReply", reply), ("ChatChunk", chunk),
        ("ChatLogprobs", logprobs), ("InfillRequest", infill),
    ]

    private static let request = Schema.object(
        [("model", CommonSchemas.model), ("messages*", Schema.array(of: Schema.ref("ChatMessage"), from: 1))]
            + CommonSchemas.limits + CommonSchemas.sampling + [
                ("max_completion_tokens", Schema.integer("Counts before max_tokens.", from: 1)),
                ("logprobs", Schema.boolean()),
                ("top_logprobs", Schema.integer("Needs logprobs.", from: 0, to: 20)),
                ("tools", Schema.array(of: Schema.ref("Tool"))),
                ("functions", Schema.array(of: Schema.object([("name*", Schema.string())]))),
                ("tool_choice", choice), ("function_call", choice), ("parallel_tool_calls", Schema.boolean()),
                ("response_format", Schema.ref("ResponseFormat")),
                ("n", Schema.integer("More than one gives choices without a vote.", from: 1, to: 16)),
                ("reasoning_effort", Schema.string("A variable of the model's chat template.")),
                ("chat_template_kwargs", Schema.object([], about: "Further variables of the template.")),
            ] + CommonSchemas.delivery
    )

    private static let choice = Schema.either(
        Schema.word("auto", "none", "required"),
        Schema.object([("type", Schema.string()), ("function", Schema.object([("name*", Schema.string())]))])
    )

    private static let message = Schema.object([
        ("role*", Schema.word("system", "developer", "user", "assistant", "tool", "function")),
        (
            "content",
            Schema.orNull(
                Schema.either(
                    Schema.string(),
                    Schema.array(of: Schema.object([("type*", Schema.word("text", "refusal"))]), "Parts.")
                )
            )
        ), ("name", Schema.string()), ("refusal", Schema.orNull(Schema.string())),
        ("reasoning_content", Schema.string("What the model thought.")),
        ("tool_calls", Schema.array(of: Schema.ref("ToolCall"))),
        ("tool_call_id", Schema.string("Which call a message of role tool answers.")),
    ])

    private static let reply = Schema.object(
        CommonSchemas.opening(object: "chat.completion") + [
            (
                "choices*",
                Schema.array(
                    of: Schema.object([
                        ("index*", Schema.integer()), ("message*", Schema.ref("ChatMessage")),
                        ("logprobs", Schema.orNull(Schema.ref("ChatLogprobs"))),
                        ("finish_reason*", Schema.word(of: FinishReason.self)),
                    ])
                )
            ), ("usage*", Schema.ref("Usage")), ("swarm*", Schema.ref("SwarmReport")),
        ]
    )

    private static let chunk = Schema.object(
        CommonSchemas.opening(object: "chat.completion.chunk") + [
            (
                "choices*",
                Schema.array(
                    of: Schema.object([
                        ("index*", Schema.integer()), ("delta*", delta),
                        ("logprobs", Schema.orNull(Schema.ref("ChatLogprobs"))),
                        ("finish_reason*", Schema.orNull(Schema.word(of: FinishReason.self))),
                    ])
                )
            ), ("usage", Schema.ref("Usage")), ("swarm", Schema.ref("SwarmReport", "In the last chunk.")),
        ]
    )

    private static let delta = Schema.object(
        [
            ("role", Schema.constant("assistant")), ("content", Schema.string()),
            ("reasoning_content", Schema.string()),
            (
                "tool_calls",
                Schema.array(
                    of: Schema.object([
                        ("index*", Schema.integer()), ("id", Schema.string("In the first delta of a call.")),
                        ("type", Schema.constant("function")),
                        (
                            "function*",
                            Schema.object([("name", Schema.string()), ("arguments", Schema.string())])
                        ),
                    ])
                )
            ),
        ],
        about: "One of content, reasoning_content and tool_calls, never null."
    )

    private static let token: Schema.Members = [
        ("token*", Schema.string()), ("logprob*", Schema.number()), ("bytes*", Schema.array(of: Schema.integer())),
    ]

    private static let logprobs = Schema.object([
        (
            "content*",
            Schema.array(of: Schema.object(token + [("top_logprobs*", Schema.array(of: Schema.object(token)))]))
        )
    ])

    private static let infill = Schema.object(
        [
            ("model", CommonSchemas.model), ("prompt*", Schema.string("What stands before the gap.")),
            ("suffix", Schema.string("What stands behind it; without one the prompt is continued.")),
        ] + CommonSchemas.limits + CommonSchemas.sampling + [
            ("random_seed", Schema.integer("Another name of seed.")), ("logprobs", Schema.boolean()),
            ("top_logprobs", Schema.integer("Needs logprobs.", from: 0, to: 20)),
            ("n", Schema.integer("Choices.", from: 1, to: 16)),
            ("best_of", Schema.integer("Candidates of a vote.", from: 1, to: 20)),
        ] + CommonSchemas.delivery
    )
}
