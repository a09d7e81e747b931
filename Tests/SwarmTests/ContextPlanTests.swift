import InMemoryLogging
import Logging
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ContextPlanTests {
    private static let tool = ToolSpec(
        name: "read",
        summary: "Reads a file. " + text(400),
        parameters: ["type": "object", "properties": ["path": ["type": "string"]]]
    )

    private func swarm(_ source: ScriptedSource = ScriptedSource([]), context: ContextMode) -> Swarm {
        Swarm(model: ScriptedModel(contextLength: 400), sources: [source], context: context)
    }

    @Test func theModelReadsLessAndTheVoteJudgesByWhatWasSent() async throws {
        let request = ChatRequest.asking(tools: [Self.tool])
        let plan = try await swarm(context: .auto).plan(request)
        #expect(plan.request.tools == [Self.tool])
        #expect(plan.prompt.text.hasPrefix("tool: read Reads a file. {\"type\""))
        #expect(plan.prompt.tokens.count == plan.context?.tokensAfter)
        #expect(plan.context?.tools == .compact)
        #expect(plan.context?.limit == 400)
    }

    @Test(arguments: ContextMode.allCases, [nil] + ContextMode.allCases.map { $0 })
    func theRequestsModeComesBeforeTheServers(server: ContextMode, asked: ContextMode?) async throws {
        var asking = ChatRequest.asking(tools: [Self.tool])
        asking.contextMode = asked
        let request = asking
        let mode = asked ?? server
        let swarm = swarm(context: server)
        if mode == .full {
            await #expect(throws: PlanError.self) { try await swarm.plan(request) }
        } else {
            #expect(try await swarm.plan(request).context?.mode == mode)
        }
    }

    @Test func whatWasShortenedIsInTheSummaryAndInTheLog() async throws {
        let log = InMemoryLogHandler()
        let source = ScriptedSource([.whole(0, "yes")])
        let request = ChatRequest.asking(.vote(candidates: 1), tools: [Self.tool])
        let told = try await swarm(source, context: .minimal)
            .told(request, logger: Logger(label: "test") { _ in log })
        let report = try #require(told.summary?.context)
        #expect(report.mode == .minimal)
        #expect(report.tools == .minimal)
        #expect(told.summary?.usage.promptTokens == report.tokensAfter)
        let entry = try #require(log.entries.first)
        let expected: Logger.Metadata = [
            "context.mode": "minimal", "context.tokens_before": "\(report.tokensBefore)",
            "context.tokens_after": "\(report.tokensAfter)", "context.tools": "minimal",
            "context.tool_results_replaced": "0", "context.turns_dropped": "0",
        ]
        for (key, value) in expected { #expect(entry.metadata[key] == value, "\(key)") }
    }

    @Test func whatFitsIsReportedAsNothing() async throws {
        let told = try await swarm(ScriptedSource([.whole(0, "yes")]), context: .auto).told(
            .asking(.vote(candidates: 1))
        )
        #expect(told.summary != nil)
        #expect(told.summary?.context == nil)
    }
}
