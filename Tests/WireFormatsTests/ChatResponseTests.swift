import SwarmCore
import Testing
import WireFormats

struct ChatResponseTests {
    static func body(_ events: [AnswerEvent]) throws -> JSON {
        var encoder = ChatResponseEncoder(.test)
        for event in events { #expect(encoder.encode(event) == nil) }
        let body = encoder.encode(.finished(.test))
        return try #require(body)
    }

    @Test func textIsWrittenAsOneMessage() throws {
        let body = try Self.body([
            .phase(.queued(ahead: 1)), .delta(choice: 0, .reasoning("be")), .delta(choice: 0, .reasoning("cause")),
            .delta(choice: 0, .content("H")), .delta(choice: 0, .content("i")), .choiceFinished(choice: 0, .stop),
        ])
        #expect(
            body.text == """
                {"id":"chatcmpl-1","object":"chat.completion","created":1795305600,"model":"tiny",\
                "system_fingerprint":"fp_1","choices":[{"index":0,"message":{"role":"assistant","content":"Hi",\
                "refusal":null,"annotations":[],"reasoning_content":"because"},"logprobs":null,"finish_reason":"stop"}],\
                "usage":\(AnswerSummary.testUsage),"swarm":\(AnswerSummary.testReport)}
                """
        )
    }

    @Test func callsAloneHaveNoContentAsInTheRecordedReply() throws {
        let body = try Self.body([
            .delta(choice: 0, .toolCall(index: 1, id: "call_W2", name: "get_weather")),
            .delta(choice: 0, .toolArguments(index: 1, #"{"city":"Bergen"}"#)),
            .delta(choice: 0, .toolCall(index: 0, id: "call_W1", name: "get_weather")),
            .delta(choice: 0, .toolArguments(index: 0, #"{"city":"#)),
            .delta(choice: 0, .toolArguments(index: 0, #""Oslo"}"#)),
            .choiceFinished(choice: 0, .toolCalls),
        ])
        let known = try Fixture.json("d_chat_tools_parallel.response.json")
        #expect(body["choices"] == known["choices"])
    }

    @Test func logprobsOfSeveralChoicesAreWrittenAsInTheRecordedReply() throws {
        var score = TokenScore.hi
        score.alternatives[1] = TokenScore.Alternative(token: 6, bytes: Array("Hello".utf8), logprob: -4.6)
        let body = try Self.body(
            [1, 0].flatMap { choice in
                [
                    AnswerEvent.delta(choice: choice, .logprobs([score])), .delta(choice: choice, .content("Hi")),
                    .choiceFinished(choice: choice, .stop),
                ]
            }
        )
        let known = try Fixture.json("d_chat_n2_logprobs.response.json")
        #expect(body["choices"] == known["choices"])
    }

    @Test func anEmptyAnswerHasEmptyContent() throws {
        let body = try Self.body([.choiceFinished(choice: 0, .toolCalls)])
        let choice = try #require(body["choices"]?.arrayValue?.first)
        #expect(choice["message"]?["content"] == "")
        #expect(choice["message"]?["tool_calls"] == nil)
        #expect(choice["finish_reason"] == "stop")
    }
}
