import SwarmCore
import SwarmTestSupport
import Testing

@testable import LlamaEngine

/// Models whose memory is not a plain KV cache, with random weights, written by `scripts/write-tiny-models.py`.
///
/// Token b is byte b; the markers of ChatML come last.
enum TinyModel: String, CaseIterable, Sendable {
    /// Learned positions: llama.cpp aborts the process beyond the trained length.
    case learned
    /// Every other layer attends only to the last 32 tokens.
    case sliding
    /// One running state per sequence.
    case recurrent
    /// Running states and attention.
    case hybrid

    var path: String { Self.path(of: rawValue) }

    /// Knows the markers of a text with a gap, as its last three tokens: prefix, suffix, middle.
    static let infillPath = path(of: "infill")

    private static func path(of name: String) -> String {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return folder.joined(separator: "/") + "/Fixtures/\(name).gguf"
    }

    var trainedContextLength: Int { self == .learned ? 96 : 256 }
    var canBeCut: Bool { self == .learned || self == .sliding }

    /// Letters and spaces only, so that an answer read back as text has the same tokens; and no end.
    static let endlessLetters: [Int32: Double] = {
        let letters = Set("abcdefghijklmnopqrstuvwxyz ".utf8.map { Int32($0) })
        return Dictionary(uniqueKeysWithValues: (0..<260).filter { !letters.contains($0) }.map { ($0, -1000) })
    }()
}

/// What the engine does must not depend on how a model remembers.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct MemoryKindTests {
    private func sampling(seed: UInt64 = 7) -> Sampling {
        Sampling(
            temperature: 1,
            topK: 0,
            topP: 1,
            minP: 0,
            logitBias: TinyModel.endlessLetters,
            seed: seed,
            topLogprobs: 10
        )
    }

    private func assignment(
        _ engine: LlamaEngine,
        _ messages: [Message],
        count: Int = 1,
        maxTokens: Int? = 20,
        seed: UInt64 = 7
    ) async throws -> Assignment {
        var assignment = try await engine.assignment(
            messages,
            count: count,
            sampling: sampling(seed: seed),
            limits: Limits(maxTokens: maxTokens)
        )
        // The seeds are the candidates' own: a client that sends one gets a prompt read afresh.
        assignment.request.sampling.seed = nil
        return assignment
    }

    /// What an engine answers that has nothing in memory yet.
    private func freshAnswer(_ kind: TinyModel, _ messages: [Message], seed: UInt64 = 7) async throws -> Collected {
        try await withEngine(path: kind.path) { engine in
            await engine.collect(try await assignment(engine, messages, seed: seed))
        }
    }

    private func question(_ text: String) -> [Message] { [Message(role: .user, content: text)] }

    @Test(arguments: TinyModel.allCases)
    func theModelIsLoadedForWhatItIs(kind: TinyModel) async throws {
        let model = try LoadedModel(path: kind.path, gpuLayers: 0)
        #expect(model.isGenerative)
        #expect(model.hasRunningState == !kind.canBeCut)
        #expect(model.trainedContextLength == kind.trainedContextLength)
        #expect(model.slidingWindow == (kind == .sliding ? 32 : nil))
        try await withEngine(path: kind.path, cells: 4096, context: 100) { engine in
            #expect(engine.model.card.contextLength == min(100, kind.trainedContextLength))
        }
    }

    /// Keys and values are 16 wide, in 16 bits; a hybrid's layers all count, since not all say how many heads they have.
    @Test func aCellIsNeverThoughtSmallerThanItIs() throws {
        let values: [TinyModel: Int] = [.learned: 2 * 2 * 16, .sliding: 4 * 1 * 16, .recurrent: 0, .hybrid: 3 * 2 * 16]
        for (kind, keys) in values {
            let model = try LoadedModel(path: kind.path, gpuLayers: 0)
            #expect(model.bytesPerCell == 2 * keys * 2, "\(kind)")
        }
    }

    @Test(arguments: TinyModel.allCases)
    func forksOfAPromptGoTheirOwnWays(kind: TinyModel) async throws {
        try await withEngine(path: kind.path) { engine in
            let both = try await assignment(engine, question("hello"), count: 2)
            let together = await engine.collect(both)
            #expect(together.text(of: 0) != together.text(of: 1))
            for index in 0..<2 {
                #expect(together.outcome(of: index)?.reason == .length)
                var alone = both
                alone.candidates = [both.candidates[index]]
                engine.forgetPrefixes()
                expectSame(together, await engine.collect(alone), of: index)
            }
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: TinyModel.allCases)
    func theSameSeedGivesTheSameTextAlsoFromAWarmCache(kind: TinyModel) async throws {
        try await withEngine(path: kind.path) { engine in
            let asked = try await assignment(engine, question("hello"))
            let cold = await engine.collect(asked)
            #expect(cold.text(of: 0) == (try await freshAnswer(kind, question("hello"))).text(of: 0))
            expectSame(cold, await engine.collect(asked))
            // A client that sends a seed gets the same to the last bit.
            var repeated = asked
            repeated.request.sampling.seed = 7
            #expect(await engine.collect(repeated).scores(of: 0) == cold.scores(of: 0))
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: TinyModel.allCases)
    func aTurnThatExtendsTheLastDecodesOnlyWhatIsNew(kind: TinyModel) async throws {
        try await withEngine(path: kind.path) { engine in
            let first = await engine.collect(try await assignment(engine, question("hi"), count: 2))
            let turn =
                question("hi") + [
                    Message(role: .assistant, content: first.text(of: 1)), Message(role: .user, content: "on"),
                ]
            let second = await engine.collect(try await assignment(engine, turn))
            let usage = try #require(first.outcome(of: 1)).usage
            // The last token was drawn and never decoded.
            let kept = usage.promptTokens + usage.completionTokens - 1
            #expect(second.outcome(of: 0)?.usage.cachedTokens == kept)
            expectSame(second, try await freshAnswer(kind, turn))
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: TinyModel.allCases)
    func aTurnThatDivergesInTheMiddleIsAnsweredAsByAFreshEngine(kind: TinyModel) async throws {
        try await withEngine(path: kind.path) { engine in
            let text = String(repeating: "the same words ", count: 2)
            _ = await engine.collect(try await assignment(engine, question(text + "one"), count: 2))
            let other = await engine.collect(try await assignment(engine, question(text + "two"), seed: 8))
            let cached = try #require(other.outcome(of: 0)).usage.cachedTokens
            #expect(kind.canBeCut ? cached > text.utf8.count : cached == 0)
            expectSame(other, try await freshAnswer(kind, question(text + "two"), seed: 8))
            try await engine.expectNoLeak()
        }
    }

    /// llama.cpp takes back cells that have left a sequence's window, also where it was told to keep them all.
    @Test func aPrefixWhoseWindowIsGoneIsDecodedAgain() async throws {
        try await withEngine(path: TinyModel.sliding.path) { engine in
            let text = String(repeating: "the same words ", count: 4)
            let asked = try await assignment(engine, question(text + "one"), count: 8, maxTokens: 100)
            #expect(await engine.collect(asked).outcome(of: 7)?.reason == .length)
            // Only one answer stays: the place where llama.cpp looks for cells is now far behind what is in use.
            engine.settle(asked.request.id, winner: 0)
            _ = await engine.collect(try await assignment(engine, question("something else"), maxTokens: 100))
            let other = await engine.collect(try await assignment(engine, question(text + "two"), seed: 8))
            expectSame(other, try await freshAnswer(.sliding, question(text + "two"), seed: 8))
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: TinyModel.allCases)
    func cancellingLeaksNothing(kind: TinyModel) async throws {
        try await withEngine(path: kind.path) { engine in
            for leavesAfter in [1, 2, 5, 12, 30] {
                let asked = try await assignment(engine, question("hello"), count: 4, maxTokens: nil)
                var seen = 0
                for await _ in engine.candidates(for: asked) {
                    seen += 1
                    if seen >= leavesAfter { break }
                }
                try await engine.expectNoLeak()
                #expect(engine.status.usedCells == 0)
            }
        }
    }

    @Test(arguments: TinyModel.allCases)
    func cancellingHarmsNothingThatIsKept(kind: TinyModel) async throws {
        let turn = question("hi")
        let first = try await freshAnswer(kind, turn)
        let next = turn + [Message(role: .assistant, content: first.text(of: 0)), Message(role: .user, content: "on")]
        let expected = try await freshAnswer(kind, next)
        try await withEngine(path: kind.path) { engine in
            for round in 0..<8 {
                engine.forgetPrefixes()
                // What is kept lies behind a gap, so that those who come and go are on both sides of it.
                var before = try await assignment(engine, question("before"), count: 2, maxTokens: 4)
                before.request.id = RequestID(rawValue: "before")
                _ = await engine.collect(before)
                _ = await engine.collect(try await assignment(engine, turn))
                engine.settle(before.request.id, winner: 2)
                let cancelled = try await assignment(engine, question("again"), count: 5, maxTokens: nil)
                var texts = 0
                for await update in engine.candidates(for: cancelled) {
                    if case .text = update.event { texts += 1 }
                    if texts > round { break }
                }
                expectSame(await engine.collect(try await assignment(engine, next)), expected)
            }
            try await engine.expectNoLeak()
        }
    }

    /// The loop lets a step be cut short when it has one sequence only: more would leave other running states half moved.
    @Test(arguments: TinyModel.allCases, [nil, 1] as [Int32?])
    func aStepOfOneSequenceThatIsCutShortHarmsNoOther(kind: TinyModel, parent: Int32?) throws {
        let abort = AbortSwitch()
        let model = try LoadedModel(path: kind.path, gpuLayers: 0)
        let context = try DecodeContext(model: model, shape: .init(cells: 512, sequences: 8, batch: 64), abort: abort)
        context.use(threads: 1, batchThreads: 1)
        func read(_ tokens: [Int32], from position: Int = 0, in sequence: Int32) -> DecodeContext.Status {
            context.clear()
            for (place, token) in tokens.enumerated() {
                _ = context.add(
                    token: token,
                    position: position + place,
                    sequence: sequence,
                    wantsLogits: place == tokens.count - 1
                )
            }
            return context.decode()
        }
        func logits(cuttingShort: Bool) throws -> [Float] {
            context.clearMemory()
            for sequence in Int32(0)..<3 { #expect(read([97, 98 + sequence, 99], in: sequence) == .done) }
            context.release(0)
            if let parent { context.fork(parent, to: 3) } else { #expect(read([104, 105, 106], in: 3) == .done) }
            abort.set(cuttingShort)
            #expect(read([107], from: 3, in: 3) == (cuttingShort ? .aborted : .done))
            abort.set(false)
            context.release(3)
            #expect(context.lastPosition(of: 3) == nil)
            return try [1, 2].flatMap { (sequence: Int32) in
                #expect(context.lastPosition(of: sequence) == 2)
                #expect(read([108], from: 3, in: sequence) == .done)
                return try #require(unsafe context.withLogits(at: 0) { unsafe Array($0) })
            }
        }
        #expect(try logits(cuttingShort: true) == logits(cuttingShort: false))
    }

    @Test(arguments: TinyModel.allCases, [nil, 4096])
    func anAnswerEndsAtTheTrainedLength(kind: TinyModel, cells: Int?) async throws {
        try await withEngine(path: kind.path, cells: cells) { engine in
            let asked = try await assignment(engine, question("hello"), count: 2, maxTokens: nil)
            let collected = await engine.collect(asked)
            for index in 0..<2 {
                let outcome = try #require(collected.outcome(of: index))
                #expect(outcome.reason == .length)
                #expect(outcome.usage.promptTokens + outcome.usage.completionTokens == kind.trainedContextLength)
            }
            // It lives.
            #expect(await engine.collect(try await assignment(engine, question("hi"))).outcome(of: 0) != nil)
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: TinyModel.allCases, [nil, 4096])
    func aPromptMayFillAllOfTheContextButOneToken(kind: TinyModel, cells: Int?) async throws {
        try await withEngine(path: kind.path, cells: cells) { engine in
            let trained = kind.trainedContextLength
            let markup = try await assignment(engine, question("")).prompt.tokens.count
            let full = String(repeating: "a", count: trained - 1 - markup)
            let asked = try await assignment(engine, question(full), count: 2, maxTokens: nil)
            #expect(asked.prompt.tokens.count == trained - 1)
            let collected = await engine.collect(asked)
            for index in 0..<2 {
                #expect(collected.outcome(of: index)?.reason == .length)
                #expect(collected.outcome(of: index)?.usage.completionTokens == 1)
            }
            await #expect(throws: PlanError.contextLengthExceeded(needed: trained, limit: trained)) {
                try await assignment(engine, question(full + "a"))
            }
            // Whoever comes past the rendering is stopped as well.
            for excess in [0, 1, trained] {
                var tooLong = asked
                tooLong.prompt.tokens = Array(repeating: 97, count: trained + excess)
                let refused = await engine.collect(tooLong)
                for index in 0..<2 {
                    let expected = SourceError.contextLength(needed: trained + excess, limit: trained)
                    #expect(refused.failure(of: index) == expected)
                }
            }
            #expect(await engine.collect(try await assignment(engine, question("hi"))).outcome(of: 0) != nil)
            try await engine.expectNoLeak()
        }
    }
}
