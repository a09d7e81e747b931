import Consensus
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ReplayTests {
    private static func ballot(_ texts: [String], reason: FinishReason = .stop) -> [Candidate] {
        texts.enumerated().map { index, text in
            Candidate(
                id: CandidateID(source: SourceID(rawValue: "file"), index: index),
                text: text,
                answer: ParsedAnswer(content: text),
                outcome: Outcome(reason: reason, usage: Usage()),
                tokens: text.utf8.map { TokenScore(token: Int32($0), bytes: [$0], logprob: 0, selfCertainty: 0) }
            )
        }
    }

    @Test(
        arguments: [
            (["42"], 1), (["42", "42", "42"], 2), (["42", "41", "42"], 3), (["42", "42", "41", "42", "42"], 4),
            (["41", "42", "43", "44", "45"], 5),
        ] as [([String], Int)]
    )
    func theStopIndexSaysHowManyWereNeeded(texts: [String], needed: Int) async throws {
        let replay = BallotReplay(request: .asking(), candidates: Self.ballot(texts))
        let result = try #require(await replay.run(VoteRules(widths: [3, 5, 8]), examiner: nil))
        #expect(result.stopIndex == needed)
        #expect(result.early.winner == result.verdict.winner)
        #expect(result.verdict.report.finished == texts.count)
        #expect(result.verdict.report.cancelled == 0)
        #expect(result.early.report.finished == needed)
        #expect(result.early.report.cancelled == texts.count - needed)
        #expect(result.early.report.escalations == 0)
    }

    @Test func anEmptyBallotHasNoVerdict() async {
        let replay = BallotReplay(request: .asking(), candidates: [])
        #expect(await replay.run(VoteRules(widths: [3]), examiner: nil) == nil)
    }

    @Test func aSplitBallotIsDecidedAsItIs() async throws {
        let long = { (number: Int) in "Six times seven, as everybody knows, is \\boxed{\(number)}." }
        let replay = BallotReplay(request: .asking(), candidates: Self.ballot([41, 42, 41, 42].map(long)))
        let result = try #require(await replay.run(VoteRules(widths: [4], mayFork: true), examiner: nil))
        #expect(result.verdict.winner.index == 0)
        #expect(result.stopIndex == 4)
    }

    @Test func strictRulesNeedEveryCandidate() async throws {
        let replay = BallotReplay(request: .asking(), candidates: Self.ballot(["42", "42", "42"]))
        let result = try #require(await replay.run(VoteRules(widths: [3], isStrict: true), examiner: nil))
        #expect(result.stopIndex == 3)
        #expect(result.early == result.verdict)
    }

    @Test func programsAreExaminedWhereTheyCanBeRun() async throws {
        let examiner = ScriptedExaminer { program, examination in
            let isRight = program.code.contains("a + b")
            return CodeEvidence.Finding(
                isValid: true,
                passedExamples: examination.examples.map { _ in isRight },
                passedTests: examination.tests.map { _ in isRight }
            )
        }
        let wrong = "```python\ndef add(a, b):\n    return a - b\n```"
        let right = "```python\ndef add(a, b):\n    return a + b\n```"
        let replay = BallotReplay(
            request: .asking(content: "Write a Python function add(a, b).\n\n>>> add(1, 2)\n3\n"),
            candidates: Self.ballot([wrong, wrong, right]),
            tests: ["assert add(2, 2) == 4"]
        )
        let asText = try #require(await replay.run(VoteRules(widths: [3], runnable: ["python"]), examiner: nil))
        #expect(asText.verdict.winner.index == 0)
        let result = try #require(await replay.run(VoteRules(widths: [3]), examiner: examiner))
        #expect(result.verdict.winner.index == 2)
        #expect(result.early.winner.index == 2)
        #expect(result.verdict.report.method == .examples)
        let asked = examiner.record.value.examinations
        #expect(asked.count == 2, "once in full, once as they arrive")
        #expect(asked.allSatisfy { $0.examples == [.value(of: "add(1, 2)", expected: "3")] })
        #expect(asked.allSatisfy { $0.tests == [.assertion("assert add(2, 2) == 4")] })
    }
}
