import SwarmCore
import SwarmTestSupport
import Testing

@testable import Swarm

/// Context of 1000 tokens: an answer wants 250 of them.
@Suite(.timeLimit(.minutes(1)))
struct ContextFittingTests {
    /// Of 700 bytes, of which `compact` leaves some 190 and `minimal` some 70.
    private static let tool = ToolSpec(
        name: "read",
        summary: "Reads a file. " + text(500),
        parameters: [
            "type": "object",
            "properties": ["path": ["type": "string"], "mode": ["enum": [.string(text(100))]]],
            "required": ["path"],
        ]
    )

    private static func small(_ count: Int) -> [Message] {
        (0..<count).flatMap { [.user("question \($0) \(text(80))"), .assistant("answer \($0) \(text(82))")] }
    }

    @Test func whatFitsStaysAsItWasSent() async throws {
        let request = ChatRequest.saying([.user(text(700))], tools: [ToolSpec(name: "ls")])
        let fitting = try await Fitting(request)
        #expect(fitting.request == request)
        #expect(fitting.report == nil)
        #expect(fitting.renderings == 1)
    }

    @Test(arguments: [
        (nil, 1000, 250), (nil, 100_000, 1024), (50, 1000, 50), (32_000, 1000, 250), (32_000, 100_000, 1024),
        (1, 1000, 1), (nil, 3, 1),
    ])
    func anAnswerNeedsWhatTheClientAllowsIt(maxTokens: Int?, contextLength: Int, room: Int) {
        #expect(ContextFitting.room(for: Limits(maxTokens: maxTokens), contextLength: contextLength) == room)
    }

    @Test func aShortAnswerNeedsLittleRoom() async throws {
        let request = ChatRequest.saying(
            [.user(text(700))],
            tools: [ToolSpec(name: "ls", summary: "Lists files. " + text(120))]
        )
        #expect(try await request.size > 800)
        var short = request
        short.limits.maxTokens = 20
        #expect(try await Fitting(request).report?.tools == .compact)
        #expect(try await Fitting(short).report == nil)
    }

    @Test func whatCannotBeShortenedIsAnsweredInTheRoomThereIs() async throws {
        let fitting = try await Fitting(.saying([.user(text(985))]))
        #expect(fitting.report == nil)
        #expect(fitting.fitted.prompt.tokens.count == 992)
    }

    @Test(arguments: [
        (ContextMode.auto, 280, ContextReport.Tools.compact), (.auto, 420, .minimal), (.minimal, 1, .minimal),
    ])
    func toolsAreShortenedFirst(mode: ContextMode, size: Int, tools: ContextReport.Tools) async throws {
        let old: [Message] = [.user("hi"), .calling("a"), .result("a", 70), .calling("b"), .result("b", 1)]
        let request = ChatRequest.saying(old + [.user(text(size))], tools: [Self.tool])
        let fitting = try await Fitting(request, mode: mode)
        let expected = ContextReport(
            mode: mode,
            tokensBefore: try await request.size,
            tokensAfter: fitting.fitted.prompt.tokens.count,
            limit: 1000,
            tools: tools
        )
        #expect(fitting.report == expected)
        #expect(fitting.request.messages == request.messages)
        #expect(fitting.text.hasPrefix("tool: read "))
        #expect(expected.tokensAfter < min(expected.tokensBefore, 751))
    }

    @Test func theOldestResultsGoBeforeAnyTurn() async throws {
        let messages: [Message] = [
            .system("s"), .user("u"), .calling("a", "b"), .result("a", 300), .result("b", 50), .calling("c"),
            .result("c", 200), .calling("d"), .result("d", 400), .assistant("so"),
        ]
        let fitting = try await Fitting(.saying(messages))
        var expected = messages
        for place in [3, 6] { expected[place].content = ContextNotes.toolResult }
        #expect(fitting.request.messages == expected)
        #expect(fitting.report?.toolResultsReplaced == 2)
        #expect(fitting.report?.turnsDropped == 0)
        #expect(fitting.report?.tokensBefore == (try await fitting.sent.size))
    }

    @Test func resultsThatTheModelHasNotReadYetStay() async throws {
        let messages: [Message] = [.user("u"), .calling("a", "b"), .result("a", 500), .result("b", 600)]
        let request = ChatRequest.saying(messages)
        let error = PlanError.contextLengthExceeded(needed: try await request.size, limit: 1000)
        await #expect(throws: error) { try await Fitting(request) }
    }

    @Test func theOldestTurnsGoLastAndANoteSaysSo() async throws {
        let messages = [.system("s")] + Self.small(6) + [.user("now?")]
        let fitting = try await Fitting(.saying(messages))
        let kept = fitting.request.messages
        let dropped = try #require(fitting.report?.turnsDropped)
        #expect(dropped == 6)
        #expect(kept.first == .system("s"))
        #expect(kept[1] == .user(ContextNotes.turns + "\n\n" + messages[7].content))
        #expect(kept[2...] == messages[8...])
        #expect(fitting.text.split(separator: ContextNotes.turns, omittingEmptySubsequences: false).count == 2)
    }

    @Test func aCallStaysWithItsResultWhoeverSpokeInBetween() async throws {
        let messages: [Message] = [
            .user(text(200)), .assistant("a"), .user(text(300)), .calling("a"), .user(text(300)), .result("a", 100),
            .user("go on"), .assistant("b"), .user("now?"),
        ]
        let fitting = try await Fitting(.saying(messages))
        #expect(fitting.report?.turnsDropped == 6, "not 4, which would leave the result of a call that is gone")
        #expect(Array(fitting.request.messages.dropFirst()) == Array(messages[7...]))
    }

    @Test(arguments: [1200, 4000])
    func whatIsStillTooLongIsRefusedWithWhatWasSent(size: Int) async throws {
        let messages = [.system("s")] + Self.small(6) + [.user(text(size))]
        let request = ChatRequest.saying(messages, tools: [Self.tool])
        let error = PlanError.contextLengthExceeded(needed: try await request.size, limit: 1000)
        await #expect(throws: error) { try await Fitting(request) }
    }

    @Test func fullMeansAsItWasSentOrRefused() async throws {
        let request = ChatRequest.saying(Self.small(6) + [.user("now?")], tools: [Self.tool])
        let error = PlanError.contextLengthExceeded(needed: try await request.size, limit: 1000)
        await #expect(throws: error) { try await Fitting(request, mode: .full) }
        let tight = ChatRequest.saying(Self.small(4) + [.user(text(120))])
        #expect(try await tight.size > 900)
        #expect(try await Fitting(tight, mode: .full).report == nil)
        #expect(try await Fitting(tight).report?.turnsDropped ?? 0 > 0)
    }

    @Test(arguments: [(ContextMode.compact, ContextReport.Tools.compact), (.minimal, .minimal)])
    func someModesAreShortFromTheStart(mode: ContextMode, tools: ContextReport.Tools) async throws {
        let request = ChatRequest.saying([.user("hi")], tools: [Self.tool], maxTokens: 10)
        let fitting = try await Fitting(request, mode: mode, contextLength: 10_000)
        #expect(fitting.report?.tools == tools)
        #expect(fitting.report?.tokensBefore == (try await request.size))
        #expect(fitting.report?.tokensAfter == (try await fitting.request.size))
        let plain = try await Fitting(.saying([.user("hi")], tools: [ToolSpec(name: "ls")]), mode: mode)
        #expect(plain.report == nil, "there was nothing to shorten")
        #expect(plain.renderings == 1)
    }

    @Test(arguments: ContextMode.allCases)
    func aCompletionIsNeverShortened(mode: ContextMode) async throws {
        var completion = ChatRequest.saying([], tools: [Self.tool])
        completion.input = .completion(CompletionPrompt(.text(text(1200))))
        let request = completion
        let error = PlanError.contextLengthExceeded(needed: 1200, limit: 1000)
        await #expect(throws: error) { try await Fitting(request, mode: mode) }
    }

    @Test(arguments: [0.05, 0.3, 1, 3, 20])
    func wrongCountsAreCorrectedByRendering(factor: Double) async throws {
        let old = (0..<20).flatMap { [.calling("\($0)"), .result("\($0)", 60 + $0 * 9)] as [Message] }
        let messages = [.user("u")] + old + Self.small(12) + [.user("now?")]
        let fitting = try await Fitting(.saying(messages, tools: [Self.tool]), contextLength: 1500) {
            Int(Double($0.utf8.count) * factor)
        }
        #expect(fitting.renderings <= 8)
        #expect(fitting.fitted.prompt.tokens.count <= 1125)
        #expect(fitting.request.messages.last == messages.last || fitting.request.messages.count == 1)
    }

    @Test func aTemplateThatRefusesWhatIsShorterGivesTheFirstError() async throws {
        let request = ChatRequest.saying(Self.small(6) + [.user("now?")])
        let error = PlanError.contextLengthExceeded(needed: try await request.size, limit: 1000)
        await #expect(throws: error) { try await Fitting(request, refuses: { $0 != request }) }
        let refused = PlanError.unusable(parameter: "messages", reason: "not like this")
        await #expect(throws: refused) { try await Fitting(request, refuses: { _ in true }) }
    }

    @Test func aNoteIsShort() {
        for note in [ContextNotes.toolResult, ContextNotes.turns] { #expect(note.split(separator: " ").count < 15) }
    }
}
