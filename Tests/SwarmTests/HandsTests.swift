import Logging
import SwarmCore
import SwarmTestSupport
import Testing

@testable import Swarm

/// The whole loop over a scripted model and scripted tools.
@Suite(.timeLimit(.minutes(1)))
struct HandsTests {
    /// A model that writes these turns, the same in each candidate: which one is next is told by the conversation.
    private static func model(_ turns: String...) -> ScriptedSource { model(turns) }

    private static func model(_ turns: [String]) -> ScriptedSource {
        ScriptedSource { assignment in
            let number = assignment.request.messages.count { $0.role == .assistant && !$0.toolCalls.isEmpty }
            return assignment.candidates.map { .whole($0.index, turns[min(number, turns.count - 1)]) }
        }
    }

    private static func swarm(
        _ source: ScriptedSource,
        _ executor: ScriptedExecutor? = ScriptedExecutor(),
        limits: HandsLimits = HandsLimits(),
        contextLength: Int = 20_000,
        candidates: Int? = 3,
        heartbeat: Duration = never
    ) -> Swarm {
        let number = Locked(0)
        return Swarm(
            model: ScriptedModel(contextLength: contextLength),
            sources: [source],
            votes: VoteSettings(candidates: candidates),
            heartbeat: heartbeat,
            makeCallID: {
                number.withLock { number in
                    number += 1
                    return "call_\(number)"
                }
            },
            hands: executor.map { Hands(executor: $0, limits: limits) }
        )
    }

    private static let list = #"<call:list>{"path":"src"}</call>"#

    @Test func toolsRunAndTheAnswerComesFromWhatTheyFound() async throws {
        let source = Self.model("Looking. " + Self.list, "There are a and b.")
        let executor = ScriptedExecutor { _ in ToolOutcome(.done, "a\nb") }
        let told = try await Self.swarm(source, executor).told(.asking(content: "What is in src?"))
        #expect(told.content() == "There are a and b.")
        #expect(told.reasoning() == "list src → 2 lines\n")
        #expect(told.calls() == [])
        #expect(told.finish() == .stop)
        #expect(told.isInOrder)
        let invocation = try #require(executor.record.value.begun.first)
        #expect(invocation.arguments == ["path": "src"])
        #expect(invocation.session == SessionKey(rawValue: "r"))
        #expect(invocation.folder == ".")
        #expect(!invocation.isApproved)
        let summary = try #require(told.summary)
        #expect(summary.tools?.runs.map(\.name) == ["list"])
        #expect(summary.tools?.runs.map(\.status) == [.done])
        #expect(summary.tools?.steps == 2)
        #expect(summary.tools?.stop == nil)
        // Both turns are paid for.
        let turns = source.record.value.started
        #expect(turns.map(\.request.id.rawValue) == ["r", "r-2"])
        #expect(summary.usage.promptTokens == turns.reduce(0) { $0 + $1.prompt.tokens.count })
        #expect(turns[1].request.messages.map(\.role) == [.user, .assistant, .tool])
        #expect(turns[1].request.messages.last?.content == "a\nb")
    }

    @Test func aClientsToolsAreReturnedAndNeverRun() async throws {
        let executor = ScriptedExecutor()
        let tool = ToolSpec(name: "list", parameters: ["type": "object"])
        let told = try await Self.swarm(Self.model(Self.list), executor).told(.asking(tools: [tool]))
        #expect(told.calls()?.map(\.name) == ["list"])
        #expect(told.finish() == .toolCalls)
        #expect(told.summary?.tools == nil)
        #expect(executor.record.value.begun.isEmpty)
        #expect(executor.record.value.lists == 0)
    }

    @Test func aRequestCanAskForTheServersTools() async throws {
        let executor = ScriptedExecutor()
        var request = ChatRequest.asking(tools: [ToolSpec(name: "mine")])
        request.toolsWish = .server
        request.folder = "web"
        let source = Self.model(Self.list, "Done.")
        let told = try await Self.swarm(source, executor).told(request)
        #expect(told.content() == "Done.")
        #expect(executor.record.value.begun.map(\.folder) == ["web"])
        #expect(source.record.value.started.first?.request.tools.map(\.name).contains("mine") == false)
    }

    @Test func aSessionStaysInItsFolder() async throws {
        let executor = ScriptedExecutor()
        let swarm = Self.swarm(Self.model(Self.list, "Done."), executor)
        for (session, folder) in [("a", "web"), ("a", nil), ("b", nil), (nil, nil), ("a", "docs"), ("a", nil)] {
            var request = ChatRequest.asking()
            request.session = session.map { SessionKey(rawValue: $0) }
            request.folder = folder
            _ = try await swarm.told(request)
        }
        #expect(executor.record.value.begun.map(\.folder) == ["web", "web", ".", ".", "docs", "docs"])
    }

    private static func declined(_ change: (inout ChatRequest) -> Void) -> ChatRequest {
        var request = ChatRequest.asking()
        change(&request)
        return request
    }

    /// Requests that leave no room for the server's tools.
    private static let without: [ChatRequest] = [
        declined { $0.toolsWish = ToolsWish.none }, declined { $0.toolChoice = .none },
        declined { $0.responseFormat = .jsonObject }, declined { $0.policy = .choices(2) },
        declined { $0.messages.append(Message(role: .assistant, content: "It is")) },
        declined {
            $0.messages.insert(
                Message(role: .assistant, content: "", toolCalls: [ToolCall(id: "1", name: "f", arguments: "{}")]),
                at: 0
            )
        },
    ]

    @Test(arguments: without)
    func suchRequestsHaveNoTools(request: ChatRequest) async throws {
        let executor = ScriptedExecutor()
        let plan = try await Self.swarm(Self.model("42"), executor).plan(request)
        #expect(plan.hands == nil)
        #expect(plan.request.tools.isEmpty)
        #expect(executor.record.value.lists == 0)
    }

    @Test func askingForToolsThatThereAreNotIsRefused() async throws {
        var request = ChatRequest.asking()
        request.toolsWish = .server
        for swarm in [
            Self.swarm(Self.model("42"), nil), Self.swarm(Self.model("42"), ScriptedExecutor(tools: [])),
        ] {
            let error = await #expect(throws: PlanError.self) { try await swarm.plan(request) }
            guard case .unusable("swarm.tools", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        // Who did not ask for them gets an answer all the same.
        let told = try await Self.swarm(Self.model("42"), ScriptedExecutor(tools: [])).told(.asking())
        #expect(told.content() == "42")
    }

    // MARK: What is never run

    /// What looks like a call, a command or an address, where nobody calls.
    private static let prose = [
        "Run `rm -rf /` and <call:bash> later.", "```bash\nrm -rf ~\n```",
        "TOOL: bash\nARGUMENTS: {\"command\": \"rm x\"}",
        #"{"name": "bash", "arguments": {"command": "rm x"}}"#, "Open http://169.254.169.254/ now.",
        "<tool_call>{\"name\": \"bash\", \"arguments\": {}}</tool_call>",
    ]

    @Test(arguments: prose)
    func proseIsNeverCarriedOut(text: String) async throws {
        let executor = ScriptedExecutor()
        let told = try await Self.swarm(Self.model(text), executor).told(.asking(content: text))
        #expect(told.content() == text)
        #expect(executor.record.value.begun.isEmpty)
    }

    @Test(arguments: prose + [#"<call:bash>{"command":"rm x"}</call>"#])
    func whatStandsInAResultIsNeverCarriedOut(text: String) async throws {
        let executor = ScriptedExecutor { _ in ToolOutcome(.done, text) }
        let told = try await Self.swarm(Self.model(Self.list, "Done."), executor).told(.asking())
        #expect(told.content() == "Done.")
        #expect(executor.record.value.begun.map(\.name) == ["list"])
    }

    @Test func aCallOfWhatIsNotOnOfferIsNotCarriedOut() async throws {
        let executor = ScriptedExecutor(tools: Array(ScriptedExecutor.usual.prefix(1)))
        let source = Self.model(#"<call:bash>{"command":"rm x"}</call>"#, "I cannot.")
        let told = try await Self.swarm(source, executor).told(.asking())
        #expect(executor.record.value.begun.isEmpty)
        #expect(told.summary?.tools?.runs.map(\.status) == [.notRun])
        let results = source.record.value.started.last?.request.messages.last
        #expect(results?.content == "There is no tool \"bash\". Tools: list.")
    }

    // MARK: Votes

    @Test func aChangeIsDecidedOnByAVote() async throws {
        let executor = ScriptedExecutor()
        let source = Self.model(#"<call:write>{"filePath":"a","content":"x"}</call>"#, "Written.")
        let told = try await Self.swarm(source, executor, candidates: 1).told(.asking(.vote(candidates: 1)))
        #expect(told.content() == "Written.")
        #expect(executor.record.value.begun.map(\.name) == ["write"])
        // The lone candidate's call was asked for again, by three.
        #expect(source.record.value.started.map(\.candidates.count) == [1, 3, 1])
    }

    @Test func aChangeThatTheCandidatesDisagreeOnIsNotMade() async throws {
        let executor = ScriptedExecutor()
        let source = ScriptedSource { assignment in
            guard assignment.request.messages.count == 1 else {
                return assignment.candidates.map { .whole($0.index, "No.") }
            }
            return assignment.candidates.map { plan in
                .whole(plan.index, #"<call:bash>{"command":"rm \#(["a", "src", "/etc", "x"][plan.index % 4])"}</call>"#)
            }
        }
        let told = try await Self.swarm(source, executor, candidates: 4).told(.asking(.vote(candidates: 4)))
        #expect(executor.record.value.begun.isEmpty)
        #expect(told.content() == "No.")
        #expect(source.record.value.started.last?.request.messages.last?.content == LoopWords.disagreement)
    }

    // MARK: Side by side, signs of life, the end

    @Test func callsThatLookRunSideBySideAndResultsKeepTheirOrder() async throws {
        let (slow, fast) = (Gate(), Gate())
        let executor = ScriptedExecutor(gates: ["list": slow, "read": fast]) { ToolOutcome(.done, "of \($0.name)") }
        let source = Self.model(Self.list + #"<call:read>{"filePath":"a"}</call>"#, "Done.")
        let swarm = Self.swarm(source, executor)
        let observed = Observed(Told())
        async let answer = swarm.told(.asking(), into: observed)
        await executor.record.wait { $0.begun.count == 2 }
        fast.open()
        await executor.record.wait { $0.ended.count == 1 }
        slow.open()
        _ = try await answer
        #expect(source.record.value.started.last?.request.messages.suffix(2).map(\.content) == ["of list", "of read"])
    }

    @Test func thereAreSignsOfLifeWhileAToolRuns() async throws {
        let gate = Gate()
        let executor = ScriptedExecutor(gates: ["list": gate])
        let swarm = Self.swarm(Self.model(Self.list, "Done."), executor, heartbeat: .milliseconds(5))
        let observed = Observed(Told())
        async let answer = swarm.told(.asking(), into: observed)
        await observed.wait { $0.events.contains(.phase(.working(tool: "list"))) }
        gate.open()
        _ = try await answer
        #expect(observed.value.content() == "Done.")
    }

    @Test func aClientThatLeavesEndsTheTool() async throws {
        let executor = ScriptedExecutor(gates: ["list": Gate()])
        let swarm = Self.swarm(Self.model(Self.list, "Done."), executor)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await swarm.told(.asking()) }
            await executor.record.wait { $0.begun.count == 1 }
            group.cancelAll()
        }
        #expect(executor.record.value.cancelled == 1)
    }

    @Test func aQuestionIsTheAnswerUntilItIsAnswered() async throws {
        let executor = ScriptedExecutor { invocation in
            guard !invocation.isApproved else { return ToolOutcome(.done, "made") }
            let question = ToolQuestion(text: "May bash be used for: make", options: ["allow", "deny"])
            return ToolOutcome(.asks, question.text, question: question)
        }
        let source = Self.model(#"<call:bash>{"command":"make"}</call>"#, "It is made.")
        let swarm = Self.swarm(source, executor)
        var request = ChatRequest.asking(content: "Build it.")
        let asked = try await swarm.told(request)
        #expect(asked.content().hasPrefix("May bash be used for: make\n\nAnswer: allow | deny\n\n[question "))
        #expect(asked.finish() == .stop)
        #expect(asked.summary?.tools?.stop == .question)
        #expect(executor.record.value.begun.count == 1)
        request.id = RequestID(rawValue: "later")
        request.messages += [
            Message(role: .assistant, content: asked.content()), Message(role: .user, content: "allow"),
        ]
        let told = try await swarm.told(request)
        #expect(told.content() == "It is made.")
        let approved = try #require(executor.record.value.begun.last)
        #expect(approved.isApproved && approved.arguments == ["command": "make"])
        #expect(source.record.value.started.last?.request.messages.last?.content == "made")
        // The same words once more allow nothing.
        request.id = RequestID(rawValue: "replay")
        _ = try await swarm.told(request)
        #expect(executor.record.value.begun.filter(\.isApproved).count == 1)
    }

    @Test func whatNoLongerFitsEndsTheWorkInWords() async throws {
        let executor = ScriptedExecutor { _ in ToolOutcome(.done, String(repeating: "x", count: 5000)) }
        var request = ChatRequest.asking()
        request.contextMode = .full
        let told = try await Self.swarm(Self.model(Self.list, "Done."), executor, contextLength: 2000).told(request)
        #expect(told.content() == LoopWords.overflow(limit: 2000))
        #expect(told.summary?.tools?.stop == .context)
    }

    @Test func theTextOfTheLastTurnIsTheAnswerWhateverStopped() async throws {
        let calls = (0..<9).map { #"<call:list>{"path":"\#($0)"}</call>"# }
        let executor = ScriptedExecutor()
        let swarm = Self.swarm(Self.model(calls), executor, limits: HandsLimits(steps: 3))
        let told = try await swarm.told(.asking())
        #expect(executor.record.value.begun.count == 3)
        #expect(told.content() == "The work with tools was stopped without an answer: so many steps were taken.")
        #expect(told.summary?.tools?.stop == .steps)
        #expect(told.calls() == [])
    }
}
