import Foundation
import SwarmCore
import Testing
import WireFormats

struct ChatStreamGoldenTests {
    static let head =
        #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795305600,"model":"tiny","system_fingerprint":"fp_1""#

    /// A chunk of one choice.
    static func chunk(
        _ delta: String,
        choice: Int = 0,
        logprobs: String = "null",
        reason: String = "null",
        beside: String = ""
    ) -> String {
        let body = #"{"index":\#(choice),"delta":\#(delta),"logprobs":\#(logprobs),"finish_reason":\#(reason)}"#
        return #"data: \#(head),"choices":[\#(body)]\#(beside)}"# + "\n\n"
    }

    static let role = #"{"role":"assistant","content":""}"#
    static let usage =
        #"data: \#(head),"choices":[],"usage":\#(AnswerSummary.testUsage),"swarm":\#(AnswerSummary.testReport)}"#
        + "\n\n"
    static let done = "data: [DONE]\n\n"

    static func encode(_ events: [AnswerEvent], includeUsage: Bool = true) -> [String] {
        var encoder = ChatStreamEncoder(.test, includeUsage: includeUsage)
        return events.map { String(decoding: encoder.encode($0), as: UTF8.self) }
    }

    @Test func reasoningTextAndTwoCalls() {
        let pieces = Self.encode([
            .phase(.prefilling(done: 1, of: 2)),
            .delta(choice: 0, .reasoning("I \"think\".")),
            .phase(.voting(ready: 1, of: 5)),
            .delta(choice: 0, .content("Zeile 1\n")),
            .delta(choice: 0, .toolCall(index: 0, id: "call_a", name: "read")),
            .delta(choice: 0, .toolArguments(index: 0, #"{"path":"#)),
            .delta(choice: 0, .toolArguments(index: 0, #""a"}"#)),
            .delta(choice: 0, .toolCall(index: 1, id: "call_b", name: "list")),
            .delta(choice: 0, .toolArguments(index: 1, "{}")),
            .choiceFinished(choice: 0, .toolCalls),
            .finished(.test),
        ])
        #expect(
            pieces == [
                ": keep-alive, 1 of 2 prompt tokens read\n\n",
                Self.chunk(Self.role) + Self.chunk(#"{"reasoning_content":"I \"think\"."}"#),
                ": keep-alive, 1 of 5 have ended\n\n",
                Self.chunk(#"{"content":"Zeile 1\n"}"#),
                Self.chunk(
                    #"{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"read","arguments":""}}]}"#
                ),
                Self.chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"path\":"}}]}"#),
                Self.chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"\"a\"}"}}]}"#),
                Self.chunk(
                    #"{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"list","arguments":""}}]}"#
                ),
                Self.chunk(#"{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}"#),
                Self.chunk("{}", reason: #""tool_calls""#),
                Self.usage + Self.done,
            ]
        )
    }

    @Test func withoutTokenCountsTheReportTravelsWithTheFinishReason() {
        let pieces = Self.encode(
            [.delta(choice: 0, .content("x")), .choiceFinished(choice: 0, .length), .finished(.test)],
            includeUsage: false
        )
        #expect(
            pieces == [
                Self.chunk(Self.role) + Self.chunk(#"{"content":"x"}"#), "",
                Self.chunk("{}", reason: #""length""#, beside: #","swarm":\#(AnswerSummary.testReport)"#) + Self.done,
            ]
        )
    }

    @Test func severalChoicesInterleaveAndOnlyTheLastWaits() {
        let pieces = Self.encode(
            [
                .delta(choice: 1, .content("b")), .choiceFinished(choice: 1, .stop), .delta(choice: 0, .content("a")),
                .choiceFinished(choice: 0, .stop), .finished(.test),
            ],
            includeUsage: false
        )
        #expect(
            pieces == [
                Self.chunk(Self.role, choice: 1) + Self.chunk(#"{"content":"b"}"#, choice: 1), "",
                Self.chunk(Self.role) + Self.chunk(#"{"content":"a"}"#),
                Self.chunk("{}", choice: 1, reason: #""stop""#),
                Self.chunk("{}", reason: #""stop""#, beside: #","swarm":\#(AnswerSummary.testReport)"#) + Self.done,
            ]
        )
    }

    @Test func logprobsTravelWithTheNextTextOrAtTheEnd() {
        let token =
            #"{"token":"Hi","logprob":-0.01,"bytes":[72,105],"top_logprobs":[{"token":"Hi","logprob":-0.01,"bytes":[72,105]},{"token":"\#u{FFFD}","logprob":-9999.0,"bytes":[226,130]}]}"#
        let pieces = Self.encode([
            .delta(choice: 0, .logprobs([.hi])), .delta(choice: 0, .logprobs([.hi])),
            .delta(choice: 0, .content("HiHi")),
            .delta(choice: 0, .content("!")), .delta(choice: 0, .logprobs([.hi])), .choiceFinished(choice: 0, .stop),
        ])
        #expect(
            pieces == [
                Self.chunk(Self.role), "",
                Self.chunk(#"{"content":"HiHi"}"#, logprobs: #"{"content":[\#(token),\#(token)],"refusal":null}"#),
                Self.chunk(#"{"content":"!"}"#), "",
                Self.chunk(#"{"content":""}"#, logprobs: #"{"content":[\#(token)],"refusal":null}"#)
                    + Self.chunk("{}", reason: #""stop""#),
            ]
        )
    }

    @Test func anEmptyAnswerIsStillAWholeStream() {
        #expect(
            Self.encode([.choiceFinished(choice: 0, .stop), .finished(.test)]).joined()
                == Self.chunk(Self.role) + Self.chunk("{}", reason: #""stop""#) + Self.usage + Self.done
        )
    }

    @Test(arguments: [
        (FinishReason.stop, true, "tool_calls"), (.toolCalls, false, "stop"), (.length, true, "length"),
        (.length, false, "length"), (.stop, false, "stop"), (.toolCalls, true, "tool_calls"),
    ])
    func theFinishReasonAgreesWithTheCallsSent(reason: FinishReason, hasCall: Bool, expected: String) {
        let call = AnswerEvent.delta(choice: 0, .toolCall(index: 0, id: "c", name: "f"))
        let pieces = Self.encode(
            (hasCall ? [call] : [.delta(choice: 0, .content("x"))]) + [.choiceFinished(choice: 0, reason)]
        )
        #expect(pieces.last == Self.chunk("{}", reason: "\"\(expected)\""))
    }

    @Test func aFailureEndsTheStreamWithAnErrorFrame() {
        var encoder = ChatStreamEncoder(.test, includeUsage: true)
        _ = encoder.encode(.delta(choice: 0, .content("Half an answer")))
        let frame =
            #"data: {"error":{"message":"The model stopped working: out of memory.","type":"server_error","param":null,"code":"server_error"}}"#
        #expect(
            String(decoding: encoder.fail(.modelFailed("out of memory")), as: UTF8.self) == frame + "\n\n" + Self.done
        )
        #expect(encoder.encode(.delta(choice: 0, .content("more"))).isEmpty)
        #expect(encoder.encode(.phase(.queued(ahead: 0))).isEmpty)
        #expect(encoder.fail(.internalFailure).isEmpty)
    }

    @Test func namesAreEscaped() {
        let identity = ChatIdentity(id: "a\"b", created: 1, model: "m\\n", fingerprint: "é")
        var encoder = ChatStreamEncoder(identity, includeUsage: false)
        let text = String(decoding: encoder.encode(.delta(choice: 0, .content("x"))), as: UTF8.self)
        #expect(
            text.hasPrefix(
                #"data: {"id":"a\"b","object":"chat.completion.chunk","created":1,"model":"m\\n","system_fingerprint":"é","choices":["#
            )
        )
    }

    @Test func aStreamOfTwoChoicesIsTheRecordedOne() throws {
        let identity = ChatIdentity(
            id: "chatcmpl-7f3a1c",
            created: 1_795_305_600,
            model: "qwen3-coder-30b",
            fingerprint: "fp_local"
        )
        var score = TokenScore.hi
        score.alternatives[1] = TokenScore.Alternative(token: 6, bytes: Array("Hello".utf8), logprob: -4.6)
        var encoder = ChatStreamEncoder(identity, includeUsage: true)
        let events: [AnswerEvent] = [
            .delta(choice: 0, .logprobs([score])), .delta(choice: 1, .logprobs([score])),
            .delta(choice: 0, .content("Hi")), .delta(choice: 1, .content("Hi")), .choiceFinished(choice: 0, .stop),
            .choiceFinished(choice: 1, .stop),
        ]
        let ours = String(decoding: events.flatMap { encoder.encode($0) }, as: UTF8.self)
        let known = String(decoding: try Fixture.bytes("d_chat_n2_logprobs.response.sse"), as: UTF8.self)
        let usage = try #require(known.range(of: "data: {\"id\":\"chatcmpl-7f3a1c\"", options: .backwards))
        #expect(ours == known[..<usage.lowerBound])
    }
}
