import SwarmCore
import Testing
import WireFormats

struct MessagesReplyTests {
    static func body(_ events: [AnswerEvent]) throws -> JSON {
        var encoder = MessagesReplyEncoder(.test)
        for event in events { #expect(encoder.encode(event) == nil) }
        let body = encoder.encode(.finished(.test))
        return try #require(body)
    }

    @Test func textIsWrittenAsOneBlock() throws {
        let body = try Self.body([
            .phase(.queued(ahead: 1)), .prompt("p", []), .delta(choice: 0, .content("H")),
            .delta(choice: 0, .content("i")), .delta(choice: 1, .content("other")), .choiceFinished(choice: 0, .stop),
        ])
        #expect(
            body.text == """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-tiny",\
                "content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","stop_sequence":null,\
                "usage":\(AnswerSummary.testMessagesUsage),"swarm":\(AnswerSummary.testReport)}
                """
        )
    }

    @Test(arguments: [
        (#"{"b":1,"a":2}"#, #"{"b":1,"a":2}"#), (#"{"b":"half"#, "{}"), ("", "{}"), ("[1]", "{}"), ("null", "{}"),
    ])
    func theInputOfACallIsAlwaysAnObject(arguments: String, input: String) throws {
        let body = try Self.body([
            .delta(choice: 0, .toolCall(index: 0, id: "call_a", name: "f")),
            .delta(choice: 0, .toolArguments(index: 0, arguments)), .choiceFinished(choice: 0, .length),
        ])
        #expect(
            body["content"]?.text == #"[{"type":"tool_use","id":"toolu_a","name":"f","input":\#(input)}]"#
        )
        #expect(body["stop_reason"] == "max_tokens")
    }

    @Test func callsStandInTheirOrder() throws {
        let body = try Self.body([
            .delta(choice: 0, .toolCall(index: 1, id: "call_b", name: "g")),
            .delta(choice: 0, .toolCall(index: 0, id: "call_a", name: "f")), .choiceFinished(choice: 0, .stop),
        ])
        #expect(body["content"]?.arrayValue?.map { $0["id"] } == ["toolu_a", "toolu_b"])
        #expect(body["stop_reason"] == "tool_use")
    }

    @Test func anEmptyAnswerHasOneEmptyBlock() throws {
        let body = try Self.body([.choiceFinished(choice: 0, .toolCalls)])
        #expect(body["content"] == [["type": "text", "text": ""]])
        #expect(body["stop_reason"] == "end_turn")
    }

    @Test func aReplyIsNamedAfterItsRequest() {
        let identity = MessagesIdentity(RequestID(rawValue: "chatcmpl-Ab3"), model: "m")
        #expect(identity == MessagesIdentity(id: "msg_Ab3", model: "m"))
    }
}
