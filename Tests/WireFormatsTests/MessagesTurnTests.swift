import SwarmCore
import Testing
import WireFormats

struct MessagesTurnTests {
    @Test(arguments: [
        (#"{"role":"user","content":"a"}"#, Message(role: .user, content: "a")),
        (#"{"role":"user","content":[]}"#, Message(role: .user, content: "")),
        (
            #"{"role":"user","content":[{"type":"text","text":"a","cache_control":{}},{"type":"text","text":"b"}]}"#,
            Message(role: .user, content: "a\nb")
        ),
        (
            #"{"role":"user","content":[{"type":"document","title":"t","source":{"type":"text","media_type":"text/plain","data":"d"}}]}"#,
            Message(role: .user, content: "t\nd")
        ),
        (
            #"{"role":"user","content":[{"type":"document","context":"c","source":{"type":"content","content":[{"type":"text","text":"d"}]}}]}"#,
            Message(role: .user, content: "c\nd")
        ),
        (
            #"{"role":"user","content":[{"type":"search_result","title":"t","source":"s","content":[{"type":"text","text":"d"}]}]}"#,
            Message(role: .user, content: "t\ns\nd")
        ),
        (
            #"{"role":"user","content":[{"type":"container_upload","file_id":"f"},{"type":"text","text":"a"}]}"#,
            Message(role: .user, content: "a")
        ),
        (#"{"role":"system","content":[{"type":"text","text":"s"}]}"#, Message(role: .system, content: "s")),
        (#"{"role":"assistant","content":"a"}"#, Message(role: .assistant, content: "a")),
        (#"{"role":"assistant","content":null}"#, Message(role: .assistant, content: "")),
        (
            #"{"role":"assistant","content":[{"type":"thinking","thinking":"r","signature":"s"},{"type":"redacted_thinking","data":"z"},{"type":"text","text":"a"}]}"#,
            Message(role: .assistant, content: "a", reasoning: "r")
        ),
        (
            #"{"role":"assistant","content":[{"type":"tool_use","id":"toolu_A1","name":"f","input":{"b":1, "a":[2]}}]}"#,
            Message(
                role: .assistant,
                content: "",
                toolCalls: [ToolCall(id: "call_A1", name: "f", arguments: #"{"b":1,"a":[2]}"#)]
            )
        ),
        (
            #"{"role":"assistant","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"web_search_tool_result","tool_use_id":"s","content":[]},{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#,
            Message(role: .assistant, content: "a\nb")
        ),
    ])
    func messagesOfAllKindsAreTakenOver(text: String, expected: Message) throws {
        #expect(try MessagesBody.messages("[\(text)]") == [expected])
    }

    @Test func resultsComeBeforeWhatTheUserSaysBesideThem() throws {
        let messages = try MessagesBody.messages(
            """
            [{"role":"assistant","content":[{"type":"tool_use","id":"toolu_A","name":"f"},\
            {"type":"tool_use","id":"toolu_B","name":"g","input":null}]},\
            {"role":"user","content":[{"type":"text","text":"and"},\
            {"type":"tool_result","tool_use_id":"toolu_B","content":"two"},\
            {"type":"tool_result","tool_use_id":"toolu_A","content":[{"type":"text","text":"one"},\
            {"type":"text","text":"line"}]},{"type":"text","text":"now?"}]}]
            """
        )
        #expect(messages[0].toolCalls.map(\.id) == ["call_A", "call_B"])
        #expect(messages[0].toolCalls.map(\.arguments) == ["{}", "{}"])
        #expect(
            Array(messages.dropFirst()) == [
                Message(role: .tool, content: "two", toolCallID: "call_B"),
                Message(role: .tool, content: "one\nline", toolCallID: "call_A"),
                Message(role: .user, content: "and\nnow?"),
            ]
        )
    }

    @Test(arguments: [
        (#""content":"out""#, "out"), (#""is_error":false,"content":"out""#, "out"), (#""content":[]"#, ""),
        (#""is_error":true,"content":"no such file""#, "Error: no such file"),
        (#""is_error":true,"content":"ERROR 7""#, "ERROR 7"), (#""is_error":true"#, "Error: "),
        (
            #""content":[{"type":"image","source":{}},{"type":"text","text":"a"},{"type":"document","source":{"type":"base64"}}]"#,
            "[image left out]\na\n[document left out]"
        ), (#""content":[{"type":"tool_reference","tool_name":"t"},{"type":"text","text":"a"}]"#, "a"),
    ])
    func aResultIsAMessageOfItsOwn(fields: String, expected: String) throws {
        let block = #"{"type":"tool_result","tool_use_id":"x",\#(fields)}"#
        let messages = try MessagesBody.messages(#"[{"role":"user","content":[\#(block)]}]"#)
        #expect(messages == [Message(role: .tool, content: expected, toolCallID: "x")])
    }

    @Test func aBegunAnswerStaysTheLastMessage() throws {
        let messages = try MessagesBody.messages(
            #"[{"role":"user","content":"List."},{"role":"assistant","content":"1. "}]"#
        )
        #expect(messages.last == Message(role: .assistant, content: "1. "))
    }

    /// The id that is sent for a call.
    private func wireID(_ id: String) throws -> String {
        var encoder = MessagesReplyEncoder(.test)
        _ = encoder.encode(.delta(choice: 0, .toolCall(index: 0, id: id, name: "f")))
        let reply = encoder.encode(.finished(.test))
        return try #require(reply?["content"]?.arrayValue?.first?["id"]?.stringValue)
    }

    private func callID(_ wireID: String) throws -> String? {
        let id = JSON.string(wireID).text
        let block = #"{"type":"tool_use","id":\#(id),"name":"f","input":{}}"#
        return try MessagesBody.messages(#"[{"role":"assistant","content":[\#(block)]}]"#).first?.toolCalls.first?.id
    }

    @Test(arguments: [
        ("call_b1T0kQm2", "toolu_b1T0kQm2"), ("functions.Bash:0", "toolu_id-functions-2eBash-3a0"),
        ("a1B2c3D4e", "toolu_id-a1B2c3D4e"), ("call_", "toolu_id-call-5f"), ("call_a-b", "toolu_id-call-5fa-2db"),
        ("", "toolu_id-"), ("é\u{0}", "toolu_id--c3-a9-00"), ("toolu_1", "toolu_id-toolu-5f1"),
    ])
    func idsOfCallsComeBackAsTheyWere(id: String, sent: String) throws {
        #expect(try wireID(id) == sent)
        #expect(sent.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || isLetterOrDigit($0) })
        #expect(try callID(sent) == id)
    }

    private func isLetterOrDigit(_ byte: UInt8) -> Bool {
        byte < 0x80 && Character(Unicode.Scalar(byte)).isLetterOrDigit
    }

    @Test(arguments: ["call_7", "srvtoolu_1", "toolu_bdrk_01", "toolu_", "toolu_id-a-", "toolu_id--ff", "x-2e"])
    func idsOfOtherServersStayAsTheyAre(id: String) throws {
        #expect(try callID(id) == id)
    }
}

extension Character {
    fileprivate var isLetterOrDigit: Bool { isLetter || isNumber }
}
