import SwarmCore
import SwarmTestSupport
import Testing

@testable import LlamaEngine

/// Text that is continued without a template.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct CompletionTests {
    private func assignment(
        _ engine: LlamaEngine,
        _ prompt: CompletionPrompt,
        count: Int = 1,
        logprobs: Int? = nil,
        maxTokens: Int = 60
    ) async throws -> Assignment {
        try await engine.assignment(
            count: count,
            sampling: Sampling(temperature: 0, topLogprobs: logprobs),
            limits: Limits(maxTokens: maxTokens),
            completing: prompt
        )
    }

    private func promptScores(_ collected: Collected, of index: Int = 0) -> [[TokenScore]] {
        collected.events(of: index).compactMap { if case .prompt(let scores) = $0 { scores } else { nil } }
    }

    /// A conversation as the template writes it.
    private func chat(_ engine: LlamaEngine) async throws -> Prompt {
        try await engine.model.render(ChatRequest(id: RequestID(rawValue: "chat"), messages: Bumble.question()))
    }

    @Test func textIsContinuedAsItStands() async throws {
        try await withEngine { engine in
            let chat = try await chat(engine)
            let asked = try await assignment(engine, CompletionPrompt(.text(chat.text)))
            // Markers in it are markers: what the template writes is continued the same way.
            #expect(asked.prompt.tokens == chat.tokens)
            #expect(asked.prompt.text == chat.text)
            #expect(asked.prompt.reading.isPlainText)
            let answer = await engine.collect(asked)
            #expect(answer.text(of: 0).contains("Answer: 42"))
            #expect(answer.text(of: 0) == (await engine.collect(try await engine.assignment())).text(of: 0))
            #expect(promptScores(answer) == [])
            try await engine.expectNoLeak()
        }
    }

    @Test func tokensAreContinuedLikeTheirText() async throws {
        try await withEngine { engine in
            let text = "What is 12 + 30? The sum is"
            let tokens = engine.model.tokenize(text, isPrompt: true)
            let ofTokens = try await assignment(engine, CompletionPrompt(.tokens(tokens)))
            let ofText = try await assignment(engine, CompletionPrompt(.text(text)))
            #expect(ofTokens.prompt == ofText.prompt)
            #expect(await engine.collect(ofTokens).text(of: 0) == engine.collect(ofText).text(of: 0))
        }
    }

    @Test func withoutAnyTextAModelBeginsByItself() async throws {
        try await withEngine { engine in
            for source in [CompletionPrompt.Source.text(""), .tokens([])] {
                let asked = try await assignment(engine, CompletionPrompt(source))
                #expect(asked.prompt.tokens.count == 1)
                #expect(await engine.collect(asked).outcome(of: 0) != nil)
            }
        }
    }

    @Test(arguments: [[-1], [2048], [1, .max]] as [[Int32]])
    func tokensOfAnotherModelAreRefused(tokens: [Int32]) async throws {
        try await withEngine { engine in
            let error = await #expect(throws: PlanError.self) {
                _ = try await assignment(engine, CompletionPrompt(.tokens(tokens)))
            }
            guard case .unusable("prompt", let reason) = error else { throw try #require(error) }
            #expect(reason.contains("2048"))
        }
    }

    @Test func aPromptThatIsTooLongIsRefused() async throws {
        try await withEngine { engine async throws -> Void in
            await #expect(throws: PlanError.contextLengthExceeded(needed: 2048, limit: 2048)) {
                _ = try await assignment(engine, CompletionPrompt(.tokens(Array(repeating: 300, count: 2048))))
            }
        }
    }

    @Test func aSuffixOfWhiteSpaceSaysNothingAndAnotherNeedsAModelForIt() async throws {
        try await withEngine { engine in
            let plain = try await assignment(engine, CompletionPrompt(.text("let x = ")))
            for suffix in ["", "\n", " \t\r\n"] {
                let asked = try await assignment(engine, CompletionPrompt(.text("let x = "), suffix: suffix))
                #expect(asked.prompt == plain.prompt)
            }
            #expect(!engine.model.card.supportsInfill)
            let error = await #expect(throws: PlanError.self) {
                _ = try await assignment(engine, CompletionPrompt(.text("let x = "), suffix: "\nprint(x)"))
            }
            guard case .unusable("suffix", _) = error else { throw try #require(error) }
        }
    }

    @Test func aGapIsFilledInTheOrderThatModelsForItWereTrainedOn() async throws {
        try await withEngine(path: TinyModel.infillPath) { engine in
            #expect(engine.model.card.supportsInfill)
            let text = CompletionPrompt(.text("let x = "), suffix: "\nprint(x)")
            let asked = try await assignment(engine, text, maxTokens: 12)
            let (prefix, suffix, middle): (Int32, Int32, Int32) = (260, 261, 262)
            func bytes(_ text: String) -> [Int32] { text.utf8.map(Int32.init) }
            #expect(asked.prompt.tokens == [prefix] + bytes("let x = ") + [suffix] + bytes("\nprint(x)") + [middle])
            #expect(engine.model.detokenize([prefix, suffix, middle]) == "<|fim_prefix|><|fim_suffix|><|fim_middle|>")
            let filled = await engine.collect(asked)
            #expect(filled.outcome(of: 0)?.usage.promptTokens == asked.prompt.tokens.count)
            // What comes after the gap is heeded.
            let other = try await assignment(
                engine,
                CompletionPrompt(.text("let x = "), suffix: "\nprint(y)"),
                maxTokens: 12
            )
            #expect(await engine.collect(other).scores(of: 0).map(\.logprob) != filled.scores(of: 0).map(\.logprob))
            // As tokens it is the same text.
            let tokens = CompletionPrompt(.tokens(bytes("let x = ")), suffix: "\nprint(x)")
            #expect(try await assignment(engine, tokens).prompt == asked.prompt)
            try await engine.expectNoLeak()
        }
    }

    @Test func anEchoTellsHowLikelyThePromptWas() async throws {
        try await withEngine { engine in
            let chat = try await chat(engine)
            let first = await engine.collect(
                try await assignment(engine, CompletionPrompt(.tokens(chat.tokens)), logprobs: 3)
            )
            let drawn = first.scores(of: 0)
            // More than is scored in one step.
            let whole = chat.tokens + drawn.map(\.token) + chat.tokens + chat.tokens
            #expect(whole.count > 64)
            let prompt = CompletionPrompt(.tokens(whole), echoes: true)
            let asked = try await assignment(engine, prompt, count: 2, logprobs: 3, maxTokens: 5)
            let echo = await engine.collect(asked)
            let told = promptScores(echo)
            #expect(told.count == 1)
            #expect(promptScores(echo, of: 1).isEmpty)
            let scores = try #require(told.first)
            #expect(scores.map(\.token) == whole)
            #expect(String(decoding: scores.flatMap(\.bytes), as: UTF8.self) == asked.prompt.text)
            #expect(scores[0].logprob.isNaN)
            #expect(scores.dropFirst().allSatisfy { $0.logprob <= 1e-4 && $0.alternatives.count == 3 })
            // Each is what the generation of that very token reported.
            let again = scores[chat.tokens.count..<chat.tokens.count + drawn.count]
            for (generated, read) in zip(drawn, again) {
                #expect(abs(generated.logprob - read.logprob) < 1e-2)
                #expect(generated.alternatives.first?.token == read.alternatives.first?.token)
            }
            // Before any text, and then the answer goes on.
            let events = echo.updates.map(\.event)
            let place = try #require(events.firstIndex { if case .prompt = $0 { true } else { false } })
            #expect(!events[..<place].contains { if case .text = $0 { true } else { false } })
            for index in 0..<2 { #expect(echo.outcome(of: index) != nil) }
            // Read from its beginning, although it is in memory.
            let second = await engine.collect(asked)
            #expect(second.outcome(of: 0)?.usage.cachedTokens == 0)
            #expect(promptScores(second).first?.count == whole.count)
            try await engine.expectNoLeak()
        }
    }

    /// Quantised weights would round by more.
    @Test(arguments: TinyModel.allCases)
    func anEchoBesideOtherWorkIsTheSame(kind: TinyModel) async throws {
        try await withEngine(path: kind.path) { engine in
            let prompt = CompletionPrompt(.text(String(repeating: "some words ", count: 7)), echoes: true)
            let asked = try await assignment(engine, prompt, logprobs: 0, maxTokens: 1)
            let alone = try #require(promptScores(await engine.collect(asked)).first)
            let endless = try await engine.assignment(
                Bumble.question("hi"),
                count: 3,
                sampling: Sampling(temperature: 1, logitBias: TinyModel.endlessLetters, seed: 5),
                limits: Limits(maxTokens: 70)
            )
            // The reader waits: the others are still under way when the echo is there.
            var stream = engine.candidates(for: endless).makeAsyncIterator()
            var other = Collected()
            while other.scores(of: 2).isEmpty, let update = await stream.next() { other.updates.append(update) }
            let beside = try #require(promptScores(await engine.collect(asked)).first)
            while let update = await stream.next() { other.updates.append(update) }
            #expect(beside.map(\.token) == alone.map(\.token))
            for (one, two) in zip(alone, beside).dropFirst() { #expect(abs(one.logprob - two.logprob) < 1e-2) }
            #expect(other.outcome(of: 2)?.usage.completionTokens == 70)
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: [nil, 2])
    func nothingMoreMayBeAskedFor(logprobs: Int?) async throws {
        try await withEngine { engine in
            let prompt = CompletionPrompt(.text("The sum of 3 and 4 is 7."), echoes: true)
            let asked = try await assignment(engine, prompt, count: 2, logprobs: logprobs, maxTokens: 0)
            let collected = await engine.collect(asked)
            #expect(promptScores(collected).map(\.count) == (logprobs == nil ? [] : [asked.prompt.tokens.count]))
            for index in 0..<2 {
                #expect(collected.text(of: index) == "")
                #expect(collected.scores(of: index).isEmpty)
                let outcome = try #require(collected.outcome(of: index))
                #expect(outcome.reason == .length)
                #expect(outcome.usage.completionTokens == 0)
                #expect(outcome.usage.promptTokens == asked.prompt.tokens.count)
            }
            try await engine.expectNoLeak()
        }
    }

    @Test func aPromptOfOneTokenHasOneScore() async throws {
        try await withEngine { engine in
            let prompt = CompletionPrompt(.tokens([300]), echoes: true)
            let collected = await engine.collect(try await assignment(engine, prompt, logprobs: 1, maxTokens: 0))
            let scores = try #require(promptScores(collected).first)
            #expect(scores.count == 1)
            #expect(scores[0].logprob.isNaN)
        }
    }

    @Test(arguments: TinyModel.allCases)
    func everyKindOfMemoryScoresAPrompt(kind: TinyModel) async throws {
        try await withEngine(path: kind.path) { engine in
            let text = String(repeating: "some words ", count: 6)
            let sampling = Sampling(temperature: 0, logitBias: TinyModel.endlessLetters, topLogprobs: 2)
            func asked(_ prompt: CompletionPrompt, _ maxTokens: Int) async throws -> Assignment {
                try await engine.assignment(
                    sampling: sampling,
                    limits: Limits(maxTokens: maxTokens),
                    completing: prompt
                )
            }
            let first = await engine.collect(try await asked(CompletionPrompt(.text(text)), 20))
            let tokens = engine.model.tokenize(text + first.text(of: 0), isPrompt: true)
            let echo = await engine.collect(try await asked(CompletionPrompt(.tokens(tokens), echoes: true), 0))
            let scores = try #require(promptScores(echo).first)
            #expect(scores.map(\.token) == tokens)
            for (drawn, read) in zip(first.scores(of: 0), scores.suffix(20)) {
                #expect(drawn.token == read.token)
                #expect(abs(drawn.logprob - read.logprob) < 1e-2)
            }
            try await engine.expectNoLeak()
        }
    }
}
