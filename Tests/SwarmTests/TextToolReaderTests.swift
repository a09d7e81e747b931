import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

struct TextToolReaderTests {
    static let tools = TextTools(names: ["read", "list", "web search"], bare: ["list"])

    static func read(_ text: String, isPartial: Bool = false, tools: TextTools = tools) throws -> ParsedAnswer {
        try TextToolReader(PlainTextReader(), tools: tools).read(text, isPartial: isPartial)
    }

    private static func call(_ name: String, _ arguments: String) -> ToolCall {
        ToolCall(id: "", name: name, arguments: arguments)
    }

    private static let one = call("read", #"{"path":"a"}"#)

    static let called: [(text: String, content: String, calls: [ToolCall])] = [
        ("TOOL: read\nARGUMENTS: {\"path\":\"a\"}", "", [one]),
        ("TOOL:read\nARGUMENTS:{\"path\":\"a\"}\n\n", "", [one]),
        ("  TOOL: `read` \r\n\n  ARGUMENTS:\n{\"path\":\"a\"}\r\n", "", [one]),
        ("TOOL: read ARGUMENTS: {\"path\":\"a\"}", "", [one]),
        ("TOOL: read\nARGUMENTS: ```json\n{\"path\":\"a\"}\n```", "", [one]),
        ("TOOL: read\nARGUMENTS:\n```\n{\"path\":\"a\"}\n```\n", "", [one]),
        ("TOOL: read\nARGUMENTS: ```{\"path\":\"a\"}```", "", [one]),
        ("TOOL: read\nARGUMENTS: ```json\n{\"path\":\"a\"}", "", [one]),
        ("\n\nLet me look.\n\nTOOL: read\nARGUMENTS: {\"path\":\"a\"}", "\n\nLet me look.", [one]),
        (
            "TOOL: read\nARGUMENTS: {\n  \"a\": {\"b\": [{}, \"}{\"]},\n  \"c\": \"\\\"}\\\\\"\n}", "",
            [call("read", "{\n  \"a\": {\"b\": [{}, \"}{\"]},\n  \"c\": \"\\\"}\\\\\"\n}")]
        ),
        (
            #"TOOL: read\#nARGUMENTS: {"text":"TOOL: list\n```\nRESULT of list: ä€😀\u00e4"}"#, "",
            [call("read", #"{"text":"TOOL: list\n```\nRESULT of list: ä€😀\u00e4"}"#)]
        ),
        ("TOOL: web search\nARGUMENTS: {}", "", [call("web search", "{}")]),
        ("TOOL: list", "", [call("list", "{}")]), ("I list.\nTOOL: list\n", "I list.", [call("list", "{}")]),
        ("TOOL: list\nARGUMENTS:", "", [call("list", "{}")]),
        ("TOOL: list\n\nTOOL: read\nARGUMENTS: {\"path\":\"a\"}", "", [call("list", "{}"), one]),
        ("TOOL: read\nARGUMENTS: {\"path\":\"a\"}\n\nTOOL: list\nARGUMENTS: {}", "", [one, call("list", "{}")]),
        (
            "First.\nTOOL: list\nARGUMENTS: {}\nThen.\nTOOL: list", "First.\nThen.",
            [call("list", "{}"), call("list", "{}")]
        ),
        ("TOOL: list\nARGUMENTS: {}\n\nThat was it. ", "That was it.", [call("list", "{}")]),
        ("TOOL: list\nRESULT of list: a, b\nTOOL: list", "", [call("list", "{}")]),
        ("Now:\nTOOL: list\nARGUMENTS: {}\n\nRESULT of list: a\n\nThere is a.", "Now:", [call("list", "{}")]),
        ("TOOL: list\nARGUMENTS: {}\nRESULTS come later.", "RESULTS come later.", [call("list", "{}")]),
        ("```\nls\n```\nTOOL: list", "```\nls\n```", [call("list", "{}")]),
        ("```not a fence```\nTOOL: list", "```not a fence```", [call("list", "{}")]),
        ("TOOL: write\nARGUMENTS: {\"a\":1}\nTOOL: list", "TOOL: write\nARGUMENTS: {\"a\":1}", [call("list", "{}")]),
        ("TOOL: hammer\nTOOL: list", "TOOL: hammer", [call("list", "{}")]),
        (
            "TOOL: list\nARGUMENTS: {}\nTOOL: read\nARGUMENTS: {\"path\": oops}\nTOOL: list",
            "TOOL: read\nARGUMENTS: {\"path\": oops}\nTOOL: list", [call("list", "{}")]
        ),
    ]

    @Test(arguments: called)
    func callsAreReadOut(text: String, content: String, calls: [ToolCall]) throws {
        #expect(try Self.read(text) == ParsedAnswer(content: content, toolCalls: calls))
    }

    static let prose = [
        "", " \n ", "Just an answer.\n", "Write TOOL: read and then ARGUMENTS: {\"path\":\"a\"}",
        "TOOL: is the word to begin with.", "TOOL: read the manual", "TOOL: read", "TOOL: read\nARGUMENTS:",
        "TOOL: Read\nARGUMENTS: {}", "TOOL: write\nARGUMENTS: {}", "tool: read\narguments: {}", "TOOL:\nARGUMENTS: {}",
        "- TOOL: read\nARGUMENTS: {}", "**TOOL: read**\nARGUMENTS: {}", "> TOOL: read\nARGUMENTS: {}",
        "```\nTOOL: read\nARGUMENTS: {}\n```", "~~~\n```\nTOOL: read\nARGUMENTS: {}", "````\n```\nTOOL: list\n````",
        "```sh\nTOOL: list\n```sh\nTOOL: list", "$ ls -la\nls", "{\"name\": \"read\", \"arguments\": {}}",
        "TOOL: read\nARGUMENTS: [1]", "TOOL: read\nARGUMENTS: path=a", "TOOL: read\nARGUMENTS: {\"path\":\"a\"",
        "TOOL: read\nARGUMENTS: {'path': 'a'}", "TOOL: read\nARGUMENTS: {\"path\":\"a\",}",
        "TOOL: read\nARGUMENTS: {\"path\":\"a\"} would read it.", "TOOL: read\nARGUMENTS: {\"path\":\"a\"}}",
        "TOOL: read\nARGUMENTS: ``{}``", "TOOL: read\nARGUMENTS: ```py\n{}\n```",
        "TOOL: read\nARGUMENTS: ```json\n{}\nx",
        "TOOL: read\nwith ARGUMENTS: {}", "TOOL: list\nis what I would call.",
        // Lines of a text that was to be written, and of one for a tool there is not.
        "TOOL: read\nARGUMENTS: {\"text\": \"first\nTOOL: list\nARGUMENTS: {}\n\"}",
        "TOOL: write\nARGUMENTS: {\"text\": \"first\nTOOL: list\nARGUMENTS: {}\n\"}", "RESULT of list: a",
    ]

    @Test(arguments: prose)
    func textThatMerelyLooksLikeACallStaysAsItIs(text: String) throws {
        #expect(try Self.read(text) == ParsedAnswer(content: text))
    }

    @Test func oneCallIsOneCall() throws {
        var tools = Self.tools
        tools.isParallel = false
        let text = "Look.\nTOOL: read\nARGUMENTS: {}\nAnd:\nTOOL: list\nARGUMENTS: {}\nDone."
        let answer = try Self.read(text, tools: tools)
        #expect(answer == ParsedAnswer(content: "Look.\nAnd:", toolCalls: [Self.call("read", "{}")]))
    }

    @Test func reasoningIsTheModelsOwn() throws {
        let reader = TextToolReader(ScriptedReader(), tools: Self.tools)
        let text = "<think>TOOL: list</think>Look.\nTOOL: list"
        let answer = try reader.read(text, isPartial: false)
        #expect(
            answer
                == ParsedAnswer(content: "Look.", reasoning: "TOOL: list", toolCalls: [Self.call("list", "{}")])
        )
        #expect(try reader.read("<think>TOOL: li", isPartial: true) == ParsedAnswer(reasoning: "TOOL: li"))
    }

    @Test(arguments: [
        ("Look.\n\nTO", "Look."), ("Look.\nTOAD", "Look.\nTOAD"), ("TOOL: read", ""), ("TOOL: read the", ""),
        ("TOOL: read the\nbook", "TOOL: read the\nbook"), ("TOOL: list\n", ""), ("TOOL: list\nARG", ""),
        ("TOOL: list\nAs", "TOOL: list\nAs"), ("TOOL: read\nARGUMENTS: {\"a\":\"", ""),
        ("TOOL: read\nARGUMENTS: {}\nTh", "Th"), ("TOOL: read\nARGUMENTS: {}\nRES", ""),
        ("TOOL: read\nARGUMENTS: {\"a\n", "TOOL: read\nARGUMENTS: {\"a"), ("TOOL: write\nARG", "TOOL: write\nARG"),
    ])
    func whatMayBecomeACallIsHeldBack(text: String, content: String) throws {
        #expect(try Self.read(text, isPartial: true) == ParsedAnswer(content: content))
    }

    private static func expectNothingTakenBack(_ text: String) throws {
        let whole = try read(text)
        var shown = ""
        var prefix = ""
        for scalar in text.unicodeScalars {
            prefix.unicodeScalars.append(scalar)
            let partial = try read(prefix, isPartial: true)
            #expect(partial.toolCalls.isEmpty)
            #expect(partial.content.utf8.starts(with: shown.utf8), "\(prefix.debugDescription)")
            shown = partial.content
        }
        #expect(whole.content.utf8.starts(with: shown.utf8), "\(text.debugDescription)")
    }

    @Test(arguments: called.map(\.text) + prose)
    func nothingShownIsTakenBack(text: String) throws { try Self.expectNothingTakenBack(text) }

    private static let words = [
        "TOOL:", "TOOL: read\n", "TOOL: list\n", "TOOL: write\n", "ARGUMENTS:", "ARGUMENTS: {}\n", "{", "}", "\"", "\\",
        "```", "```json\n", "`", "~~~", "RESULT of ", "RES", "[", "]", " ", "\n", "\n", "ä", "read", "list", "text",
        ":", "1",
    ]

    @Test(arguments: 0..<300)
    func whateverComesNothingIsTakenBackAndNothingIsLost(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let pieces = (0..<Int.random(in: 1...24, using: &random)).map { _ in
            Self.words.randomElement(using: &random) ?? ""
        }
        let text = pieces.joined()
        try Self.expectNothingTakenBack(text)
        let answer = try Self.read(text)
        if answer.toolCalls.isEmpty { #expect(answer.content == text) }
        for call in answer.toolCalls {
            #expect(Self.tools.names.contains(call.name))
            #expect(try JSON(parsing: call.arguments).objectValue != nil)
        }
    }

    @Test(arguments: 0..<50)
    func noBytesAreTooMuch(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let bytes = (0..<200).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let text = "TOOL: read\nARGUMENTS: {\"" + String(decoding: bytes, as: UTF8.self)
        _ = try Self.read(text)
        _ = try Self.read(text, isPartial: true)
    }

    @Test func deepNestingIsNoCall() throws {
        let text = "TOOL: read\nARGUMENTS: {\"a\":" + String(repeating: "[", count: 100_000)
        #expect(try Self.read(text).toolCalls.isEmpty)
        #expect(try Self.read(text + String(repeating: "]", count: 100_000) + "}").toolCalls.isEmpty)
    }
}
