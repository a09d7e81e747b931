import SwarmCore
import SwarmTestSupport
import Testing

@testable import LlamaEngine

/// A model that is offered no tools does not begin to call one.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct CallMarkerTests {
    /// `<tool_call>`, wanted more than anything else.
    private let eager = Sampling(temperature: 0.8, topK: 40, logitBias: [2042: 50], seed: 3)
    private let tool = ToolSpec(name: "read_file", parameters: ["type": "object", "properties": [:]])

    private func text(_ tools: [ToolSpec], _ choice: ToolChoice = .auto, _ sampling: Sampling) async throws -> String {
        try await withEngine { engine in
            let asked = try await engine.assignment(
                sampling: sampling,
                limits: Limits(maxTokens: 24),
                tools: tools,
                toolChoice: choice
            )
            return await engine.collect(asked).text(of: 0)
        }
    }

    @Test func theMarkerIsKnownFromTheTemplate() async throws {
        try await withEngine { engine in
            #expect(engine.model.callMarkers == ["<tool_call>"])
            #expect(engine.model.tokenize("<tool_call>", isPrompt: true).last == 2042)
        }
        try await withEngine(path: TinyModel.learned.path) { engine in
            #expect(engine.model.callMarkers == [])
        }
    }

    @Test func itIsWrittenOnlyWhereThereIsSomethingToCall() async throws {
        #expect(try await text([tool], .auto, eager).contains("<tool_call>"))
        #expect(try await !text([tool], .none, eager).contains("<tool_call>"))
        let plain = try await text([], .auto, eager)
        #expect(!plain.contains("<tool_call>"))
        #expect(!plain.isEmpty)
        var greedy = eager
        greedy.temperature = 0
        #expect(try await !text([], .auto, greedy).contains("<tool_call>"))
    }

    @Test func whereItIsNotDrawnNothingChanges() async throws {
        try await withEngine { engine in
            let asked = try await engine.assignment(sampling: Sampling(temperature: 0.8, seed: 5))
            #expect(asked.prompt.forbiddenTokens == ["<tool_call>"])
            var free = asked
            free.prompt.forbiddenTokens = []
            #expect(await engine.collect(asked).text(of: 0) == engine.collect(free).text(of: 0))
        }
    }
}
