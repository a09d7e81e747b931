import SwarmCore
import Testing
import WireFormats

struct ResponsesBodyTests {
    @Test func theSmallestBodyLeavesEverythingOpen() throws {
        let body = try ResponsesBody.decode(["input": "Hello"])
        let messages = [Message(role: .user, content: "Hello")]
        #expect(
            body.request == ChatRequest(id: ResponsesBody.testID, messages: messages, parallelToolCalls: true)
        )
        #expect(body.conversation == messages)
        #expect(!body.stream)
        #expect(body.store)
        #expect(body.customTools.isEmpty)
        let echo: JSON = [
            "instructions": nil, "max_output_tokens": nil, "previous_response_id": nil, "prompt_cache_key": nil,
            "temperature": nil, "top_logprobs": nil, "top_p": nil, "truncation": nil, "metadata": [:],
            "parallel_tool_calls": true, "reasoning": ["effort": nil, "summary": nil], "store": true,
            "text": ["format": ["type": "text"]], "tool_choice": "auto", "tools": [], "user": nil,
        ]
        #expect(JSON.object(body.echo) == echo)
    }

    @Test func nullAndUnknownFieldsAreAsGoodAsAbsent() throws {
        let names = [
            "model", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "reasoning", "temperature",
            "top_p", "top_logprobs", "max_output_tokens", "metadata", "user", "truncation", "store", "stream",
            "include", "prompt_cache_key", "previous_response_id", "conversation", "prompt", "swarm",
        ]
        let nulls = names.map { #""\#($0)":null"# }.joined(separator: ",")
        let plain = try ResponsesBody.decode(input: #""x""#)
        #expect(try ResponsesBody.decode(with: nulls) == plain)
        #expect(
            try ResponsesBody.decode(
                with: #""background":true,"service_tier":"auto","include":["reasoning.encrypted_content"],"zzz":[1]"#
            ) == plain
        )
    }

    @Test func everythingTheReplyRepeatsIsAsItWasSent() throws {
        let fields: JSON = [
            "instructions": "Be short", "max_output_tokens": 64, "prompt_cache_key": "s1", "temperature": 0.5,
            "top_logprobs": 2, "top_p": 0.9, "truncation": "auto", "metadata": ["a": "b"],
            "parallel_tool_calls": false, "reasoning": ["effort": "low", "summary": "auto"], "store": false,
            "text": ["format": ["type": "json_object"], "verbosity": "low"], "tool_choice": "none",
            "tools": [["type": "function", "name": "f", "strict": true], ["type": "web_search"]], "user": "u",
        ]
        var sent = try #require(fields.objectValue)
        sent["input"] = "x"
        var echo = try ResponsesBody.decode(.object(sent)).echo
        #expect(echo["previous_response_id"] == .null)
        echo["previous_response_id"] = nil
        #expect(JSON.object(echo) == fields)
    }

    @Test func samplingLimitsAndHintsAreTakenOver() throws {
        let body = try ResponsesBody.decode(
            with: """
                "model":"m","temperature":0,"top_p":0.5,"top_k":7,"seed":3,"max_output_tokens":9,"stream":true,\
                "store":false,"parallel_tool_calls":false,"prompt_cache_key":"s","reasoning":{"effort":"high"},\
                "chat_template_kwargs":{"enable_thinking":true}
                """
        )
        #expect(body.request.model == ModelID(rawValue: "m"))
        #expect(body.request.sampling == Sampling(temperature: 0, topK: 7, topP: 0.5, seed: 3))
        #expect(body.request.limits == Limits(maxTokens: 9))
        #expect(!body.request.parallelToolCalls)
        #expect(body.request.session == SessionKey(rawValue: "s"))
        #expect(body.request.templateArguments == ["reasoning_effort": "high", "enable_thinking": true])
        #expect(body.stream)
        #expect(!body.store)
    }

    @Test(
        arguments: [
            (#""top_logprobs":3"#, 3), (#""top_logprobs":0"#, nil), (#""include":["message.output_text.logprobs"]"#, 0),
            (#""top_logprobs":5,"include":["a","message.output_text.logprobs"]"#, 5), (#""include":[]"#, nil),
        ] as [(String, Int?)]
    )
    func logprobsAreAskedForByNumberOrInclusion(fields: String, expected: Int?) throws {
        #expect(try ResponsesBody.decode(with: fields).request.sampling.topLogprobs == expected)
    }

    @Test(arguments: [
        (#"{}"#, ResponseFormat.text), (#"{"format":null,"verbosity":"low"}"#, .text),
        (#"{"format":{"type":"text"}}"#, .text), (#"{"format":{"type":"json_object"}}"#, .jsonObject),
        (
            #"{"format":{"type":"json_schema","name":"n","strict":true,"schema":{"type":"array"}}}"#,
            .jsonSchema(name: "n", schema: ["type": "array"])
        ),
        (
            #"{"format":{"type":"json_schema","schema":{"type":"array"}}}"#,
            .jsonSchema(name: "response", schema: ["type": "array"])
        ),
    ])
    func theFormOfTheAnswerIsTakenOver(text: String, expected: ResponseFormat) throws {
        #expect(try ResponsesBody.decode(with: #""text":\#(text)"#).request.responseFormat == expected)
    }

    @Test func theSwarmIsReadAsInAChat() throws {
        let request = try ResponsesBody.decode(
            with: #""swarm":{"n":5,"strategy":"majority","streaming":"burst","strict":true,"context":"compact"}"#
        ).request
        #expect(request.policy == .vote(candidates: 5))
        #expect(request.vote == VoteOptions(strategy: .majority, streaming: .burst, isStrict: true))
        #expect(request.contextMode == .compact)
        #expect(try ResponsesBody.decode(with: #""swarm":false"#).request.policy == .vote(candidates: 1))
        #expect(try ResponsesBody.decode(with: #""swarm":true,"n":3"#).request.policy == .vote(candidates: nil))
    }

    @Test(
        arguments: [
            (#""truncation":"auto""#, ContextMode.auto), (#""truncation":"disabled""#, .full),
            (#""truncation":"other""#, nil), (#""truncation":"disabled","swarm":{"context":"minimal"}"#, .minimal),
        ] as [(String, ContextMode?)]
    )
    func truncationSaysWhetherAConversationMayBeShortened(fields: String, expected: ContextMode?) throws {
        #expect(try ResponsesBody.decode(with: fields).request.contextMode == expected)
    }

    @Test func theFirstTurnOfTheCodingClientIsTakenOver() throws {
        let sent = try Fixture.requestBody("e_responses_codex_turn1")
        let body = try ResponsesBody.decode(sent)
        let request = body.request
        #expect(body.stream)
        #expect(!body.store)
        #expect(request.messages.map(\.role) == [.system, .user, .user, .user])
        let instructions = try #require(sent["instructions"]?.stringValue)
        #expect(request.messages[0].content.hasPrefix(instructions + "\n\n<permissions instructions>"))
        #expect(request.messages[3].content == "What is in src?")
        #expect(
            request.tools.map(\.name) == ["exec_command", "write_stdin", "update_plan", "view_image", "apply_patch"]
        )
        let schemas = try #require(sent["tools"]?.arrayValue).prefix(4).map { $0["parameters"]?.text }
        #expect(request.tools.prefix(4).map { $0.parameters?.text } == schemas)
        #expect(body.customTools == ["apply_patch"])
        #expect(request.session?.rawValue == "0199aa02-7c55-7b31-93ff-0e1f5d2c8a10")
        #expect(request.templateArguments == ["reasoning_effort": "medium"])
        #expect(request.sampling == Sampling())
        #expect(request.limits == Limits())
        #expect(request.policy == .vote(candidates: nil))
        #expect(body.echo["tools"] == sent["tools"])
    }

    @Test func requestsOfTheOfficialLibraryAreTakenOver() throws {
        let basic = try ResponsesBody.decode(try Fixture.requestBody("d_responses_basic"))
        #expect(!basic.stream)
        #expect(basic.store)
        #expect(basic.request.tools.map(\.name) == ["exec_command"])
        #expect(
            basic.request.messages == [
                Message(role: .system, content: "Be short"), Message(role: .user, content: "What is in src?"),
            ]
        )
        #expect(basic.conversation == [Message(role: .user, content: "What is in src?")])
        let streamed = try ResponsesBody.decode(try Fixture.requestBody("d_responses_stream"))
        #expect(streamed.stream)
        #expect(streamed.request.messages == [Message(role: .user, content: "What is in src?")])
    }

    @Test func anEarlierResponseIsContinuedWithoutItsInstructions() throws {
        let earlier = [
            Message(role: .system, content: "House rules"), Message(role: .user, content: "1"),
            Message(role: .assistant, content: "2"),
        ]
        let sent: JSON = ["previous_response_id": "resp_a", "instructions": "New", "input": "3"]
        let body = try ResponsesBody.decode(sent, previous: { $0 == "resp_a" ? earlier : nil })
        #expect(body.conversation == earlier + [Message(role: .user, content: "3")])
        #expect(body.request.messages.map(\.content) == ["New\n\nHouse rules", "1", "2", "3"])
        #expect(body.echo["previous_response_id"] == "resp_a")
        let unknown = WireError.invalidParameter(
            name: "previous_response_id",
            reason: "this response is not, or no longer, known"
        )
        #expect(throws: unknown) { try ResponsesBody.decode(sent) }
        #expect(unknown.status == 400)
    }
}
