import SwarmCore
import SwarmTestSupport
import Testing

@testable import Swarm

@Suite(.timeLimit(.minutes(1)))
struct ContextPropertyTests {
    private static func conversation(_ random: inout SplitMix64) -> [Message] {
        func words(_ random: inout SplitMix64) -> String { text(Int.random(in: 1...200, using: &random)) }
        var messages = (0..<Int.random(in: 0...2, using: &random)).map { Message.system("s\($0)") }
        for turn in 0..<Int.random(in: 1...9, using: &random) {
            for _ in 0..<(Bool.random(using: &random) ? 1 : 2) { messages.append(.user(words(&random))) }
            for call in 0..<Int.random(in: 0...3, using: &random) {
                let ids = (0..<Int.random(in: 1...2, using: &random)).map { "\(turn).\(call).\($0)" }
                let calls = ids.map { ToolCall(id: $0, name: "read", arguments: "{}") }
                messages.append(Message(role: .assistant, content: words(&random), toolCalls: calls))
                messages += ids.map { .result($0, Int.random(in: 10...400, using: &random)) }
            }
            if Bool.random(using: &random) { messages.append(.assistant(words(&random))) }
        }
        return messages
    }

    private static func tools(_ random: inout SplitMix64) -> [ToolSpec] {
        (0..<Int.random(in: 0...3, using: &random)).map { tool in
            ToolSpec(
                name: "tool\(tool)",
                summary: text(Int.random(in: 0...150, using: &random)),
                parameters: ["type": "object", "properties": ["p": ["description": .string(text(30))]]]
            )
        }
    }

    @Test(arguments: ContextMode.allCases, 0..<150)
    func whatFitsIsStillTheConversation(mode: ContextMode, seed: Int) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        let contextLength = Int.random(in: 300...3000, using: &random)
        let sent = ChatRequest.saying(
            Self.conversation(&random),
            tools: Self.tools(&random),
            maxTokens: Bool.random(using: &random) ? nil : Int.random(in: 1...500, using: &random)
        )
        let before = try await sent.size
        let last = try #require(sent.messages.lastIndex { $0.role == .user })
        let fitting: Fitting
        do {
            fitting = try await Fitting(sent, mode: mode, contextLength: contextLength)
        } catch {
            #expect(error == .contextLengthExceeded(needed: before, limit: contextLength))
            var least = sent
            least.tools = sent.tools.map(ToolCompaction.minimal)
            least.messages = sent.messages.prefix { $0.role == .system } + sent.messages[last...]
            let floor = mode == .full ? before : try await least.size + ContextNotes.turns.utf8.count + 2
            #expect(floor >= contextLength)
            return
        }
        let after = fitting.fitted.prompt.tokens.count
        let kept = fitting.request.messages
        let report = fitting.report
        #expect(after < contextLength)
        #expect(after <= before)
        #expect(fitting.renderings <= 8)
        #expect((report == nil) == (fitting.request == sent))
        if let report {
            #expect(report.tokensBefore == before)
            #expect(report.tokensAfter == after)
            #expect(report.turnsDropped == sent.messages.count - kept.count)
            #expect(report.toolResultsReplaced == kept.count { $0.content == ContextNotes.toolResult })
        }
        #expect(fitting.request.tools.map(\.name) == sent.tools.map(\.name))
        let systems = sent.messages.prefix { $0.role == .system }
        #expect(kept.prefix(systems.count) == systems)

        // From the back it is the same conversation, but for old results and the note.
        let lastCalls = sent.messages.lastIndex { !$0.toolCalls.isEmpty } ?? 0
        for (place, message) in zip(sent.messages.indices.reversed(), kept.reversed()).dropLast(systems.count) {
            var expected = sent.messages[place]
            if message.content == ContextNotes.toolResult {
                #expect(place < lastCalls)
                expected.content = ContextNotes.toolResult
            }
            if message.content.hasPrefix(ContextNotes.turns) {
                expected.content = ContextNotes.turns + "\n\n" + expected.content
            }
            #expect(message == expected)
        }
        #expect(kept.count >= systems.count + sent.messages.count - last)
        #expect(kept.count { $0.content.hasPrefix(ContextNotes.turns) } == (report?.turnsDropped ?? 0 > 0 ? 1 : 0))
        #expect(kept.dropFirst(systems.count).first?.role == .user)

        let called = kept.flatMap(\.toolCalls).map(\.id)
        #expect(called == kept.compactMap(\.toolCallID))
    }

    @Test(arguments: 0..<200)
    func aCutIsTheSameUntilAStepIsFull(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let sizes = (0..<40).map { _ in Int.random(in: 0...60, using: &random) }
        let step = Int.random(in: 1...300, using: &random)
        var last = 0
        for needed in 1...sizes.reduce(0, +) {
            let count = ContextCut.count(toFree: needed, step: step, of: sizes)
            let freed = sizes.prefix(count).reduce(0, +)
            let target = (needed + step - 1) / step * step
            #expect(freed >= needed)
            #expect(count >= last)
            #expect(freed <= target + step / 2 || sizes.prefix(count - 1).reduce(0, +) < needed)
            // Within a step a cut changes at most once, where one piece is larger than half a step.
            if needed % step != 1, step > 1, count != last { #expect(freed > target + step / 2) }
            #expect(ContextCut.count(toFree: needed, step: step, of: sizes + [5, 5]) >= count)
            last = count
        }
        #expect(ContextCut.count(toFree: 0, step: step, of: sizes) == 0)
        #expect(ContextCut.count(toFree: .max / 4, step: step, of: sizes) == sizes.count)
    }

    @Test func aShortTurnMoreGivesTheSameBeginning() async throws {
        var messages: [Message] = [.system(text(100))]
        for turn in 0..<20 { messages += [.user("q\(turn) " + text(90)), .assistant(text(90))] }
        messages.append(.user("one?"))
        let first = try await Fitting(.saying(messages), contextLength: 2000)
        messages += [.assistant("yes"), .user("two?")]
        let second = try await Fitting(.saying(messages), contextLength: 2000)
        let dropped = try #require(first.report?.turnsDropped)
        #expect(dropped > 0)
        #expect(second.report?.turnsDropped == dropped)
        #expect(second.text.hasPrefix(first.text))
    }

    /// What a growing conversation costs when the prompt before is in memory.
    private struct Cost {
        /// How often a prompt does not begin with the one before it.
        var breaks = 0
        /// Share of the tokens that are not in memory.
        var share = 0.0
    }

    private func cost(of turns: Int, after start: [Message], _ turn: (Int) -> [Message]) async throws -> Cost {
        var messages = start
        var previous = ""
        var (breaks, total, anew) = (0, 0, 0)
        for index in 0..<turns {
            messages += turn(index)
            let text = try await Fitting(.saying(messages), contextLength: 4000).text
            let known = zip(text.utf8, previous.utf8).prefix { $0 == $1 }.count
            if known < previous.utf8.count { breaks += 1 }
            total += text.utf8.count
            anew += text.utf8.count - known
            previous = text
        }
        return Cost(breaks: breaks, share: Double(anew) / Double(total))
    }

    @Test func aLongConversationIsReadAnewOnlyOnceInAWhile() async throws {
        let cost = try await cost(of: 200, after: [.system(text(300)), .user("hello")]) {
            [.assistant("answer \($0) \(text(40))"), .user("question \($0) \(text(40))")]
        }
        // 200 turns of 120 tokens are 24 steps of 1000.
        #expect((10...30).contains(cost.breaks))
        #expect(cost.share < 0.15)
    }

    @Test func anAgentAtWorkIsReadAnewOnlyOnceInAWhile() async throws {
        let cost = try await cost(of: 30, after: [.system(text(300)), .user("Do it.")]) {
            [.calling("\($0)"), .result("\($0)", 300)]
        }
        // When all old results are gone each turn loses one more, which is near the end of what is in memory.
        #expect((5...25).contains(cost.breaks))
        #expect(cost.share < 0.3)
    }
}
