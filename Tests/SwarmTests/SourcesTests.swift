import Consensus
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// One swarm over several sources.
@Suite(.timeLimit(.minutes(1)))
struct SourcesTests {
    private static func source(
        _ id: String,
        model: String? = "other",
        candidates: Int? = nil,
        isTrusted: Bool = true,
        isSaturated: Bool = false,
        _ script: @escaping @Sendable (Assignment) -> [ScriptStep]
    ) -> ScriptedSource {
        ScriptedSource(
            id: id,
            traits: SourceTraits(
                model: model.map(ModelID.init(rawValue:)),
                candidates: candidates,
                isTrusted: isTrusted
            ),
            isSaturated: isSaturated,
            script: script
        )
    }

    /// All candidates say the same, taken apart or not.
    private static func saying(_ text: String, isTakenApart: Bool = true) -> @Sendable (Assignment) -> [ScriptStep] {
        { assignment in
            assignment.candidates.flatMap { plan -> [ScriptStep] in
                isTakenApart
                    ? [.tell(plan.index, .content, text), .finish(plan.index)] : [.whole(plan.index, text)]
            }
        }
    }

    private static func swarm(_ sources: [ScriptedSource], examiner: (any CodeExaminer)? = nil) -> Swarm {
        Swarm(model: ScriptedModel(), sources: sources, examiner: examiner, heartbeat: never) { "call_1" }
    }

    @Test func allSourcesVoteAndTheReportSaysWhoGaveWhat() async throws {
        let local = Self.source("a", model: nil, Self.saying("42", isTakenApart: false))
        let other = Self.source("b", Self.saying("42"))
        let told = try await Self.swarm([local, other]).told(
            .asking(.vote(candidates: 5), vote: VoteOptions(strategy: .quality))
        )
        #expect(told.content() == "42")
        let indices = { (source: ScriptedSource) in source.record.value.started.flatMap(\.candidates).map(\.index) }
        #expect(indices(local) == [0, 2, 4])
        #expect(indices(other) == [1, 3])
        let summary = try #require(told.summary)
        #expect(
            summary.sources.map(\.withoutPace) == [
                SourceReport(id: local.id, model: ScriptedModel.id, candidates: [0, 2, 4], finished: 3),
                SourceReport(id: other.id, model: ModelID(rawValue: "other"), candidates: [1, 3], finished: 2),
            ]
        )
        #expect(summary.report?.requested == 5)
    }

    @Test func aSingleSourceIsNotReported() async throws {
        let told = try await Self.swarm([Self.source("a", model: nil, Self.saying("42"))]).told(.asking())
        #expect(told.summary?.sources == [])
    }

    @Test func anOpenVoteIsAsWideAsAllSourcesTogether() async throws {
        let local = Self.source("a", model: nil, Self.saying("42"))
        let swarm = Self.swarm([
            local, Self.source("b", candidates: 2, Self.saying("42")), Self.source("c", Self.saying("42")),
        ])
        let alone = try await Self.swarm([local]).plan(.asking())
        let plan = try await swarm.plan(.asking())
        let own = alone.candidates.count
        #expect(plan.candidates.count == own + 2 + own)
        #expect(plan.rules.widths.map { $0 - plan.candidates.count } == alone.rules.widths.map { $0 - own })
        let fixed = try await swarm.plan(.asking(.vote(candidates: 4)))
        #expect(fixed.rules.widths == [4])
    }

    @Test func answersThatComeTakenApartAreJudgedByTheSameRules() async throws {
        let tool = ToolSpec(
            name: "read",
            parameters: ["type": "object", "properties": ["path": ["type": "string"]], "required": ["path"]]
        )
        let local = Self.source("a", model: nil) { _ in [.whole(0, "<call:read>{\"path\":\"a.txt\"}</call>")] }
        // One call lacks what the schema requires, the other is good.
        let other = Self.source("b", model: nil) { _ in
            [
                .tell(1, .call(index: 0, name: "read"), "{\"file\":"), .tell(1, .call(index: 0, name: "read"), "1}"),
                .finish(1),
            ]
        }
        let third = Self.source("c", model: nil) { _ in
            [
                .tell(2, .reasoning, "Look."), .tell(2, .call(index: 0, name: "read"), ""),
                .tell(2, .call(index: 0, name: "read"), "{ \"path\": \"./a.txt\" }"), .finish(2, .toolCalls),
            ]
        }
        let told = try await Self.swarm([local, other, third]).told(.asking(.vote(candidates: 3), tools: [tool]))
        let report = try #require(told.summary?.report)
        #expect(report.kind == .toolCall)
        #expect((report.valid, report.finished) == (2, 3))
        #expect(report.clusters.first?.members == [0, 2])
        #expect(told.calls()?.map(\.name) == ["read"])
        #expect(told.calls()?.first?.id == "call_1")
        #expect(told.finish() == .toolCalls)
    }

    @Test func aLoneAnswerThatComesTakenApartIsShownAsItComes() async throws {
        let source = Self.source("a") { _ in
            [
                .tell(0, .reasoning, "Think. "), .tell(0, .content, "Hello"), .tell(0, .content, " there"),
                .tell(0, .call(index: 0, name: "ls"), "{\"a\""), .tell(0, .call(index: 0, name: "ls"), ":1}"),
                .tell(0, .call(index: 1, name: "rm"), "{}"), .finish(0),
            ]
        }
        let told = try await Self.swarm([source]).told(.asking(.vote(candidates: 1)))
        #expect(told.isInOrder)
        #expect(told.reasoning() == "Think. ")
        #expect(told.content() == "Hello there")
        #expect(told.calls()?.map(\.arguments) == ["{\"a\":1}", "{}"])
        #expect(told.finish() == .toolCalls)
    }

    @Test(arguments: [SourceError.backend("gone"), .saturated(retryAfterSeconds: 9), .cancelled])
    func aSourceThatLosesEverythingDoesNotFailTheRequest(error: SourceError) async throws {
        let local = Self.source("a", model: nil, Self.saying("42"))
        let other = Self.source("b") { assignment in assignment.candidates.map { .fail($0.index, error) } }
        for sources in [[local, other], [other, local]] {
            let told = try await Self.swarm(sources).told(
                .asking(.vote(candidates: 4), vote: VoteOptions(strategy: .quality))
            )
            #expect(told.content() == "42")
            let lost = try #require(told.summary?.sources.first { $0.id == other.id })
            #expect((lost.finished, lost.lost) == (0, 2))
            #expect(lost.failure != nil)
        }
    }

    @Test func aLoneCandidateThatIsLostIsGeneratedByAnotherSource() async throws {
        let first = Self.source("a", model: nil) { _ in [.fail(0, .backend("gone"))] }
        let second = Self.source("b") { assignment in assignment.candidates.map { .fail($0.index, .backend("too")) } }
        let third = Self.source("c", Self.saying("7"))
        let told = try await Self.swarm([first, second, third]).told(.asking(.vote(candidates: 1)))
        #expect(told.content() == "7")
        #expect(told.finish(0) == .stop)
        #expect(told.isInOrder)
        let summary = try #require(told.summary)
        #expect(summary.sources.map(\.candidates) == [[0], [1], [2]])
        #expect(summary.report?.requested == 1)
        await #expect(throws: SourceError.backend("too")) {
            try await Self.swarm([first, second]).told(.asking(.vote(candidates: 1)))
        }
    }

    @Test func whatWasShownIsNotGeneratedAnew() async throws {
        let first = Self.source("a", model: nil) { _ in [.say(0, "Half"), .fail(0, .backend("gone"))] }
        let other = Self.source("b", Self.saying("7"))
        await #expect(throws: SourceError.backend("gone")) {
            try await Self.swarm([first, other]).told(.asking(.vote(candidates: 1)))
        }
        #expect(other.record.value.started.isEmpty)
    }

    @Test func onlyTheFirstIsAskedForWhatIsOfOneModel() async throws {
        let local = Self.source("a", model: nil, Self.saying("x"))
        let other = Self.source("b", Self.saying("x"))
        let swarm = Self.swarm([local, other])
        var completion = ChatRequest.asking(.vote(candidates: 3))
        completion.input = .completion(CompletionPrompt(.text("x")))
        for request in [
            completion, .asking(.choices(3)), .asking(.vote(candidates: 3), vote: VoteOptions(isStrict: true)),
        ] {
            _ = try await swarm.told(request)
        }
        #expect(other.record.value.started.isEmpty)
        #expect(local.record.value.started.count == 3)
    }

    @Test func aSourceThatRestsIsLeftAloneUntilAllDo() async throws {
        let busy = Self.source("a", model: nil, isSaturated: true, Self.saying("1"))
        let other = Self.source("b", Self.saying("2"))
        let told = try await Self.swarm([busy, other]).told(.asking(.vote(candidates: 3)))
        #expect(told.content() == "2")
        #expect(busy.record.value.started.isEmpty)
        await #expect(throws: PlanError.saturated(retryAfterSeconds: 2)) {
            try await Self.swarm([busy]).plan(.asking())
        }
    }

    @Test func moreCandidatesComeFromTheSourcesThatLive() async throws {
        let local = Self.source("a", model: nil) { assignment in
            assignment.candidates.map { .whole($0.index, "\($0.index)") }
        }
        let other = Self.source("b") { assignment in assignment.candidates.map { .fail($0.index, .backend("gone")) } }
        let told = try await Self.swarm([local, other]).told(.asking(content: "What is 6 × 7? Answer with a number."))
        #expect(try #require(told.summary?.report).escalations > 0)
        #expect(other.record.value.started.count == 1)
    }

    @Test func aModelWithManyCandidatesCountsForLessThanTheirNumber() async throws {
        let sources = [
            Self.source("a", model: nil, Self.saying("x")), Self.source("b", candidates: 1, Self.saying("x")),
        ]
        let request = ChatRequest.asking(.vote(candidates: 4))
        let rules = try await Self.swarm(sources).plan(request).rules
        #expect(rules.reliability.values.sorted() == [1 / 1.6, 1])
        let same = [
            Self.source("a", model: nil, Self.saying("x")), Self.source("b", model: "scripted", Self.saying("x")),
        ]
        #expect(try await Self.swarm(same).plan(request).rules.reliability == [:])
    }

    @Test func programsOfOthersAreNotRun() async throws {
        let examiner = ScriptedExaminer()
        let code = "```python\ndef f(x):\n    return x\n```"
        let local = Self.source("a", model: nil, Self.saying(code, isTakenApart: false))
        let other = Self.source("b", isTrusted: false, Self.saying("```python\ndef f(x):\n    return x + 0\n```"))
        let request = ChatRequest.asking(
            .vote(candidates: 4),
            content: "Write a Python function f.\n>>> f(2)\n2",
            vote: VoteOptions(strategy: .auto)
        )
        _ = try await Self.swarm([local, other], examiner: examiner).told(request)
        let programs = examiner.record.value.examinations.flatMap(\.programs)
        #expect(Set(programs.map(\.id.source)) == [local.id, other.id])
        #expect(programs.allSatisfy { $0.mayRun == ($0.id.source == local.id) })
    }

    @Test func stopsGoToTheSourceOfTheCandidate() async throws {
        let stuck = String(repeating: "again and again, ", count: 200)
        let gate = Gate()
        let local = Self.source("a", model: nil) { _ in [.whole(0, "42"), .wait(gate), .whole(2, "42")] }
        let other = Self.source("b") { _ in [.tell(1, .content, stuck)] }
        async let told = Self.swarm([local, other]).told(
            .asking(.vote(candidates: 3), vote: VoteOptions(strategy: .similarity))
        )
        await other.record.wait { $0.stopped == [1] }
        gate.open()
        #expect(try await told.content() == "42")
        #expect(local.record.value.stopped.isEmpty)
        #expect(try await told.summary?.killed == 1)
    }

    @Test func aSourceThatSaysNothingDoesNotHoldUpWhatIsShown() async throws {
        let gate = Gate()
        let text = String(repeating: "word ", count: 80)
        let local = Self.source("a", model: nil) { assignment in
            assignment.candidates.flatMap { plan -> [ScriptStep] in [.say(plan.index, text)] }
                + [.wait(gate)] + assignment.candidates.map { .finish($0.index) }
        }
        let silent = Self.source("b") { _ in [] }
        let observed = Observed(Told())
        let request = ChatRequest.asking(
            .vote(candidates: 4),
            content: "Tell me a story.",
            vote: VoteOptions(streaming: .leader)
        )
        async let summary = Self.swarm([local, silent]).told(request, into: observed)
        await observed.wait { $0.content() == String(text.dropLast()) || $0.content() == text }
        gate.open()
        #expect(try await summary.winner == 0)
        #expect(await silent.cancelled() == [[1, 3]])
    }

    @Test func aShownAnswerThatIsCutOffIsTheAnswerWhileOthersLive() async throws {
        let text = String(repeating: "word ", count: 80)
        let lost = Self.source("a") { _ in [.tell(0, .content, text), .fail(0, .backend("gone"))] }
        let other = Self.source("b", model: nil) { _ in [] }
        let request = ChatRequest.asking(
            .vote(candidates: 2),
            content: "Tell me a story.",
            vote: VoteOptions(streaming: .leader)
        )
        let told = try await Self.swarm([lost, other]).told(request)
        #expect(told.content() == text)
        #expect(told.finish() == .length)
    }
}

extension SourceReport {
    /// Without what depends on the moment.
    fileprivate var withoutPace: SourceReport {
        var report = self
        (report.tokens, report.seconds, report.tokensPerSecond) = (0, nil, nil)
        return report
    }
}
