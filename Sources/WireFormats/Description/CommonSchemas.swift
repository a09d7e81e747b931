import SwarmCore

/// What several endpoints have in common.
enum CommonSchemas {
    static let all: Schema.Members = [
        ("SwarmOptions", swarmOptions), ("SwarmReport", swarmReport), ("Usage", usage),
        ("StreamOptions", streamOptions),
        ("Error", error), ("Tool", tool), ("ToolCall", toolCall), ("ResponseFormat", responseFormat),
    ]

    /// When an answer ends; the same words in all of OpenAI's older endpoints.
    static let limits: Schema.Members = [
        ("max_tokens", Schema.integer("As many as fit when absent.", from: 1)), ("stop", stop),
    ]

    static let stop = Schema.either(Schema.string(), Schema.array(of: Schema.string(), to: 16))

    /// How tokens are drawn; the same words in all endpoints.
    static let sampling: Schema.Members = [
        ("temperature", Schema.number("The model file's recommendation when absent; 0 is greedy.", from: 0, to: 2)),
        ("top_p", Schema.number(from: 0, to: 1)), ("min_p", Schema.number(from: 0, to: 1)),
        ("top_k", Schema.integer("0 and -1 keep all.", from: -1)),
        ("repeat_penalty", Schema.number("1 is off.", from: 0.1, to: 10)),
        ("repetition_penalty", Schema.number("Another name of repeat_penalty.", from: 0.1, to: 10)),
        ("presence_penalty", Schema.number(from: -2, to: 2)), ("frequency_penalty", Schema.number(from: -2, to: 2)),
        ("logit_bias", Schema.map(to: Schema.number(from: -100, to: 100), "By token id.")),
        ("seed", Schema.integer("64 bits, signed or not.")),
    ]

    /// How a reply is sent and which conversation a request belongs to.
    static let delivery: Schema.Members = [
        ("stream", Schema.boolean()), ("stream_options", Schema.ref("StreamOptions")),
        ("swarm", Schema.ref("SwarmOptions")),
        ("prompt_cache_key", Schema.string("Names the conversation, so that it finds its prefix in memory.")),
    ]

    static let model = Schema.string("Any name means the loaded model; replies repeat it.")

    /// The members that begin a reply of OpenAI's older endpoints.
    static func opening(object: String) -> Schema.Members {
        [
            ("id*", Schema.string()), ("object*", Schema.constant(object)),
            ("created*", Schema.integer("Unix time in seconds.")), ("model*", Schema.string()),
            ("system_fingerprint", Schema.string("Changes when the same seed may give another answer.")),
        ]
    }

    private static let swarmOptions = Schema.either(
        Schema.boolean("false asks for a single candidate, true for the server's defaults."),
        Schema.object([
            ("n", Schema.integer("Candidates: exactly so many.", from: 1, to: 32)),
            ("strategy", Schema.word(of: VoteStrategy.self)), ("streaming", Schema.word(of: StreamingPolicy.self)),
            ("strict", Schema.boolean("The same seed gives the same answer.")),
            ("context", Schema.word(of: ContextMode.self, "How a conversation that is too long is made to fit.")),
            (
                "tools",
                Schema.word(
                    of: ToolsWish.self,
                    "Whether the server's own tools are shown, and carried out by it. When absent: where it has some "
                        + "and the request brings none."
                )
            ), ("folder", Schema.string("The folder of the workspace that the server's tools start from.")),
        ])
    )

    private static let swarmReport = Schema.object(
        [
            ("kind", Schema.string()), ("strategy", Schema.word(of: VoteStrategy.self)), ("method", Schema.string()),
            ("stop", Schema.string("Why no more candidates were waited for.")), ("n_requested", Schema.integer()),
            ("n_finished", Schema.integer()), ("n_valid", Schema.integer()), ("n_cancelled", Schema.integer()),
            ("n_lost", Schema.integer()), ("n_killed", Schema.integer()), ("n_hedged", Schema.integer()),
            ("escalations", Schema.integer()),
            ("agreement", Schema.orNull(Schema.number(from: 0, to: 1))), ("margin", Schema.orNull(Schema.number())),
            ("entropy", Schema.orNull(Schema.number("In nats."))), ("low_agreement", Schema.boolean()),
            ("synthesised", Schema.boolean()), ("winner", Schema.orNull(Schema.integer())),
            ("clusters", Schema.array(of: cluster)), ("dissent", Schema.orNull(Schema.string())),
            ("streaming", Schema.word(of: StreamingPolicy.self)), ("gate", Schema.string()),
            ("context", Schema.object([], about: "What was shortened of a conversation that was too long.")),
            ("sources", Schema.array(of: source)), ("winner_source", Schema.orNull(Schema.string())),
            ("tools", Schema.array(of: run, "Calls of the server's own tools, in their order.")),
            ("tool_steps", Schema.integer("Turns of the model.")),
            ("tool_stop", Schema.orNull(Schema.word(of: ToolReport.Stop.self))),
            ("tokens_total*", Schema.integer("Of all candidates.")),
            ("seed*", Schema.either(Schema.integer(), Schema.string("Above 2^53."))), ("decide_ms*", Schema.number()),
            ("first_token_ms*", Schema.orNull(Schema.number())),
            ("tokens_per_second*", Schema.orNull(Schema.number())),
        ],
        about: "How the answer was found and what all candidates cost. Without a vote there is only the cost."
    )

    private static let source = Schema.object([
        ("id*", Schema.string()), ("model*", Schema.string()), ("candidates*", Schema.array(of: Schema.integer())),
        ("n_finished*", Schema.integer()), ("n_lost*", Schema.integer()),
        ("error*", Schema.orNull(Schema.string("Why it lost a candidate."))),
    ])

    private static let run = Schema.object([
        ("name*", Schema.string()), ("status*", Schema.word(of: ToolReport.Run.Status.self)),
        ("seconds*", Schema.number()),
    ])

    private static let cluster = Schema.object([
        ("key*", Schema.string("The canonical answer.")), ("votes*", Schema.integer()), ("share*", Schema.number()),
        ("members*", Schema.array(of: Schema.integer())),
    ])

    private static let usage = Schema.object([
        ("prompt_tokens*", Schema.integer()), ("completion_tokens*", Schema.integer()),
        ("total_tokens*", Schema.integer()),
        ("prompt_tokens_details", Schema.object([("cached_tokens", Schema.integer())])),
        ("completion_tokens_details", Schema.object([("reasoning_tokens", Schema.integer())])),
    ])

    private static let streamOptions = Schema.object([
        ("include_usage", Schema.boolean("A last chunk without choices has token counts."))
    ])

    private static let error = Schema.object([
        (
            "error*",
            Schema.object([
                ("message*", Schema.string()), ("type*", Schema.word("invalid_request_error", "server_error")),
                ("param*", Schema.orNull(Schema.string("The path of the field that is wrong."))),
                ("code*", Schema.string()),
            ])
        )
    ])

    private static let tool = Schema.object(
        [
            ("type", Schema.string()),
            (
                "function",
                Schema.object([
                    ("name*", Schema.string()), ("description", Schema.string()),
                    ("parameters", Schema.object([], about: "A JSON schema.")),
                ])
            ),
        ],
        about: "Tools of other types than function are skipped."
    )

    private static let toolCall = Schema.object([
        ("id", Schema.string()), ("type", Schema.constant("function")),
        (
            "function*",
            Schema.object([("name*", Schema.string()), ("arguments", Schema.string("JSON text."))])
        ),
    ])

    private static let responseFormat = Schema.object([
        ("type*", Schema.word("text", "json_object", "json_schema")),
        ("schema", Schema.object([], about: "With json_object: the schema, as some local servers have it.")),
        (
            "json_schema",
            Schema.object([("name", Schema.string()), ("schema*", Schema.object([])), ("strict", Schema.boolean())])
        ),
    ])
}
