import Foundation
import InMemoryLogging
import Logging
import SwarmCore
import SwarmTestSupport
import Testing

@testable import LlamaEngine

/// Long prompts of one engine are found by the next.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ShelfTests {
    private let folder = TemporaryFolder()
    private var settings: PrefixSettings { PrefixSettings(folder: folder.path, maximumBytes: 1 << 30) }

    /// A conversation of more than a thousand tokens.
    private static let long: [Message] = {
        let notes = (1...90).map { "Note \($0): \($0) + \(2 * $0) = \(3 * $0)." }.joined(separator: " ")
        return [Message(role: .user, content: notes + " What is 12 + 30?")]
    }()

    private func assignment(_ engine: LlamaEngine, _ messages: [Message] = long) async throws -> Assignment {
        let asked = try await engine.assignment(
            messages,
            sampling: Sampling(temperature: 0, topLogprobs: 10),
            limits: Limits(maxTokens: 40)
        )
        #expect(asked.prompt.tokens.count > 1100)
        return asked
    }

    /// The answer of an engine without a shelf.
    private func plainAnswer(_ messages: [Message] = long) async throws -> Collected {
        try await withEngine { await $0.collect(try await assignment($0, messages)) }
    }

    /// Lets an engine read the long prompt and write it down.
    private func fill(_ settings: PrefixSettings? = nil) async throws {
        try await withEngine(prefixes: settings ?? self.settings) { engine in
            let asked = try await assignment(engine)
            let answer = await engine.collect(asked)
            #expect(answer.outcome(of: 0)?.usage.cachedTokens == 0)
            try await folder.wait { files in
                files.values.contains { $0.tokens.starts(with: asked.prompt.tokens) }
            }
            try await engine.expectNoLeak()
        }
    }

    @Test func theNextEngineReadsOnlyTheEndOfThePrompt() async throws {
        let expected = try await plainAnswer()
        try await fill()
        #expect(folder.names.count == 1)
        #expect(try folder.permissions(of: folder.names[0]) == 0o600)
        #expect(try folder.permissions(of: "") == 0o700)
        try await withEngine(prefixes: settings) { engine in
            let asked = try await assignment(engine)
            let answer = await engine.collect(asked)
            #expect(answer.outcome(of: 0)?.usage.cachedTokens == asked.prompt.tokens.count - 1)
            expectSame(answer, expected, within: 0.5)
            #expect(answer.text(of: 0) == expected.text(of: 0))
            try await engine.expectNoLeak()
            #expect(engine.status.promptTokens == 1)
            // From memory, not from disk again.
            let again = await engine.collect(asked)
            #expect(again.outcome(of: 0)?.usage.cachedTokens == asked.prompt.tokens.count - 1)
            try await engine.expectNoLeak()
        }
        #expect(folder.names.count == 1)
    }

    @Test func theNextTurnGoesOnFromTheAnswer() async throws {
        try await fill()
        let file = try #require(folder.files.values.first)
        let first = try await plainAnswer()
        let turn =
            Self.long + [
                Message(role: .assistant, content: first.text(of: 0)), Message(role: .user, content: "What is 7 + 8?"),
            ]
        let expected = try await plainAnswer(turn)
        try await withEngine(prefixes: settings) { engine in
            let answer = await engine.collect(try await assignment(engine, turn))
            let cached = try #require(answer.outcome(of: 0)).usage.cachedTokens
            #expect(cached == file.tokens.count)
            expectSame(answer, expected, within: 0.5)
            try await engine.expectNoLeak()
        }
    }

    @Test func severalCandidatesForkFromWhatWasOnDisk() async throws {
        try await fill()
        try await withEngine(prefixes: settings) { engine in
            var asked = try await assignment(engine)
            asked.candidates = (0..<4).map { CandidatePlan(index: $0, sampling: asked.candidates[0].sampling) }
            let answers = await engine.collect(asked)
            for index in 0..<4 {
                #expect(answers.outcome(of: index)?.usage.cachedTokens == asked.prompt.tokens.count - 1)
                #expect(answers.text(of: index) == answers.text(of: 0))
            }
            try await engine.expectNoLeak()
        }
    }

    @Test func aDamagedFileIsRemovedAndTheAnswerIsRight() async throws {
        let expected = try await plainAnswer()
        try await fill()
        let name = try #require(folder.names.first)
        var bytes = try folder.bytes(of: name)
        bytes[bytes.count / 2] ^= 16
        try folder.write(bytes, to: name)
        try await withEngine(prefixes: settings) { engine in
            let answer = await engine.collect(try await assignment(engine))
            #expect(answer.outcome(of: 0)?.usage.cachedTokens == 0)
            #expect(answer.text(of: 0) == expected.text(of: 0))
            // A good one takes its place.
            try await folder.wait { files in
                files.contains { $0.key == name && $0.value.state(at: folder.path(of: name)) != nil }
            }
            try await engine.expectNoLeak()
        }
    }

    @Test func aStateThatLlamaDoesNotTakeIsRemovedAndTheAnswerIsRight() async throws {
        let expected = try await plainAnswer()
        try await fill()
        let (name, file) = try #require(folder.files.first)
        // Whole as a file, nonsense as a state: its last bytes are missing.
        let state = try #require(file.state(at: folder.path(of: name))).dropLast(1000)
        let shorter = PrefixFile(key: file.key, tokens: file.tokens, state: Data(state))
        try shorter.write(state: Data(state), to: folder.path(of: name))
        try await withEngine(prefixes: settings) { engine in
            let answer = await engine.collect(try await assignment(engine))
            #expect(answer.outcome(of: 0)?.usage.cachedTokens == 0)
            #expect(answer.text(of: 0) == expected.text(of: 0))
            try await engine.expectNoLeak()
        }
    }

    @Test func aLimitThatHoldsNothingKeepsNothingInSilence() async throws {
        let log = InMemoryLogHandler()
        let small = PrefixSettings(folder: folder.path, maximumBytes: 1000)
        try await withEngine(prefixes: small, logger: Logger(label: "test") { _ in log }) { engine in
            for number in 1...4 {
                let other = [Message(role: .user, content: "\(number). " + Self.long[0].content)]
                _ = await engine.collect(try await assignment(engine, other))
                try await engine.expectNoLeak()
            }
        }
        #expect(folder.names == [])
        #expect(FileManager.default.fileExists(atPath: folder.path))
        #expect(log.entries.filter { $0.level >= .info && "\($0.message)".contains("prefix") }.isEmpty)
    }

    @Test func whoAsksForTheSameEveryTimeGetsNothingFromDisk() async throws {
        try await fill()
        try await withEngine(prefixes: settings) { engine in
            var seeded = try await assignment(engine)
            seeded.request.sampling.seed = 3
            #expect(await engine.collect(seeded).outcome(of: 0)?.usage.cachedTokens == 0)
        }
        try await withEngine(prefixes: settings) { engine in
            var strict = try await assignment(engine)
            strict.request.vote.isStrict = true
            #expect(await engine.collect(strict).outcome(of: 0)?.usage.cachedTokens == 0)
            try await engine.expectNoLeak()
        }
    }

    @Test func filesOfAnotherModelAreLeftAlone() async throws {
        try await fill()
        var other = settings
        other.shortest = 40
        try await withEngine(path: TinyModel.learned.path, prefixes: other) { engine in
            let asked = try await engine.assignment(
                Bumble.question("hello there, how are you?"),
                sampling: Sampling(temperature: 0),
                limits: Limits(maxTokens: 4)
            )
            #expect(await engine.collect(asked).outcome(of: 0)?.usage.cachedTokens == 0)
            try await folder.wait { $0.count == 2 }
            try await engine.expectNoLeak()
        }
        #expect(Set(folder.files.values.map(\.key)).count == 2)
        try await withEngine(prefixes: settings) { engine in
            let asked = try await assignment(engine)
            let cached = await engine.collect(asked).outcome(of: 0)?.usage.cachedTokens
            #expect(cached == asked.prompt.tokens.count - 1)
        }
    }

    @Test func shuttingDownWaitsForTheWriter() async throws {
        for _ in 0..<3 {
            try await withEngine(prefixes: settings) { engine in
                _ = await engine.collect(try await assignment(engine))
            }
            #expect(folder.names.allSatisfy { $0.hasSuffix(".prefix") })
            #expect(folder.files.count == folder.names.count)
            for (name, file) in folder.files { #expect(file.state(at: folder.path(of: name)) != nil) }
        }
    }

    @Test func anIdleEngineWithMoreThanFitsComesToRest() async throws {
        try await fill()
        let size = try #require(folder.files.values.first).size
        // Two long conversations in memory, room for one on disk.
        let tight = PrefixSettings(folder: folder.path, maximumBytes: size + size / 2)
        try await withEngine(prefixes: tight) { engine in
            let asked = try await assignment(engine)
            let other = [Message(role: .user, content: "Other. " + Self.long[0].content)]
            _ = await engine.collect(asked)
            let second = try await assignment(engine, other)
            _ = await engine.collect(second)
            try await folder.wait { $0.values.contains { $0.tokens.starts(with: second.prompt.tokens) } }
            #expect(folder.files.count == 1)
            // Whatever wakes it, nothing is written any more.
            for _ in 0..<20 { try await engine.expectNoLeak() }
        }
        #expect(folder.files.count == 1)
    }
}

/// What was on disk is right for every kind of memory, or is not used.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ShelfMemoryKindTests {
    private let folder = TemporaryFolder()
    private var settings: PrefixSettings {
        PrefixSettings(folder: folder.path, maximumBytes: 1 << 30, shortest: 24)
    }

    private func assignment(
        _ engine: LlamaEngine,
        _ messages: [Message],
        count: Int = 1,
        maxTokens: Int = 16
    ) async throws -> Assignment {
        let sampling = Sampling(
            temperature: 1,
            topK: 0,
            topP: 1,
            minP: 0,
            logitBias: TinyModel.endlessLetters,
            seed: 7,
            topLogprobs: 10
        )
        var assignment = try await engine.assignment(
            messages,
            count: count,
            sampling: sampling,
            limits: Limits(maxTokens: maxTokens)
        )
        // The seeds are the candidates' own.
        assignment.request.sampling.seed = nil
        return assignment
    }

    private func freshAnswer(_ kind: TinyModel, _ messages: [Message], count: Int = 1) async throws -> Collected {
        try await withEngine(path: kind.path) { engine in
            await engine.collect(try await assignment(engine, messages, count: count))
        }
    }

    private func question(_ text: String) -> [Message] { [Message(role: .user, content: text)] }

    /// Asks an engine with a shelf and waits for the file; gives the conversation with the answer, and what is kept.
    private func keep(_ kind: TinyModel, _ text: String) async throws -> (messages: [Message], tokens: Int) {
        try await withEngine(path: kind.path, prefixes: settings) { engine in
            let asked = try await assignment(engine, question(text))
            let first = await engine.collect(asked)
            try await folder.wait { $0.values.contains { $0.tokens.starts(with: asked.prompt.tokens) } }
            try await engine.expectNoLeak()
            let usage = try #require(first.outcome(of: 0)).usage
            let turn = question(text) + [Message(role: .assistant, content: first.text(of: 0))]
            return (turn, usage.promptTokens + usage.completionTokens - 1)
        }
    }

    @Test(arguments: TinyModel.allCases)
    func theNextTurnGoesOnFromDisk(kind: TinyModel) async throws {
        let (messages, kept) = try await keep(kind, "hello")
        let turn = messages + [Message(role: .user, content: "on")]
        let expected = try await freshAnswer(kind, turn, count: 3)
        try await withEngine(path: kind.path, prefixes: settings) { engine in
            let answers = await engine.collect(try await assignment(engine, turn, count: 3))
            for index in 0..<3 {
                #expect(answers.outcome(of: index)?.usage.cachedTokens == kept)
                expectSame(answers, expected, of: index)
            }
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: TinyModel.allCases)
    func aPromptThatPartsFromWhatIsOnDiskIsAnsweredAsByAFreshEngine(kind: TinyModel) async throws {
        _ = try await keep(kind, "the very same words, one")
        let other = question("the very same words, two")
        let expected = try await freshAnswer(kind, other)
        try await withEngine(path: kind.path, prefixes: settings) { engine in
            let answer = await engine.collect(try await assignment(engine, other))
            let cached = try #require(answer.outcome(of: 0)).usage.cachedTokens
            // The state on disk has only what its end sees: of a window, no more than that.
            #expect(kind == .learned ? cached > 24 : cached == 0)
            expectSame(answer, expected)
            try await engine.expectNoLeak()
            #expect(engine.status.resident == (kind == .learned ? 2 : 1))
        }
    }

    /// Longer than the window: of what is on disk the windowed layers have its end only.
    @Test(arguments: TinyModel.allCases.filter { $0 != .learned })
    func aLongConversationGoesOnFromDisk(kind: TinyModel) async throws {
        let (messages, kept) = try await keep(kind, String(repeating: "the same words ", count: 8))
        let turn = messages + [Message(role: .user, content: "on")]
        let expected = try await freshAnswer(kind, turn)
        try await withEngine(path: kind.path, prefixes: settings) { engine in
            let answer = await engine.collect(try await assignment(engine, turn))
            #expect(answer.outcome(of: 0)?.usage.cachedTokens == kept)
            expectSame(answer, expected)
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: TinyModel.allCases)
    func takingSomethingFromDiskHarmsNothingElse(kind: TinyModel) async throws {
        let (messages, kept) = try await keep(kind, "hello")
        let turn = messages + [Message(role: .user, content: "on")]
        let expected = try await freshAnswer(kind, turn)
        let otherFirst = try await freshAnswer(kind, question("bye"), count: 3)
        let otherTurn =
            question("bye") + [
                Message(role: .assistant, content: otherFirst.text(of: 1)), Message(role: .user, content: "off"),
            ]
        let otherExpected = try await freshAnswer(kind, otherTurn)
        try await withEngine(path: kind.path, prefixes: settings) { engine in
            let other = await engine.collect(try await assignment(engine, question("bye"), count: 3))
            expectSame(other, otherFirst, of: 1)
            // Another runs while the state is put back, and goes on behind it.
            let running = try await assignment(engine, question("run"), count: 2, maxTokens: 48)
            var alone = running
            alone.request.id = RequestID(rawValue: "running")
            var stream = engine.candidates(for: alone).makeAsyncIterator()
            var collected = Collected()
            while collected.scores(of: 1).count < 3, let update = await stream.next() {
                collected.updates.append(update)
            }
            let answer = await engine.collect(try await assignment(engine, turn))
            #expect(answer.outcome(of: 0)?.usage.cachedTokens == kept)
            expectSame(answer, expected)
            while let update = await stream.next() { collected.updates.append(update) }
            engine.forgetPrefixes()
            let undisturbed = await engine.collect(running)
            for index in 0..<2 { expectSame(collected, undisturbed, of: index) }
            try await engine.expectNoLeak()
        }
        try await withEngine(path: kind.path, prefixes: settings) { engine in
            _ = await engine.collect(try await assignment(engine, question("bye"), count: 3))
            _ = await engine.collect(try await assignment(engine, turn))
            let answer = await engine.collect(try await assignment(engine, otherTurn))
            #expect(try #require(answer.outcome(of: 0)).usage.cachedTokens > 0)
            expectSame(answer, otherExpected)
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: TinyModel.allCases)
    func withLittleMemoryWhatIsOnDiskMakesRoomOrStays(kind: TinyModel) async throws {
        let (messages, _) = try await keep(kind, "hello")
        let turn = messages + [Message(role: .user, content: "on")]
        let expected = try await freshAnswer(kind, turn)
        try await withEngine(path: kind.path, cells: 512, sequences: 2, prefixes: settings) { engine in
            for number in 0..<6 {
                _ = await engine.collect(try await assignment(engine, question("other \(number)")))
                let answer = await engine.collect(try await assignment(engine, turn))
                expectSame(answer, expected)
                try await engine.expectNoLeak()
            }
        }
    }
}
