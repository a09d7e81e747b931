import Consensus
import SwarmCore
import Testing

@Suite struct VoteCodeTests {
    private typealias Finding = CodeEvidence.Finding

    private let sums = ["a + b", "b + a", "sum([a, b])", "a - b", "a * b"].map(VoteCodeTests.program)

    private static func program(_ body: String) -> String { "```python\ndef add(a, b):\n    return \(body)\n```" }

    private func rules(_ widths: [Int] = [5], trusted: Set<SourceID>? = nil) -> VoteRules {
        VoteRules(widths: widths, runnable: ["python"], trusted: trusted)
    }

    private func tally(
        _ texts: [String],
        rules: VoteRules,
        tests: [String] = [],
        prompt: ChatRequest = AnswerPool.code.request
    ) -> Tally {
        var tally = Tally(request: prompt, candidates: ids(texts.count), rules: rules, tests: tests)
        for (index, text) in texts.enumerated() { tally.record(candidate(index, text)) }
        return tally
    }

    private func examination(_ tally: Tally) throws -> CodeExamination {
        guard case .examine(let examination) = tally.decision else {
            Issue.record("\(tally.decision)")
            throw CancellationError()
        }
        return examination
    }

    private func verdict(_ tally: Tally) throws -> Verdict {
        guard case .locked(let verdict) = tally.decision else {
            Issue.record("\(tally.decision)")
            throw CancellationError()
        }
        return verdict
    }

    /// The verdict once this is known of the candidates, by index.
    private func verdict(_ texts: [String], _ findings: [Finding?], tests: [String] = []) throws -> Verdict {
        var tally = tally(texts, rules: rules([texts.count]), tests: tests)
        _ = try examination(tally)
        let known = zip(ids(texts.count), findings).compactMap { id, finding in finding.map { (id, $0) } }
        tally.learn(CodeEvidence(Dictionary(uniqueKeysWithValues: known)))
        return try verdict(tally)
    }

    @Test func withoutASandboxTheProgramMostLikeTheOthersWins() throws {
        let other =
            "```python\ndef add(a, b):\n    import operator\n    while True:\n        return operator.add(b, a)\n```"
        let verdict = try verdict(tally([other, sums[0], sums[1]], rules: VoteRules(widths: [3])))
        #expect(verdict.winner.index != 0)
        #expect(verdict.report.method == .medoid)
        #expect(verdict.report.kind == .code)
    }

    @Test func whatDoesNotParseDoesNotVote() throws {
        let broken = "```python\ndef add(a, b:\n    return a + b\n```"
        let verdict = try verdict(tally([broken, broken, broken, sums[3]], rules: VoteRules(widths: [4])))
        #expect(verdict.winner.index == 3)
        #expect(verdict.report.valid == 1)
        // What only a real parser sees counts as well.
        let parsed = try self.verdict(
            [sums[0], sums[1], sums[3]],
            [Finding(isValid: false), Finding(isValid: false), Finding(isValid: true)]
        )
        #expect(parsed.winner.index == 2)
    }

    @Test func theExaminationHoldsAllProgramsAndWhatThePromptSaysOfThem() throws {
        let wanted = try examination(
            tally(sums + ["I do not know what you want me to write here, to be honest."], rules: rules([6]))
        )
        #expect(wanted.language == "python")
        #expect(wanted.programs.map(\.id.index) == [0, 1, 2, 3, 4])
        #expect(wanted.programs[3].code.contains("a - b"))
        #expect(wanted.examples == [.value(of: "add(1, 2)", expected: "3")])
        #expect(wanted.calls.contains("add(1, 2)"))
        #expect(wanted.tests.isEmpty)
    }

    @Test func testsOfTheRequestAndOfTheCandidatesAreJoined() throws {
        let own = sums[0] + "\n\n```python\nassert add(2, 2) == 4\nassert add(0, 1) == 1\n```"
        let wanted = try examination(tally([own, sums[1]], rules: rules([2]), tests: ["assert add(0, 1) == 1"]))
        #expect(wanted.tests == [.assertion("assert add(0, 1) == 1"), .assertion("assert add(2, 2) == 4")])
        #expect(wanted.calls.count <= 10)
    }

    @Test func programsThatPassTheExamplesWin() throws {
        let findings = [false, false, false, true, false].map { Finding(isValid: true, passedExamples: [$0]) }
        let verdict = try verdict(sums, findings)
        #expect(verdict.winner.index == 3)
        #expect(verdict.report.method == .examples)
    }

    @Test func programsThatDoTheSameAsMostWin() throws {
        let outputs = ["3", "3", "3", "-1", "2"].map { Finding(isValid: true, outputs: [$0]) }
        let verdict = try verdict([sums[3], sums[4]] + sums[0...2], [outputs[3], outputs[4]] + outputs[0...2])
        #expect([2, 3, 4].contains(verdict.winner.index))
        #expect(verdict.report.method == .outputs)
        #expect(verdict.report.agreement == 0.6)
        #expect(verdict.report.clusters.map(\.members) == [[2, 3, 4], [0], [1]])
        #expect(verdict.report.dissent == "2 of 5 wrote code that does otherwise")
    }

    @Test func fiveTestsOrMoreRankTheGroupsThatPassTheSame() throws {
        let passed = [
            [true, true, true, true, true], [true, true, true, true, false], [true, true, true, true, false],
            [false, false, false, false, true], [false, false, false, false, true],
        ]
        // 5·√1, 4·√2, 1·√2.
        let verdict = try verdict(sums, passed.map { Finding(isValid: true, passedTests: $0) })
        #expect([1, 2].contains(verdict.winner.index))
        #expect(verdict.report.method == .tests)
        #expect(verdict.report.agreement == 0.4)
    }

    @Test func nothingFoundOutLeavesTheSimilarity() throws {
        let plain = try verdict(tally(sums, rules: VoteRules(widths: [5])))
        let examined = try verdict(sums, [nil, nil, nil, nil, nil])
        #expect(examined.winner == plain.winner)
        #expect(examined.report.method == .medoid)
        #expect(examined.report.agreement == plain.report.agreement)
    }

    @Test func everySetOfProgramsIsExaminedOnce() throws {
        var tally = tally(Array(sums[0...2]), rules: rules([3, 5]))
        let first = try examination(tally)
        let failed = Finding(isValid: true, passedExamples: [false])
        tally.learn(CodeEvidence(Dictionary(uniqueKeysWithValues: first.programs.map { ($0.id, failed) })))
        guard case .escalate(let plan) = tally.decision else {
            Issue.record("no program passes the examples: \(tally.decision)")
            return
        }
        #expect(plan.additional == 2)
        var declined = tally
        declined.decline()
        #expect(try verdict(declined).report.finished == 3)

        tally.expect(Array(ids(5)[3...]))
        for index in 3..<5 { tally.record(candidate(index, sums[index])) }
        let second = try examination(tally)
        #expect(second.programs.count == 5)
        tally.learn(CodeEvidence([ids(5)[4]: Finding(isValid: true, passedExamples: [true])]))
        let verdict = try verdict(tally)
        #expect(verdict.winner.index == 4)
        #expect(verdict.report.escalations == 1)
    }

    @Test func examplesThatPassAskForNoMore() throws {
        var tally = tally(Array(sums[0...2]), rules: rules([3, 5]))
        _ = try examination(tally)
        tally.learn(CodeEvidence([ids(3)[1]: Finding(isValid: true, passedExamples: [true])]))
        let verdict = try verdict(tally)
        #expect(verdict.winner.index == 1)
        #expect(verdict.report.escalations == 0)
        #expect(verdict.report.stop == .complete)
    }

    @Test func programsOfUnpairedSourcesAreNotRun() throws {
        let stranger = SourceID(rawValue: "stranger")
        var programs = sums[0...2].enumerated().map { candidate($0.offset, $0.element) }
        programs[1].id.source = stranger
        var tally = Tally(
            request: AnswerPool.code.request,
            candidates: programs.map(\.id),
            rules: rules([3], trusted: [local])
        )
        for program in programs { tally.record(program) }
        #expect(try examination(tally).programs.map(\.mayRun) == [true, false, true])
    }

    @Test func whatCannotBeRunIsNotExamined() throws {
        let swift = ["a + b", "b + a"].map { "```swift\nfunc add(a: Int, b: Int) -> Int {\n    return \($0)\n}\n```" }
        #expect(try verdict(tally(swift, rules: rules([2]))).report.method == .medoid)
        #expect(try verdict(tally([sums[0]], rules: rules([1]))).report.method == .single)
        #expect(
            try verdict(
                tally(Array(sums[0...1]), rules: VoteRules(strategy: .majority, widths: [2], runnable: ["python"]))
            ).report.method == .plurality
        )
    }

    @Test func patchesWithTheSameResultAreTheSameAnswer() throws {
        let patches = AnswerPool.patches
        let texts = patches.sound.map(\.answer.content)
        let request = patches.request
        let verdict = try verdict(tally([texts[2], texts[0], texts[1]], rules: rules([3]), prompt: request))
        #expect(verdict.winner.index == 1)
        #expect(verdict.report.method == .plurality)
        #expect(verdict.report.clusters.map(\.members) == [[1, 2], [0]])
    }

    @Test func aSinglePatchDoesNotWinOverProgramsThatAgree() throws {
        let patch = AnswerPool.patches.sound[0].answer.content
        let verdict = try verdict(tally([patch, sums[0], sums[1], sums[2]], rules: VoteRules(widths: [4])))
        #expect(verdict.winner.index != 0)
        #expect(verdict.report.method == .medoid)
    }
}
