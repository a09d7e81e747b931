package import SwarmCore

/// An executor that gives what a script says, and keeps what it was asked.
package struct ScriptedExecutor: ToolExecutor {
    /// What happened so far.
    package struct Record: Sendable {
        /// In the order in which they began.
        package var begun: [ToolInvocation] = []
        /// Ids of calls, in the order in which they ended.
        package var ended: [String] = []
        /// Calls that were cancelled before they ended.
        package var cancelled = 0
        /// How often it was asked what it offers.
        package var lists = 0
    }

    package let place = "the script"
    package let record = Observed(Record())
    private let tools: [OfferedTool]
    private let gates: [String: Gate]
    private let run: @Sendable (ToolInvocation) -> ToolOutcome

    /// - Parameters:
    ///   - gates: by the name of a tool; its calls end once it is open.
    ///   - run: what comes of a call.
    package init(
        tools: [OfferedTool] = ScriptedExecutor.usual,
        gates: [String: Gate] = [:],
        run: @escaping @Sendable (ToolInvocation) -> ToolOutcome = { ToolOutcome(.done, "\($0.name) is done") }
    ) {
        self.tools = tools
        self.gates = gates
        self.run = run
    }

    /// Two that look, two that change something, one that asks.
    package static var usual: [OfferedTool] {
        [
            tool("list", "path", .looks), tool("read", "filePath", .looks), tool("write", "filePath", .changes),
            tool("bash", "command", .changes), tool("question", "question", .asks),
        ]
    }

    private static func tool(_ name: String, _ parameter: String, _ effect: ToolEffect) -> OfferedTool {
        let schema: JSON = ["type": "object", "properties": .object(JSON.Object([(parameter, ["type": "string"])]))]
        return OfferedTool(ToolSpec(name: name, summary: "A tool.", parameters: schema), effect: effect)
    }

    package func offered() async -> [OfferedTool] {
        record.change { $0.lists += 1 }
        return tools
    }

    package func execute(_ invocation: ToolInvocation) async -> ToolOutcome {
        record.change { $0.begun.append(invocation) }
        await gates[invocation.name]?.passed()
        if Task.isCancelled {
            record.change { $0.cancelled += 1 }
            return ToolOutcome(.failed, "cancelled")
        }
        record.change { $0.ended.append(invocation.id) }
        return run(invocation)
    }
}
