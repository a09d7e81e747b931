import SwarmCore
import Testing
import WireFormats

struct MessagesStreamGoldenTests {
    static func frame(_ type: String, _ members: String = "") -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\"\(members)}\n\n"
    }

    static let start = frame(
        "message_start",
        #","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-tiny","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0,"output_tokens_details":{"thinking_tokens":0}}}"#
    )

    static let textBlock = #"{"type":"text","text":""}"#
    static let thinkingBlock = #"{"type":"thinking","thinking":"","signature":""}"#
    static func toolBlock(_ id: String, _ name: String) -> String {
        #"{"type":"tool_use","id":"\#(id)","name":"\#(name)","input":{}}"#
    }

    static func begin(_ index: Int, _ block: String) -> String {
        frame("content_block_start", #","index":\#(index),"content_block":\#(block)"#)
    }

    static func piece(_ index: Int, _ type: String, _ key: String, _ text: String) -> String {
        frame(
            "content_block_delta",
            #","index":\#(index),"delta":{"type":"\#(type)","\#(key)":\#(JSON.string(text).text)}"#
        )
    }

    static func text(_ index: Int, _ text: String) -> String { piece(index, "text_delta", "text", text) }
    static func json(_ index: Int, _ text: String) -> String { piece(index, "input_json_delta", "partial_json", text) }
    static func stop(_ index: Int) -> String { frame("content_block_stop", #","index":\#(index)"#) }

    static func end(_ reason: String) -> String {
        frame(
            "message_delta",
            #","delta":{"stop_reason":"\#(reason)","stop_sequence":null},"usage":\#(AnswerSummary.testMessagesUsage),"swarm":\#(AnswerSummary.testReport)"#
        ) + frame("message_stop")
    }

    static func encode(_ events: [AnswerEvent]) -> [String] {
        var encoder = MessagesStreamEncoder(.test, promptTokens: 12)
        return events.map { String(decoding: encoder.encode($0), as: UTF8.self) }
    }

    @Test func textIsOneBlock() {
        let pieces = Self.encode([
            .delta(choice: 0, .content("H")), .delta(choice: 0, .content("")), .delta(choice: 0, .content("i\n\"")),
            .choiceFinished(choice: 0, .stop), .finished(.test),
        ])
        #expect(
            pieces == [
                Self.start + Self.begin(0, Self.textBlock) + Self.text(0, "H"), "", Self.text(0, "i\n\""), Self.stop(0),
                Self.end("end_turn"),
            ]
        )
    }

    @Test func thoughtsTextAndCallsAreBlocksInARow() {
        let pieces = Self.encode([
            .delta(choice: 0, .reasoning("be")), .delta(choice: 0, .reasoning("cause")),
            .delta(choice: 0, .content("Look:")), .delta(choice: 0, .toolCall(index: 0, id: "call_a", name: "f")),
            .delta(choice: 0, .toolArguments(index: 0, #"{"x":"#)), .delta(choice: 0, .toolArguments(index: 0, "1}")),
            .delta(choice: 0, .toolCall(index: 1, id: "call_b", name: "g")),
            .delta(choice: 0, .toolArguments(index: 1, "{}")), .choiceFinished(choice: 0, .toolCalls),
            .finished(.test),
        ])
        let signature = Self.piece(0, "signature_delta", "signature", "bG9jYWw=")
        #expect(
            pieces == [
                Self.start + Self.begin(0, Self.thinkingBlock) + Self.piece(0, "thinking_delta", "thinking", "be"),
                Self.piece(0, "thinking_delta", "thinking", "cause"),
                signature + Self.stop(0) + Self.begin(1, Self.textBlock) + Self.text(1, "Look:"),
                Self.stop(1) + Self.begin(2, Self.toolBlock("toolu_a", "f")), Self.json(2, #"{"x":"#),
                Self.json(2, "1}"), Self.stop(2) + Self.begin(3, Self.toolBlock("toolu_b", "g")), Self.json(3, "{}"),
                Self.stop(3), Self.end("tool_use"),
            ]
        )
    }

    @Test func aCallIsNeverLeftBeforeItsArgumentsAreWhole() {
        let pieces = Self.encode([
            .delta(choice: 0, .toolCall(index: 0, id: "call_a", name: "f")),
            .delta(choice: 0, .toolCall(index: 1, id: "call_b", name: "g")),
            .delta(choice: 0, .toolArguments(index: 1, #"{"y":"#)), .delta(choice: 0, .content("Look")),
            .delta(choice: 0, .toolArguments(index: 0, #"{"x":1}"#)), .delta(choice: 0, .toolArguments(index: 1, "2}")),
            .choiceFinished(choice: 0, .stop), .finished(.test),
        ])
        #expect(
            pieces == [
                Self.start + Self.begin(0, Self.toolBlock("toolu_a", "f")), "", "", "", Self.json(0, #"{"x":1}"#), "",
                Self.stop(0) + Self.begin(1, Self.toolBlock("toolu_b", "g")) + Self.json(1, #"{"y":2}"#) + Self.stop(1)
                    + Self.begin(2, Self.textBlock) + Self.text(2, "Look") + Self.stop(2), Self.end("tool_use"),
            ]
        )
    }

    @Test func anAnswerThatIsCutOffSaysSoAndClosesNothingArtificially() {
        let pieces = Self.encode([
            .delta(choice: 0, .toolCall(index: 0, id: "call_a", name: "f")),
            .delta(choice: 0, .toolArguments(index: 0, #"{"x":"a"#)), .choiceFinished(choice: 0, .length),
            .finished(.test),
        ])
        #expect(Array(pieces.suffix(3)) == [Self.json(0, #"{"x":"a"#), Self.stop(0), Self.end("max_tokens")])
    }

    @Test func anEmptyAnswerHasOneEmptyBlock() {
        let empty = Self.start + Self.begin(0, Self.textBlock) + Self.stop(0) + Self.end("end_turn")
        #expect(Self.encode([.choiceFinished(choice: 0, .toolCalls), .finished(.test)]).joined() == empty)
        #expect(Self.encode([.finished(.test)]).joined() == empty)
    }

    @Test func signsOfLifeArePingsOnlyUntilThereIsContent() {
        let ping = Self.frame("ping")
        let pieces = Self.encode([
            .phase(.queued(ahead: 1)), .phase(.voting(ready: 3, of: 5)), .delta(choice: 0, .content("x")),
            .phase(.voting(ready: 4, of: 5)),
        ])
        #expect(
            pieces == [
                Self.start + ": keep-alive, waiting behind 1\n\n" + ping,
                ": keep-alive, 3 of 5 have ended\n\n" + ping, Self.begin(0, Self.textBlock) + Self.text(0, "x"),
                ": keep-alive, 4 of 5 have ended\n\n",
            ]
        )
    }

    @Test func onlyTheFirstChoiceIsToldAndNothingComesAfterTheEnd() {
        let pieces = Self.encode([
            .prompt("p", []), .delta(choice: 1, .content("other")), .delta(choice: 0, .logprobs([.hi])),
            .delta(choice: 0, .toolArguments(index: 3, "{}")), .choiceFinished(choice: 1, .length),
            .choiceFinished(choice: 0, .stop), .delta(choice: 0, .content("late")), .finished(.test), .finished(.test),
            .phase(.queued(ahead: 1)),
        ])
        #expect(
            pieces == [
                Self.start, "", "", "", "", Self.begin(0, Self.textBlock) + Self.stop(0), "", Self.end("end_turn"), "",
                "",
            ]
        )
    }

    @Test func aFailureEndsTheStreamWithAnErrorEvent() {
        var encoder = MessagesStreamEncoder(.test, promptTokens: 12)
        _ = encoder.encode(.delta(choice: 0, .content("Half an answer")))
        let frame = Self.frame(
            "error",
            #","error":{"type":"api_error","message":"The model stopped working: out of memory."}"#
        )
        #expect(String(decoding: encoder.fail(.modelFailed("out of memory")), as: UTF8.self) == frame)
        #expect(encoder.encode(.delta(choice: 0, .content("more"))).isEmpty)
        #expect(encoder.fail(.internalFailure).isEmpty)
    }
}
