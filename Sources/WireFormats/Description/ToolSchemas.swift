import SwarmCore

/// `GET /v1/tools` and `POST /v1/tools/execute`.
enum ToolSchemas {
    static let all: Schema.Members = [
        ("ToolList", list), ("ToolInvocation", invocation), ("ToolOutcome", outcome),
    ]

    private static let list = Schema.object([
        (
            "tools*",
            Schema.array(
                of: Schema.object([
                    ("name*", Schema.string()), ("effect*", Schema.word(of: ToolEffect.self)),
                    ("description", Schema.string()), ("parameters", Schema.object([], about: "A JSON schema.")),
                ])
            )
        )
    ])

    private static let invocation = Schema.object([
        ("id*", Schema.string("Of the call.")), ("name*", Schema.string()),
        ("arguments*", Schema.object([], about: "That fit the tool's schema.")),
        ("session*", Schema.string("Whose list of tasks it concerns.")),
        ("caller", Schema.string("A name for the record.")),
        ("folder", Schema.string("Of the workspace; where relative paths start.")),
        ("approved", Schema.boolean("A person allowed this very call when asked.")),
    ])

    private static let outcome = Schema.object([
        ("status*", Schema.word(of: ToolOutcome.Status.self)), ("output*", Schema.string("What the model reads.")),
        (
            "question",
            Schema.object(
                [("text*", Schema.string()), ("options*", Schema.array(of: Schema.string()))],
                about: "With status asks."
            )
        ),
    ])
}
