import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ExaminationTests {
    private static let question = "Write a Python function add(a, b).\n\n>>> add(1, 2)\n3\n"

    private static func program(_ operation: String) -> String {
        "```python\ndef add(a, b):\n    return a \(operation) b\n```"
    }

    private static func source(_ operations: [String]) -> ScriptedSource {
        ScriptedSource { assignment in
            assignment.candidates.map { .whole($0.index, program(operations[$0.index])) }
        }
    }

    /// An examiner that finds the right sum.
    private static func examiner(gate: Gate? = nil) -> ScriptedExaminer {
        ScriptedExaminer(gate: gate) { program, examination in
            let isRight = program.code.contains("a + b")
            return CodeEvidence.Finding(isValid: true, passedExamples: examination.examples.map { _ in isRight })
        }
    }

    @Test func theWinnerFollowsTheEvidence() async throws {
        let examiner = Self.examiner()
        let source = Self.source(["-", "-", "+"])
        let told = try await Swarm(source, examiner: examiner)
            .told(.asking(.vote(candidates: 3), content: Self.question))
        #expect(told.content() == Self.program("+"))
        #expect(told.isInOrder)
        let summary = try #require(told.summary)
        #expect(summary.winner == 2)
        #expect(summary.report?.kind == .code)
        #expect(summary.report?.method == .examples)
        let asked = examiner.record.value.examinations
        #expect(asked.map { $0.programs.map(\.id.index) } == [[0, 1, 2]])
        #expect(asked.first?.language == "python")
        #expect(asked.first?.examples == [.value(of: "add(1, 2)", expected: "3")])
        #expect(asked.first?.programs.allSatisfy(\.mayRun) == true, "they are this source's own")
        #expect(examiner.record.value.cancelled == 0)
    }

    @Test func withoutAnExaminerProgramsAreComparedAsText() async throws {
        let told = try await Swarm(Self.source(["-", "-", "+"]))
            .told(.asking(.vote(candidates: 3), content: Self.question))
        #expect(told.content() == Self.program("-"))
        #expect(told.summary?.report?.method == .medoid)
    }

    @Test func whereNothingCanBeRunTheSyntaxStillCounts() async throws {
        let examiner = ScriptedExaminer(runnable: [], parsable: ["python"]) { program, _ in
            CodeEvidence.Finding(isValid: !program.code.contains("a - b"))
        }
        let told = try await Swarm(Self.source(["-", "-", "+"]), examiner: examiner)
            .told(.asking(.vote(candidates: 3), content: Self.question))
        #expect(told.content() == Self.program("+"))
        #expect(examiner.record.value.examinations.count == 1)
    }

    @Test func whatIsNoProgramIsNotExamined() async throws {
        let examiner = Self.examiner()
        let source = ScriptedSource((0..<3).map { .whole($0, "42") })
        _ = try await Swarm(source, examiner: examiner).told(.asking(.vote(candidates: 3)))
        #expect(examiner.record.value.examinations.isEmpty)
    }

    @Test func aRoundInWhichNothingPassesAsksForMore() async throws {
        let examiner = Self.examiner()
        let source = Self.source(["-", "*", "/", "-", "-", "-", "+", "-"])
        let told = try await Swarm(source, examiner: examiner).told(.asking(content: Self.question))
        #expect(source.record.value.started.map { $0.candidates.map(\.index) } == [[0, 1, 2, 3, 4], [5, 6, 7]])
        #expect(examiner.record.value.examinations.map(\.programs.count) == [5, 8])
        #expect(told.content() == Self.program("+"))
        #expect(told.summary?.winner == 6)
        #expect(told.summary?.report?.escalations == 1)
    }

    @Test func aRoundInWhichOnePassesIsEnough() async throws {
        let examiner = Self.examiner()
        let source = Self.source(["-", "*", "/", "+", "-"])
        let told = try await Swarm(source, examiner: examiner).told(.asking(content: Self.question))
        #expect(source.record.value.started.count == 1)
        #expect(examiner.record.value.examinations.count == 1)
        #expect(told.summary?.winner == 3)
    }

    @Test func signsOfLifeComeWhileProgramsRun() async throws {
        let gate = Gate()
        let observed = Observed(Told())
        let swarm = Swarm(
            Self.source(["-", "-", "+"]),
            examiner: Self.examiner(gate: gate),
            heartbeat: .milliseconds(1)
        )
        async let answer = swarm.told(.asking(.vote(candidates: 3), content: Self.question), into: observed)
        await observed.wait { $0.events.contains(.phase(.voting(ready: 3, of: 3))) }
        #expect(observed.value.deltas().isEmpty)
        gate.open()
        #expect(try await answer.winner == 2)
    }

    @Test func cancellingTheRequestCancelsTheExamination() async throws {
        let examiner = Self.examiner(gate: Gate())
        let activity = Activity()
        let swarm = Swarm(Self.source(["-", "-", "+"]), examiner: examiner, activity: activity)
        let plan = try await swarm.plan(.asking(.vote(candidates: 3), content: Self.question))
        let answer = Task { try await swarm.answer(plan, logger: silentLogger) { _ in } }
        await examiner.record.wait { !$0.examinations.isEmpty }
        answer.cancel()
        await #expect(throws: CancellationError.self) { try await answer.value }
        #expect(examiner.record.value.cancelled == 1)
        #expect(activity.snapshot.isEmpty)
    }
}
