import SwarmCore
import Testing
import WireFormats

struct ChatBodyTests {
    @Test func theSmallestBodyLeavesEverythingOpen() throws {
        let body = try ChatBody.decode(messages: #"[{"role":"user","content":"x"}]"#)
        let request = ChatRequest(
            id: ChatBody.testID,
            messages: [Message(role: .user, content: "x")],
            parallelToolCalls: true
        )
        #expect(body == ChatBody(request: request))
        #expect(body.request.model == nil)
    }

    @Test func nullAndUnknownFieldsAreAsGoodAsAbsent() throws {
        let names = [
            "model", "tools", "functions", "tool_choice", "function_call", "parallel_tool_calls", "response_format",
            "temperature", "top_p", "top_k", "min_p", "repeat_penalty", "repetition_penalty", "presence_penalty",
            "frequency_penalty", "logit_bias", "seed", "logprobs", "top_logprobs", "max_tokens",
            "max_completion_tokens",
            "stop", "n", "stream", "stream_options", "chat_template_kwargs", "reasoning_effort", "swarm",
            "prompt_cache_key",
        ]
        let nulls = names.map { #""\#($0)":null"# }.joined(separator: ",")
        let ignored =
            #""user":"u","metadata":{"a":1},"store":true,"service_tier":"auto","modalities":["text"],"zzz":[1]"#
        let plain = try ChatBody.decode(messages: #"[{"role":"user","content":"x"}]"#)
        #expect(try ChatBody.decode(with: nulls) == plain)
        #expect(try ChatBody.decode(with: ignored) == plain)
    }

    @Test(arguments: [
        (#""temperature":0"#, Sampling(temperature: 0)), (#""temperature":2"#, Sampling(temperature: 2)),
        (#""top_p":1e0"#, Sampling(topP: 1)), (#""top_k":40"#, Sampling(topK: 40)), (#""top_k":-1"#, Sampling(topK: 0)),
        (#""min_p":0.05"#, Sampling(minP: 0.05)), (#""repeat_penalty":1.1"#, Sampling(repeatPenalty: 1.1)),
        (#""repetition_penalty":1.2"#, Sampling(repeatPenalty: 1.2)),
        (#""repetition_penalty":1.2,"repeat_penalty":1.1"#, Sampling(repeatPenalty: 1.1)),
        (#""presence_penalty":-2"#, Sampling(presencePenalty: -2)),
        (#""frequency_penalty":2"#, Sampling(frequencyPenalty: 2)),
        (#""logit_bias":{"1":-100,"2":0.5,"3":null}"#, Sampling(logitBias: [1: -100, 2: 0.5])),
        (#""seed":0"#, Sampling(seed: 0)), (#""seed":-1"#, Sampling(seed: .max)),
        (#""seed":18446744073709551615"#, Sampling(seed: .max)), (#""seed":12.0"#, Sampling(seed: 12)),
        (#""seed":-9223372036854775808"#, Sampling(seed: 1 << 63)),
        (#""logprobs":true"#, Sampling(topLogprobs: 0)),
        (#""logprobs":true,"top_logprobs":20"#, Sampling(topLogprobs: 20)), (#""logprobs":false"#, Sampling()),
    ])
    func samplingIsTakenOver(fields: String, expected: Sampling) throws {
        let body = try ChatBody.decode(with: fields)
        #expect(body.request.sampling == expected)
        #expect(body.wantsLogprobs == (expected.topLogprobs != nil))
    }

    @Test(arguments: [
        (#""max_tokens":1"#, Limits(maxTokens: 1)), (#""max_completion_tokens":64"#, Limits(maxTokens: 64)),
        (#""max_tokens":9,"max_completion_tokens":8"#, Limits(maxTokens: 8)),
        (#""max_tokens":1000000000"#, Limits(maxTokens: 1_000_000_000)), (#""stop":"a""#, Limits(stop: ["a"])),
        (#""stop":"""#, Limits()), (#""stop":[]"#, Limits()), (#""stop":["","a","","b"]"#, Limits(stop: ["a", "b"])),
    ])
    func limitsAreTakenOver(fields: String, expected: Limits) throws {
        #expect(try ChatBody.decode(with: fields).request.limits == expected)
    }

    @Test(arguments: [
        (#""n":1"#, SwarmPolicy.vote(candidates: nil)), (#""n":2"#, .choices(2)), (#""n":16"#, .choices(16)),
        (#""swarm":{"n":1}"#, .vote(candidates: 1)), (#""swarm":{"n":32},"n":1"#, .vote(candidates: 32)),
        (#""swarm":{}"#, .vote(candidates: nil)), (#""swarm":true"#, .vote(candidates: nil)),
        (#""swarm":false"#, .vote(candidates: 1)), (#""swarm":false,"n":3"#, .choices(3)),
        (#""swarm":{"n":null},"n":3"#, .choices(3)),
    ])
    func theSizeOfTheSwarmIsTakenOver(fields: String, expected: SwarmPolicy) throws {
        #expect(try ChatBody.decode(with: fields).request.policy == expected)
    }

    @Test(arguments: [
        (#"{"type":"text"}"#, ResponseFormat.text), (#"{"type":"json_object"}"#, .jsonObject),
        (
            #"{"type":"json_object","schema":{"type":"array"}}"#,
            .jsonSchema(name: "response", schema: ["type": "array"])
        ),
        (#"{"type":"json_schema","json_schema":{"schema":{}}}"#, .jsonSchema(name: "response", schema: [:])),
        (
            #"{"type":"json_schema","json_schema":{"name":"n","strict":false,"schema":{"a":1}}}"#,
            .jsonSchema(name: "n", schema: ["a": 1])
        ),
    ])
    func theResponseFormatIsTakenOver(format: String, expected: ResponseFormat) throws {
        #expect(try ChatBody.decode(with: #""response_format":\#(format)"#).request.responseFormat == expected)
    }

    @Test func streamingSessionAndTemplateArgumentsAreTakenOver() throws {
        let body = try ChatBody.decode(
            with: """
                "model":"m","stream":true,"stream_options":{"include_usage":true},"prompt_cache_key":"k",\
                "parallel_tool_calls":false,"reasoning_effort":"low","chat_template_kwargs":{"enable_thinking":false}
                """
        )
        #expect(body.stream)
        #expect(body.includeUsage)
        #expect(body.request.id == ChatBody.testID)
        #expect(body.request.model?.rawValue == "m")
        #expect(body.request.session?.rawValue == "k")
        #expect(!body.request.parallelToolCalls)
        #expect(body.request.templateArguments == ["reasoning_effort": "low", "enable_thinking": false])
    }

    @Test func templateArgumentsOutrankTheGeneralEffort() throws {
        let fields = #""reasoning_effort":"low","chat_template_kwargs":{"reasoning_effort":"high"}"#
        #expect(try ChatBody.decode(with: fields).request.templateArguments == ["reasoning_effort": "high"])
    }

    @Test(arguments: [
        (#"{"role":"system","content":"s"}"#, Message(role: .system, content: "s")),
        (#"{"role":"developer","content":"s"}"#, Message(role: .system, content: "s")),
        (#"{"role":"user","name":"ann","content":null}"#, Message(role: .user, content: "", name: "ann")),
        (#"{"role":"user"}"#, Message(role: .user, content: "")),
        (#"{"role":"user","content":[]}"#, Message(role: .user, content: "")),
        (
            #"{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#,
            Message(role: .user, content: "a\nb")
        ),
        (#"{"role":"assistant","content":"a"}"#, Message(role: .assistant, content: "a")),
        (
            #"{"role":"assistant","content":[{"type":"refusal","refusal":"no"}]}"#,
            Message(role: .assistant, content: "no")
        ),
        (#"{"role":"assistant","content":null,"refusal":"no"}"#, Message(role: .assistant, content: "no")),
        (
            #"{"role":"assistant","content":"a","reasoning_content":"r"}"#,
            Message(role: .assistant, content: "a", reasoning: "r")
        ),
        (
            #"{"role":"assistant","content":"a","reasoning_content":"","reasoning":"r"}"#,
            Message(role: .assistant, content: "a", reasoning: "r")
        ),
        (
            #"{"role":"assistant","content":"a","reasoning_text":"r"}"#,
            Message(role: .assistant, content: "a", reasoning: "r")
        ),
        (
            #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{ }"}}]}"#,
            Message(role: .assistant, content: "", toolCalls: [ToolCall(id: "c", name: "f", arguments: "{ }")])
        ),
        (
            #"{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"b":1,"a":2}}}]}"#,
            Message(
                role: .assistant,
                content: "",
                toolCalls: [ToolCall(id: "", name: "f", arguments: #"{"b":1,"a":2}"#)]
            )
        ),
        (
            #"{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":""}}]}"#,
            Message(role: .assistant, content: "", toolCalls: [ToolCall(id: "c", name: "f", arguments: "{}")])
        ),
        (
            #"{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}}"#,
            Message(role: .assistant, content: "", toolCalls: [ToolCall(id: "f", name: "f", arguments: "{}")])
        ),
        (#"{"role":"tool","tool_call_id":"c","content":"out"}"#, Message(role: .tool, content: "out", toolCallID: "c")),
        (
            #"{"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"out"}]}"#,
            Message(role: .tool, content: "out", toolCallID: "c")
        ),
        (
            #"{"role":"function","name":"f","content":"out"}"#,
            Message(role: .tool, content: "out", toolCallID: "f", name: "f")
        ),
    ])
    func messagesOfAllKindsAreTakenOver(text: String, expected: Message) throws {
        #expect(try ChatBody.decode(messages: "[\(text)]").request.messages == [expected])
    }

    static let tool =
        #"{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"z":1,"a":2}}}"#

    @Test func toolsKeepTheirOrderAndUnknownTypesAreSkipped() throws {
        let tools = try ChatBody.decode(
            with:
                #""tools":[{"type":"web_search"},\#(Self.tool),{"type":"custom","custom":{}},{"function":{"name":"g"}}]"#
        ).request.tools
        #expect(tools == [ToolSpec(name: "f", summary: "d", parameters: ["z": 1, "a": 2]), ToolSpec(name: "g")])
        #expect(tools[0].parameters?.text == #"{"z":1,"a":2}"#)
    }

    @Test func legacyFunctionsAreTools() throws {
        let request = try ChatBody.decode(with: #""functions":[{"name":"f"}],"function_call":{"name":"f"}"#).request
        #expect(request.tools == [ToolSpec(name: "f")])
        #expect(request.toolChoice == .named("f"))
    }

    @Test(arguments: [
        (#""auto""#, ToolChoice.auto), (#""none""#, .none), (#""required""#, .required), ("null", .auto),
        (#"{"type":"function","function":{"name":"f"}}"#, .named("f")), (#"{"function":{"name":"f"}}"#, .named("f")),
    ])
    func theToolChoiceIsTakenOver(choice: String, expected: ToolChoice) throws {
        let request = try ChatBody.decode(with: #""tools":[\#(Self.tool)],"tool_choice":\#(choice)"#).request
        #expect(request.toolChoice == expected)
    }

    @Test(arguments: ["auto", "none"])
    func aChoiceWithoutToolsIsHarmless(choice: String) throws {
        #expect(throws: Never.self) { try ChatBody.decode(with: #""tool_choice":"\#(choice)""#) }
    }
}
