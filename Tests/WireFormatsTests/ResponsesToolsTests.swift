import SwarmCore
import Testing
import WireFormats

struct ResponsesToolsTests {
    static let tools = #"""
        "tools":[{"type":"function","name":"f","description":"F","strict":true,"parameters":{"type":"object"}},{"name":"g"},
        {"type":"custom","name":"patch","description":"P","format":{"type":"grammar","syntax":"lark","definition":"start: a"}},
        {"type":"web_search"},{"type":"local_shell"},{"type":"namespace","name":"ns","tools":[{"type":"function","name":"h"}]},
        {"type":"mcp","server_label":"x"}]
        """#

    @Test func functionsAndFreeformToolsAreOfferedAndAllOthersSkipped() throws {
        let body = try ResponsesBody.decode(with: Self.tools)
        let freeform: JSON = [
            "type": "object", "properties": ["input": ["type": "string"]], "required": ["input"],
            "additionalProperties": false,
        ]
        #expect(
            body.request.tools == [
                ToolSpec(name: "f", summary: "F", parameters: ["type": "object"]), ToolSpec(name: "g"),
                ToolSpec(name: "patch", summary: "P", parameters: freeform),
            ]
        )
        #expect(body.customTools == ["patch"])
        #expect(body.request.toolChoice == .auto)
    }

    @Test(arguments: [
        (#""auto""#, ToolChoice.auto), (#""none""#, .none), (#""required""#, .required), (#""other""#, .auto),
        (#"{"type":"function","name":"g"}"#, .named("g")), (#"{"type":"custom","name":"patch"}"#, .named("patch")),
        (#"{"type":"web_search"}"#, .auto), (#"{"type":"mcp","server_label":"x"}"#, .auto), ("7", .auto),
    ])
    func theChoiceIsTakenOver(choice: String, expected: ToolChoice) throws {
        let request = try ResponsesBody.decode(with: #"\#(Self.tools),"tool_choice":\#(choice)"#).request
        #expect(request.toolChoice == expected)
        #expect(request.tools.count == 3)
    }

    @Test(arguments: [("auto", ToolChoice.auto), ("required", .required)])
    func allowedToolsAreAllThatIsOffered(mode: String, expected: ToolChoice) throws {
        let allowed = #"[{"type":"function","name":"g"},{"type":"web_search"},{"type":"custom","name":"patch"}]"#
        let request = try ResponsesBody.decode(
            with: #"\#(Self.tools),"tool_choice":{"type":"allowed_tools","mode":"\#(mode)","tools":\#(allowed)}"#
        ).request
        #expect(request.tools.map(\.name) == ["g", "patch"])
        #expect(request.toolChoice == expected)
    }
}
