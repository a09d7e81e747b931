import SwarmCore

/// `/v1/responses`.
enum ResponsesSchemas {
    static let all: Schema.Members = [
        ("ResponseRequest", request), ("ResponseItem", item), ("ResponseTool", tool), ("Response", response),
        ("ResponseUsage", usage), ("ResponseDeleted", deleted),
    ]

    private static let request = Schema.object(
        [
            ("model", CommonSchemas.model),
            ("input", Schema.either(Schema.string(), Schema.array(of: Schema.ref("ResponseItem")))),
            ("instructions", Schema.orNull(Schema.string("The system message."))),
            ("previous_response_id", Schema.orNull(Schema.string("A stored response that this one goes on from."))),
            ("store", Schema.boolean("Keep the response, so that others can go on from it; true when absent.")),
            ("stream", Schema.boolean()), ("max_output_tokens", Schema.orNull(Schema.integer(from: 1))),
            ("tools", Schema.array(of: Schema.ref("ResponseTool"))),
            (
                "tool_choice",
                Schema.either(Schema.string("auto, none or required."), typed([("name", Schema.string())]))
            ),
            ("parallel_tool_calls", Schema.boolean()), ("text", Schema.object([("format", format)])),
            ("reasoning", Schema.orNull(Schema.object([("effort", Schema.orNull(Schema.string()))]))),
            (
                "include",
                Schema.orNull(Schema.array(of: Schema.string(), "message.output_text.logprobs counts here."))
            ), ("top_logprobs", Schema.orNull(Schema.integer(from: 0, to: 20))),
            ("truncation", Schema.orNull(Schema.string("auto, or disabled: too long a conversation is refused."))),
            ("metadata", Schema.orNull(Schema.object([], about: "Comes back as it is."))),
            ("chat_template_kwargs", Schema.object([], about: "Variables of the model's chat template.")),
            ("prompt_cache_key", Schema.string("Names the conversation, so that it finds its prefix in memory.")),
            ("swarm", Schema.ref("SwarmOptions")),
        ] + CommonSchemas.sampling
    )

    /// Something that says of what type it is.
    private static func typed(_ members: Schema.Members = []) -> JSON {
        Schema.object([("type*", Schema.string())] + members)
    }

    private static let format = Schema.object([
        ("type*", Schema.word("text", "json_object", "json_schema")), ("name", Schema.string()),
        ("schema", Schema.object([])), ("strict", Schema.orNull(Schema.boolean())),
    ])

    private static let tool = Schema.object(
        [
            ("type", Schema.string()), ("name", Schema.string()), ("description", Schema.orNull(Schema.string())),
            ("parameters", Schema.orNull(Schema.object([], about: "A JSON schema."))),
        ],
        about: "Tools of other types than function and custom are skipped."
    )

    private static let parts = Schema.array(of: typed([("text", Schema.string())]))

    private static let item = Schema.object(
        [
            ("type", Schema.string("message, reasoning, function_call, function_call_output and others.")),
            ("id", Schema.orNull(Schema.string())), ("status", Schema.orNull(Schema.string())),
            ("role", Schema.string("Of a message.")),
            ("content", Schema.orNull(Schema.either(Schema.string(), parts))), ("summary", parts),
            ("encrypted_content", Schema.orNull(Schema.string())),
            ("call_id", Schema.string("Of a call and of its output.")), ("name", Schema.string()),
            ("arguments", Schema.string("JSON text.")), ("input", Schema.string("Of a call of a custom tool.")),
            ("output", Schema.either(Schema.string(), parts)),
        ],
        about: "A piece of a conversation."
    )

    private static let response = Schema.object([
        ("id*", Schema.string()), ("object*", Schema.constant("response")), ("created_at*", Schema.number()),
        ("status*", Schema.word("in_progress", "completed", "incomplete", "failed")), ("model*", Schema.string()),
        ("output*", Schema.array(of: Schema.ref("ResponseItem"))),
        ("error", Schema.orNull(Schema.object([("code*", Schema.string()), ("message*", Schema.string())]))),
        ("incomplete_details", Schema.orNull(Schema.object([("reason", Schema.string())]))),
        ("usage", Schema.orNull(Schema.ref("ResponseUsage"))), ("swarm", Schema.ref("SwarmReport")),
    ])

    private static let usage = Schema.object([
        ("input_tokens*", Schema.integer()),
        ("input_tokens_details", Schema.object([("cached_tokens", Schema.integer())])),
        ("output_tokens*", Schema.integer()),
        ("output_tokens_details", Schema.object([("reasoning_tokens", Schema.integer())])),
        ("total_tokens*", Schema.integer()),
    ])

    private static let deleted = Schema.object([
        ("id*", Schema.string()), ("object*", Schema.string()), ("deleted*", Schema.boolean()),
    ])
}
