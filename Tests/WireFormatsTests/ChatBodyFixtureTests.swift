import SwarmCore
import Testing
import WireFormats

struct ChatBodyFixtureTests {
    static let names = [
        "a_opencode_v1_turn1", "a2_opencode_v2_turn1", "b_opencode_v1_turn2", "c_opencode_v1_title",
        "c2_opencode_v1_compaction", "d_chat_json_object", "d_chat_json_schema", "d_chat_n2_logprobs",
        "d_chat_stream_n2_logprobs", "d_chat_stream_tools", "d_chat_tool_choice_forced", "d_chat_tools_parallel",
    ]

    static let weather = ToolSpec(
        name: "get_weather",
        summary: "Weather of a city",
        parameters: ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]]
    )

    static func request(_ messages: [Message], _ change: (inout ChatRequest) -> Void = { _ in }) -> ChatRequest {
        var request = ChatRequest(id: ChatBody.testID, model: ModelID(rawValue: "qwen3-coder-30b"), messages: messages)
        request.parallelToolCalls = true
        change(&request)
        return request
    }

    @Test(arguments: names)
    func everyFieldThatAClientSendsIsTakenOver(name: String) throws {
        let body = try Fixture.requestBody(name)
        let request = try ChatBody.decode(body).request
        #expect(request.model?.rawValue == body["model"]?.stringValue)
        #expect(
            request.messages.map(\.content) == body["messages"]?.arrayValue?.map { $0["content"]?.stringValue ?? "" }
        )
        #expect(
            request.tools.map(\.name) == (body["tools"]?.arrayValue ?? []).map { $0["function"]?["name"]?.stringValue }
        )
        let schemas = (body["tools"]?.arrayValue ?? []).map { $0["function"]?["parameters"]?.text }
        #expect(request.tools.map { $0.parameters?.text } == schemas)
        let limit = body["max_completion_tokens"]?.intValue ?? body["max_tokens"]?.intValue
        #expect(request.limits.maxTokens == limit)
    }

    @Test(arguments: names.prefix(5))
    func theCodingAgentStreamsWithTokenCountsAndLeavesSamplingOpen(name: String) throws {
        let body = try ChatBody.decode(try Fixture.requestBody(name))
        #expect(body.stream)
        #expect(body.includeUsage)
        #expect(!body.wantsLogprobs)
        #expect(body.request.sampling == Sampling())
        #expect(body.request.toolChoice == .auto)
        #expect(body.request.policy == .vote(candidates: nil))
    }

    @Test func theSecondTurnBringsBackReasoningCallsAndResults() throws {
        let messages = try ChatBody.decode(try Fixture.requestBody("b_opencode_v1_turn2")).request.messages
        #expect(messages.map(\.role) == [.system, .user, .assistant, .tool, .tool])
        #expect(messages[2].reasoning?.hasPrefix("The flag is printed by the list command.") == true)
        #expect(messages[2].toolCalls.map(\.id) == ["call_b1T0kQm2", "call_Zr94Lw0d"])
        #expect(messages[2].toolCalls.map(\.name) == ["grep", "read"])
        #expect(messages[2].toolCalls[0].arguments == #"{"pattern":"--json|JSON\\.stringify","include":"*.ts"}"#)
        #expect(messages[3].toolCallID == "call_b1T0kQm2")
        #expect(messages[4].toolCallID == "call_Zr94Lw0d")
    }

    @Test func theFirstTurnIsAPrefixOfTheSecond() throws {
        let first = try ChatBody.decode(try Fixture.requestBody("a_opencode_v1_turn1")).request
        let second = try ChatBody.decode(try Fixture.requestBody("b_opencode_v1_turn2")).request
        #expect(Array(second.messages.prefix(2)) == first.messages)
        #expect(second.tools == first.tools)
    }

    @Test func sampledChoicesWithLogprobs() throws {
        let body = try ChatBody.decode(try Fixture.requestBody("d_chat_n2_logprobs"))
        let expected = Self.request([Message(role: .user, content: "Say hi")]) {
            $0.sampling = Sampling(
                temperature: 0.2,
                topP: 0.9,
                presencePenalty: 0.1,
                frequencyPenalty: 0.1,
                logitBias: [1734: -100],
                seed: 7,
                topLogprobs: 2
            )
            $0.limits = Limits(maxTokens: 16, stop: ["\n\n", "END"])
            $0.policy = .choices(2)
        }
        #expect(body == ChatBody(request: expected))
        #expect(body.wantsLogprobs)
    }

    @Test func streamedChoicesWithLogprobs() throws {
        let expected = Self.request([Message(role: .user, content: "x")]) {
            $0.sampling.topLogprobs = 0
            $0.policy = .choices(2)
        }
        let body = try ChatBody.decode(try Fixture.requestBody("d_chat_stream_n2_logprobs"))
        #expect(body == ChatBody(request: expected, stream: true))
    }

    @Test func streamedTools() throws {
        let expected = Self.request([Message(role: .user, content: "x")]) { $0.tools = [Self.weather] }
        let body = try ChatBody.decode(try Fixture.requestBody("d_chat_stream_tools"))
        #expect(body == ChatBody(request: expected, stream: true, includeUsage: true))
    }

    @Test func aForcedTool() throws {
        let expected = Self.request([Message(role: .user, content: "Weather")]) {
            $0.tools = [Self.weather]
            $0.toolChoice = .named("get_weather")
        }
        #expect(
            try ChatBody.decode(try Fixture.requestBody("d_chat_tool_choice_forced")) == ChatBody(request: expected)
        )
    }

    @Test func parallelToolsAndADeveloperMessage() throws {
        let messages = [
            Message(role: .system, content: "Be short"), Message(role: .user, content: "Weather in Oslo and Bergen?"),
        ]
        let expected = Self.request(messages) {
            $0.tools = [Self.weather]
            $0.limits.maxTokens = 64
        }
        #expect(try ChatBody.decode(try Fixture.requestBody("d_chat_tools_parallel")) == ChatBody(request: expected))
    }

    @Test func structuredOutput() throws {
        let object = try ChatBody.decode(try Fixture.requestBody("d_chat_json_object")).request
        #expect(object == Self.request([Message(role: .user, content: "x")]) { $0.responseFormat = .jsonObject })
        let body = try Fixture.requestBody("d_chat_json_schema")
        let schema = try #require(body["response_format"]?["json_schema"]?["schema"])
        let expected = Self.request([Message(role: .user, content: "x")]) {
            $0.responseFormat = .jsonSchema(name: "city", schema: schema)
        }
        #expect(try ChatBody.decode(body).request == expected)
    }

    @Test func everyToolSchemaSeenInTheWildIsAccepted() throws {
        let tools = try #require(try Fixture.json("tool_schema_edge_cases.json")["tools"]?.arrayValue)
        let body: JSON = ["messages": [["role": "user", "content": "x"]], "tools": .array(tools)]
        let request = try ChatBody.decode(body).request
        #expect(request.tools.map { $0.parameters?.text } == tools.map { $0["function"]?["parameters"]?.text })
    }
}
