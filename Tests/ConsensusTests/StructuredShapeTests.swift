import Consensus
import SwarmCore
import Testing

/// Tools as coding agents offer them.
private let tools = [
    ToolSpec(
        name: "read",
        parameters: [
            "type": "object",
            "properties": [
                "filePath": ["type": "string"], "offset": ["type": "integer", "default": 0],
                "limit": ["type": "integer", "default": 2000],
            ],
            "required": ["filePath"],
        ]
    ),
    ToolSpec(
        name: "edit",
        parameters: [
            "type": "object",
            "properties": [
                "filePath": ["type": "string"], "oldString": ["type": "string"], "newString": ["type": "string"],
                "replaceAll": ["type": "boolean"],
            ],
            "required": ["filePath", "oldString", "newString"],
        ]
    ),
    ToolSpec(
        name: "write",
        parameters: [
            "type": "object", "properties": ["filePath": ["type": "string"], "content": ["type": "string"]],
            "required": ["filePath", "content"],
        ]
    ),
    ToolSpec(
        name: "bash",
        parameters: [
            "type": "object",
            "properties": [
                "command": ["type": "string"], "timeout": ["type": "number"], "description": ["type": "string"],
            ],
            "required": ["command", "description"],
        ]
    ),
    ToolSpec(
        name: "webfetch",
        parameters: [
            "type": "object",
            "properties": [
                "url": ["type": "string"],
                "format": ["type": "string", "enum": ["text", "markdown", "html"], "default": "markdown"],
            ],
            "required": ["url"],
        ]
    ),
    ToolSpec(
        name: "weather",
        parameters: ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]]
    ),
]

func call(_ name: String, _ arguments: String) -> ToolCall { ToolCall(id: "c", name: name, arguments: arguments) }

private func shape(_ calls: ToolCall...) throws -> ToolShape { try ToolShapes(tools: tools).shape(of: calls).get() }

@Suite struct StructuredShapeTests {
    static let same: [(String, String, String)] = [
        ("read", #"{"filePath":"./a//b.txt"}"#, #"{"limit":2000.0,"filePath":"a/b.txt/","offset":0}"#),
        ("read", #"{"filePath":"a","limit":"50"}"#, #"{"filePath":"a","limit":50}"#),
        ("read", #"{"filePath":"a","offset":null}"#, #"{"filePath":"a"}"#),
        ("read", #"{"filePath":"a",}"#, "```json\n{\"filePath\": \"a\"}\n```"),
        ("webfetch", #"{"url":"https://a.b//c/","format":"Markdown"}"#, #"{"url":"https://a.b//c/"}"#),
        ("weather", #"{"city":"New York, NY."}"#, #"{"city":"new-york ny"}"#),
        (
            "bash", #"{"command":"ls  -la | wc","description":"Lists"}"#,
            #"{"command":"ls -la|wc","description":"Counts"}"#
        ),
        (
            "bash", #"{"command":"git commit -m \"a b\"","description":""}"#,
            #"{"command":"git commit -m 'a b'","description":"x"}"#
        ),
        ("bash", #"{"command":"cd a\nmake","description":""}"#, #"{"command":"cd a; make # builds","description":""}"#),
        ("write", #"{"filePath":"a","content":"x  \ny\n"}"#, #"{"filePath":"a","content":"x\r\ny"}"#),
        (
            "edit", #"{"filePath":"a","oldString":"long enough line\n","newString":"another line\n"}"#,
            #"{"filePath":"a","oldString":"f(\nlong enough line\n)","newString":"f(\nanother line\n)","replaceAll":false}"#
        ),
        (
            "edit", #"{"filePath":"a","oldString":"before\nafter","newString":"before\nnew\nafter"}"#,
            #"{"filePath":"a","oldString":"before","newString":"before\nnew"}"#
        ),
    ]

    @Test(arguments: same)
    func callsThatMeanTheSameHaveOneShape(_ tool: String, _ a: String, _ b: String) throws {
        let (a, b) = (try shape(call(tool, a)), try shape(call(tool, b)))
        #expect(a == b)
        #expect(a.key == b.key)
        #expect(a.identity == b.identity)
        #expect(a.payload == b.payload)
    }

    static let different: [(String, String, String)] = [
        ("read", #"{"filePath":"a/b"}"#, #"{"filePath":"A/b"}"#), ("read", #"{"filePath":"/a"}"#, #"{"filePath":"a"}"#),
        ("read", #"{"filePath":"a-b"}"#, #"{"filePath":"ab"}"#),
        ("read", #"{"filePath":"../a"}"#, #"{"filePath":"a"}"#),
        ("read", #"{"filePath":"a","limit":5}"#, #"{"filePath":"a"}"#),
        ("webfetch", #"{"url":"https://a.b/C"}"#, #"{"url":"https://a.b/c"}"#),
        ("weather", #"{"city":"1.5"}"#, #"{"city":"15"}"#), ("weather", #"{"city":"os.path"}"#, #"{"city":"ospath"}"#),
        ("weather", #"{"city":"fooBar"}"#, #"{"city":"foobar"}"#), ("weather", #"{"city":"-f"}"#, #"{"city":"f"}"#),
        ("bash", #"{"command":"echo 'a  b'","description":""}"#, #"{"command":"echo a b","description":""}"#),
        ("bash", #"{"command":"echo '$x'","description":""}"#, #"{"command":"echo \"$x\"","description":""}"#),
        ("bash", #"{"command":"rm '*'","description":""}"#, #"{"command":"rm *","description":""}"#),
        ("bash", #"{"command":"echo 2>&1","description":""}"#, #"{"command":"echo 2 >&1","description":""}"#),
        (
            "edit", #"{"filePath":"a","oldString":"f()\n}","newString":"f()\nx\n}"}"#,
            #"{"filePath":"a","oldString":"g()\n}","newString":"g()\nx\n}"}"#
        ),
        (
            "edit", #"{"filePath":"a","oldString":"long enough line","newString":"x","replaceAll":true}"#,
            #"{"filePath":"a","oldString":"y\nlong enough line","newString":"y\nx","replaceAll":true}"#
        ),
    ]

    @Test(arguments: different)
    func callsThatMeanDifferentThingsHaveDifferentShapes(_ tool: String, _ a: String, _ b: String) throws {
        #expect(try shape(call(tool, a)) != shape(call(tool, b)))
    }

    @Test func argumentsAreDividedIntoIdentityAndPayload() throws {
        let shape = try shape(call("write", #"{"filePath":"./a","content":"hi"}"#))
        #expect(shape.names == "write")
        #expect(shape.identity == #"write({"filePath":"a"})"#)
        #expect(shape.payload == #"{"content":"hi"}"#)
        #expect(shape.payloadText == "hi")
        #expect(shape.key == #"write({"content":"hi","filePath":"a"})"#)
        #expect(shape.isDestructive)
        #expect(shape.isAsWritten)
    }

    static let roles: [(String, identity: String, payload: String)] = [
        (#"{"query":"Short"}"#, #"t({"query":"short"})"#, ""),
        (#"{"query":"two\nlines"}"#, "t({})", #"{"query":"two\nlines"}"#),
        (#"{"id":"\#(String(repeating: "x", count: 70))"}"#, #"t({"id":"\#(String(repeating: "x", count: 70))"})"#, ""),
        (#"{"n":1.0,"b":true,"z":null}"#, #"t({"b":true,"n":1,"z":null})"#, ""),
        (#"{"code":"x"}"#, "t({})", #"{"code":"x"}"#),
        (#"{"list":["a","b"]}"#, #"t({"list":["a","b"]})"#, ""),
        (
            #"{"list":["a","\#(String(repeating: "x", count: 65))"]}"#, "t({})",
            #"{"list":["a","\#(String(repeating: "x", count: 65))"]}"#
        ),
        (#"{"pattern":"A.B","reason":"why"}"#, #"t({"pattern":"A.B"})"#, ""),
        (#"{"title":"Crash","description":"It fails"}"#, #"t({"description":"itfails","title":"crash"})"#, ""),
        (#"{"reason":"Done"}"#, #"t({"reason":"done"})"#, ""),
        (#"{"paths":["./a","b/"]}"#, #"t({"paths":["a","b"]})"#, ""),
        (
            #"{"edits":[{"old_string":"k\nlong enough","new_string":"k\nx"}]}"#, "t({})",
            #"{"edits":[{"new_string":"x","old_string":"long enough"}]}"#
        ),
    ]

    @Test(arguments: roles)
    func rolesFollowNamesAndLengths(_ arguments: String, _ identity: String, _ payload: String) throws {
        let shape = try ToolShapes(tools: []).shape(of: [call("t", arguments)]).get()
        #expect(shape.identity == identity)
        #expect(shape.payload == payload)
    }

    @Test func theOrderOfCallsDoesNotCountButTheirNumberDoes() throws {
        let (a, b) = (call("read", #"{"filePath":"a"}"#), call("write", #"{"filePath":"b","content":"x"}"#))
        #expect(try shape(a, b) == shape(b, a))
        #expect(try shape(a, b).identity == "read({\"filePath\":\"a\"})\nwrite({\"filePath\":\"b\"})")
        #expect(try shape(a, b).names == "read\nwrite")
        #expect(try shape(a, a) != shape(a))
        #expect(try shape(a, b).isDestructive)
        #expect(try shape(a, a).isDestructive == false)
    }

    @Test func flawsAreNamed() {
        let shapes = ToolShapes(tools: tools)
        #expect(shapes.shape(of: [call("cook", "{}")]) == .failure(.unknownTool("cook")))
        #expect(shapes.shape(of: [call("read", "[]")]) == .failure(.notAnObject(tool: "read")))
        #expect(shapes.shape(of: [call("read", "{")]) == .failure(.notAnObject(tool: "read")))
        let missing = SchemaViolation(path: "", reason: #"lacks the required member "filePath""#)
        #expect(shapes.shape(of: [call("read", "")]) == .failure(.violation(tool: "read", missing)))
        #expect(throws: ToolFlaw.self) { try shapes.shape(of: [call("read", #"{"filePath":"a","limit":"x"}"#)]).get() }
        #expect(throws: Never.self) { try ToolShapes(tools: []).shape(of: [call("cook", "")]).get() }
    }

    @Test(arguments: [
        (#"{"filePath":"a"}"#, true), (#"{"filePath":"a",}"#, false), (#"{"filePath":"a","limit":"5"}"#, false),
        (#"{"filePath":"a","limit":null}"#, false), (#"{"filePath":"a","limit":5.0}"#, true),
    ])
    func whatNeededARepairIsMarked(_ arguments: String, _ isAsWritten: Bool) throws {
        #expect(try shape(call("read", arguments)).isAsWritten == isAsWritten)
    }

    @Test func commasInStringsAreNoTrailingCommas() throws {
        let shape = try shape(call("weather", #"{"city":"a,} \",]",}"#))
        #expect(shape.key == #"weather({"city":"a,} \",]"})"#)
    }

    @Test(arguments: [
        ("write", true), ("multiedit", true), ("apply_patch", true), ("str_replace_based_edit_tool", true),
        ("bash", true),
        ("runCommand", true), ("mcp__github__create_issue", true), ("delete-file", true), ("MoveFile", true),
        ("send.email", true), ("read_and_delete", true), ("run_query", true),
        ("read", false), ("list_deleted", false), ("get_command_output", false), ("todoread", false),
        ("webSearch", false),
        ("find_or_view", false), ("question", false), ("frobnicate", false), ("", false), ("prewriter", false),
    ])
    func riskFollowsTheWordsOfTheName(_ name: String, _ isDestructive: Bool) {
        #expect(ToolRisk.isDestructive(name: name, arguments: JSON.Object()) == isDestructive)
    }

    @Test(arguments: [("DELETE", true), ("post", true), ("GET", false)])
    func riskFollowsTheMethod(_ method: String, _ isDestructive: Bool) {
        let arguments = JSON.Object([(key: "method", value: .string(method)), (key: "content", value: "delete")])
        #expect(ToolRisk.isDestructive(name: "fetch", arguments: arguments) == isDestructive)
    }
}
