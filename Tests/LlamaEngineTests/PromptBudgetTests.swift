import SwarmCore
import SwarmTestSupport
import Testing
import ToolRuntime
import WireFormats

@testable import LlamaEngine
@testable import Swarm

/// What is added to prompts, counted by the bundled model's tokeniser: its vocabulary is small, others need fewer.
struct PromptBudgetTests {
    private func count(_ text: String) throws -> Int {
        let vocabulary = Vocabulary(try LoadedModel(path: Bumble.path, gpuLayers: 0))
        return vocabulary.tokenize(text, addSpecial: false, parseSpecial: false).count
    }

    @Test func theInstructionsForToolsAreShort() throws {
        let text = TextToolFormat.instructions(template: PromptFile.builtIn, tools: [])
        #expect(!text.contains("{tools}"))
        #expect(try count(text) < 125)
        // The line of one tool.
        let tool = ToolSpec(
            name: "read",
            summary: "Reads a file.",
            parameters: ["type": "object", "properties": ["path": ["type": "string"]], "required": ["path"]]
        )
        let withTool = TextToolFormat.instructions(template: PromptFile.builtIn, tools: [tool])
        #expect(try count(withTool) - count(text) <= 40)
    }

    @Test(arguments: ToolDefinition.all.map(\.spec))
    func eachToolOfTheServerIsShort(tool: ToolSpec) throws {
        let without = TextToolFormat.instructions(template: PromptFile.builtIn, tools: [])
        let with = TextToolFormat.instructions(template: PromptFile.builtIn, tools: [tool])
        #expect(try count(with) - count(without) <= 40, "\(tool.name)")
    }

    /// What the server's own tools add to a prompt in minimal mode, without the tools: the same words, and none of the loop.
    @Test func theInstructionsForTheServersToolsAreShort() throws {
        let offered = ToolDefinition.all.map(\.spec)
        let instructions = try count(TextToolFormat.instructions(template: PromptFile.builtIn, tools: []))
        let whole = try count(TextToolFormat.instructions(template: PromptFile.builtIn, tools: offered))
        // Where models have a tool format of their own there are no instructions at all.
        print("instructions for tools: \(instructions) tokens; with all \(offered.count) tools: \(whole)")
        #expect(instructions <= 125)
        #expect(whole - instructions <= 40 * offered.count)
    }

    /// What stands in place of results, or behind them, in the loop.
    @Test(arguments: [
        LoopWords.answerNow, LoopWords.malformed, LoopWords.twice, LoopWords.disagreement, LoopWords.circle(.repeated),
        LoopWords.circle(.pingPong),
    ])
    func whatTheLoopSaysIsShort(words: String) throws {
        #expect(try count(words) <= 48, "\(words)")
    }

    @Test(arguments: [ContextNotes.toolResult, ContextNotes.turns])
    func aNoteInPlaceOfSomethingIsShort(note: String) throws {
        #expect(try count(note) <= 24)
    }

    /// The words that a Messages request leaves in the conversation, as its decoder writes them.
    @Test func whatStandsForPicturesAndErrorsIsShort() throws {
        let body = """
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t",\
            "is_error":true,"content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":""}},\
            {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":""}}]}]}]}
            """
        let decoded = try MessagesBody.decode(Array(body.utf8), id: RequestID(rawValue: "r"))
        let text = try #require(decoded.request.messages.first).content
        #expect(text == "Error: [image left out]\\n[document left out]".replacing("\\n", with: "\n"))
        for note in ["Error: ", "[image left out]", "[document left out]"] {
            #expect(text.contains(note))
            #expect(try count(note) <= 12, "\(note)")
        }
    }
}
