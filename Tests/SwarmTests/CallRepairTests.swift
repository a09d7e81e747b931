import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CallRepairTests {
    private static func shell(_ name: String, required: JSON = ["command", "description"]) -> ToolSpec {
        ToolSpec(
            name: name,
            parameters: [
                "type": "object",
                "properties": [
                    "command": ["type": "string"], "timeout": ["type": "integer"], "description": ["type": "string"],
                ], "required": required,
            ]
        )
    }

    private static let tools = [shell("bash"), shell("exec", required: ["command"]), ToolSpec(name: "read")]
    private static let repair = CallRepair(tools: tools)

    private static func repaired(_ arguments: String, of name: String = "bash") -> String {
        repair.repaired(ToolCall(id: "1", name: name, arguments: arguments)).arguments
    }

    @Test(arguments: [
        (#"{"command":"git status"}"#, #"{"command":"git status","description":"Run: git status"}"#),
        (
            #"{"command": "ls", "timeout": 1e3, "x": [1.0]}"#,
            #"{"command":"ls","timeout":1e3,"x":[1.0],"description":"Run: ls"}"#
        ), (#"{"description":"","command":"ls"}"#, #"{"description":"Run: ls","command":"ls"}"#),
        (#"{"description":null,"command":"ls"}"#, #"{"description":"Run: ls","command":"ls"}"#),
        (
            #"{"command":"\n  cd  a &&\tls \nrm b"}"#,
            #"{"command":"\n  cd  a &&\tls \nrm b","description":"Run: cd a && ls"}"#
        ),
    ])
    func aMissingDescriptionIsMadeOfTheCommand(arguments: String, expected: String) {
        #expect(Self.repaired(arguments) == expected)
        #expect(Self.repaired(expected) == expected, "again changes nothing")
    }

    @Test(arguments: [
        #"{ "command": "ls", "description": "Lists" }"#, #"{"command":""}"#, #"{"command":" \n"}"#, #"{"command":1}"#,
        #"{"description":""}"#, "{}", "[]", "", #"{"command":"ls""#,
    ])
    func otherArgumentsStayAsTheyWereWritten(arguments: String) { #expect(Self.repaired(arguments) == arguments) }

    @Test(arguments: ["exec", "read", "unknown"])
    func toolsThatRequireNoDescriptionAreLeftAlone(name: String) {
        #expect(Self.repaired(#"{"command":"ls"}"#, of: name) == #"{"command":"ls"}"#)
        #expect(!Self.repair.concerns(name))
    }

    @Test func aDescriptionIsShort() throws {
        let arguments = Self.repaired(
            JSON.object(JSON.Object([("command", .string(String(repeating: "ä", count: 99)))])).text
        )
        let description = try #require(try JSON(parsing: arguments)["description"]?.stringValue)
        #expect(description.count == 60)
        #expect(description.hasSuffix("ä…"))
    }

    private static let text = "<call:bash>{\"command\":\"ls\"}</call><call:exec>{\"command\":\"pwd\"}</call>"

    /// The first piece is read and shown at once, wherever it ends.
    @Test(arguments: 0...text.count)
    func aClientGetsTheRepairedCallHoweverItComes(cut: Int) async throws {
        let source = ScriptedSource([
            .say(0, String(Self.text.prefix(cut))), .whole(0, String(Self.text.dropFirst(cut))),
        ])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 1), tools: Self.tools))
        #expect(
            told.calls() == [
                ToolCall(id: "call_1", name: "bash", arguments: #"{"command":"ls","description":"Run: ls"}"#),
                ToolCall(id: "call_1", name: "exec", arguments: #"{"command":"pwd"}"#),
            ]
        )
        #expect(told.finish() == .toolCalls)
    }

    @Test func aVoteCountsTheRepairedCall() async throws {
        let source = ScriptedSource((0..<3).map { .whole($0, "<call:bash>{\"command\":\"ls\"}</call>") })
        let told = try await Swarm(source).told(.asking(.vote(candidates: 3), tools: Self.tools))
        #expect(told.calls()?.map(\.arguments) == [#"{"command":"ls","description":"Run: ls"}"#])
    }
}
