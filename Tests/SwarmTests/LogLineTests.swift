import InMemoryLogging
import Logging
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LogLineTests {
    private let log = InMemoryLogHandler()
    private var logger: Logger { Logger(label: "test") { _ in log } }

    @Test func anAnsweredRequestIsOneLineThatSaysWhatItCost() async throws {
        let source = ScriptedSource([.say(2, "hm"), .whole(0, "42"), .whole(1, "42.")])
        let request = ChatRequest.asking(.vote(candidates: 3))
        let summary = try #require(try await Swarm(source).told(request, logger: logger).summary)
        let entry = try #require(log.entries.first)
        #expect(log.entries.count == 1)
        #expect(entry.level == .info)
        #expect(entry.message == "answered")
        let expected: Logger.Metadata = [
            "request.id": "r", "tokens.prompt": "\(promptTokens)", "tokens.cached": "0", "tokens.completion": "2",
            "tokens.total": "7", "vote": "number 2/2", "vote.stop": "lead",
        ]
        for (key, value) in expected { #expect(entry.metadata[key] == value, "\(key)") }
        for key in ["tokens.per_second", "seconds", "first_token_ms"] {
            #expect(entry.metadata[key].flatMap { Double("\($0)") } != nil, "\(key)")
        }
        #expect(entry.metadata.count == 10)
        #expect(summary.report?.valid == 2)
    }

    @Test func choicesHaveNoVoteInTheLog() async throws {
        let source = ScriptedSource([.whole(0, "a"), .whole(1, "b")])
        _ = try await Swarm(source).told(.asking(.choices(2)), logger: logger)
        let entry = try #require(log.entries.first)
        #expect(entry.metadata["vote"] == nil)
        #expect(entry.metadata["tokens.total"] == "2")
    }

    @Test func aFailedRequestIsAWarningWithItsReason() async throws {
        let source = ScriptedSource { assignment in assignment.candidates.map { .fail($0.index, .backend("oom")) } }
        _ = try? await Swarm(source).told(.asking(), logger: logger)
        let entry = try #require(log.entries.first)
        #expect(log.entries.count == 1)
        #expect(entry.level == .warning)
        #expect(entry.metadata["request.id"] == "r")
        #expect("\(entry.metadata["error"] ?? "")".contains("oom"))
    }

    @Test func aClientThatLeavesIsNoWarning() async throws {
        let waiting = Gate()
        let source = ScriptedSource([.phase(0, .prefilling(done: 0, of: 1)), .mark(waiting)])
        let swarm = Swarm(source)
        let plan = try await swarm.plan(.asking())
        let answer = Task { [logger] in try await swarm.answer(plan, logger: logger) { _ in } }
        await waiting.passed()
        answer.cancel()
        _ = try? await answer.value
        #expect(log.entries.map(\.message) == ["client left"])
        #expect(log.entries.map(\.level) == [.info])
    }
}
