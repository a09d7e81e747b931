import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ToolCallTests {
    private static let text = """
        <think>Two files…</think>Let me look. <call:read>{"path":"ä.txt"}</call><call:list>{}</call>
        """
    private static let calls = [
        ToolCall(id: "call_1", name: "read", arguments: "{\"path\":\"ä.txt\"}"),
        ToolCall(id: "call_1", name: "list", arguments: "{}"),
    ]
    private static let tools = [ToolSpec(name: "read"), ToolSpec(name: "list")]

    /// What any reading shows is a beginning of what the last one shows, so that two pieces are as good as many.
    @Test(arguments: 0...text.count)
    func whereverTheTextIsCutNothingIsTakenBack(cut: Int) async throws {
        let source = ScriptedSource([
            .say(0, String(Self.text.prefix(cut))), .whole(0, String(Self.text.dropFirst(cut))),
        ])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 1), tools: Self.tools))
        #expect(told.reasoning() == "Two files…")
        #expect(told.content() == "Let me look. ")
        #expect(told.calls() == Self.calls)
        #expect(told.finish() == .toolCalls)
        #expect(told.isInOrder)
    }

    @Test func characterByCharacterIsTheSame() async throws {
        let source = ScriptedSource(Self.text.map { .say(0, String($0)) } + [.finish(0, .stop)])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 1), tools: Self.tools))
        #expect(told.content() == "Let me look. ")
        #expect(told.calls() == Self.calls)
    }

    @Test func aCallIsShownBeforeItIsComplete() async throws {
        let gate = Gate()
        let source = ScriptedSource([.say(0, "<call:read>{\"path\":"), .wait(gate), .whole(0, "1}</call>")])
        let observed = Observed(Told())
        async let answer = Swarm(source).told(.asking(.vote(candidates: 1), tools: Self.tools), into: observed)
        await observed.wait { $0.calls() == [ToolCall(id: "call_1", name: "read", arguments: "{\"path\":")] }
        gate.open()
        _ = try await answer
        #expect(observed.value.calls() == [ToolCall(id: "call_1", name: "read", arguments: "{\"path\":1}")])
    }

    @Test func aCallCutByTheTokenLimitStaysACall() async throws {
        let source = ScriptedSource([.say(0, "Well. <call:read>{\"pa"), .whole(0, "th", .length)])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 1), tools: Self.tools))
        #expect(told.content() == "Well. ")
        #expect(told.calls() == [ToolCall(id: "call_1", name: "read", arguments: "{\"path")])
        #expect(told.finish() == .length)
    }

    @Test func textThatBreaksItsFormatIsShownAsItIs() async throws {
        let source = ScriptedSource((0..<3).map { .whole($0, "<call:read>never closed") })
        let told = try await Swarm(source).told(.asking(tools: Self.tools))
        #expect(told.content() == "<call:read>never closed")
        #expect(told.calls() == [])
        #expect(told.finish() == .stop)
    }

    @Test func theMostCalledToolWins() async throws {
        let list = "<call:list>{\"a\": 1, \"b\": 2}</call>"
        let same = "Sure. <call:list>{\"b\":2.0,\"a\":1}</call>"
        let source = ScriptedSource([.whole(0, "<call:read>{}</call>"), .whole(1, list), .whole(2, same)])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 3), tools: Self.tools))
        #expect(told.calls()?.map(\.name) == ["list"])
        #expect(told.summary?.winner == 1)
        #expect(told.summary?.report?.kind == .toolCall)
    }
}
