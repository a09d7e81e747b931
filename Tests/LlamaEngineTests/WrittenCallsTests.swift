import SwarmCore
import SwarmTestSupport
import Testing

@testable import LlamaEngine

struct WrittenCallsTests {
    private func turn(_ words: [String], tokens: [Int32], opening: String = "<a>", end: String = "</a>")
        -> WrittenCalls.Turn
    {
        .init(renderings: words.map { opening + $0 + end }, opening: opening, end: end, tokens: tokens)
    }

    private func pieces(_ prompt: String, _ turns: [WrittenCalls.Turn]) -> [String] {
        PromptPiece.pieces(of: prompt, turns: turns).map { piece in
            switch piece {
            case .text(let text): String(text)
            case .written(let tokens): "\(tokens)"
            }
        }
    }

    @Test func aPromptIsCutWhereItHoldsATurn() {
        let call = turn(["call"], tokens: [1, 2])
        #expect(pieces("", [call]) == [""])
        #expect(pieces("x", []) == ["x"])
        #expect(pieces("x<a>call</a>y", [call]) == ["x<a>", "[1, 2]", "</a>y"])
        #expect(pieces("<a>call</a>", [call]) == ["<a>", "[1, 2]", "</a>"])
        // Altered by the client.
        #expect(pieces("x<a>cell</a>y", [call]) == ["x<a>cell</a>y"])
        #expect(pieces("x<a>call", [call]) == ["x<a>call"])
    }

    @Test func turnsAreFoundInOrderAndOnceEach() {
        let (one, two) = (turn(["one"], tokens: [1]), turn(["two"], tokens: [2]))
        let prompt = "<a>one</a>-<a>two</a>-<a>one</a>"
        #expect(pieces(prompt, [one, two]) == ["<a>", "[1]", "</a>-<a>", "[2]", "</a>-<a>one</a>"])
        #expect(pieces(prompt, [one, one]) == ["<a>", "[1]", "</a>-<a>two</a>-<a>", "[1]", "</a>"])
        // One that is not there does not hide the next.
        #expect(pieces(prompt, [turn(["zero"], tokens: [0]), two]) == ["<a>one</a>-<a>", "[2]", "</a>-<a>one</a>"])
    }

    @Test func theFirstSpellingThatIsThereCounts() {
        let spelled = turn(["{ }", "{}"], tokens: [5])
        #expect(pieces("<a>{}</a>", [spelled]) == ["<a>", "[5]", "</a>"])
        #expect(pieces("<a>{ }</a>", [spelled]) == ["<a>", "[5]", "</a>"])
        #expect(pieces("<a>{  }</a>", [spelled]) == ["<a>{  }</a>"])
    }

    /// Characters may reach over a marker's edge: a sign that joins what follows, a line break in two parts, an accent.
    @Test(arguments: ["\u{0600}", "e\u{301}", "\r", "👩\u{200D}", "🇩", "\n"])
    func marksAreCutByBytes(edge: String) {
        let call = turn([edge + "x" + edge], tokens: [1], opening: "\na\n", end: "\nb")
        let prompt = edge + "\na\n" + edge + "x" + edge + "\nb" + edge
        #expect(
            pieces(prompt, [call]).map { Array($0.utf8) }
                == [edge + "\na\n", "[1]", "\nb" + edge].map { Array($0.utf8) }
        )
    }

    @Test(arguments: 0..<50)
    func whateverIsCutTheTextIsStillThere(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        func text() -> String {
            let letters = ["a", "<a>", "</a>", "ä", "\n", "\u{0600}", "{", "👍🏽"]
            return (0..<Int.random(in: 0..<6, using: &generator)).compactMap { _ in
                letters.randomElement(using: &generator)
            }.joined()
        }
        let turns = (0..<5).map { turn([text()], tokens: [Int32($0)]) }
        var prompt = text()
        for turn in turns where Bool.random(using: &generator) { prompt += turn.renderings[0] + text() }
        var rest = turns[...]
        let whole = PromptPiece.pieces(of: prompt, turns: turns).map { piece in
            switch piece {
            case .text(let text): return String(text)
            case .written(let tokens):
                // In the order in which they were given.
                rest = rest.drop { $0.tokens != tokens }.dropFirst()
                let turn = turns[Int(tokens[0])]
                return String(
                    decoding: turn.renderings[0].utf8.dropFirst(turn.opening.utf8.count).dropLast(turn.end.utf8.count),
                    as: UTF8.self
                )
            }
        }.joined()
        #expect(whole == prompt)
    }

    @Test func turnsAreKnownByTheirFirstCallAndTheOldestAreForgotten() {
        func message(_ ids: String...) -> Message {
            let calls = ids.map { ToolCall(id: $0, name: "f", arguments: "{}") }
            return Message(role: .assistant, content: "", toolCalls: calls)
        }
        var written = WrittenCalls()
        for number in 0..<WrittenCalls.capacity {
            written.remember(turn(["x"], tokens: [Int32(number)]), id: "\(number)")
        }
        let asked = [message("1", "0"), Message(role: .user, content: "0"), message("unknown"), message("0")]
        #expect(written.turns(in: asked).map(\.tokens) == [[1], [0]])
        // The same id again is the same turn told anew.
        written.remember(turn(["y"], tokens: [-1]), id: "0")
        #expect(written.turns(in: asked).map(\.tokens) == [[1], [-1]])
        written.remember(turn(["z"], tokens: [-2]), id: "new")
        #expect(written.turns(in: asked).map(\.tokens) == [[1]])
        #expect(written.turns(in: [message("new")]).map(\.tokens) == [[-2]])
    }
}

/// A conversation with tool calls is found in memory again, however the client writes the calls.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct RememberedCallTests {
    private static let tools = [
        ToolSpec(
            name: "bash",
            summary: "Run a shell command",
            parameters: [
                "type": "object",
                "properties": ["command": ["type": "string"], "description": ["type": "string"]],
                "required": ["command", "description"],
            ]
        )
    ]

    /// The first turn as an engine generates it.
    private struct FirstTurn {
        var assignment: Assignment
        var answer: ParsedAnswer
        var usage: Usage
        var tokens: [Int32]
    }

    /// - Parameter isUnlikeTemplate: the model wrote the turn in other tokens than the template's text has. Left alone it
    ///   writes as it was trained to, so it is forbidden one of those tokens.
    private func firstTurn(_ engine: LlamaEngine, isUnlikeTemplate: Bool = false) async throws -> FirstTurn {
        func asking(without token: Int32?) async throws -> Assignment {
            let bias = token.map { [$0: -1000.0] } ?? [:]
            return try await engine.assignment(
                Bumble.question("List the files in src"),
                sampling: Sampling(temperature: 0, logitBias: bias),
                tools: Self.tools
            )
        }
        let usual = await engine.collect(try await asking(without: nil)).scores(of: 0).map(\.token)
        for token in [nil] + usual {
            engine.forgetPrefixes()
            let asked = try await asking(without: token)
            let collected = await engine.collect(asked)
            let reader = try engine.model.reader(for: asked.prompt.reading)
            guard var answer = try? reader.read(collected.text(of: 0), isPartial: false), answer.toolCalls.count == 1,
                let outcome = collected.outcome(of: 0), outcome.reason == .stop
            else { continue }
            answer.toolCalls[0].id = "call_7"
            let tokens = collected.scores(of: 0).map(\.token)
            let first = FirstTurn(assignment: asked, answer: answer, usage: outcome.usage, tokens: tokens)
            let messages = next(first, arguments: answer.toolCalls[0].arguments)
            let later = try await engine.model.render(request(messages)).tokens
            if later.starts(with: asked.prompt.tokens + tokens) != isUnlikeTemplate { return first }
        }
        throw ReadError(reason: "no answer is such a call")
    }

    private func request(_ messages: [Message]) -> ChatRequest {
        ChatRequest(id: RequestID(rawValue: "next"), messages: messages, tools: Self.tools)
    }

    /// The next turn, with the call as some client sends it.
    private func next(_ first: FirstTurn, arguments: String) -> [Message] {
        var call = first.answer.toolCalls[0]
        call.arguments = arguments
        return first.assignment.request.messages + [
            Message(role: .assistant, content: first.answer.content, toolCalls: [call]),
            Message(role: .tool, content: "main.swift", toolCallID: call.id),
        ]
    }

    private func cached(_ engine: LlamaEngine, _ messages: [Message]) async throws -> Int {
        let asked = try await engine.assignment(messages, limits: Limits(maxTokens: 4), tools: Self.tools)
        return try #require(await engine.collect(asked).outcome(of: 0)).usage.cachedTokens
    }

    @Test func aCallThatIsSerialisedAnewIsFoundInMemory() async throws {
        try await withEngine { engine in
            let first = try await firstTurn(engine, isUnlikeTemplate: true)
            let whole = first.usage.promptTokens + first.usage.completionTokens
            let arguments = try JSON(parsing: first.answer.toolCalls[0].arguments)
            let spellings = [
                first.answer.toolCalls[0].arguments,
                arguments.text,
                // Other blanks, and escapes that none of the two spellings has.
                "{ "
                    + (arguments.objectValue?.members ?? []).map { member in
                        "\"\\u00\(String(member.key.utf8.first ?? 0, radix: 16))\(member.key.dropFirst())\" :  \(member.value.text)"
                    }.joined(separator: " ,\n") + "}",
            ]
            for spelling in spellings { #expect(try JSON(parsing: spelling) == arguments) }
            let before = try await cached(engine, next(first, arguments: spellings[1]))
            #expect(before < whole - 2)
            await engine.model.remember(first.answer, tokens: first.tokens, of: first.assignment.request)
            for spelling in spellings {
                #expect(try await cached(engine, next(first, arguments: spelling)) >= whole - 2)
            }
            try await engine.expectNoLeak()
        }
    }

    @Test func aCallThatWasAlteredIsReadAsItIsSent() async throws {
        try await withEngine { engine in
            let first = try await firstTurn(engine, isUnlikeTemplate: true)
            let altered = next(first, arguments: #"{"command": "rm -rf /", "description": "List the files in src"}"#)
            let before = try await engine.model.render(request(altered))
            await engine.model.remember(first.answer, tokens: first.tokens, of: first.assignment.request)
            #expect(try await engine.model.render(request(altered)) == before)
            var otherWords = next(first, arguments: first.answer.toolCalls[0].arguments)
            otherWords[1].content = "I changed my mind."
            let prompt = try await engine.model.render(request(otherWords))
            #expect(prompt.tokens == engine.model.tokenize(prompt.text, isPrompt: true))
            // Another call with the same words is another turn.
            var otherID = next(first, arguments: first.answer.toolCalls[0].arguments)
            otherID[1].toolCalls[0].id = "call_8"
            let unknown = try await engine.model.render(request(otherID))
            #expect(unknown.tokens == engine.model.tokenize(unknown.text, isPrompt: true))
        }
    }

    @Test func thePromptSaysTheSame() async throws {
        try await withEngine { engine in
            let first = try await firstTurn(engine, isUnlikeTemplate: true)
            await engine.model.remember(first.answer, tokens: first.tokens, of: first.assignment.request)
            let messages = next(first, arguments: try JSON(parsing: first.answer.toolCalls[0].arguments).text)
            let prompt = try await engine.model.render(request(messages))
            let said = try #require(engine.model.detokenize(prompt.tokens))
            #expect(prompt.tokens.starts(with: first.assignment.prompt.tokens + first.tokens))
            func bare(_ text: String) -> String { text.filter { !$0.isWhitespace } }
            #expect(bare(said) == bare(prompt.text))
        }
    }

    @Test func anAnswerWithoutCallsOrWithAMarkerInItIsNotRemembered() async throws {
        try await withEngine { engine in
            let first = try await firstTurn(engine)
            var plain = first.answer
            plain.toolCalls = []
            await engine.model.remember(plain, tokens: [1], of: first.assignment.request)
            var marked = first.answer
            marked.content = "a <|im_end|> b"
            await engine.model.remember(marked, tokens: [1], of: first.assignment.request)
            var messages = next(first, arguments: first.answer.toolCalls[0].arguments)
            messages[1].content = marked.content
            let prompt = try await engine.model.render(request(messages))
            #expect(prompt.tokens == engine.model.tokenize(prompt.text, isPrompt: true))
        }
    }

    @Test func aModelWhoseTemplateHasNoCallsRemembersNone() async throws {
        try await withEngine(path: TinyModel.learned.path) { engine in
            let call = ToolCall(id: "call_1", name: "f", arguments: "{}")
            let messages = [
                Message(role: .user, content: "hi"), Message(role: .assistant, content: "", toolCalls: [call]),
            ]
            let request = ChatRequest(id: RequestID(rawValue: "r"), messages: messages)
            let before = try await engine.model.render(request)
            let answer = ParsedAnswer(toolCalls: [call])
            await engine.model.remember(answer, tokens: [97, 98], of: request)
            #expect(try await engine.model.render(request).text == before.text)
        }
    }
}
