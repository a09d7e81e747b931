import SwarmCore
import Testing
import WireFormats

struct ToolWireTests {
    @Test func callsAndOutcomesSurviveTheWire() throws {
        let call = ToolInvocation(
            id: "c1",
            name: "read",
            arguments: ["filePath": "ü\n"],
            session: SessionKey(rawValue: "s"),
            caller: "me",
            folder: "src",
            isApproved: true
        )
        #expect(try ToolInvocation(json: JSON(parsing: call.json.text)) == call)
        #expect(try ToolInvocation.decode(call.json.utf8) == call)
        for outcome in [
            ToolOutcome(.done, "text"), ToolOutcome(.failed, ""), ToolOutcome(.refused, "no"),
            ToolOutcome(.asks, "May I?", question: ToolQuestion(text: "May I?", options: ["yes"])),
        ] {
            #expect(try ToolOutcome(json: JSON(parsing: outcome.json.text)) == outcome)
        }
        #expect(throws: ToolWireError.self) { try ToolInvocation(json: ["id": "1", "name": "read", "session": "s"]) }
        #expect(throws: ToolWireError.self) { try ToolOutcome(json: ["status": "asks", "output": ""]) }
        #expect(throws: ToolWireError.self) { try ToolOutcome(json: ["status": "great", "output": ""]) }
        #expect(throws: WireError.self) { try ToolInvocation.decode(Array("{".utf8)) }
    }

    @Test func aListOfToolsSurvivesTheWire() throws {
        let tools = [
            OfferedTool(ToolSpec(name: "a", summary: "A.", parameters: ["type": "object"]), effect: .looks),
            OfferedTool(ToolSpec(name: "b"), effect: .changes),
        ]
        #expect(try ToolList.tools(JSON(parsing: ToolList.json(tools).text)) == tools)
        #expect(throws: ToolWireError.self) { try ToolList.tools([]) }
        #expect(throws: ToolWireError.self) { try ToolList.tools(["tools": [["effect": "looks"]]]) }
    }

    /// A host of a later version must not make something harmless by a word that is not known here.
    @Test func anUnknownEffectNeedsAVote() throws {
        let tools = try ToolList.tools(["tools": [["name": "a", "effect": "sings"], ["name": "b"]]])
        #expect(tools.map(\.effect) == [.changes, .changes])
    }

    @Test func theReportTellsWhatRan() {
        var summary = AnswerSummary.test
        #expect(summary.swarmReport["tools"] == nil)
        summary.tools = ToolReport(
            runs: [
                ToolReport.Run(name: "list", status: .done, seconds: 0.0123),
                ToolReport.Run(name: "bash", status: .notRun, seconds: 0),
            ],
            steps: 3,
            stop: .repetition
        )
        #expect(
            summary.swarmReport["tools"]?.text == """
                [{"name":"list","status":"done","seconds":0.012},{"name":"bash","status":"not_run","seconds":0}]
                """
        )
        #expect(summary.swarmReport["tool_steps"] == 3)
        #expect(summary.swarmReport["tool_stop"] == "repetition")
    }
}
