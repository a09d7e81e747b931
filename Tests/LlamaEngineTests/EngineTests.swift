import Foundation
import LlamaEngine
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2)))
struct EngineTests {
    @Test func aGreedyAnswerIsRightAndEndsByItself() async throws {
        try await withEngine { engine in
            let collected = await engine.collect(try await engine.assignment())
            #expect(collected.text(of: 0).contains("Answer: 42"))
            let outcome = try #require(collected.outcome(of: 0))
            #expect(outcome.reason == .stop)
            #expect(outcome.usage.completionTokens == collected.scores(of: 0).count)
            #expect(outcome.usage.cachedTokens == 0)
        }
    }

    @Test func everyCandidateEndsExactlyOnceAndLast() async throws {
        try await withEngine { engine in
            let assignment = try await engine.assignment(count: 8, sampling: Sampling(temperature: 1, seed: 3))
            let collected = await engine.collect(assignment)
            #expect(collected.indices == Array(0..<8))
            for index in 0..<8 {
                let events = collected.events(of: index)
                #expect(events.count { $0.isEnd } == 1)
                #expect(events.last?.isEnd == true)
            }
            #expect(
                Set((0..<8).map { collected.text(of: $0) }).count > 1,
                "eight seeds must not all agree at temperature 1"
            )
            try await engine.expectNoLeak()
        }
    }

    @Test(arguments: [nil, 0.7, 1.3] as [Double?])
    func theSameSeedGivesTheSameTextAlsoFromAWarmCache(temperature: Double?) async throws {
        try await withEngine { engine in
            let sampling = Sampling(temperature: temperature, seed: 99)
            let first = await engine.collect(try await engine.assignment(sampling: sampling))
            let second = await engine.collect(try await engine.assignment(sampling: sampling))
            #expect(first.text(of: 0) == second.text(of: 0))
            // A prompt that is partly in memory rounds differently: with a seed it is read afresh.
            #expect(second.outcome(of: 0)?.usage.cachedTokens == 0)
            engine.forgetPrefixes()
            let third = await engine.collect(try await engine.assignment(sampling: sampling))
            #expect(first.text(of: 0) == third.text(of: 0))
        }
    }

    @Test func theSecondTurnDecodesOnlyWhatIsNew() async throws {
        try await withEngine { engine in
            let session = SessionKey(rawValue: "s")
            let first = await engine.collect(try await engine.assignment(session: session))
            let turn =
                Bumble.question() + [
                    Message(role: .assistant, content: first.text(of: 0)),
                    Message(role: .user, content: "What is 7 * 8?"),
                ]
            let assignment = try await engine.assignment(turn, session: session)
            let before = engine.status.promptTokens
            let second = await engine.collect(assignment)
            let usage = try #require(second.outcome(of: 0)).usage
            let firstUsage = try #require(first.outcome(of: 0)).usage
            // All of the first turn but the end-of-turn token, which was drawn and never decoded.
            #expect(usage.cachedTokens >= firstUsage.promptTokens + firstUsage.completionTokens - 1)
            #expect(Int(engine.status.promptTokens - before) == usage.promptTokens - usage.cachedTokens)
            try await engine.expectNoLeak()
        }
    }

    @Test func aVoteHearsOfEveryTokenBeforeAnyEnd() async throws {
        try await withEngine { engine in
            var assignment = try await engine.assignment(count: 6, sampling: Sampling(temperature: 1, seed: 4))
            assignment.isLive = false
            var heard = Array(repeating: 0, count: 6)
            var events = 0
            var isFirst = true
            for await update in engine.candidates(for: assignment) {
                switch update.event {
                case .text(let delta):
                    // The first token goes alone: it tells when generation began.
                    if heard[update.candidate.index] == 0 { #expect(delta.tokens.count == 1) }
                    heard[update.candidate.index] += delta.tokens.count
                    events += 1
                case .finished(let outcome):
                    #expect(outcome.usage.completionTokens == heard[update.candidate.index])
                    // They all began together: when the first ends, the others are as far, but for a character in the making.
                    if isFirst { #expect(heard.allSatisfy { abs($0 - outcome.usage.completionTokens) <= 3 }) }
                    isFirst = false
                case .phase, .prompt, .failed: break
                }
            }
            #expect(events * 3 < heard.reduce(0, +), "text that nobody reads comes in larger pieces")
        }
    }

    @Test func aStopStringThatSpansTokensEndsTheAnswerBeforeIt() async throws {
        try await withEngine { engine in
            let whole = await engine.collect(try await engine.assignment()).text(of: 0)
            let stop = "Answer: 4"
            let cut = try #require(whole.range(of: stop))
            let limits = Limits(maxTokens: 200, stop: [stop])
            let collected = await engine.collect(try await engine.assignment(limits: limits))
            #expect(collected.text(of: 0) == String(whole[..<cut.lowerBound]))
            #expect(collected.outcome(of: 0)?.reason == .stop)
        }
    }

    @Test(arguments: [1, 2, 5])
    func theTokenLimitEndsTheAnswer(limit: Int) async throws {
        try await withEngine { engine in
            let collected = await engine.collect(try await engine.assignment(limits: Limits(maxTokens: limit)))
            #expect(collected.outcome(of: 0)?.reason == .length)
            #expect(collected.outcome(of: 0)?.usage.completionTokens == limit)
            #expect(collected.scores(of: 0).count == limit)
        }
    }

    @Test func scoresAreLogProbabilities() async throws {
        try await withEngine { engine in
            let sampling = Sampling(temperature: 0, topLogprobs: 5)
            let scores = await engine.collect(try await engine.assignment(sampling: sampling)).scores(of: 0)
            #expect(!scores.isEmpty)
            for score in scores {
                #expect(score.logprob <= 1e-4)
                #expect(score.selfCertainty >= -1e-3)
                #expect(score.alternatives.count == 5)
                // Greedy: the chosen token is the likeliest.
                #expect(score.alternatives.first?.token == score.token)
                #expect(zip(score.alternatives, score.alternatives.dropFirst()).allSatisfy { $0.logprob >= $1.logprob })
            }
            #expect(
                scores.flatMap(\.bytes) == Array(await engine.collect(try await engine.assignment()).text(of: 0).utf8)
            )
        }
    }

    @Test func logitBiasForbidsAToken() async throws {
        try await withEngine { engine in
            let first = try #require(await engine.collect(try await engine.assignment()).scores(of: 0).first)
            let sampling = Sampling(temperature: 0, logitBias: [first.token: -100])
            let scores = await engine.collect(try await engine.assignment(sampling: sampling)).scores(of: 0)
            #expect(!scores.contains { $0.token == first.token })
        }
    }

    @Test func aSchemaIsObeyedWhateverTheModelWouldSay() async throws {
        try await withEngine { engine in
            let schema: JSON = [
                "type": "object", "properties": ["sum": ["type": "integer"]], "required": ["sum"],
                "additionalProperties": false,
            ]
            var ended = 0
            for (seed, temperature) in [0, 0.7, 0.8, 1.0, 1.2, 1.5].enumerated() {
                let assignment = try await engine.assignment(
                    sampling: Sampling(temperature: temperature, seed: UInt64(seed)),
                    limits: Limits(maxTokens: 300),
                    format: .jsonSchema(name: "sum", schema: schema)
                )
                let collected = await engine.collect(assignment)
                #expect(collected.failure(of: 0) == nil)
                guard collected.outcome(of: 0)?.reason == .stop else { continue }
                ended += 1
                let json = try JSON(parsing: collected.text(of: 0))
                #expect(json["sum"]?.intValue != nil)
                #expect(json.objectValue?.keys == ["sum"])
            }
            #expect(ended > 0)
        }
    }

    @Test func aToolCallFollowsItsSchema() async throws {
        try await withEngine { engine in
            let parameters: JSON = [
                "type": "object",
                "properties": ["command": ["type": "string"], "description": ["type": "string"]],
                "required": ["command", "description"],
            ]
            let tools = [ToolSpec(name: "bash", summary: "Run a shell command", parameters: parameters)]
            for seed in UInt64(0)..<5 {
                let assignment = try await engine.assignment(
                    Bumble.question("List the files in src"),
                    sampling: Sampling(temperature: 0.9, seed: seed),
                    tools: tools,
                    toolChoice: .required
                )
                let collected = await engine.collect(assignment)
                #expect(collected.outcome(of: 0)?.reason == .stop)
                let reader = try engine.model.reader(for: assignment.prompt.reading)
                let answer = try reader.read(collected.text(of: 0), isPartial: false)
                let call = try #require(answer.toolCalls.first)
                #expect(call.name == "bash")
                #expect(Set(try JSON(parsing: call.arguments).objectValue?.keys ?? []) == ["command", "description"])
            }
        }
    }

    @Test func aPromptLongerThanTheContextIsRefusedBeforeAnything() async throws {
        try await withEngine { engine in
            let long = String(repeating: "What is 12 + 30? ", count: 600)
            await #expect(throws: PlanError.self) { _ = try await engine.assignment(Bumble.question(long)) }
            do {
                _ = try await engine.assignment(Bumble.question(long))
            } catch PlanError.contextLengthExceeded(let needed, let limit) {
                #expect(limit == 2048)
                #expect(needed > limit)
            }
        }
    }

    @Test func noPositionPassesWhatTheModelWasTrainedFor() async throws {
        try await withEngine(cells: 8192) { engine in
            let long = String(repeating: "What is 12 + 30? ", count: 150)
            let bias = Sampling(temperature: 1, logitBias: Bumble.endless, seed: 1)
            let assignment = try await engine.assignment(Bumble.question(long), sampling: bias, limits: Limits())
            let usage = try #require(await engine.collect(assignment).outcome(of: 0)).usage
            #expect(usage.promptTokens + usage.completionTokens <= 2048)
        }
    }

    @Test func theEngineCannotBeAskedForMoreContextThanTheModelHas() async throws {
        try await withEngine(context: 100_000) { engine in #expect(engine.model.card.contextLength == 2048) }
        try await withEngine(context: 512) { engine in #expect(engine.model.card.contextLength == 512) }
    }

    @Test(arguments: ["/nonexistent/model.gguf", #filePath])
    func whatIsNoModelIsAnError(path: String) async {
        let settings = EngineSettings(modelPath: path, modelID: ModelID(rawValue: "x"))
        await #expect(throws: EngineError.self) {
            _ = try await LlamaEngine.load(settings, logger: silentLogger)
        }
    }
}
