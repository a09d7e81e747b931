import SwarmCore
import Testing
import WireFormats

struct ResponseHistoryTests {
    static let question = [Message(role: .user, content: "x")]

    static func outcome(_ name: String, _ text: String = "y") throws -> ResponsesOutcome {
        let body = try ResponsesBody.decode(
            Array(#"{"input":"x"}"#.utf8),
            id: RequestID(rawValue: "chatcmpl-\(name)"),
            previous: { _ in nil }
        )
        var encoder = ResponsesReplyEncoder(ResponsesIdentity(body, created: 1, model: "tiny"))
        _ = encoder.encode(.delta(choice: 0, .content(text)))
        _ = encoder.encode(.finished(.test))
        return try #require(encoder.outcome)
    }

    @Test func whatIsKeptCanBeContinuedReadAndDeleted() throws {
        var history = ResponseHistory()
        let outcome = try Self.outcome("a")
        history.keep(outcome, after: Self.question)
        #expect(outcome.id == "resp_a")
        #expect(history.conversation("resp_a") == Self.question + [Message(role: .assistant, content: "y")])
        #expect(history.response("resp_a") == outcome.response)
        #expect(history.item("msg_a0") == outcome.response["output"]?.arrayValue?.first)
        #expect(history.item("msg_a1") == nil)
        #expect(history.remove("resp_a") == ["id": "resp_a", "object": "response", "deleted": true])
        #expect(history.remove("resp_a") == nil)
        #expect(history.conversation("resp_a") == nil)
        #expect(history.response("resp_a") == nil)
        #expect(history.item("msg_a0") == nil)
        #expect(history.count == 0)
        #expect(history.bytes == 0)
    }

    @Test func whatWasUsedLongestAgoGoesFirst() throws {
        var history = ResponseHistory(capacity: 3)
        for name in ["a", "b", "c"] { history.keep(try Self.outcome(name), after: Self.question) }
        _ = history.conversation("resp_a")
        _ = history.item("msg_b0")
        history.keep(try Self.outcome("d"), after: Self.question)
        #expect(history.count == 3)
        #expect(history.response("resp_c") == nil)
        for name in ["a", "b", "d"] { #expect(history.response("resp_\(name)") != nil) }
    }

    @Test func bytesOfTextAreBounded() throws {
        var one = ResponseHistory()
        one.keep(try Self.outcome("0"), after: Self.question)
        var history = ResponseHistory(byteLimit: one.bytes * 3)
        for name in 0..<9 { history.keep(try Self.outcome("\(name)"), after: Self.question) }
        #expect(history.count == 3)
        #expect(history.bytes == one.bytes * 3)
        #expect(history.response("resp_8") != nil)
        history.keep(try Self.outcome("8"), after: Self.question)
        #expect(history.bytes == one.bytes * 3)
        let long = String(repeating: "z", count: one.bytes * 3)
        history.keep(try Self.outcome("9", long), after: Self.question)
        #expect(history.response("resp_9") == nil)
        #expect(history.count == 3)
    }

    @Test func anAnswerThatSaysNothingIsNoTurn() throws {
        var encoder = ResponsesReplyEncoder(try .test())
        _ = encoder.encode(.delta(choice: 0, .reasoning("only thought")))
        _ = encoder.encode(.choiceFinished(choice: 0, .length))
        _ = encoder.encode(.finished(.test))
        let outcome = try #require(encoder.outcome)
        var history = ResponseHistory()
        history.keep(outcome, after: Self.question)
        #expect(history.conversation(outcome.id) == Self.question)
    }
}
