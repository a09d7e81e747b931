import LlamaEngine
import SwarmCore
import SwarmTestSupport
import Testing

/// Candidates that go on from where another one was.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct OpeningTests {
    /// A greedy answer, then the same answer again from a part of its own tokens on.
    private func expectSameAnswer(
        _ engine: LlamaEngine,
        _ assignment: Assignment,
        cuts: (Int) -> [Int],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let whole = await engine.collect(assignment)
        let scores = whole.scores(of: 0)
        let outcome = try #require(whole.outcome(of: 0), sourceLocation: sourceLocation)
        #expect(scores.count > 8, sourceLocation: sourceLocation)
        for cut in cuts(scores.count) {
            var fork = assignment
            fork.candidates[0].index = 1
            fork.opening = Array(scores[..<cut])
            let rest = await engine.collect(fork)
            #expect(rest.scores(of: 1).map(\.token) == scores[cut...].map(\.token), sourceLocation: sourceLocation)
            #expect(rest.scores(of: 1).flatMap(\.bytes) == scores[cut...].flatMap(\.bytes))
            // What the reader has of the opening: all of it that was certain.
            var assembler = TextAssembler(stops: assignment.request.limits.stop + assignment.prompt.extraStops)
            let begun = assembler.feed(fork.opening.flatMap(\.bytes))
            #expect(begun + rest.text(of: 1) == whole.text(of: 0), sourceLocation: sourceLocation)
            let end = try #require(rest.outcome(of: 1), sourceLocation: sourceLocation)
            #expect(end.reason == outcome.reason, sourceLocation: sourceLocation)
            #expect(end.usage.completionTokens == outcome.usage.completionTokens - cut, sourceLocation: sourceLocation)
            #expect(end.usage.promptTokens == outcome.usage.promptTokens + cut, sourceLocation: sourceLocation)
            // The ended candidate is in memory: only the last token is read again, for its logits.
            #expect(end.usage.cachedTokens == end.usage.promptTokens - 1, sourceLocation: sourceLocation)
        }
        try await engine.expectNoLeak(sourceLocation: sourceLocation)
    }

    @Test func anAnswerGoesOnFromItsMiddleAsItDid() async throws {
        try await withEngine { engine in
            try await expectSameAnswer(engine, try await engine.assignment()) { [$0 / 2, 1, $0 - 1] }
        }
    }

    @Test func aGrammarIsAtTheRightPlace() async throws {
        let schema: JSON = [
            "type": "object",
            "properties": ["name": ["type": "string", "maxLength": 12], "sum": ["type": "integer"]],
            "required": ["name", "sum"], "additionalProperties": false,
        ]
        try await withEngine { engine in
            let assignment = try await engine.assignment(format: .jsonSchema(name: "sum", schema: schema))
            try await expectSameAnswer(engine, assignment) { Array(1..<$0) }
        }
    }

    private static let bash = ToolSpec(
        name: "bash",
        summary: "Run a shell command",
        parameters: [
            "type": "object",
            "properties": ["command": ["type": "string"], "description": ["type": "string"]],
            "required": ["command", "description"],
        ]
    )

    @Test(arguments: [ToolChoice.required, .auto])
    func aToolCallInProgressGoesOn(choice: ToolChoice) async throws {
        try await withEngine { engine in
            let assignment = try await engine.assignment(
                Bumble.question("List the files in src"),
                tools: [Self.bash],
                toolChoice: choice
            )
            #expect(assignment.prompt.grammar?.isLazy == (choice == .auto))
            let text = await engine.collect(assignment).text(of: 0)
            let answer = try engine.model.reader(for: assignment.prompt.reading).read(text, isPartial: false)
            #expect(answer.toolCalls.first?.name == "bash")
            engine.forgetPrefixes()
            try await expectSameAnswer(engine, assignment) { Array(stride(from: 1, to: $0, by: 3)) }
        }
    }

    @Test(arguments: [0.7, 1, 1.3])
    func aLazyGrammarThatTheOpeningPutInForceHolds(temperature: Double) async throws {
        try await withEngine { engine in
            var assignment = try await engine.assignment(
                Bumble.question("List the files in src"),
                count: 6,
                sampling: Sampling(temperature: 0),
                tools: [Self.bash]
            )
            var first = assignment
            first.candidates = [assignment.candidates[0]]
            let whole = await engine.collect(first)
            #expect(whole.outcome(of: 0)?.reason == .stop)
            assignment.opening = Array(whole.scores(of: 0).dropLast(whole.scores(of: 0).count / 2))
            for place in assignment.candidates.indices {
                assignment.candidates[place].sampling.temperature = temperature
            }
            let collected = await engine.collect(assignment)
            let begun = String(decoding: assignment.opening.flatMap(\.bytes), as: UTF8.self)
            for index in 0..<6 where collected.outcome(of: index)?.reason == .stop {
                let text = begun + collected.text(of: index)
                let answer = try engine.model.reader(for: assignment.prompt.reading).read(text, isPartial: false)
                let call = try #require(answer.toolCalls.first)
                #expect(Set(try JSON(parsing: call.arguments).objectValue?.keys ?? []) == ["command", "description"])
            }
            #expect((0..<6).contains { collected.outcome(of: $0)?.reason == .stop })
            try await engine.expectNoLeak()
        }
    }

    @Test func anOpeningTheGrammarForbidsFailsEveryCandidateAndLeaksNothing() async throws {
        try await withEngine { engine in
            let free = await engine.collect(try await engine.assignment())
            var assignment = try await engine.assignment(count: 3, format: .jsonObject)
            assignment.opening = free.scores(of: 0)
            let collected = await engine.collect(assignment)
            for index in 0..<3 {
                guard case .grammar = collected.failure(of: index) else {
                    Issue.record("candidate \(index) was let through")
                    continue
                }
            }
            try await engine.expectNoLeak()
            let again = await engine.collect(try await engine.assignment(count: 3))
            for index in 0..<3 { #expect(again.text(of: index) == free.text(of: 0)) }
            try await engine.expectNoLeak()
        }
    }

    @Test func aStopStringAcrossTheBorderIsFound() async throws {
        try await withEngine { engine in
            let free = await engine.collect(try await engine.assignment())
            let bytes = free.scores(of: 0).map { String(decoding: $0.bytes, as: UTF8.self) }
            let cut = bytes.count / 2
            // Two characters on either side of the border.
            let begun = bytes[..<cut].joined()
            let stop = String(begun.suffix(2) + bytes[cut...].joined().prefix(2))
            #expect(begun.count(of: stop) == 0)
            var fork = try await engine.assignment(limits: Limits(maxTokens: 200, stop: [stop]))
            fork.opening = Array(free.scores(of: 0)[..<cut])
            let collected = await engine.collect(fork)
            #expect(collected.outcome(of: 0)?.reason == .stop)
            #expect(collected.text(of: 0).isEmpty)
            // One that is whole already ends the answer before anything is drawn.
            fork.opening = Array(free.scores(of: 0)[..<(cut + 2)])
            let over = await engine.collect(fork)
            #expect(over.outcome(of: 0) == Outcome(reason: .stop, usage: try #require(over.outcome(of: 0)).usage))
            #expect(over.outcome(of: 0)?.usage.completionTokens == 0)
            try await engine.expectNoLeak()
        }
    }

    @Test func heldBackTextOfTheOpeningComesWithWhatFollows() async throws {
        try await withEngine { engine in
            let free = await engine.collect(try await engine.assignment())
            let scores = free.scores(of: 0)
            let cut = scores.count / 2
            let held = String(String(decoding: scores[..<cut].flatMap(\.bytes), as: UTF8.self).suffix(2))
            var fork = try await engine.assignment(limits: Limits(maxTokens: 200, stop: [held + "\u{1}"]))
            fork.opening = Array(scores[..<cut])
            let rest = String(decoding: scores[cut...].flatMap(\.bytes), as: UTF8.self)
            #expect(await engine.collect(fork).text(of: 0) == held + rest)
        }
    }

    @Test func thePenaltiesCountTheOpening() async throws {
        try await withEngine { engine in
            let sampling = Sampling(temperature: 0, repeatPenalty: 1.3, presencePenalty: 0.5, frequencyPenalty: 0.5)
            let assignment = try await engine.assignment(sampling: sampling, limits: Limits(maxTokens: 60))
            let whole = await engine.collect(assignment).scores(of: 0)
            let plain = await engine.collect(try await engine.assignment(limits: Limits(maxTokens: 60))).scores(of: 0)
            #expect(whole.map(\.token) != plain.map(\.token))
            var fork = assignment
            fork.opening = Array(whole[..<(whole.count / 2)])
            #expect(await engine.collect(fork).scores(of: 0).map(\.token) == whole[(whole.count / 2)...].map(\.token))
        }
    }

    @Test(arguments: [(limit: 30, expected: 10), (limit: 20, expected: 1), (limit: 5, expected: 1)])
    func theOpeningCountsTowardsTheLimit(limit: Int, expected: Int) async throws {
        try await withEngine { engine in
            let sampling = Sampling(temperature: 0, logitBias: Bumble.endless)
            let begun = await engine.collect(
                try await engine.assignment(sampling: sampling, limits: Limits(maxTokens: 20))
            )
            var fork = try await engine.assignment(sampling: sampling, limits: Limits(maxTokens: limit))
            fork.opening = begun.scores(of: 0)
            #expect(fork.opening.count == 20)
            let collected = await engine.collect(fork)
            #expect(collected.outcome(of: 0)?.reason == .length)
            #expect(collected.outcome(of: 0)?.usage.completionTokens == expected)
        }
    }

    @Test func theOpeningCountsTowardsTheContext() async throws {
        try await withEngine(context: 256) { engine in
            let sampling = Sampling(temperature: 0, logitBias: Bumble.endless)
            let begun = await engine.collect(
                try await engine.assignment(sampling: sampling, limits: Limits(maxTokens: 100))
            )
            var fork = try await engine.assignment(sampling: sampling, limits: Limits())
            fork.opening = begun.scores(of: 0)
            let usage = try #require(await engine.collect(fork).outcome(of: 0)).usage
            #expect(usage.promptTokens + usage.completionTokens == 256)
            fork.opening = Array(repeating: fork.opening[0], count: 256)
            let needed = fork.prompt.tokens.count + 256
            #expect(await engine.collect(fork).failure(of: 0) == .contextLength(needed: needed, limit: 256))
        }
    }

    @Test(arguments: [-1, Int32.max])
    func aTokenOfAnotherModelIsRefusedAndHarmsNobody(token: Int32) async throws {
        try await withEngine { engine in
            var fork = try await engine.assignment(count: 2)
            fork.opening = [TokenScore(token: token, bytes: [65], logprob: 0, selfCertainty: 0)]
            let collected = await engine.collect(fork)
            for index in 0..<2 {
                guard case .backend = collected.failure(of: index) else {
                    Issue.record("candidate \(index) was let through")
                    continue
                }
            }
            #expect(await engine.collect(try await engine.assignment()).outcome(of: 0) != nil)
        }
    }

    @Test func everyEndedCandidateOfARequestCanBeGoneOnFromUntilItIsSettled() async throws {
        try await withEngine { engine in
            let assignment = try await engine.assignment(count: 4, sampling: Sampling(temperature: 1.2, seed: 8))
            let first = await engine.collect(assignment)
            for index in 0..<4 {
                var fork = assignment
                fork.candidates = [CandidatePlan(index: 4 + index, sampling: assignment.candidates[index].sampling)]
                fork.opening = Array(first.scores(of: index).dropLast(3))
                let usage = try #require(await engine.collect(fork).outcome(of: 4 + index)).usage
                #expect(usage.cachedTokens == assignment.prompt.tokens.count + fork.opening.count - 1)
            }
            engine.settle(assignment.request.id, winner: 2)
            try await engine.expectNoLeak()
            #expect(engine.status.resident == 1)
        }
    }
}

extension String {
    /// How often another string occurs in it, without overlap.
    fileprivate func count(of other: String) -> Int {
        split(separator: other, omittingEmptySubsequences: false).count - 1
    }
}
