import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct KillTests {
    private static let tools = [ToolSpec(name: "read"), ToolSpec(name: "list")]
    private static let loop = String(repeating: "over and over ", count: 74)

    /// Text without any loop.
    private static func words(_ count: Int) -> String { (0..<count).map { "word\($0) " }.joined() }

    @Test func aLoopIsStoppedAndDoesNotVote() async throws {
        let source = ScriptedSource([.say(0, Self.loop), .whole(1, "42"), .whole(2, "42")])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 3)))
        #expect(told.content() == "42")
        #expect(source.record.value.stopped == [0])
        let summary = try #require(told.summary)
        #expect(summary.killed == 1)
        #expect(summary.winner == 1)
        #expect(summary.report?.valid == 2)
        #expect(summary.totalTokens == Self.loop.utf8.count + 4)
    }

    /// A ruled line or a table repeats itself too.
    @Test func aShortLoopIsLetGoOn() async throws {
        let source = ScriptedSource([
            .say(0, String(repeating: "over and over ", count: 73)), .whole(1, "42"), .whole(2, "42"),
        ])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 3)))
        #expect(source.record.value.stopped.isEmpty)
        #expect(told.summary?.killed == 0)
        #expect(told.summary?.report?.cancelled == 1)
    }

    @Test func fourWindowsAreNeededForALoop() async throws {
        let window = Self.words(60)
        let three = String(repeating: window, count: 3)
        #expect(three.count > 1024)
        let source = ScriptedSource([.say(0, three), .whole(1, "42"), .whole(2, "42")])
        _ = try await Swarm(source).told(.asking(.vote(candidates: 3)))
        #expect(source.record.value.stopped.isEmpty)
    }

    @Test(arguments: [("write", true), ("read", false)])
    func aCallOfAnUnknownToolIsStopped(name: String, isKilled: Bool) async throws {
        let list = "<call:list>{}</call>"
        let source = ScriptedSource([
            .say(0, "<call:\(name)>{\"path\":\"" + Self.words(10)), .whole(1, list), .whole(2, list),
        ])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 3), tools: Self.tools))
        #expect(told.calls()?.map(\.name) == ["list"])
        #expect(source.record.value.stopped == (isKilled ? [0] : []))
        #expect(told.summary?.killed == (isKilled ? 1 : 0))
    }

    /// 171 tokens: three times that is one more than 512.
    @Test(arguments: [(171, 513, false), (171, 514, true), (100, 512, false), (100, 513, true), (200, 600, false)])
    func anAnswerFarLongerThanTheOthersIsStopped(finished: Int, running: Int, isKilled: Bool) async throws {
        let text = { String(Self.words(200).prefix($0)) }
        let source = ScriptedSource(
            [
                .whole(0, text(finished)), .whole(1, text(finished)), .say(2, text(running)), .whole(3, text(finished)),
            ] + (isKilled ? [] : [.finish(2)])
        )
        let request = ChatRequest.asking(.vote(candidates: 4), vote: VoteOptions(strategy: .similarity))
        let told = try await Swarm(source).told(request)
        #expect(source.record.value.stopped == (isKilled ? [2] : []))
        #expect(told.summary?.killed == (isKilled ? 1 : 0))
        #expect(told.content() == text(finished))
    }

    @Test func oneFinishedAnswerSaysNothingAboutLength() async throws {
        let source = ScriptedSource([.whole(0, "Short."), .say(1, Self.words(150)), .whole(1, ""), .whole(2, "Short.")])
        let request = ChatRequest.asking(.vote(candidates: 3), vote: VoteOptions(strategy: .similarity))
        let told = try await Swarm(source).told(request)
        #expect(source.record.value.stopped.isEmpty)
        #expect(told.content() == "Short.")
    }

    @Test func whatIsShownIsNeverTooLong() async throws {
        let source = ScriptedSource(
            (0..<3).map { .say($0, String(Self.words(20).prefix(60))) }
                + [.finish(1), .finish(2), .say(0, Self.words(150)), .whole(0, "Done.")]
        )
        let told = try await Swarm(source).told(.asking(.vote(candidates: 3), content: "Tell me about bees."))
        #expect(told.content().hasSuffix("Done."))
        #expect(told.finish() == .stop)
        #expect(told.summary?.killed == 0)
    }

    @Test func aLeaderInALoopIsCutOff() async throws {
        let beginning = String(Self.words(20).prefix(60))
        let source = ScriptedSource((0..<2).map { .say($0, beginning) } + [.say(0, Self.loop)])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 2), content: "Tell me about bees."))
        #expect(told.content() == beginning + Self.loop)
        #expect(told.finish() == .length)
        #expect(told.isInOrder)
        let report = try #require(told.summary?.report)
        #expect(report.method == .leader)
        #expect(report.valid == 0)
        #expect(told.summary?.killed == 1)
        #expect(await source.cancelled() == [[0, 1]], "the request is over, and so are they")
    }

    @Test func proseInPlaceOfJSONIsStopped() async throws {
        let source = ScriptedSource([
            .say(0, "Certainly! Here is everything you could wish to know, as an object, and more."),
            .whole(1, "{\"a\": 1}"), .whole(2, "{\"a\":1}"),
        ])
        let told = try await Swarm(source).told(.asking(.vote(candidates: 3), format: .jsonObject))
        #expect(told.content() == "{\"a\": 1}")
        #expect(source.record.value.stopped == [0])
        #expect(told.summary?.killed == 1)
    }

    @Test(
        arguments: [
            "<think>Certainly, an object is wanted, so that braces come first, then names and values",
            "{\"text\": \"" + String(words(20).prefix(60)), "```json\n{\"text\": \"" + String(words(20).prefix(60)),
            "\n\n[\"" + String(words(20).prefix(60)), "\"" + String(words(20).prefix(63)),
        ]
    )
    func whatMayYetBecomeJSONGoesOn(text: String) async throws {
        let source = ScriptedSource([.say(0, text), .whole(1, "{\"a\": 1}"), .whole(2, "{\"a\":1}")])
        let request = ChatRequest.asking(.vote(candidates: 3), thinking: true, format: .jsonObject)
        _ = try await Swarm(source).told(request)
        #expect(source.record.value.stopped.isEmpty)
    }

    @Test func whenAllAreStoppedOneOfThemIsTheAnswer() async throws {
        let source = ScriptedSource((0..<3).map { .say($0, Self.loop) })
        let told = try await Swarm(source).told(.asking(.vote(candidates: 3)))
        #expect(told.content() == Self.loop)
        #expect(told.finish() == .length)
        #expect(told.isInOrder)
        let summary = try #require(told.summary)
        #expect(summary.killed == 3)
        #expect(summary.usage == Usage(promptTokens: promptTokens, completionTokens: Self.loop.utf8.count))
        #expect(await source.cancelled().last?.contains(2) == true, "the request was over before it was stopped")
    }

    @Test(arguments: [SwarmPolicy.vote(candidates: 1), .choices(2)])
    func whatIsNotVotedOnIsNeverStopped(policy: SwarmPolicy) async throws {
        let source = ScriptedSource((0..<2).map { .whole($0, Self.loop) })
        let told = try await Swarm(source).told(.asking(policy))
        #expect(told.content() == Self.loop)
        #expect(told.finish() == .stop)
        #expect(source.record.value.stopped.isEmpty)
    }
}
