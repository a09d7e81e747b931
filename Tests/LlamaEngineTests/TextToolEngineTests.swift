import LlamaEngine
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// The bundled model as if its template had no tool format.
private struct ToollessModel: ChatModel {
    let model: LlamaChatModel

    var card: ModelCard {
        var card = model.card
        card.supportsTools = false
        return card
    }

    func render(_ request: ChatRequest) async throws(PlanError) -> Prompt { try await model.render(request) }
    func tokenize(_ text: String, isPrompt: Bool) -> [Int32] { model.tokenize(text, isPrompt: isPrompt) }
    func detokenize(_ tokens: [Int32]) -> String? { model.detokenize(tokens) }
    func remember(_ answer: ParsedAnswer, tokens: [Int32], of request: ChatRequest) async {
        await model.remember(answer, tokens: tokens, of: request)
    }
    func reader(for reading: AnswerReading) throws(ReadError) -> any AnswerReader { try model.reader(for: reading) }
}

/// Tools in plain text, with the grammar at work in a real engine.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct TextToolEngineTests {
    private static let tools = [
        ToolSpec(
            name: "bash",
            summary: "Run a shell command",
            parameters: [
                "type": "object", "properties": ["command": ["type": "string"]], "required": ["command"],
            ]
        ),
        ToolSpec(name: "list", summary: "List files", parameters: ["type": "object", "properties": [:]]),
    ]

    /// The model never learned this format and would not end a string: tokens that end one are made likely.
    private func bias(_ engine: LlamaEngine) -> [Int32: Double] {
        let ends = ["\"", "}", "\"}"].compactMap { text in
            let tokens = engine.model.tokenize(text, isPrompt: false)
            return tokens.count == 1 ? tokens[0] : nil
        }
        return Dictionary(uniqueKeysWithValues: ends.map { ($0, 12) })
    }

    private struct Told {
        var calls: [ToolCall] = []
        var content = ""
        var reason: FinishReason?
    }

    private func answer(_ engine: LlamaEngine, seed: UInt64?, choice: ToolChoice, candidates: Int) async throws -> Told
    {
        let swarm = Swarm(model: ToollessModel(model: engine.model), sources: [engine])
        let request = ChatRequest(
            id: RequestID(rawValue: "tools"),
            messages: Bumble.question("List the files in src"),
            tools: Self.tools,
            toolChoice: choice,
            sampling: Sampling(temperature: seed == nil ? 0 : 0.9, logitBias: bias(engine), seed: seed),
            limits: Limits(maxTokens: 300),
            policy: .vote(candidates: candidates)
        )
        let plan = try await swarm.plan(request)
        #expect(plan.prompt.text.contains("bash(command: string) - Run a shell command"))
        #expect(plan.prompt.grammar?.isLazy == false)
        var told = Told()
        _ = try await swarm.answer(plan, logger: silentLogger) { event in
            switch event {
            case .delta(_, .content(let text)): told.content += text
            case .delta(_, .toolCall(_, let id, let name)):
                told.calls.append(ToolCall(id: id, name: name, arguments: ""))
            case .delta(_, .toolArguments(let index, let text)): told.calls[index].arguments += text
            case .choiceFinished(_, let reason): told.reason = reason
            default: break
            }
        }
        return told
    }

    @Test(arguments: [(nil, 1), (1, 1), (2, 1), (3, 3)] as [(UInt64?, Int)])
    func aRequiredCallIsMadeAndCanBeRead(seed: UInt64?, candidates: Int) async throws {
        try await withEngine { engine in
            let told = try await answer(engine, seed: seed, choice: .required, candidates: candidates)
            #expect(told.reason == .toolCalls)
            #expect(told.content == "")
            let call = try #require(told.calls.first)
            #expect(told.calls.count == 1)
            #expect(["bash", "list"].contains(call.name))
            #expect(!call.id.isEmpty)
            #expect(try JSON(parsing: call.arguments).objectValue != nil)
            try await engine.expectNoLeak()
        }
    }

    @Test func aNamedToolIsTheOneThatIsCalled() async throws {
        try await withEngine { engine in
            let told = try await answer(engine, seed: nil, choice: .named("bash"), candidates: 1)
            #expect(told.calls.map(\.name) == ["bash"])
        }
    }
}
