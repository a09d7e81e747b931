import Swarm
import SwarmCore
import Testing

struct TextToolFormatTests {
    static let tools = [
        ToolSpec(
            name: "read",
            summary: "Reads a file. Use it often.",
            parameters: [
                "type": "object", "properties": ["filePath": ["type": "string"], "offset": ["type": "integer"]],
                "required": ["filePath"],
            ]
        ), ToolSpec(name: "list"),
    ]

    private static let template = "Tools:\n{tools}\nUse them.\n"

    private static func asking(_ messages: [Message], choice: ToolChoice = .auto) -> ChatRequest {
        ChatRequest(
            id: RequestID(rawValue: "r"),
            messages: messages,
            tools: tools,
            toolChoice: choice,
            parallelToolCalls: true,
            responseFormat: .jsonObject
        )
    }

    private static func apply(_ messages: [Message], choice: ToolChoice = .auto) -> ChatRequest {
        TextToolFormat.apply(to: asking(messages, choice: choice), template: template)
    }

    private static let both = "Tools:\nread(filePath: string, offset?: integer) - Reads a file.\nlist()\nUse them."

    @Test func toolsAreOneLineEach() {
        #expect(TextToolFormat.instructions(template: Self.template, tools: Self.tools) == Self.both)
    }

    private static let types: [(schema: JSON, type: String)] = [
        (["type": "string"], "string"), (["enum": ["a", 1, "b c"]], "a|1|b c"), (["const": "x"], "x"),
        (["type": "array", "items": ["type": "string"]], "string[]"), (["type": "array"], "any[]"),
        (["type": "array", "items": ["enum": ["a", "b"]]], "(a|b)[]"), (["type": ["string", "null"]], "string"),
        (["anyOf": [["type": "integer"], ["type": "string"], ["type": "null"]]], "integer|string"), ([:], "any"),
        (true, "any"), (["type": "object"], "object"),
        (
            [
                "type": "array",
                "items": [
                    "type": "object", "required": ["a"],
                    "properties": ["a": ["type": "string"], "b": ["enum": ["x", "y"]]],
                ],
            ], "{a: string, b?: x|y}[]"
        ), (["$ref": "#/$defs/size"], "small|large"),
        (["$ref": "#/$defs/tree"], "{next?: {next?: any}}"),
    ]

    @Test(arguments: types)
    func aTypeIsAFewWords(schema: JSON, type: String) {
        let parameters: JSON = [
            "properties": ["a": schema], "required": ["a"],
            "$defs": [
                "size": ["enum": ["small", "large"]],
                "tree": ["type": "object", "properties": ["next": ["$ref": "#/$defs/tree"]]],
            ],
        ]
        let tool = ToolSpec(name: "t", parameters: parameters)
        #expect(TextToolFormat.instructions(template: "{tools}", tools: [tool]) == "t(a: \(type))")
    }

    @Test func summariesAreOneShortSentence() {
        let long = String(repeating: "word ", count: 40)
        let lines = ["\n  Runs\ta   command! Beware.", "Lists a.txt\nand more", long, "{tools}"].map {
            TextToolFormat.instructions(template: "{tools}", tools: [ToolSpec(name: "t", summary: $0)])
        }
        #expect(lines[0] == "t() - Runs a command!")
        #expect(lines[1] == "t() - Lists a.txt")
        #expect(lines[2].hasSuffix("word…"))
        #expect((90...108).contains(lines[2].count))
        #expect(lines[3] == "t() - {tools}")
    }

    @Test func instructionsEndTheSystemMessage() {
        let user = Message(role: .user, content: "Hi")
        let made = Self.apply([user])
        #expect(made.messages == [Message(role: .system, content: Self.both), user])
        #expect(made.tools.isEmpty)
        #expect(made.responseFormat == .jsonObject)
        let extended = Self.apply([Message(role: .system, content: "Be brief."), user])
        #expect(extended.messages == [Message(role: .system, content: "Be brief.\n\n" + Self.both), user])
    }

    @Test func aChoiceIsSaidInWords() {
        let user = Message(role: .user, content: "Hi")
        let required = Self.apply([user], choice: .required)
        #expect(required.messages[0].content == Self.both + "\nYou must use a tool now.")
        #expect(required.responseFormat == .text)
        let named = Self.apply([user], choice: .named("list"))
        #expect(named.messages[0].content == "Tools:\nlist()\nUse them.\nYou must use the tool list now.")
        let none = Self.apply([user], choice: .none)
        #expect(none.messages == [user])
        #expect(none.tools.isEmpty)
    }

    @Test func callsAndResultsBecomeText() {
        let messages = [
            Message(role: .user, content: "Look."),
            Message(
                role: .assistant,
                content: "Sure.",
                reasoning: "Hm.",
                toolCalls: [
                    ToolCall(id: "1", name: "read", arguments: "{\"filePath\": \"a\"}"),
                    ToolCall(id: "2", name: "list", arguments: ""),
                ]
            ), Message(role: .tool, content: "text", toolCallID: "1"),
            Message(role: .tool, content: "a, b", toolCallID: "2"), Message(role: .user, content: "And?"),
            Message(role: .assistant, content: "", toolCalls: [ToolCall(id: "1", name: "list", arguments: "{}")]),
            Message(role: .tool, content: "c", toolCallID: "1"), Message(role: .assistant, content: "c."),
            Message(role: .tool, content: "d", toolCallID: "7", name: "grep"), Message(role: .tool, content: "e"),
        ]
        let expected = [
            Message(role: .user, content: "Look."),
            Message(
                role: .assistant,
                content: "Sure.\nTOOL: read\nARGUMENTS: {\"filePath\": \"a\"}\nTOOL: list\nARGUMENTS: {}",
                reasoning: "Hm."
            ), Message(role: .user, content: "RESULT of read: text\n\nRESULT of list: a, b\n\nAnd?"),
            Message(role: .assistant, content: "TOOL: list\nARGUMENTS: {}"),
            Message(role: .user, content: "RESULT of list: c"), Message(role: .assistant, content: "c."),
            Message(role: .user, content: "RESULT of grep: d\n\nRESULT of tool: e"),
        ]
        #expect(Self.apply(messages, choice: .none).messages == expected)
    }

    @Test func whatAModelCalledIsReadBackAsItWasWritten() throws {
        let calls = [
            ToolCall(id: "", name: "read", arguments: "{ \"filePath\":\n \"a}\\\"{\" }"),
            ToolCall(id: "", name: "list", arguments: "{}"),
        ]
        let request = Self.asking([Message(role: .assistant, content: "Two.\n\nLook:", toolCalls: calls)])
        let text = try #require(TextToolFormat.apply(to: request, template: Self.template).messages.last).content
        let tools = try #require(TextToolFormat.reading(of: request))
        #expect(tools == TextTools(names: ["read", "list"], bare: ["list"], isParallel: true))
        let answer = try TextToolReader(PlainTextReader(), tools: tools).read(text, isPartial: false)
        #expect(answer == ParsedAnswer(content: "Two.\n\nLook:", toolCalls: calls))
    }

    @Test func onlyToolsConcernIt() {
        let user = Message(role: .user, content: "Hi")
        let plain = ChatRequest(id: RequestID(rawValue: "r"), messages: [user])
        #expect(!TextToolFormat.concerns(plain))
        #expect(TextToolFormat.concerns(Self.asking([user])))
        var past = plain
        past.messages = [user, Message(role: .tool, content: "a")]
        #expect(TextToolFormat.concerns(past))
        var completion = Self.asking([])
        completion.input = .completion(CompletionPrompt(.text("def f")))
        #expect(!TextToolFormat.concerns(completion))
        #expect(TextToolFormat.apply(to: completion, template: Self.template) == completion)
    }

    @Test func theGrammarHoldsCallsOfTheseToolsOnly() {
        let tools = TextTools(names: ["read", #"a"b\c.d"#])
        let grammar = TextToolFormat.grammar(tools, isRequired: false)
        let rules = grammar.gbnf.split(separator: "\n")
        #expect(rules[0] == "root ::= call (gap call)* gap?")
        #expect(rules[1] == #"call ::= "TOOL: " name "\nARGUMENTS: " object"#)
        #expect(rules[2] == #"name ::= "read" | "a\"b\\c.d""#)
        #expect(rules.allSatisfy { $0.contains(" ::= ") })
        #expect(grammar.isLazy)
        #expect(grammar.triggers == [.pattern(#"(?:^|\n)[ \t]{0,8}(TOOL: (?:read|a"b\\c\.d)\n)$"#)])
    }

    @Test func aRequiredCallIsHeldToTheGrammarFromTheStart() {
        let tools = TextTools(names: ["read"], isParallel: false)
        let grammar = TextToolFormat.grammar(tools, isRequired: true)
        #expect(grammar.gbnf.hasPrefix("root ::= call gap?\n"))
        #expect(!grammar.isLazy)
        #expect(grammar.triggers.isEmpty)
    }
}
