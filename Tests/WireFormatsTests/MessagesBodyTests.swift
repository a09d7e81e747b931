import SwarmCore
import Testing
import WireFormats

struct MessagesBodyTests {
    @Test func theSmallestBodyLeavesEverythingOpen() throws {
        let body = try MessagesBody.decode(["messages": [["role": "user", "content": "x"]]])
        let request = ChatRequest(
            id: ChatBody.testID,
            messages: [Message(role: .user, content: "x")],
            parallelToolCalls: true
        )
        #expect(body == MessagesBody(request: request))
    }

    @Test func nullAndUnknownFieldsAreAsGoodAsAbsent() throws {
        let names = [
            "model", "max_tokens", "stream", "system", "tools", "tool_choice", "temperature", "top_p", "top_k", "seed",
            "stop_sequences", "thinking", "metadata", "output_config", "output_format", "swarm", "cache_control",
        ]
        let nulls = names.map { #""\#($0)":null"# }.joined(separator: ",")
        let ignored = """
            "metadata":{"user_id":"u"},"service_tier":"auto","container":"c","betas":["b"],"mcp_servers":[],\
            "context_management":{"edits":[]},"cache_control":{"type":"ephemeral"},"n":3,"zzz":[1]
            """
        let plain = try MessagesBody.decode(["messages": [["role": "user", "content": "x"]]])
        #expect(try MessagesBody.decode(with: nulls) == plain)
        #expect(try MessagesBody.decode(with: ignored) == plain)
    }

    @Test func modelStreamAndSessionAreTakenOver() throws {
        let text = #"{"model":"claude-x","stream":true,"messages":[{"role":"user","content":"x"}]}"#
        let session = SessionKey(rawValue: "s")
        let body = try MessagesBody.decode(Array(text.utf8), id: ChatBody.testID, session: session)
        #expect(body.stream)
        #expect(body.request.id == ChatBody.testID)
        #expect(body.request.model?.rawValue == "claude-x")
        #expect(body.request.session == session)
    }

    @Test(arguments: [
        (#""temperature":0"#, Sampling(temperature: 0)), (#""temperature":1.5"#, Sampling(temperature: 1.5)),
        (#""top_p":0.9,"top_k":40"#, Sampling(topK: 40, topP: 0.9)), (#""seed":7"#, Sampling(seed: 7)),
        (#""logprobs":true,"top_logprobs":2"#, Sampling()),
    ])
    func samplingIsTakenOver(fields: String, expected: Sampling) throws {
        #expect(try MessagesBody.decode(with: fields).request.sampling == expected)
    }

    @Test(arguments: [
        (#""max_tokens":64"#, Limits(maxTokens: 64)), (#""max_tokens":0"#, Limits(maxTokens: 1)),
        (#""stop_sequences":["a","","b"]"#, Limits(stop: ["a", "b"])),
    ])
    func limitsAreTakenOver(fields: String, expected: Limits) throws {
        #expect(try MessagesBody.decode(with: fields).request.limits == expected)
    }

    @Test(arguments: [
        (#""swarm":{"n":5}"#, SwarmPolicy.vote(candidates: 5)), (#""swarm":false"#, .vote(candidates: 1)),
        (#""swarm":true,"n":3"#, .vote(candidates: nil)), (#""swarm":{"n":5},"n":3"#, .vote(candidates: 5)),
    ])
    func theSizeOfTheSwarmIsTakenOver(fields: String, expected: SwarmPolicy) throws {
        #expect(try MessagesBody.decode(with: fields).request.policy == expected)
    }

    @Test func theOptionsOfTheVoteAreTakenOver() throws {
        let fields = #""swarm":{"strategy":"majority","streaming":"burst","strict":true,"context":"compact"}"#
        let request = try MessagesBody.decode(with: fields).request
        #expect(request.vote == VoteOptions(strategy: .majority, streaming: .burst, isStrict: true))
        #expect(request.contextMode == .compact)
    }

    @Test(arguments: [
        (#""thinking":{"type":"enabled","budget_tokens":8000}"#, ["enable_thinking": true] as [String: JSON]),
        (#""thinking":{"type":"adaptive"}"#, ["enable_thinking": true]),
        (#""thinking":{"type":"disabled"}"#, ["enable_thinking": false]),
        (#""output_config":{"effort":"low"}"#, ["reasoning_effort": "low"]),
        (#""output_config":{"effort":"max"}"#, ["reasoning_effort": "high"]), (#""output_config":{}"#, [:]),
    ])
    func thinkingIsToldToTheTemplate(fields: String, expected: [String: JSON]) throws {
        #expect(try MessagesBody.decode(with: fields).request.templateArguments == expected)
    }

    @Test(arguments: ["", "output_config"])
    func theFormOfTheAnswerIsTakenOver(place: String) throws {
        let format = #"{"type":"json_schema","schema":{"type":"object"}}"#
        let fields = place.isEmpty ? #""output_format":\#(format)"# : #""output_config":{"format":\#(format)}"#
        let expected = ResponseFormat.jsonSchema(name: "response", schema: ["type": "object"])
        #expect(try MessagesBody.decode(with: fields).request.responseFormat == expected)
    }

    static let tool = #"{"name":"f","description":"d","input_schema":{"z":1,"a":2},"cache_control":{},"strict":true}"#

    @Test func toolsKeepTheirOrderAndThoseOfOtherServersAreSkipped() throws {
        let tools = try MessagesBody.decode(
            with: """
                "tools":[{"type":"web_search_20250305","name":"web_search"},\(Self.tool),\
                {"type":"bash_20250124","name":"bash"},{"type":"text_editor_20250728","name":"edit"},\
                {"type":"custom","name":"g"},{"type":"odd_20300101","name":"h","input_schema":{}}]
                """
        ).request.tools
        #expect(
            tools == [
                ToolSpec(name: "f", summary: "d", parameters: ["z": 1, "a": 2]), ToolSpec(name: "g"),
                ToolSpec(name: "h", parameters: [:]),
            ]
        )
        #expect(tools[0].parameters?.text == #"{"z":1,"a":2}"#)
    }

    @Test(arguments: [
        (#"{"type":"auto"}"#, ToolChoice.auto, true), (#"{"type":"any"}"#, .required, true), ("null", .auto, true),
        (#"{"type":"tool","name":"f"}"#, .named("f"), true), (#"{"type":"none"}"#, .none, true),
        (#"{"type":"auto","disable_parallel_tool_use":true}"#, .auto, false),
        (#"{"type":"any","disable_parallel_tool_use":false}"#, .required, true),
    ])
    func theToolChoiceIsTakenOver(choice: String, expected: ToolChoice, isParallel: Bool) throws {
        let request = try MessagesBody.decode(with: #""tools":[\#(Self.tool)],"tool_choice":\#(choice)"#).request
        #expect(request.toolChoice == expected)
        #expect(request.parallelToolCalls == isParallel)
    }

    @Test(arguments: [
        (#""s""#, "s"), (#"[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#, "a\nb"),
        (#"[{"type":"text","text":"x-anthropic-billing-header: cch=1;"},{"type":"text","text":"a"}]"#, "a"),
        (#"[{"type":"text","text":"a"},{"type":"text","text":"x-anthropic-billing-header: cch=1;"}]"#, "a"),
        (#"[{"type":"text","text":"x-anthropic-billing-header: cch=1;"}]"#, nil), (#""""#, nil), ("[]", nil),
    ])
    func theSystemPromptIsTheFirstMessage(system: String, expected: String?) throws {
        let messages = try MessagesBody.decode(with: #""system":\#(system)"#).request.messages
        let user = Message(role: .user, content: "x")
        #expect(messages == (expected.map { [Message(role: .system, content: $0)] } ?? []) + [user])
    }
}
