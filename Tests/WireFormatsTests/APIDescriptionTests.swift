import SwarmCore
import Testing
import WireFormats

struct APIDescriptionTests {
    static let json = APIDescription.json(version: "1.2.3")

    /// What a component's schema says against a value.
    static func violation(of value: JSON, by name: String) -> SchemaViolation? {
        JSONSchema(["$ref": .string("#/components/schemas/\(name)"), "components": json["components"] ?? .null])
            .violation(of: value)
    }

    static func properties(of name: String) -> [String] {
        json["components"]?["schemas"]?[name]?["properties"]?.objectValue?.keys ?? []
    }

    /// All values of `$ref` in a value.
    static func references(in value: JSON) -> [String] {
        switch value {
        case .array(let elements): elements.flatMap { references(in: $0) }
        case .object(let object):
            object.members.flatMap { key, value in
                key == "$ref" ? [value.stringValue ?? ""] : references(in: value)
            }
        case .null, .bool, .number, .string: []
        }
    }

    @Test func everyPathHasItsMethods() {
        let methods = ["get", "post", "delete"]
        let operations = Self.json["paths"]?.objectValue?.members.flatMap { path, item in
            (item.objectValue?.keys ?? []).filter(methods.contains).map { "\($0) \(path)" }
        }
        #expect(
            operations == [
                "post /v1/chat/completions", "post /v1/completions", "post /v1/fim/completions", "post /v1/embeddings",
                "post /v1/responses", "get /v1/responses/{id}", "delete /v1/responses/{id}", "post /v1/messages",
                "post /v1/messages/count_tokens", "get /v1/models", "get /v1/models/{id}", "get /v1/tools",
                "post /v1/tools/execute", "post /tokenize", "post /detokenize", "get /health", "get /federation/health",
                "get /federation/peers", "get /federation/diagnostics", "get /opencode.json", "get /openapi.json",
            ]
        )
    }

    @Test func itSaysWhatItIs() {
        #expect(Self.json["openapi"] == "3.1.0")
        #expect(Self.json["info"]?["version"] == "1.2.3")
    }

    @Test func everyReferenceLeadsSomewhereAndEverySchemaIsUsed() throws {
        let used = Set(Self.references(in: Self.json))
        for reference in used {
            let parts = reference.split(separator: "/").dropFirst()
            let place = parts.reduce(Self.json as JSON?) { $0?[String($1)] }
            #expect(place != nil, "\(reference)")
        }
        let schemas = try #require(Self.json["components"]?["schemas"]?.objectValue)
        for name in schemas.keys where !["ChatChunk", "CompletionChunk"].contains(name) {
            #expect(used.contains("#/components/schemas/\(name)"), "\(name)")
        }
    }

    @Test func namesOfOperationsAreUnique() {
        func names(in value: JSON) -> [String] {
            (value.objectValue?.members ?? []).flatMap { key, value in
                key == "operationId" ? [value.stringValue ?? ""] : names(in: value)
            }
        }
        let found = names(in: Self.json)
        #expect(found.count == 21)
        #expect(Set(found).count == found.count)
    }

    @Test(
        arguments: ChatBodyFixtureTests.names.map { ("ChatRequest", $0) } + [
            ("CompletionRequest", "d_completions"), ("CompletionRequest", "d_completions_stream"),
            ("EmbeddingsRequest", "d_embeddings_base64"), ("EmbeddingsRequest", "d_embeddings_tokens_float"),
        ]
    )
    func whatClientsSendFits(schema: String, fixture: String) throws {
        let body = try Fixture.requestBody(fixture)
        #expect(Self.violation(of: body, by: schema) == nil)
        // Skipped: who the client's user is makes no difference here.
        for key in body.objectValue?.keys ?? [] where key != "user" {
            #expect(Self.properties(of: schema).contains(key), "\(key)")
        }
    }

    @Test(arguments: [
        ("ResponseRequest", "d_responses_basic"), ("ResponseRequest", "d_responses_stream"),
        ("ResponseRequest", "e_responses_codex_turn1"), ("MessagesRequest", "f_messages_claude_code_turn1"),
        ("CountTokensRequest", "f_messages_count_tokens"),
    ])
    func whatClientsOfOtherFormatsSendFits(schema: String, fixture: String) throws {
        #expect(Self.violation(of: try Fixture.requestBody(fixture), by: schema) == nil)
    }

    @Test(arguments: [
        ("Response", "e_responses.nonstream.response.json"), ("MessagesReply", "f_messages.nonstream.response.json"),
    ])
    func whatClientsOfOtherFormatsUnderstandFits(schema: String, fixture: String) throws {
        #expect(Self.violation(of: try Fixture.json(fixture), by: schema) == nil)
    }

    static func chat() throws -> JSON {
        try ChatResponseTests.body([
            .delta(choice: 0, .reasoning("a")), .delta(choice: 0, .logprobs([.hi])), .delta(choice: 0, .content("b")),
            .delta(choice: 0, .toolCall(index: 0, id: "c", name: "d")),
            .delta(choice: 0, .toolArguments(index: 0, "{}")), .choiceFinished(choice: 0, .toolCalls),
        ])
    }

    /// One reply of each kind, as it is written.
    static func replies() throws -> [(schema: String, reply: JSON)] {
        let error = WireError.invalidParameter(name: "n", reason: "r").openAIEnvelope
        let vectors = EmbeddingsReply.json(vectors: [[1]], promptTokens: 1, model: "m", format: .float)
        let coded = EmbeddingsReply.json(vectors: [[1]], promptTokens: 1, model: "m", format: .base64)
        let card = OpenAIModelsTests.card("a")
        return [
            ("ChatReply", try chat()), ("CompletionReply", try CompletionReplyTests.reply(CompletionReplyTests.echoed)),
            ("EmbeddingsReply", try JSON(parsing: vectors)), ("EmbeddingsReply", try JSON(parsing: coded)),
            ("Error", error), ("Error", WireError.internalFailure.openAIEnvelope),
            ("SwarmReport", AnswerSummary.test.swarmReport), ("Model", OpenAIModels.model(card)),
            ("ModelList", OpenAIModels.list([card])), ("TokenizeReply", TokensReply.tokens([1], contextLength: 9)),
            ("TokenizeReply", TokensReply.tokens([1], pieces: [[0xC3]], contextLength: 9)),
            ("DetokenizeReply", TokensReply.text("a")),
        ]
    }

    @Test func whatIsAnsweredFitsAndNothingIsLeftOut() throws {
        for (schema, reply) in try Self.replies() {
            #expect(Self.violation(of: reply, by: schema) == nil, "\(schema)")
            let keys = try #require(reply.objectValue).keys
            #expect(Set(keys).isSubset(of: Self.properties(of: schema)), "\(schema)")
        }
        let model = Set(OpenAIModels.model(OpenAIModelsTests.card("a")).objectValue?.keys ?? [])
        #expect(model == Set(Self.properties(of: "Model")))
        let report = Set(AnswerSummary.test.swarmReport.objectValue?.keys ?? []).union([
            "streaming", "gate", "context", "sources", "winner_source", "tools", "tool_steps", "tool_stop",
        ])
        #expect(report == Set(Self.properties(of: "SwarmReport")))
    }

    @Test func everyChunkOfAStreamFits() throws {
        var chat = ChatStreamEncoder(.test, includeUsage: true)
        let events: [AnswerEvent] = [
            .delta(choice: 0, .reasoning("a")), .delta(choice: 0, .logprobs([.hi])), .delta(choice: 0, .content("b")),
            .delta(choice: 0, .toolCall(index: 0, id: "c", name: "d")), .choiceFinished(choice: 0, .toolCalls),
            .finished(.test),
        ]
        let chatChunks = String(decoding: events.flatMap { chat.encode($0) }, as: UTF8.self)
        let textChunks = CompletionReplyTests.stream(CompletionReplyTests.echoed).joined()
        for (schema, text) in [("ChatChunk", chatChunks), ("CompletionChunk", textChunks)] {
            var parser = ServerSentEventParser()
            for case .message(_, let data) in parser.feed(text.utf8) where data != "[DONE]" {
                let chunk = try JSON(parsing: data)
                #expect(Self.violation(of: chunk, by: schema) == nil)
                let keys = try #require(chunk.objectValue).keys
                #expect(Set(keys).isSubset(of: Self.properties(of: schema)))
            }
        }
    }

    @Test(arguments: [
        ("ChatRequest", "{}"), ("ChatRequest", #"{"messages":[]}"#),
        ("ChatRequest", #"{"messages":[{"role":"robot"}]}"#),
        ("ChatRequest", #"{"messages":[{"role":"user"}],"temperature":3}"#),
        ("ChatRequest", #"{"messages":[{"role":"user"}],"swarm":5}"#), ("CompletionRequest", #"{"prompt":[]}"#),
        ("CompletionRequest", #"{"prompt":[[]]}"#), ("CompletionRequest", #"{"logprobs":true}"#),
        ("CompletionRequest", #"{"best_of":21}"#), ("InfillRequest", #"{"suffix":"a"}"#), ("EmbeddingsRequest", "{}"),
        ("EmbeddingsRequest", #"{"input":"a","encoding_format":"int8"}"#), ("DetokenizeRequest", "{}"),
    ])
    func whatIsRefusedDoesNotFit(schema: String, text: String) throws {
        #expect(Self.violation(of: try JSON(parsing: text), by: schema) != nil)
        let body = Array(text.utf8)
        let error = #expect(throws: WireError.self) {
            switch schema {
            case "ChatRequest": _ = try ChatBody.decode(body, id: ChatBody.testID)
            case "CompletionRequest": _ = try CompletionBody.decode(body, id: CompletionBody.testID)
            case "InfillRequest": _ = try InfillBody.decode(body, id: CompletionBody.testID)
            case "EmbeddingsRequest": _ = try EmbeddingsBody.decode(body)
            default: _ = try TokensBody.tokens(body)
            }
        }
        #expect(error?.status == 400)
    }
}
