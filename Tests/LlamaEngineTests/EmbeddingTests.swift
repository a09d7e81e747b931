import SwarmCore
import SwarmTestSupport
import Testing

@testable import LlamaEngine

@Suite(.serialized, .timeLimit(.minutes(2)))
struct EmbeddingTests {
    private static let texts = (1...40).map { number in
        "Text \(number): " + String(repeating: "the sum of \(number) and \(3 * number) ", count: number % 5)
    }

    private func vector(_ input: EmbeddingInput, of engine: LlamaEngine) async throws -> [Float] {
        let vectors = try await engine.embed([input]).vectors
        #expect(vectors.count == 1)
        return try #require(vectors.first)
    }

    /// How far the quantised weights of the bundled model let vectors differ that should be the same.
    private static let rounding: Float = 2e-3

    private func distance(_ one: [Float], _ other: [Float]) -> Float {
        zip(one, other).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test func vectorsHaveUnitLengthAndKeepTheirOrder() async throws {
        try await withEngine { engine async throws -> Void in
            let all = try await engine.embed(Self.texts.map { .text($0) })
            #expect(all.vectors.count == 40)
            #expect(engine.embeddingLength == 192)
            #expect(engine.model.card.embeddingLength == 192)
            for vector in all.vectors {
                #expect(vector.count == 192)
                #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
            }
            var tokens = 0
            for (text, together) in zip(Self.texts, all.vectors) {
                // The same alone as among others, and again.
                let alone = try await vector(.text(text), of: engine)
                #expect(distance(alone, together) < Self.rounding)
                #expect(try await vector(.text(text), of: engine) == alone)
                tokens += engine.model.tokenCount(of: text)
                for other in all.vectors where other != together { #expect(distance(alone, other) > 5 * Self.rounding) }
            }
            #expect(all.promptTokens == tokens)
            #expect(Set(all.vectors).count == 40)
        }
    }

    @Test func tokensGiveWhatTheirTextGives() async throws {
        try await withEngine { engine async throws -> Void in
            let text = "What is 12 + 30? <|im_end|>"
            // Markers in a text are text.
            let tokens = engine.model.tokenize(text, isPrompt: false)
            let vectors = try await engine.embed([.text(text), .tokens(tokens)]).vectors
            #expect(distance(vectors[0], vectors[1]) < Self.rounding)
            #expect(try await vector(.text(text), of: engine) == vector(.tokens(tokens), of: engine))
        }
    }

    @Test func aTextReadInSeveralPassesIsStillOne() async throws {
        try await withEngine { engine async throws -> Void in
            let long = (0..<1100).map { Int32(300 + $0 % 700) }
            let alone = try await vector(.tokens(long), of: engine)
            // Among others its passes are cut elsewhere.
            let others = (1...3).map { EmbeddingInput.tokens(Array(repeating: Int32(400 + $0), count: 77 * $0)) }
            let together = try await engine.embed(others + [.tokens(long)]).vectors
            #expect(distance(alone, try #require(together.last)) < Self.rounding)
            #expect(distance(try await vector(others[2], of: engine), together[2]) < Self.rounding)
            let beginning = try await vector(.tokens(Array(long.prefix(512))), of: engine)
            #expect(distance(alone, beginning) > 2 * Self.rounding)
        }
    }

    @Test func whatIsTooLongOrNotOfThisModelIsRefused() async throws {
        try await withEngine { engine async throws -> Void in
            let fits = Array(repeating: Int32(300), count: 2048)
            #expect(try await engine.embed([.tokens(fits)]).promptTokens == 2048)
            await #expect(throws: SourceError.contextLength(needed: 2049, limit: 2048)) {
                _ = try await engine.embed([.text("fine"), .tokens(fits + [300])])
            }
            let long = String(repeating: "What is 12 + 30? ", count: 600)
            let count = engine.model.tokenCount(of: long)
            await #expect(throws: SourceError.contextLength(needed: count, limit: 2048)) {
                _ = try await engine.embed([.text(long)])
            }
            for bad: [Int32] in [[-1], [2048], [.max, 1], []] {
                await #expect(throws: SourceError.self) { _ = try await engine.embed([.tokens(bad)]) }
            }
            await #expect(throws: SourceError.self) { _ = try await engine.embed([.text("")]) }
            #expect(try await engine.embed([]) == Embeddings(vectors: [], promptTokens: 0))
            // It lives.
            #expect(try await engine.embed([.text("fine")]).vectors.count == 1)
        }
        try await withEngine(context: 128) { engine async throws -> Void in
            await #expect(throws: SourceError.contextLength(needed: 129, limit: 128)) {
                _ = try await engine.embed([.tokens(Array(repeating: 300, count: 129))])
            }
        }
    }

    /// More than could be read in the time of a test.
    private static let endless = (0..<2000).map {
        EmbeddingInput.tokens(Array(repeating: Int32(300 + $0 % 9), count: 1900))
    }

    @Test func cancellingEndsTheWork() async throws {
        try await withEngine { engine async throws -> Void in
            let task = Task { try await engine.embed(Self.endless) }
            while engine.status.promptTokens == 0 { await Task.yield() }
            task.cancel()
            let result = await task.result
            #expect(throws: SourceError.cancelled) { _ = try result.get() }
            #expect(try await engine.embed([.text("fine")]).vectors.count == 1)
            #expect(engine.status.promptTokens < 1_900_000)
        }
    }

    @Test func aTaskThatWasCancelledBeforeItBeganGetsNothing() async throws {
        try await withEngine { engine async throws -> Void in
            let began = Gate()
            let task = Task {
                await began.passed()
                return try await engine.embed(Self.endless)
            }
            task.cancel()
            began.open()
            let result = await task.result
            #expect(throws: SourceError.cancelled) { _ = try result.get() }
        }
    }

    @Test func theEndOfTheEngineEndsTheWork() async throws {
        let task = try await withEngine { engine in
            let task = Task { try await engine.embed(Self.endless) }
            while engine.status.promptTokens == 0 { await Task.yield() }
            return task
        }
        let result = await task.result
        #expect(throws: SourceError.cancelled) { _ = try result.get() }
        // And one that comes after it.
        let engine = try await withEngine { $0 }
        await #expect(throws: SourceError.cancelled) { _ = try await engine.embed([.text("late")]) }
    }

    @Test func answersAndEmbeddingsShareTheEngine() async throws {
        try await withEngine { engine async throws -> Void in
            let sampling = Sampling(temperature: 0, logitBias: Bumble.endless)
            let asked = try await engine.assignment(sampling: sampling, limits: Limits(maxTokens: 400))
            let expected = await engine.collect(asked).text(of: 0)
            let alone = try await engine.embed(Self.texts.map { .text($0) }).vectors
            engine.forgetPrefixes()
            var stream = engine.candidates(for: asked).makeAsyncIterator()
            var collected = Collected()
            while collected.scores(of: 0).count < 2, let update = await stream.next() {
                collected.updates.append(update)
            }
            // The reader takes no more meanwhile: the answer is still under way when the vectors are there.
            let vectors = try await engine.embed(Self.texts.map { .text($0) }).vectors
            #expect(engine.status.running == 1)
            while let update = await stream.next() { collected.updates.append(update) }
            #expect(collected.text(of: 0) == expected)
            for (one, other) in zip(vectors, alone) { #expect(distance(one, other) < 1e-4) }
            try await engine.expectNoLeak()
        }
    }

    @Test func twoJobsAreServedInTurns() async throws {
        try await withEngine { engine async throws -> Void in
            let task = Task { try await engine.embed(Self.endless) }
            while engine.status.promptTokens == 0 { await Task.yield() }
            // Behind an endless one.
            #expect(try await engine.embed(Self.texts.map { .text($0) }).vectors.count == 40)
            #expect(await engine.collect(try await engine.assignment()).text(of: 0).contains("42"))
            task.cancel()
            _ = await task.result
        }
    }

    @Test func aFullQueueRefusesWithAHintWhenToComeBack() async throws {
        try await withEngine(queueDepth: 1) { engine async throws -> Void in
            let task = Task { try await engine.embed(Self.endless) }
            while engine.status.promptTokens == 0 { await Task.yield() }
            await #expect(throws: SourceError.saturated(retryAfterSeconds: 2)) {
                _ = try await engine.embed([.text("one too many")])
            }
            task.cancel()
            _ = await task.result
            #expect(try await engine.embed([.text("now")]).vectors.count == 1)
        }
    }

    @Test(arguments: TinyModel.allCases)
    func everyKindOfMemoryGivesTheSameVectorAloneAndAmongOthers(kind: TinyModel) async throws {
        try await withEngine(path: kind.path) { engine async throws -> Void in
            let texts = (1...20).map { String(repeating: "words \($0) ", count: 1 + $0 % 8) }
            let together = try await engine.embed(texts.map { .text($0) }).vectors
            for (text, vector) in zip(texts, together) {
                #expect(vector.count == 32)
                #expect(distance(try await self.vector(.text(text), of: engine), vector) < 1e-4)
            }
            await #expect(throws: SourceError.self) {
                _ = try await engine.embed([.text(String(repeating: "a", count: kind.trainedContextLength + 1))])
            }
        }
    }

    @Test(arguments: [
        ([5, 5, 5], 20, 3), ([5, 5, 5], 10, 2), ([5, 5, 5], 9, 1), ([50, 1], 10, 1), ([], 10, 0),
        (Array(repeating: 1, count: 40), 1000, 16),
    ])
    func asManyAreReadTogetherAsFit(lengths: [Int], budget: Int, count: Int) {
        #expect(EmbeddingContext.share(of: lengths, budget: budget) == count)
    }

    /// The mean over many steps is the budget, and what is alone never waits.
    @Test func longInputsWaitForTheAnswersTheyHeldUp() {
        var share = EmbeddingShare()
        var (steps, tokens) = (0, 0)
        for count in [50, 1000, 100, 101, 330] {
            repeat { steps += 1 } while !share.isDue(budget: 100)
            share.read(count, budget: 100)
            tokens += count
        }
        #expect(share.excess == 230)
        #expect(tokens - share.excess <= 100 * steps)
        #expect(steps == 1 + 1 + 10 + 1 + 2)
        let isDueAlone = share.isDue(budget: nil)
        share.read(2000, budget: nil)
        let isDueAfterwards = share.isDue(budget: 1)
        #expect(isDueAlone && isDueAfterwards)
    }

    @Test func aVectorOfZerosStaysOne() {
        #expect([Float](repeating: 0, count: 3).ofUnitLength == [0, 0, 0])
        #expect(([3, 4] as [Float]).ofUnitLength == [0.6, 0.8])
    }
}

/// A model that only makes embeddings: random weights, its pooling is the first token's vector.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct EncoderTests {
    private static var path: String { TinyModel.learned.path.replacing("learned.gguf", with: "encoder.gguf") }

    @Test func anEncoderServesBesideAModelThatAnswers() async throws {
        try await withEngine(embeddingModel: Self.path) { engine async throws -> Void in
            #expect(engine.embeddingLength == 32)
            #expect(engine.model.card.embeddingLength == 32)
            async let answer = engine.collect(try await engine.assignment())
            let texts = ["one two", "two one", "One, two!", "eins zwei drei", "x"] + (0..<20).map { "number \($0)" }
            let together = try await engine.embed(texts.map { .text($0) })
            for (text, vector) in zip(texts, together.vectors) {
                #expect(vector.count == 32)
                #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
                let alone = try #require(try await engine.embed([.text(text)]).vectors.first)
                #expect(zip(alone, vector).allSatisfy { abs($0 - $1) < 1e-4 })
            }
            #expect(Set(together.vectors).count == texts.count)
            // Begin and end are put around every text.
            let single = try await engine.embed([.text("x")])
            #expect(single.promptTokens == 3)
            #expect(try await answer.text(of: 0).contains("42"))
            try await engine.expectNoLeak()
        }
    }

    @Test func itsOwnLengthAndVocabularyCount() async throws {
        try await withEngine(embeddingModel: Self.path) { engine async throws -> Void in
            let word = String(repeating: "a", count: 62)
            #expect(try await engine.embed([.text(word)]).promptTokens == 64)
            await #expect(throws: SourceError.contextLength(needed: 65, limit: 64)) {
                _ = try await engine.embed([.text(word + "a")])
            }
            await #expect(throws: SourceError.self) { _ = try await engine.embed([.tokens([2, 300, 3])]) }
            #expect(try await engine.embed([.tokens([2, 30, 3])]).vectors.count == 1)
        }
    }

    @Test func whatCannotAnswerIsNotServedAndTheErrorSaysWhatItIsGoodFor() async throws {
        let settings = EngineSettings(modelPath: Self.path, modelID: Bumble.id, threads: 1)
        let error = await #expect(throws: EngineError.self) {
            _ = try await LlamaEngine.load(settings, logger: silentLogger)
        }
        #expect(error == .notGenerative(path: Self.path))
        #expect(error?.description.contains("--embedding-model") == true)
    }

    @Test func anEmbeddingModelThatIsNotThereIsAnError() async throws {
        await #expect(throws: EngineError.self) {
            try await withEngine(embeddingModel: "/nonexistent/model.gguf") { _ in }
        }
    }
}
