import SwarmCore

/// `/v1/completions`, `/v1/embeddings`, `/tokenize`, `/detokenize` and the lists of models.
enum TextSchemas {
    static let all: Schema.Members = [
        ("CompletionRequest", completionRequest), ("CompletionReply", completionReply),
        ("CompletionChunk", completionChunk), ("CompletionLogprobs", logprobs),
        ("EmbeddingsRequest", embeddingsRequest), ("EmbeddingsReply", embeddingsReply),
        ("TokenizeRequest", tokenizeRequest), ("TokenizeReply", tokenizeReply),
        ("DetokenizeRequest", detokenizeRequest), ("DetokenizeReply", detokenizeReply), ("Model", model),
        ("ModelList", modelList), ("Health", health),
    ]

    private static let tokens = Schema.array(of: Schema.integer(from: 0), "Ids of the loaded model's tokens.", from: 1)

    /// A text, several, the tokens of one, or those of several.
    private static func texts(atMost limit: Int) -> JSON {
        let item = Schema.either(Schema.string(), tokens)
        return Schema.either(Schema.string(), Schema.array(of: item, from: 1, to: limit), tokens)
    }

    private static let completionRequest = Schema.object(
        [
            ("model", CommonSchemas.model), ("prompt", texts(atMost: 128)),
            ("suffix", Schema.string("What follows the place to fill in.")),
            ("echo", Schema.boolean("Each choice begins with its prompt; max_tokens may then be 0.")),
            ("logprobs", Schema.integer("Alternatives per token.", from: 0, to: 20)),
            ("n", Schema.integer("Choices for each prompt.", from: 1, to: 16)),
            ("best_of", Schema.integer("At least n; more than one with n 1 is a vote.", from: 1, to: 20)),
            ("max_tokens", Schema.integer("As many as fit when absent.", from: 0)), ("stop", CommonSchemas.stop),
        ] + CommonSchemas.sampling + CommonSchemas.delivery
    )

    private static let swarm = Schema.either(
        Schema.ref("SwarmReport"),
        Schema.array(of: Schema.ref("SwarmReport")),
        about: "Of several prompts a list."
    )

    private static func choices(reason: JSON) -> (name: String, schema: JSON) {
        (
            "choices*",
            Schema.array(
                of: Schema.object([
                    ("index*", Schema.integer("Prompt times n, and the choice.")), ("text*", Schema.string()),
                    ("logprobs*", Schema.orNull(Schema.ref("CompletionLogprobs"))), ("finish_reason*", reason),
                ])
            )
        )
    }

    private static let completionReply = Schema.object(
        CommonSchemas.opening(object: "text_completion") + [
            choices(reason: Schema.word("stop", "length")), ("usage*", Schema.ref("Usage")), ("swarm*", swarm),
        ]
    )

    private static let completionChunk = Schema.object(
        CommonSchemas.opening(object: "text_completion") + [
            choices(reason: Schema.orNull(Schema.word("stop", "length"))), ("usage", Schema.ref("Usage")),
            ("swarm", swarm),
        ]
    )

    private static let logprobs = Schema.object([
        ("tokens*", Schema.array(of: Schema.string())),
        ("token_logprobs*", Schema.array(of: Schema.orNull(Schema.number()))),
        ("top_logprobs*", Schema.array(of: Schema.orNull(Schema.map(to: Schema.number(), "By token.")))),
        ("text_offset*", Schema.array(of: Schema.integer("Characters before the token."))),
    ])

    private static let embeddingsRequest = Schema.object([
        ("model", CommonSchemas.model), ("input*", texts(atMost: 2048)),
        ("encoding_format", Schema.word(of: EmbeddingsReply.Format.self, "float when absent.")),
        ("dimensions", Schema.integer("Keep so many numbers, scaled to length one.", from: 1)),
    ])

    private static let embeddingsReply = Schema.object([
        ("object*", Schema.constant("list")),
        (
            "data*",
            Schema.array(
                of: Schema.object([
                    ("object*", Schema.constant("embedding")), ("index*", Schema.integer()),
                    (
                        "embedding*",
                        Schema.either(
                            Schema.array(of: Schema.number()),
                            Schema.string("Little-endian 32-bit numbers in Base64.")
                        )
                    ),
                ])
            )
        ), ("model*", Schema.string()),
        (
            "usage*",
            Schema.object([("prompt_tokens*", Schema.integer()), ("total_tokens*", Schema.integer())])
        ),
    ])

    private static let tokenizeRequest = Schema.object([
        ("content", Schema.string("A text as it stands.")), ("prompt", Schema.string("A prompt, with its beginning.")),
        ("add_special", Schema.boolean("With what the model wants at the start.")),
        ("add_special_tokens", Schema.boolean("Another name of add_special.")),
        ("parse_special", Schema.boolean("Markers are special tokens; true when absent.")),
        ("with_pieces", Schema.boolean("Each token with its text.")),
        ("return_token_strs", Schema.boolean("Another name of with_pieces.")),
    ])

    private static let tokenizeReply = Schema.object([
        (
            "tokens*",
            Schema.array(
                of: Schema.either(
                    Schema.integer(),
                    Schema.object([
                        ("id*", Schema.integer()),
                        ("piece*", Schema.either(Schema.string(), Schema.array(of: Schema.integer(), "Bytes."))),
                    ])
                )
            )
        ), ("count*", Schema.integer()), ("max_model_len*", Schema.integer("Most tokens of a request.")),
    ])

    private static let detokenizeRequest = Schema.object([("tokens*", Schema.array(of: Schema.integer(from: 0)))])

    private static let detokenizeReply = Schema.object([
        ("content*", Schema.string()), ("prompt*", Schema.string("The same.")),
    ])

    private static let model = Schema.object([
        ("id*", Schema.string()), ("object*", Schema.constant("model")), ("created*", Schema.integer()),
        ("owned_by*", Schema.string()), ("type", Schema.constant("model")), ("display_name", Schema.string()),
        ("created_at", Schema.string()), ("context_length", Schema.integer()),
        ("max_context_length", Schema.integer("What the model was trained for.")), ("max_model_len", Schema.integer()),
        ("context_window", Schema.integer()), ("max_output_tokens", Schema.integer("Advice, not a bound.")),
        ("max_completion_tokens", Schema.integer()), ("loaded", Schema.boolean()),
        (
            "capabilities",
            Schema.object([
                ("tools", Schema.boolean()), ("reasoning", Schema.boolean()), ("vision", Schema.boolean()),
                ("contextWindow", Schema.integer()),
            ])
        ),
        (
            "architecture",
            Schema.object([
                ("input_modalities", Schema.array(of: Schema.string())),
                ("output_modalities", Schema.array(of: Schema.string())),
            ])
        ), ("parameters", Schema.integer()), ("file_bytes", Schema.integer()),
        ("recommended_candidates", Schema.integer("What costs little more than one.")),
        ("supported_parameters", Schema.array(of: Schema.string())),
    ])

    private static let modelList = Schema.object([
        ("object*", Schema.constant("list")), ("data*", Schema.array(of: Schema.ref("Model"))),
        ("has_more", Schema.boolean()), ("first_id", Schema.orNull(Schema.string())),
        ("last_id", Schema.orNull(Schema.string())),
    ])

    private static let health = Schema.object([
        ("status*", Schema.string()), ("model*", Schema.string()),
        ("engine*", Schema.object([], about: "What the engine holds and has done.")),
    ])
}
