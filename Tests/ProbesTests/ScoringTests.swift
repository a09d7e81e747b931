import Probes
import SwarmCore
import Testing

@Suite struct ScoringTests {
    private func probe(_ kind: TurnKind, _ prompt: String, _ accepted: String...) -> Probe {
        Probe(id: "p", kind: kind, request: request(prompt), expectation: .answer(accepted))
    }

    private func request(_ prompt: String) -> ChatRequest {
        ChatRequest(id: RequestID(rawValue: "p"), messages: [Message(role: .user, content: prompt)])
    }

    private func says(_ text: String) -> ParsedAnswer { ParsedAnswer(content: text) }

    @Test(arguments: [
        ("1050", true), ("1,050", true), ("1050.0 grams", true), ("300 / 4 = 75\n75 * 14 = 1050\nAnswer: 1050", true),
        ("So you need **1050** grams of rice.", true), ("\\boxed{1050}", true), ("300 / 4 * 14 = 1050.", true),
        ("1051", false), ("Answer: 1050? No. Answer: 75", false), ("Rice is tasty.", false), ("", false),
    ])
    func numbersCountByValue(_ text: String, _ isRight: Bool) {
        #expect(probe(.number, "How many grams?", "1050").isRight(says(text)) == isRight)
    }

    @Test(arguments: [
        ("under the bed", true), ("Under the bed.", true), ("The key is under the bed.\nAnswer: under the bed", true),
        ("The key is under the bed.", true), ("**Under the bed**", true), ("in the box", false),
        ("not under the bed", false), ("", false),
    ])
    func shortAnswersIgnoreDress(_ text: String, _ isRight: Bool) {
        let probe = probe(.short, "Where is the key?", "under the bed", "the key is under the bed")
        #expect(probe.isRight(says(text)) == isRight)
    }

    @Test(arguments: [
        ("no", true), ("No.", true), ("No, Sanna is not a member.", true), ("Answer: no", true), ("Nobody may.", false),
        ("yes", false), ("Yes, no problem", false),
    ])
    func wordsMayFollowYesAndNo(_ text: String, _ isRight: Bool) {
        #expect(probe(.short, "May Sanna borrow tools?", "no").isRight(says(text)) == isRight)
    }

    @Test(arguments: [
        ("B", true), ("(B)", true), ("B) Paris", true), ("Paris", true), ("The answer is B.", true), ("A", false),
        ("Rome", false), ("E", false), ("", false),
    ])
    func choicesCountByLetterOrText(_ text: String, _ isRight: Bool) {
        #expect(probe(.choice, "Which?\nA) Rome\nB) Paris", "B").isRight(says(text)) == isRight)
        #expect(probe(.choice, "Which?\nA) Rome\nB) Paris", "Paris").isRight(says(text)) == isRight)
    }

    private func calls(_ calls: (String, String)...) -> ParsedAnswer {
        ParsedAnswer(toolCalls: calls.map { ToolCall(id: "c", name: $0.0, arguments: $0.1) })
    }

    private func expecting(_ calls: ExpectedCall...) -> Probe {
        Probe(id: "p", kind: .toolCall, request: request("Do it"), expectation: .calls(calls))
    }

    @Test func callsMustAgreeInNameAndArguments() {
        let probe = expecting(ExpectedCall(name: "f", arguments: JSON.Object([("a", 1), ("b", "x")])))
        #expect(probe.isRight(calls(("f", #"{"b": "x", "a": 1.0}"#))) == true)
        #expect(probe.isRight(calls(("g", #"{"b": "x", "a": 1}"#))) == false)
        #expect(probe.isRight(calls(("f", #"{"b": "x"}"#))) == false)
        #expect(probe.isRight(calls(("f", #"{"b": "x", "a": "1"}"#))) == false)
        #expect(probe.isRight(calls(("f", #"{"b": "x", "a": 1, "c": 2}"#))) == false)
        #expect(probe.isRight(calls(("f", #"{"b": "x", "a": 1"#))) == false)
        #expect(probe.isRight(calls(("f", #"{"b": "x", "a": 1}"#), ("f", #"{"b": "x", "a": 1}"#))) == false)
        #expect(probe.isRight(says("f(1, x)")) == false)
    }

    @Test func ignoredArgumentsMayBeAnything() {
        let probe = expecting(ExpectedCall(name: "f", arguments: JSON.Object([("a", 1)]), ignored: ["why"]))
        #expect(probe.isRight(calls(("f", #"{"a": 1, "why": "fun"}"#))) == true)
        #expect(probe.isRight(calls(("f", #"{"a": 1}"#))) == true)
        #expect(probe.isRight(calls(("f", #"{"a": 2, "why": "fun"}"#))) == false)
    }

    @Test func anArgumentMayHaveSeveralValues() {
        let probe = expecting(ExpectedCall(name: "f", alternatives: ["unit": ["C", "celsius", nil]]))
        for arguments in [#"{"unit": "C"}"#, #"{"unit": "celsius"}"#, "{}", "", #"{"unit": null}"#] {
            #expect(probe.isRight(calls(("f", arguments))) == true, "\(arguments)")
        }
        #expect(probe.isRight(calls(("f", #"{"unit": "K"}"#))) == false)
    }

    @Test func severalCallsArePairedInAnyOrder() {
        let either = ExpectedCall(name: "f", alternatives: ["n": [1, 2]])
        let two = ExpectedCall(name: "f", arguments: JSON.Object([("n", 2)]))
        for probe in [expecting(either, two), expecting(two, either)] {
            #expect(probe.isRight(calls(("f", #"{"n": 1}"#), ("f", #"{"n": 2}"#))) == true)
            #expect(probe.isRight(calls(("f", #"{"n": 2}"#), ("f", #"{"n": 1}"#))) == true)
            #expect(probe.isRight(calls(("f", #"{"n": 2}"#), ("f", #"{"n": 2}"#))) == true)
            #expect(probe.isRight(calls(("f", #"{"n": 1}"#), ("f", #"{"n": 1}"#))) == false)
            #expect(probe.isRight(calls(("f", #"{"n": 2}"#))) == false)
        }
    }

    @Test func whereNoCallIsRightWordsAre() {
        #expect(expecting().isRight(says("Hello!")) == true)
        #expect(expecting().isRight(says(" ")) == false)
        #expect(expecting().isRight(calls(("f", "{}"))) == false)
    }

    private let coding = Probe(
        id: "p",
        kind: .code,
        request: ChatRequest(id: RequestID(rawValue: "p"), messages: []),
        expectation: .tests(entry: "f", tests: ["assert f() == 1", "assert f() > 0"])
    )

    @Test(arguments: [
        ("def f():\n    return 1", "def f():\n    return 1"),
        ("Here:\n```python\ndef f():\n    return 1\n```\nDone.", "def f():\n    return 1\n"),
        ("```\nf()\n```\n```python\ndef f(): return 1\n```", "def f(): return 1\n"),
        ("```python\nx = 1\n```\n```python\ny = 2\n```", "x = 1\n\ny = 2\n"),
        ("```python\ndef f(): return 1", "def f(): return 1\n"),
    ])
    func theProgramOfAnAnswerIsFound(_ text: String, _ code: String) throws {
        let examination = try #require(coding.examination(of: [says(""), says(text)]))
        #expect(examination.programs.map(\.code) == ["", code])
        #expect(examination.programs.map(\.id) == [Probe.programID(0), Probe.programID(1)])
        #expect(examination.language == "python")
        #expect(examination.examples == [.assertion("assert f() == 1"), .assertion("assert f() > 0")])
    }

    @Test func aProgramIsRightWhenAllTestsPass() {
        #expect(coding.isRight(says("def f(): return 1")) == nil)
        #expect(coding.isRight(CodeEvidence.Finding(passedExamples: [true, true])))
        #expect(!coding.isRight(CodeEvidence.Finding(passedExamples: [true, false])))
        #expect(!coding.isRight(CodeEvidence.Finding(passedExamples: [true])))
        #expect(!coding.isRight(CodeEvidence.Finding(isValid: true)))
        #expect(!coding.isRight(Optional<CodeEvidence.Finding>.none))
        #expect(expecting().examination(of: []) == nil)
    }
}
