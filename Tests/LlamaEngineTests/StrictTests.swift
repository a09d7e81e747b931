import LlamaEngine
import SwarmCore
import SwarmTestSupport
import Testing

/// A request that must repeat to the last bit runs alone, from the memory as it was at the start.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct StrictTests {
    /// - Parameter endless: go on to this many tokens.
    private func strict(_ engine: LlamaEngine, endless: Int? = nil) async throws -> Assignment {
        var assignment = try await engine.assignment(
            count: 4,
            sampling: Sampling(temperature: 0.8, logitBias: endless == nil ? [:] : Bumble.endless, seed: 11),
            limits: Limits(maxTokens: endless ?? 200)
        )
        assignment.request.vote.isStrict = true
        assignment.request.id = RequestID(rawValue: "strict")
        return assignment
    }

    /// Other requests, each one different, with as many candidates as there is room for.
    private func other(_ engine: LlamaEngine, _ number: Int) async throws -> Assignment {
        var assignment = try await engine.assignment(
            Bumble.question("What is \(number) + \(17 * number)? " + String(repeating: "Think. ", count: 3 * number)),
            count: 1 + number % 5,
            sampling: Sampling(temperature: 1, seed: UInt64(number))
        )
        assignment.request.id = RequestID(rawValue: "other \(number)")
        return assignment
    }

    @Test func theSameSeedGivesTheSameTextsOfAllCandidatesWhateverElseRuns() async throws {
        try await withEngine(cells: 4096) { engine in
            let assignment = try await strict(engine)
            let expected = await engine.collect(assignment)
            #expect(Set((0..<4).map { expected.text(of: $0) }).count > 1)
            for round in 0..<6 {
                // Some of it has ended when the request comes, some runs still, some comes while it waits and runs.
                _ = await engine.collect(try await other(engine, 10 * round + 1))
                let later = try await other(engine, 10 * round + 3)
                var running = try await other(engine, 10 * round + 2)
                for place in running.candidates.indices {
                    running.candidates[place].sampling.logitBias = Bumble.endless
                }
                // More than fits between the engine and a reader: it runs until it is read.
                var before = engine.candidates(for: running).makeAsyncIterator()
                _ = await before.next()
                async let repeated = engine.collect(assignment)
                while engine.status.waiting < 1 { await Task.yield() }
                async let after = engine.collect(later)
                while engine.status.waiting < 2 { await Task.yield() }
                while await before.next() != nil {}
                let collected = await repeated
                for index in 0..<4 {
                    #expect(collected.scores(of: index) == expected.scores(of: index))
                    #expect(collected.text(of: index) == expected.text(of: index))
                    #expect(collected.outcome(of: index)?.usage.cachedTokens == 0)
                }
                #expect(await after.outcome(of: 0) != nil)
                try await engine.expectNoLeak()
            }
        }
    }

    @Test func nothingRunsBesideAStrictRequest() async throws {
        try await withEngine { engine in
            let endless = try await strict(engine, endless: 200)
            var stream = engine.candidates(for: endless).makeAsyncIterator()
            _ = await stream.next()
            async let waiting = engine.collect(try await other(engine, 2))
            while engine.status.waiting == 0 { await Task.yield() }
            // The engine is at most as far ahead as the events between it and its reader.
            for _ in 0..<300 {
                _ = await stream.next()
                #expect(engine.status.waiting == 1)
                #expect(engine.status.running + 4 * engine.status.prefilling == 4)
            }
            while await stream.next() != nil {}
            #expect(try await waiting.outcome(of: 0) != nil)
            try await engine.expectNoLeak()
        }
    }

    @Test func candidatesThatCanNeverFitAreGivenUpInTheSameWayEveryTime() async throws {
        try await withEngine(cells: 2048) { engine in
            let assignment = try await strict(engine, endless: 900)
            let expected = await engine.collect(assignment)
            let shed = (0..<4).filter { expected.failure(of: $0) == .shed }
            // One has no room to begin, another none to go on.
            #expect(shed.count >= 2)
            #expect(!shed.contains(0))
            #expect(shed.contains { expected.scores(of: $0).isEmpty })
            #expect(shed.contains { !expected.scores(of: $0).isEmpty })
            _ = await engine.collect(try await other(engine, 4))
            let again = await engine.collect(assignment)
            for index in 0..<4 { #expect(again.events(of: index).last == expected.events(of: index).last) }
            for index in 0..<4 { #expect(again.scores(of: index) == expected.scores(of: index)) }
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: TinyModel.allCases)
    func everyKindOfMemoryRepeats(kind: TinyModel) async throws {
        try await withEngine(path: kind.path) { engine in
            func question(_ text: String, count: Int, seed: UInt64) async throws -> Assignment {
                let sampling = Sampling(
                    temperature: 1,
                    topK: 0,
                    topP: 1,
                    logitBias: TinyModel.endlessLetters,
                    seed: seed
                )
                let messages = Bumble.question(text)
                return try await engine.assignment(
                    messages,
                    count: count,
                    sampling: sampling,
                    limits: Limits(maxTokens: 24)
                )
            }
            var assignment = try await question("hello", count: 4, seed: 3)
            assignment.request.vote.isStrict = true
            let expected = await engine.collect(assignment)
            for round in 1..<4 {
                _ = await engine.collect(try await question("hell", count: round, seed: UInt64(round)))
                let repeated = await engine.collect(assignment)
                for index in 0..<4 { #expect(repeated.scores(of: index) == expected.scores(of: index)) }
            }
            try await engine.expectNoLeak()
        }
    }
}
