package import SwarmCore

/// The description of the API for programs, in the form of OpenAPI 3.1.0.
package enum APIDescription {
    /// The whole document.
    /// - Parameter version: of the program.
    package static func json(version: String) -> JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Local Swarm",
                "version": .string(version),
                "description": .string(introduction),
                "license": ["name": "Apache License 2.0", "identifier": "Apache-2.0"],
            ],
            // No key, or one in either header.
            "security": [[:], ["bearer": []], ["apiKey": []]],
            "paths": object(paths),
            "components": [
                "schemas": object(
                    CommonSchemas.all + ChatSchemas.all + TextSchemas.all + ResponsesSchemas.all + MessagesSchemas.all
                        + ToolSchemas.all
                ),
                "responses": [
                    "Error": reply("Refused, or failed.", Schema.ref("Error")),
                    "MessagesError": reply("Refused, or failed.", Schema.ref("MessagesError")),
                ],
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer"],
                    "apiKey": ["type": "apiKey", "in": "header", "name": "x-api-key"],
                ],
            ],
        ]
    }

    private static let introduction =
        "Answers of a local model; several candidates are generated and voted on. Paths that begin with /v1 work without "
        + "it as well. In requests null means the same as an absent member, and unknown members are skipped. Whether a "
        + "key is needed is a setting of the server."

    private static let paths: Schema.Members = [
        (
            "/v1/chat/completions",
            post("createChatCompletion", "Answers a conversation.", "ChatRequest", "ChatReply", events: "ChatChunk")
        ),
        (
            "/v1/completions",
            post(
                "createCompletion",
                "Continues text as it stands.",
                "CompletionRequest",
                "CompletionReply",
                events: "CompletionChunk"
            )
        ),
        (
            "/v1/fim/completions",
            post("createInfill", "Fills in the middle of a text.", "InfillRequest", "ChatReply", events: "ChatChunk")
        ),
        (
            "/v1/embeddings",
            post("createEmbeddings", "Turns texts into vectors.", "EmbeddingsRequest", "EmbeddingsReply")
        ),
        (
            "/v1/responses",
            post("createResponse", "Answers in items.", "ResponseRequest", "Response", events: "the Responses API")
        ),
        (
            "/v1/responses/{id}",
            [
                "parameters": [id("Of a stored response.")],
                "get": operation("getResponse", "A stored response.", "Response"),
                "delete": operation("deleteResponse", "Forgets a stored response.", "ResponseDeleted"),
            ]
        ),
        (
            "/v1/messages",
            post(
                "createMessage",
                "Answers a conversation in Anthropic's form.",
                "MessagesRequest",
                "MessagesReply",
                events: "the Messages API",
                error: "MessagesError"
            )
        ),
        (
            "/v1/messages/count_tokens",
            post(
                "countTokens",
                "Counts the tokens of a conversation.",
                "CountTokensRequest",
                "CountTokensReply",
                error: "MessagesError"
            )
        ), ("/v1/models", ["get": operation("listModels", "The loaded model.", "ModelList")]),
        (
            "/v1/models/{id}",
            [
                "parameters": [id("Of a model; it may hold slashes.")],
                "get": operation("getModel", "One model.", "Model"),
            ]
        ),
        ("/v1/tools", ["get": operation("listTools", "The tools that this server carries out itself.", "ToolList")]),
        (
            "/v1/tools/execute",
            post("executeTool", "Carries out one call of such a tool.", "ToolInvocation", "ToolOutcome")
        ), ("/tokenize", post("tokenize", "Splits text into tokens.", "TokenizeRequest", "TokenizeReply")),
        ("/detokenize", post("detokenize", "Puts tokens together.", "DetokenizeRequest", "DetokenizeReply")),
        ("/health", ["get": operation("health", "Whether the server works.", "Health")]),
        ("/federation/health", ["get": operation("federationHealth", "Whether other machines vote with this one.")]),
        ("/federation/peers", ["get": operation("peers", "The other machines that are known.")]),
        ("/federation/diagnostics", ["get": operation("diagnostics", "Why a machine is not seen or not used.")]),
        ("/opencode.json", ["get": operation("opencode", "A configuration for the coding agent opencode.")]),
        ("/openapi.json", ["get": operation("describe", "This document.")]),
    ]

    /// - Parameter events: what the events of a stream are, where there is one.
    private static func post(
        _ name: String,
        _ summary: String,
        _ body: String,
        _ schema: String,
        events: String? = nil,
        error: String = "Error"
    ) -> JSON {
        let body: JSON = ["required": true, "content": ["application/json": ["schema": Schema.ref(body)]]]
        return ["post": operation(name, summary, schema, body: body, events: events, error: error)]
    }

    private static func operation(
        _ name: String,
        _ summary: String,
        _ schema: String? = nil,
        body: JSON? = nil,
        events: String? = nil,
        error: String = "Error"
    ) -> JSON {
        var operation = JSON.Object([("operationId", .string(name)), ("summary", .string(summary))])
        operation["requestBody"] = body
        operation["responses"] = [
            "200": reply("Done.", schema.map { Schema.ref($0) } ?? Schema.object([]), events: events),
            "default": ["$ref": .string("#/components/responses/\(error)")],
        ]
        return .object(operation)
    }

    private static func reply(_ about: String, _ schema: JSON, events: String? = nil) -> JSON {
        var content = JSON.Object([("application/json", ["schema": schema])])
        if let events {
            content["text/event-stream"] = ["schema": Schema.string("When asked to stream: events of \(events).")]
        }
        return ["description": .string(about), "content": .object(content)]
    }

    private static func id(_ about: String) -> JSON {
        ["name": "id", "in": "path", "required": true, "description": .string(about), "schema": Schema.string()]
    }

    private static func object(_ members: Schema.Members) -> JSON {
        .object(JSON.Object(members.map { (key: $0.name, value: $0.schema) }))
    }
}
