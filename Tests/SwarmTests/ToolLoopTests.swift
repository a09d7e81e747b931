import SwarmCore
import SwarmTestSupport
import Testing

@testable import Swarm

/// The state machine alone: turns and results go in, actions come out.
struct ToolLoopTests {
    private static func loop(_ limits: HandsLimits = HandsLimits()) -> ToolLoop {
        var request = ChatRequest.asking()
        request.tools = ScriptedExecutor.usual.map(\.spec)
        return ToolLoop(request, offered: ScriptedExecutor.usual, limits: limits)
    }

    private static func turn(
        _ calls: [(String, String)],
        content: String = "",
        isAgreed: Bool = true,
        wasVote: Bool = true,
        tokens: Int = 10
    ) -> LoopTurn {
        let calls = calls.enumerated().map { ToolCall(id: "c\($0)", name: $1.0, arguments: $1.1) }
        return LoopTurn(
            answer: ParsedAnswer(content: content, toolCalls: calls),
            reason: calls.isEmpty ? .stop : .toolCalls,
            wasVote: wasVote,
            isAgreed: isAgreed,
            tokens: tokens
        )
    }

    private static func done(_ texts: String...) -> [(outcome: ToolOutcome, seconds: Double)] {
        texts.map { (ToolOutcome(.done, $0), 0.5) }
    }

    /// What the model reads as results, in its next turn.
    private func results(_ action: ToolLoop.Action) throws -> [String] {
        guard case .generate(let request) = action else {
            Issue.record("not a turn: \(action)")
            return []
        }
        return request.messages.filter { $0.role == .tool }.map(\.content)
    }

    private func names(_ action: ToolLoop.Action) -> [String] {
        if case .run(let invocations) = action { invocations.map(\.name) } else { [] }
    }

    private func ending(_ action: ToolLoop.Action) -> ToolLoop.End? {
        if case .end(let end) = action { end } else { nil }
    }

    @Test func aTurnWithoutCallsIsTheAnswer() {
        var loop = Self.loop()
        #expect(ending(loop.take(Self.turn([], content: "42"), after: .zero)) == .answer)
        #expect(loop.report == ToolReport(steps: 1))
    }

    @Test func resultsStandInTheOrderOfTheCalls() throws {
        var loop = Self.loop()
        let first = loop.take(
            Self.turn([("list", #"{"path":"src"}"#), ("read", #"{"filePath":"a"}"#)], content: "Let me look."),
            after: .zero
        )
        #expect(names(first) == ["list", "read"])
        let next = loop.take(Self.done("a b", "text"), after: .zero)
        #expect(try results(next) == ["a b", "text"])
        guard case .generate(let request) = next else { return }
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool, .tool])
        #expect(request.messages[1].content == "Let me look.")
        #expect(request.messages[2].toolCallID == "c0")
        #expect(request.messages[2].name == "list")
        #expect(loop.report.runs.map(\.status) == [.done, .done])
        #expect(loop.takeNotes() == ["list src → a b", "read a → text"])
        #expect(loop.takeNotes().isEmpty)
    }

    @Test func onlyCallsThatLookRunSideBySide() {
        var loop = Self.loop()
        let calls = [
            ("list", #"{"path":"a"}"#), ("list", #"{"path":"b"}"#), ("write", #"{"filePath":"c"}"#),
            ("bash", #"{"command":"d"}"#), ("read", #"{"filePath":"e"}"#), ("read", #"{"filePath":"f"}"#),
        ]
        var action = loop.take(Self.turn(calls), after: .zero)
        #expect(names(action) == ["list", "list"])
        action = loop.take(Self.done("1", "2"), after: .zero)
        #expect(names(action) == ["write"])
        action = loop.take(Self.done("3"), after: .zero)
        #expect(names(action) == ["bash"])
        action = loop.take(Self.done("4"), after: .zero)
        #expect(names(action) == ["read", "read"])
    }

    @Test(arguments: [
        ("delete", "{}", "There is no tool \"delete\". Tools: list, read, write, bash, question."),
        ("list", "{\"path\": ", "The arguments are not a JSON object. The call was not carried out."),
        ("list", "[1]", "The arguments are not a JSON object. The call was not carried out."),
    ])
    func aCallThatIsNoneIsToldToTheModel(name: String, arguments: String, words: String) throws {
        var loop = Self.loop()
        let next = loop.take(Self.turn([(name, arguments)]), after: .zero)
        #expect(try results(next) == [words])
        #expect(loop.report.runs.map(\.status) == [.notRun])
    }

    @Test func noArgumentsAreAnEmptyObject() {
        var loop = Self.loop()
        let action = loop.take(Self.turn([("list", " ")]), after: .zero)
        guard case .run(let invocations) = action else {
            Issue.record("nothing runs")
            return
        }
        #expect(invocations.map(\.arguments) == [[:]])
    }

    // MARK: Changes need a vote

    @Test func oneCandidateDecidesOnNoChange() throws {
        var loop = Self.loop()
        let call = [("write", #"{"filePath":"a"}"#)]
        let again = loop.take(Self.turn(call, isAgreed: false, wasVote: false), after: .zero)
        guard case .generate(let request) = again else {
            Issue.record("it is not asked again")
            return
        }
        #expect(request.policy == .vote(candidates: 3))
        // As if the first had not been.
        #expect(request.messages.count == 1)
        let action = loop.take(Self.turn(call, isAgreed: true, wasVote: true), after: .zero)
        #expect(names(action) == ["write"])
        // The next turn is decided on as the request says.
        guard case .generate(let next) = loop.take(Self.done("ok"), after: .zero) else { return }
        #expect(next.policy == ChatRequest.asking().policy)
    }

    @Test func lookingNeedsNoVote() {
        var loop = Self.loop()
        let action = loop.take(Self.turn([("list", "{}")], isAgreed: false, wasVote: false), after: .zero)
        #expect(names(action) == ["list"])
    }

    @Test func aChangeThatIsNotAgreedOnIsNotCarriedOut() throws {
        var loop = Self.loop()
        let calls = [("list", "{}"), ("bash", #"{"command":"rm -rf x"}"#)]
        let next = loop.take(Self.turn(calls, isAgreed: false), after: .zero)
        #expect(try results(next) == [LoopWords.disagreement, LoopWords.disagreement])
        let last = loop.take(Self.turn(calls, isAgreed: false), after: .zero)
        guard case .generate(let request) = last else {
            Issue.record("it does not answer")
            return
        }
        #expect(request.toolChoice == ToolChoice.none)
        #expect(loop.report.stop == .disagreement)
        #expect(loop.report.runs.allSatisfy { $0.status == .notRun })
    }

    // MARK: Going round in circles

    @Test func aRepeatedCallIsToldOnceThenTheWorkIsStopped() throws {
        var loop = Self.loop()
        let call = [("list", #"{"path":"src"}"#)]
        #expect(names(loop.take(Self.turn(call), after: .zero)) == ["list"])
        _ = loop.take(Self.done("a"), after: .zero)
        let told = loop.take(Self.turn(call), after: .zero)
        #expect(try results(told).last == LoopWords.circle(.repeated))
        #expect(loop.report.stop == nil)
        let stopped = loop.take(Self.turn(call), after: .zero)
        #expect(try results(stopped).last == LoopWords.circle(.repeated) + "\n" + LoopWords.answerNow)
        #expect(loop.report.stop == .repetition)
        // Calls after that are not carried out, whatever they are.
        let end = ending(loop.take(Self.turn([("list", #"{"path":"lib"}"#)]), after: .zero))
        #expect(end == .words("The work with tools was stopped without an answer: the model repeated itself."))
    }

    @Test func afterAChangeTheSameLookIsNoRepetition() {
        var loop = Self.loop()
        let test = [("bash", #"{"command":"make test"}"#)]
        _ = loop.take(Self.turn(test), after: .zero)
        _ = loop.take(Self.done("failed"), after: .zero)
        _ = loop.take(Self.turn([("write", #"{"filePath":"a"}"#)]), after: .zero)
        _ = loop.take(Self.done("ok"), after: .zero)
        #expect(names(loop.take(Self.turn(test), after: .zero)) == ["bash"])
    }

    @Test func goingBackAndForthIsTold() throws {
        var loop = Self.loop()
        let (a, b) = ([("write", #"{"filePath":"a"}"#)], [("bash", #"{"command":"b"}"#)])
        for call in [a, b, a] {
            #expect(names(loop.take(Self.turn(call), after: .zero)).count == 1)
            _ = loop.take(Self.done("same"), after: .zero)
        }
        let told = loop.take(Self.turn(b), after: .zero)
        #expect(try results(told).last == LoopWords.circle(.pingPong))
    }

    @Test func goingBackAndForthWithNewResultsIsWork() {
        var loop = Self.loop()
        let (a, b) = ([("write", #"{"filePath":"a"}"#)], [("bash", #"{"command":"b"}"#)])
        for (number, call) in [a, b, a, b].enumerated() {
            #expect(names(loop.take(Self.turn(call), after: .zero)).count == 1)
            _ = loop.take(Self.done("result \(number)"), after: .zero)
        }
        #expect(loop.report.stop == nil)
    }

    @Test func theSameCallTwiceInATurnRunsOnce() throws {
        var loop = Self.loop()
        let call = ("list", #"{"path":"src"}"#)
        #expect(names(loop.take(Self.turn([call, call]), after: .zero)) == ["list"])
        let next = loop.take(Self.done("a"), after: .zero)
        #expect(try results(next) == ["a", LoopWords.twice])
    }

    // MARK: Limits

    @Test(arguments: [
        (HandsLimits(steps: 1), Duration.zero, ToolReport.Stop.steps),
        (HandsLimits(time: .seconds(5)), .seconds(6), .time), (HandsLimits(tokens: 10), .zero, .tokens),
    ])
    func atALimitTheModelHasToAnswer(limits: HandsLimits, elapsed: Duration, stop: ToolReport.Stop) throws {
        var loop = Self.loop(limits)
        _ = loop.take(Self.turn([("list", "{}")]), after: elapsed)
        let last = loop.take(Self.done("a"), after: elapsed)
        #expect(try results(last) == ["a\n" + LoopWords.answerNow])
        #expect(loop.report.stop == stop)
        #expect(ending(loop.take(Self.turn([], content: "It is a."), after: elapsed)) == .answer)
    }

    @Test func aTurnHasOnlySoManyCalls() throws {
        var loop = Self.loop(HandsLimits(callsPerTurn: 1))
        let calls = [("list", #"{"path":"a"}"#), ("list", #"{"path":"b"}"#)]
        #expect(names(loop.take(Self.turn(calls), after: .zero)) == ["list"])
        #expect(try results(loop.take(Self.done("1"), after: .zero)) == ["1", LoopWords.tooMany(1)])
    }

    // MARK: Questions

    private static let asking = ToolOutcome(
        .asks,
        "May bash be used for: make",
        question: ToolQuestion(text: "May bash be used for: make", options: ["allow", "deny"])
    )

    private func asked() -> ToolLoop {
        var loop = Self.loop()
        let calls = [("bash", #"{"command":"make"}"#), ("list", "{}")]
        _ = loop.take(Self.turn(calls), after: .zero)
        let end = ending(loop.take([(Self.asking, 0)], after: .zero))
        #expect(end == .question("May bash be used for: make\n\nAnswer: allow | deny"))
        #expect(loop.report.stop == .question)
        return loop
    }

    @Test(arguments: ["allow", " Allow.", "yes", "\"allow\""])
    func whatIsAllowedIsTheSameCall(said: String) throws {
        var loop = asked()
        var next = ChatRequest.asking()
        next.id = RequestID(rawValue: "later")
        guard case .run(let invocations) = loop.resume(said, with: next) else {
            Issue.record("nothing runs")
            return
        }
        #expect(invocations.map(\.name) == ["bash"])
        #expect(invocations.map(\.arguments) == [["command": "make"]])
        #expect(invocations.allSatisfy { $0.isApproved && $0.caller == "later" })
        // Then the turn goes on where it stopped, and nothing else is allowed by it.
        guard case .run(let more) = loop.take(Self.done("made"), after: .zero) else {
            Issue.record("the turn does not go on")
            return
        }
        #expect(more.map(\.name) == ["list"])
        #expect(more.allSatisfy { !$0.isApproved })
    }

    @Test(arguments: [
        ("deny", "The user did not allow it."), ("no", "The user did not allow it."),
        ("allow it tomorrow", "The user did not allow it and said: allow it tomorrow"),
        ("Use make -n. allow", "The user did not allow it and said: Use make -n. allow"),
    ])
    func nothingElseAllowsIt(said: String, words: String) throws {
        var loop = asked()
        guard case .run(let invocations) = loop.resume(said, with: .asking()) else {
            Issue.record("the turn does not go on")
            return
        }
        #expect(invocations.map(\.name) == ["list"])
        #expect(try results(loop.take(Self.done("a"), after: .zero)) == [words, "a"])
    }

    @Test func theAnswerToAQuestionIsItsResult() throws {
        var loop = Self.loop()
        _ = loop.take(Self.turn([("question", #"{"question":"Which?"}"#)]), after: .zero)
        let outcome = ToolOutcome(.asks, "Which?", question: ToolQuestion(text: "Which?"))
        #expect(ending(loop.take([(outcome, 0)], after: .zero)) == .question("Which?"))
        #expect(try results(loop.resume("allow", with: .asking())) == ["The user answered: allow"])
    }

    @Test func aQuestionIsAnsweredOnce() {
        let open = OpenQuestions()
        let mark = open.keep(Self.loop())
        let asked = Message(role: .assistant, content: "Which?\n\n" + mark)
        let said = Message(role: .user, content: "this")
        #expect(open.take([asked]) == nil)
        #expect(open.take([Message(role: .user, content: "Which? " + mark), said]) == nil)
        #expect(open.take([asked, said])?.said == "this")
        #expect(open.take([asked, said]) == nil)
    }

    @Test func longConversationsAreNotKeptForLong() {
        func loop(bytes: Int) -> ToolLoop {
            ToolLoop(
                .asking(content: String(repeating: "x", count: bytes)),
                offered: ScriptedExecutor.usual,
                limits: HandsLimits()
            )
        }
        let open = OpenQuestions()
        let marks = [10, OpenQuestions.mostBytes, 10].map { open.keep(loop(bytes: $0)) }
        func isOpen(_ mark: String) -> Bool {
            open.take([Message(role: .assistant, content: mark), Message(role: .user, content: "a")]) != nil
        }
        #expect(marks.map(isOpen) == [false, false, true])
        let later = open.keep(loop(bytes: OpenQuestions.mostBytes + 1))
        #expect(isOpen(later))
    }

    @Test func onlyTheLatestQuestionsAreKept() {
        let open = OpenQuestions()
        let marks = (0...OpenQuestions.limit).map { _ in open.keep(Self.loop()) }
        func isOpen(_ mark: String) -> Bool {
            open.take([Message(role: .assistant, content: mark), Message(role: .user, content: "a")]) != nil
        }
        #expect(!isOpen(marks[0]))
        #expect(isOpen(marks[1]))
        #expect(isOpen(marks[OpenQuestions.limit]))
    }
}
