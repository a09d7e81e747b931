import SwarmCore
import Testing
import WireFormats

struct ResponsesStreamGoldenTests {
    /// Numbers events as they are written.
    struct Frames {
        var number = 0

        mutating func callAsFunction(_ type: String, _ members: String) -> String {
            defer { number += 1 }
            return "event: \(type)\ndata: {\"type\":\"\(type)\",\(members),\"sequence_number\":\(number)}\n\n"
        }

        mutating func opening() -> String {
            let response = #""response":\#(ResponsesStreamGoldenTests.response("in_progress"))"#
            return self("response.created", response) + self("response.in_progress", response)
        }
    }

    static let usage = """
        {"input_tokens":12,"input_tokens_details":{"cached_tokens":8,"cache_write_tokens":0},"output_tokens":7,\
        "output_tokens_details":{"reasoning_tokens":2},"total_tokens":19}
        """

    static func response(
        _ status: String,
        output: String = "",
        error: String = "null",
        incomplete: String = "null",
        usage: String = "null",
        beside: String = ""
    ) -> String {
        """
        {"id":"resp_t0","object":"response","created_at":1795305600,"status":"\(status)","error":\(error),\
        "incomplete_details":\(incomplete),"model":"tiny","output":[\(output)],"usage":\(usage),"background":false,\
        "instructions":null,"max_output_tokens":null,"previous_response_id":null,"prompt_cache_key":null,\
        "temperature":null,"top_logprobs":null,"top_p":null,"truncation":null,"metadata":{},"parallel_tool_calls":true,\
        "reasoning":{"effort":null,"summary":null},"store":true,"text":{"format":{"type":"text"}},"tool_choice":"auto",\
        "tools":[{"type":"custom","name":"patch"}],"user":null\(beside)}
        """
    }

    static func ended(_ status: String, output: String, incomplete: String = "null") -> String {
        let report = #","swarm":\#(AnswerSummary.testReport)"#
        let response = response(status, output: output, incomplete: incomplete, usage: usage, beside: report)
        return #""response":\#(response)"#
    }

    static func part(_ text: String) -> String {
        #"{"type":"output_text","text":"\#(text)","annotations":[],"logprobs":[]}"#
    }

    static func message(_ place: Int, _ status: String, _ content: String = "") -> String {
        #"{"id":"msg_t0\#(place)","type":"message","status":"\#(status)","role":"assistant","content":[\#(content)]}"#
    }

    static func call(_ place: Int, _ status: String, _ id: String, _ name: String, _ arguments: String = "") -> String {
        """
        {"id":"fc_t0\(place)","type":"function_call","status":"\(status)","call_id":"\(id)","name":"\(name)",\
        "arguments":"\(arguments)"}
        """
    }

    static func encode(_ events: [AnswerEvent]) throws -> [String] {
        var encoder = ResponsesStreamEncoder(try .test())
        return events.map { String(decoding: encoder.encode($0), as: UTF8.self) }
    }

    @Test func aTextIsOneMessage() throws {
        let pieces = try Self.encode([
            .phase(.prefilling(done: 1, of: 2)), .delta(choice: 0, .content("Zeile \"1\"\n")),
            .phase(.voting(ready: 1, of: 5)), .delta(choice: 0, .content("2")), .choiceFinished(choice: 0, .stop),
            .finished(.test),
        ])
        var frame = Frames()
        let at = #""item_id":"msg_t00","output_index":0,"content_index":0"#
        let whole = Self.part(#"Zeile \"1\"\n2"#)
        let item = Self.message(0, "completed", whole)
        #expect(
            pieces == [
                frame.opening() + ": keep-alive, 1 of 2 prompt tokens read\n\n",
                frame("response.output_item.added", #""output_index":0,"item":\#(Self.message(0, "in_progress"))"#)
                    + frame("response.content_part.added", #"\#(at),"part":\#(Self.part(""))"#)
                    + frame("response.output_text.delta", #"\#(at),"delta":"Zeile \"1\"\n","logprobs":[]"#),
                ": keep-alive, 1 of 5 have ended\n\n",
                frame("response.output_text.delta", #"\#(at),"delta":"2","logprobs":[]"#),
                frame("response.output_text.done", #"\#(at),"text":"Zeile \"1\"\n2","logprobs":[]"#)
                    + frame("response.content_part.done", #"\#(at),"part":\#(whole)"#)
                    + frame("response.output_item.done", #""output_index":0,"item":\#(item)"#),
                frame("response.completed", Self.ended("completed", output: item)),
            ]
        )
    }

    @Test func reasoningTextAndTwoCalls() throws {
        let pieces = try Self.encode([
            .delta(choice: 0, .reasoning("Hm.")), .delta(choice: 0, .content("Hi")),
            .delta(choice: 0, .toolCall(index: 0, id: "call_a", name: "read")),
            .delta(choice: 0, .toolArguments(index: 0, #"{"p":"#)), .delta(choice: 0, .toolArguments(index: 0, "1}")),
            .delta(choice: 0, .toolCall(index: 1, id: "call_b", name: "list")), .choiceFinished(choice: 0, .toolCalls),
            .finished(.test),
        ])
        var frame = Frames()
        let thought = #""item_id":"rs_t00","output_index":0,"summary_index":0"#
        let summary = #"{"type":"summary_text","text":"Hm."}"#
        let reasoning =
            #"{"id":"rs_t00","type":"reasoning","status":"completed","summary":[\#(summary)],"encrypted_content":null}"#
        let said = #""item_id":"msg_t01","output_index":1,"content_index":0"#
        let message = Self.message(1, "completed", Self.part("Hi"))
        let first = #""item_id":"fc_t02","output_index":2"#
        let second = #""item_id":"fc_t03","output_index":3"#
        let read = Self.call(2, "completed", "call_a", "read", #"{\"p\":1}"#)
        let list = Self.call(3, "completed", "call_b", "list", "{}")
        let empty = #"{"id":"rs_t00","type":"reasoning","status":"in_progress","summary":[],"encrypted_content":null}"#
        let expected = [
            frame.opening() + frame("response.output_item.added", #""output_index":0,"item":\#(empty)"#)
                + frame(
                    "response.reasoning_summary_part.added",
                    #"\#(thought),"part":{"type":"summary_text","text":""}"#
                ) + frame("response.reasoning_summary_text.delta", #"\#(thought),"delta":"Hm.""#),
            frame("response.reasoning_summary_text.done", #"\#(thought),"text":"Hm.""#)
                + frame("response.reasoning_summary_part.done", #"\#(thought),"part":\#(summary)"#)
                + frame("response.output_item.done", #""output_index":0,"item":\#(reasoning)"#)
                + frame("response.output_item.added", #""output_index":1,"item":\#(Self.message(1, "in_progress"))"#)
                + frame("response.content_part.added", #"\#(said),"part":\#(Self.part(""))"#)
                + frame("response.output_text.delta", #"\#(said),"delta":"Hi","logprobs":[]"#),
            frame("response.output_text.done", #"\#(said),"text":"Hi","logprobs":[]"#)
                + frame("response.content_part.done", #"\#(said),"part":\#(Self.part("Hi"))"#)
                + frame("response.output_item.done", #""output_index":1,"item":\#(message)"#)
                + frame(
                    "response.output_item.added",
                    #""output_index":2,"item":\#(Self.call(2, "in_progress", "call_a", "read"))"#
                ), frame("response.function_call_arguments.delta", #"\#(first),"delta":"{\"p\":""#),
            frame("response.function_call_arguments.delta", #"\#(first),"delta":"1}""#),
            frame("response.function_call_arguments.done", #"\#(first),"name":"read","arguments":"{\"p\":1}""#)
                + frame("response.output_item.done", #""output_index":2,"item":\#(read)"#)
                + frame(
                    "response.output_item.added",
                    #""output_index":3,"item":\#(Self.call(3, "in_progress", "call_b", "list"))"#
                ),
            frame("response.function_call_arguments.delta", #"\#(second),"delta":"{}""#)
                + frame("response.function_call_arguments.done", #"\#(second),"name":"list","arguments":"{}""#)
                + frame("response.output_item.done", #""output_index":3,"item":\#(list)"#),
            frame("response.completed", Self.ended("completed", output: "\(reasoning),\(message),\(read),\(list)")),
        ]
        #expect(pieces == expected)
    }

    @Test func aFreeformToolGetsTheRawText() throws {
        let pieces = try Self.encode([
            .delta(choice: 0, .toolCall(index: 0, id: "call_a", name: "patch")),
            .delta(choice: 0, .toolArguments(index: 0, #"{"input": "*** Be"#)),
            .delta(choice: 0, .toolArguments(index: 0, #"gin\n+x"}"#)), .choiceFinished(choice: 0, .toolCalls),
            .finished(.test),
        ])
        func item(_ status: String, _ input: String) -> String {
            """
            {"id":"ctc_t00","type":"custom_tool_call","status":"\(status)","call_id":"call_a","name":"patch",\
            "input":"\(input)"}
            """
        }
        var frame = Frames()
        let at = #""item_id":"ctc_t00","output_index":0"#
        let done = item("completed", #"*** Begin\n+x"#)
        #expect(
            pieces == [
                frame.opening()
                    + frame("response.output_item.added", #""output_index":0,"item":\#(item("in_progress", ""))"#), "",
                "",
                frame("response.custom_tool_call_input.delta", #"\#(at),"delta":"*** Begin\n+x""#)
                    + frame("response.custom_tool_call_input.done", #"\#(at),"input":"*** Begin\n+x""#)
                    + frame("response.output_item.done", #""output_index":0,"item":\#(done)"#),
                frame("response.completed", Self.ended("completed", output: done)),
            ]
        )
    }

    @Test(arguments: [
        ("*** Begin", FinishReason.toolCalls, "*** Begin"), (#""text""#, .toolCalls, "text"),
        (#"{"patch":"x"}"#, .toolCalls, #"{"patch":"x"}"#), (#"{"input":"half"#, .length, ""),
        (#"{"input":"whole"}"#, .length, "whole"),
    ])
    func argumentsOfAnotherFormAreTheTextButHalfOfItIsNot(
        arguments: String,
        reason: FinishReason,
        input: String
    ) throws {
        var encoder = ResponsesReplyEncoder(try .test())
        _ = encoder.encode(.delta(choice: 0, .toolCall(index: 0, id: "c", name: "patch")))
        _ = encoder.encode(.delta(choice: 0, .toolArguments(index: 0, arguments)))
        _ = encoder.encode(.choiceFinished(choice: 0, reason))
        let body = encoder.encode(.finished(.test))
        #expect(body?["output"]?.arrayValue?.first?["input"]?.stringValue == input)
    }

    @Test func anAnswerThatWasCutOffIsIncomplete() throws {
        let pieces = try Self.encode([
            .delta(choice: 0, .content("Half")), .delta(choice: 0, .toolCall(index: 0, id: "c", name: "f")),
            .delta(choice: 0, .toolArguments(index: 0, #"{"a":"#)), .choiceFinished(choice: 0, .length),
            .finished(.test),
        ])
        var frame = Frames(number: 10)
        let call = Self.call(1, "incomplete", "c", "f", #"{\"a\":"#)
        let done = #""item_id":"fc_t01","output_index":1,"name":"f","arguments":"{\"a\":""#
        #expect(
            pieces[3...] == [
                frame("response.function_call_arguments.done", done)
                    + frame("response.output_item.done", #""output_index":1,"item":\#(call)"#),
                frame(
                    "response.incomplete",
                    Self.ended(
                        "incomplete",
                        output: Self.message(0, "completed", Self.part("Half")) + "," + call,
                        incomplete: #"{"reason":"max_output_tokens"}"#
                    )
                ),
            ]
        )
    }

    @Test func anEmptyAnswerIsStillAWholeStream() throws {
        var frame = Frames()
        #expect(
            try Self.encode([.finished(.test)])
                == [frame.opening() + frame("response.completed", Self.ended("completed", output: ""))]
        )
    }

    @Test func aFailureDeclaresNothingCompleteThatIsNot() throws {
        var encoder = ResponsesStreamEncoder(try .test())
        _ = encoder.encode(.delta(choice: 0, .reasoning("a")))
        _ = encoder.encode(.delta(choice: 0, .toolCall(index: 0, id: "c", name: "f")))
        var frame = Frames(number: 9)
        let reasoning =
            #"{"id":"rs_t00","type":"reasoning","status":"completed","summary":[{"type":"summary_text","text":"a"}],"encrypted_content":null}"#
        let failed = Self.response(
            "failed",
            output: reasoning,
            error: #"{"code":"server_error","message":"The model stopped working: out of memory."}"#
        )
        #expect(
            String(decoding: encoder.fail(.modelFailed("out of memory")), as: UTF8.self)
                == frame("response.failed", #""response":\#(failed)"#)
        )
        #expect(encoder.encode(.delta(choice: 0, .content("more"))).isEmpty)
        #expect(encoder.encode(.finished(.test)).isEmpty)
        #expect(encoder.fail(.internalFailure).isEmpty)
        #expect(encoder.outcome == nil)
    }

    @Test(arguments: [
        (
            WireError.contextLengthExceeded(needed: 9, limit: 8), "context_length_exceeded",
            "This model's maximum context length is 8 tokens. However, your messages resulted in 9 tokens. "
                + "Please reduce the length of the messages."
        ), (.saturated(retryAfterSeconds: 3), "rate_limit_exceeded", "The server is busy. Please try again in 3s."),
        (.stopping, "server_error", "The server is stopping. Try again later."),
        (.internalFailure, "server_error", "Internal error."),
        (.unsupported(parameter: nil, reason: "a 503"), "invalid_prompt", "Not supported: a 5\u{2060}03."),
    ])
    func aFailureHasTheCodeThatClientsGoBy(error: WireError, code: String, message: String) throws {
        var encoder = ResponsesStreamEncoder(try .test())
        let frames = try ResponsesFrames(encoder.fail(error))
        #expect(frames.names == ["response.created", "response.in_progress", "response.failed"])
        let written = try #require(frames.data.last?["response"]?["error"])
        #expect(written == ["code": .string(code), "message": .string(message)])
    }

    @Test func logprobsAreThoseOfTheText() throws {
        var encoder = ResponsesStreamEncoder(try .test())
        let events: [AnswerEvent] = [
            .delta(choice: 0, .logprobs([.hi, .hi])), .delta(choice: 0, .reasoning("a")),
            .delta(choice: 0, .logprobs([.hi])), .delta(choice: 0, .content("Hi")), .delta(choice: 0, .content("!")),
            .delta(choice: 0, .logprobs([.hi])), .choiceFinished(choice: 0, .stop), .finished(.test),
        ]
        let frames = try ResponsesFrames(events.flatMap { encoder.encode($0) })
        let deltas = frames.data.filter { $0["type"] == "response.output_text.delta" }
        #expect(deltas.map { $0["logprobs"]?.arrayValue?.count } == [1, 0, 1])
        let done = try #require(frames.data.first { $0["type"] == "response.output_text.done" })
        let token: JSON = [
            "token": "Hi", "logprob": -0.01, "bytes": [72, 105],
            "top_logprobs": [
                ["token": "Hi", "logprob": -0.01, "bytes": [72, 105]],
                ["token": "\u{FFFD}", "logprob": .number("-9999.0"), "bytes": [226, 130]],
            ],
        ]
        #expect(done["logprobs"] == [token, token])
    }

    @Test func textAndCallsAreToldAsInTheRecordedStream() throws {
        var encoder = ResponsesStreamEncoder(try .test(#""store":false"#))
        let events: [AnswerEvent] = [
            .delta(choice: 0, .reasoning("List the files first.")), .delta(choice: 0, .content("I list ")),
            .delta(choice: 0, .content("the files.")),
            .delta(choice: 0, .toolCall(index: 0, id: "call_q1Ls01", name: "exec_command")),
            .delta(choice: 0, .toolArguments(index: 0, #"{"cmd":"#)),
            .delta(choice: 0, .toolArguments(index: 0, #""ls -la src"}"#)), .choiceFinished(choice: 0, .toolCalls),
        ]
        let ours = try ResponsesFrames(events.flatMap { encoder.encode($0) })
        let known = try ResponsesFrames(try Fixture.bytes("e_responses.response.sse"))
        /// Everything but the response objects, the reasoning and the numbers, under the ids of the recording.
        func compared(_ frames: ResponsesFrames) throws -> [JSON] {
            try frames.data.filter { ($0["output_index"]?.intValue ?? 0) > 0 }.map { frame in
                var object = try #require(frame.objectValue)
                object["sequence_number"] = nil
                let text = JSON.object(object).text.replacing("msg_t01", with: "msg_68f2a8")
                return try JSON(parsing: text.replacing("fc_t02", with: "fc_1"))
            }
        }
        #expect(try compared(ours) == compared(known))
    }
}
