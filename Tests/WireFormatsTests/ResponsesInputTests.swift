import SwarmCore
import Testing
import WireFormats

struct ResponsesInputTests {
    static func messages(_ items: String) throws -> [Message] {
        try ResponsesBody.decode(input: "[\(items)]").request.messages
    }

    static let user = #"{"role":"user","content":"q"}"#

    @Test func contentIsAStringOrTheLinesOfItsParts() throws {
        let messages = try Self.messages(
            #"""
            {"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]},
            {"role":"assistant","content":[{"type":"output_text","text":"c","annotations":[]},{"type":"refusal","refusal":"d"}]},
            {"role":"user","content":null}
            """#
        )
        #expect(
            messages == [
                Message(role: .user, content: "a\nb"), Message(role: .assistant, content: "c\nd"),
                Message(role: .user, content: ""),
            ]
        )
    }

    @Test func whatTheAssistantThoughtSaidAndCalledIsOneTurn() throws {
        let messages = try Self.messages(
            #"""
            \#(Self.user),
            {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t1"}],"encrypted_content":null},
            {"type":"message","role":"assistant","content":[{"type":"output_text","text":"s1"}]},
            {"type":"reasoning","summary":[{"text":"short"}],"content":[{"type":"reasoning_text","text":"t2"},{"text":"t3"}]},
            {"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\": 1}"},
            {"type":"function_call","call_id":"c2","name":"g","arguments":""},
            {"type":"function_call_output","call_id":"c1","output":"o1"},
            {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"o2"}]},
            {"type":"message","role":"assistant","content":"s2"},
            {"type":"message","role":"assistant","content":"s3"},
            \#(Self.user)
            """#
        )
        #expect(
            messages == [
                Message(role: .user, content: "q"),
                Message(
                    role: .assistant,
                    content: "s1",
                    reasoning: "t1\nt2\nt3",
                    toolCalls: [
                        ToolCall(id: "c1", name: "f", arguments: #"{"a": 1}"#),
                        ToolCall(id: "c2", name: "g", arguments: "{}"),
                    ]
                ),
                Message(role: .tool, content: "o1", toolCallID: "c1"),
                Message(role: .tool, content: "o2", toolCallID: "c2"),
                Message(role: .assistant, content: "s2\ns3"), Message(role: .user, content: "q"),
            ]
        )
    }

    @Test func freeformAndShellCallsAreCallsLikeOthers() throws {
        let messages = try Self.messages(
            #"""
            {"type":"custom_tool_call","call_id":"c1","name":"patch","input":"*** \"Begin\"\n"},
            {"type":"custom_tool_call_output","call_id":"c1","output":"done"},
            {"type":"local_shell_call","id":"ls_1","call_id":"c2","status":"completed","action":{"type":"exec",
             "command":["ls","-l"],"env":{},"timeout_ms":null,"working_directory":"/tmp"}},
            {"type":"local_shell_call_output","id":"ls_1","output":"total 0"}
            """#
        )
        #expect(
            messages.flatMap(\.toolCalls) == [
                ToolCall(id: "c1", name: "patch", arguments: #"{"input":"*** \"Begin\"\n"}"#),
                ToolCall(
                    id: "c2",
                    name: "local_shell",
                    arguments: #"{"command":["ls","-l"],"working_directory":"/tmp"}"#
                ),
            ]
        )
        #expect(messages.filter { $0.role == .tool }.map(\.toolCallID) == ["c1", "c2"])
        #expect(messages.filter { $0.role == .tool }.map(\.content) == ["done", "total 0"])
    }

    @Test func systemMessagesAtTheStartAreOneWithTheInstructions() throws {
        let items = """
            {"role":"developer","content":"b"},{"role":"system","content":""},{"role":"system","content":"c"},\(Self.user),\
            {"role":"developer","content":"later"}
            """
        let roles: [Message.Role] = [.system, .user, .system]
        let without = try Self.messages(items)
        #expect(without.map(\.role) == roles)
        #expect(without.map(\.content) == ["b\n\nc", "q", "later"])
        let body = try ResponsesBody.decode(try JSON(parsing: #"{"instructions":"a","input":[\#(items)]}"#))
        #expect(body.request.messages.map(\.content) == ["a\n\nb\n\nc", "q", "later"])
        #expect(body.conversation.map(\.content) == ["b", "", "c", "q", "later"])
        let empty = try ResponsesBody.decode(with: #""instructions":"""#)
        #expect(empty.request.messages.map(\.role) == [.user])
    }

    @Test func whatIsNotKnownAndWhatSaysNothingIsSkipped() throws {
        let messages = try Self.messages(
            #"""
            {"type":"web_search_call","id":"ws_1"},{"type":"compaction","encrypted_content":"x"},\#(Self.user),
            {"type":"item_reference","id":"msg_1"},{"id":"msg_2"},
            {"type":"reasoning","summary":[],"encrypted_content":"x"},{"type":"reasoning","summary":[{"text":"t"}]},
            \#(Self.user),{"role":"assistant","content":""}
            """#
        )
        #expect(messages == [Message(role: .user, content: "q"), Message(role: .user, content: "q")])
    }

    @Test func aReferenceToAnItemThatIsKeptStandsForIt() throws {
        let sent = try JSON(
            parsing: """
                {"input":[\(Self.user),{"type":"item_reference","id":"fc_1"},{"id":"fc_2"},\
                {"type":"function_call_output","call_id":"c1","output":"o"}]}
                """
        )
        let call: JSON = ["type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"]
        let body = try ResponsesBody.decode(sent, item: { ["fc_1": call][$0] })
        #expect(body.conversation.map(\.role) == [.user, .assistant, .tool])
        #expect(body.conversation[1].toolCalls == [ToolCall(id: "c1", name: "f", arguments: "{}")])
    }
}
