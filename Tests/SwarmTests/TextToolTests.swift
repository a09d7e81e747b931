import Foundation
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// Requests with tools for a model whose template has no format for them.
@Suite(.timeLimit(.minutes(1)))
struct TextToolTests {
    private static let tools = TextToolFormatTests.tools

    private static var model: ScriptedModel {
        var model = ScriptedModel()
        model.card.supportsTools = false
        return model
    }

    private static func told(_ steps: [ScriptStep], candidates: Int = 1, thinking: Bool = false) async throws -> Told {
        let request = ChatRequest.asking(.vote(candidates: candidates), tools: tools, thinking: thinking)
        return try await Swarm(ScriptedSource(steps), model: model).told(request)
    }

    private static let text = "Let me look.\n\nTOOL: read\nARGUMENTS: {\"filePath\": \"ä.txt\"}\n"
    private static let calls = [ToolCall(id: "call_1", name: "read", arguments: "{\"filePath\": \"ä.txt\"}")]

    @Test(arguments: 0...text.count)
    func whereverTheTextIsCutTheClientGetsTheCall(cut: Int) async throws {
        let told = try await Self.told([
            .say(0, String(Self.text.prefix(cut))), .whole(0, String(Self.text.dropFirst(cut))),
        ])
        #expect(told.content() == "Let me look.")
        #expect(told.calls() == Self.calls)
        #expect(told.finish() == .toolCalls)
        #expect(told.isInOrder)
    }

    @Test func noTextFollowsACall() async throws {
        let told = try await Self.told([.say(0, Self.text), .say(0, "That is all."), .whole(0, "\nReally.")])
        #expect(told.content() == "Let me look.\nThat is all.\nReally.")
        #expect(told.calls() == Self.calls)
        let firstCall = told.deltas().firstIndex { if case .toolCall = $0 { true } else { false } }
        let lastText = told.deltas().lastIndex { if case .content = $0 { true } else { false } }
        #expect(try #require(lastText) < #require(firstCall))
    }

    @Test func proseStaysContent() async throws {
        let text = "Write this:\nTOOL: hammer\n$ rm -rf build\n"
        let told = try await Self.told([.say(0, "Write this:\nTOO"), .whole(0, "L: hammer\n$ rm -rf build\n")])
        #expect(told.content() == text)
        #expect(told.calls() == [])
        #expect(told.finish() == .stop)
    }

    @Test func aCallThatIsCutOffIsText() async throws {
        let told = try await Self.told([.whole(0, "TOOL: read\nARGUMENTS: {\"fileP", .length)])
        #expect(told.content() == "TOOL: read\nARGUMENTS: {\"fileP")
        #expect(told.calls() == [])
        #expect(told.finish() == .length)
    }

    @Test func thoughtsStayThoughts() async throws {
        let told = try await Self.told([.whole(0, "<think>TOOL: list</think>TOOL: list")], thinking: true)
        #expect(told.reasoning() == "TOOL: list")
        #expect(told.calls() == [ToolCall(id: "call_1", name: "list", arguments: "{}")])
    }

    @Test func callsAreVotedOn() async throws {
        let other = "TOOL: read\nARGUMENTS: ```json\n{\"filePath\":\"ä.txt\"}\n```"
        let told = try await Self.told(
            [.whole(0, "TOOL: list"), .whole(1, other), .whole(2, Self.text)],
            candidates: 3
        )
        #expect(told.calls()?.map(\.name) == ["read"])
        #expect(told.summary?.report?.kind == .toolCall)
    }

    @Test func thePromptTellsOfToolsAndOfWhatTheyGave() async throws {
        var request = ChatRequest.asking(tools: Self.tools)
        request.messages += [
            Message(role: .assistant, content: "", toolCalls: Self.calls),
            Message(role: .tool, content: "42", toolCallID: "call_1"),
        ]
        let plan = try await Swarm(ScriptedSource([]), model: Self.model).plan(request)
        let instructions = TextToolFormat.instructions(template: PromptFile.builtIn, tools: Self.tools)
        #expect(
            plan.prompt.text == """
                system: \(instructions)
                user: 6 × 7?
                assistant: TOOL: read
                ARGUMENTS: {"filePath": "ä.txt"}
                user: RESULT of read: 42

                """
        )
        #expect(plan.request.tools == Self.tools)
        #expect(plan.request.messages == request.messages)
        #expect(plan.prompt.grammar?.isLazy == true)
        #expect(!plan.prompt.reading.isPlainText)
        request.toolChoice = .required
        let required = try await Swarm(ScriptedSource([]), model: Self.model).plan(request)
        #expect(required.prompt.grammar?.isLazy == false)
    }

    @Test func withoutToolsToCallThePromptIsPlain() async throws {
        var request = ChatRequest.asking(tools: Self.tools)
        request.toolChoice = .none
        let swarm = Swarm(ScriptedSource([]), model: Self.model)
        for plan in [try await swarm.plan(request), try await swarm.plan(.asking())] {
            #expect(plan.prompt.text == "user: 6 × 7?\n")
            #expect(plan.prompt.reading.isPlainText)
            #expect(plan.prompt.grammar == nil)
        }
    }

    @Test func aModelWithAFormatOfItsOwnKeepsIt() async throws {
        let plan = try await Swarm(ScriptedSource([])).plan(.asking(tools: Self.tools))
        #expect(!plan.prompt.text.contains("ARGUMENTS"))
        #expect(plan.prompt.reading.textTools == nil)
    }

    @Test func anOperatorsTextIsUsed() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("prompts-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("Mine: {tools}".utf8).write(to: folder.appendingPathComponent("tools.txt"))
        let swarm = Swarm(model: Self.model, sources: [ScriptedSource([])], toolPrompt: PromptFile(folder: folder.path))
        let plan = try await swarm.plan(.asking(tools: [ToolSpec(name: "list")]))
        #expect(plan.prompt.text == "system: Mine: list()\nuser: 6 × 7?\n")
    }
}
