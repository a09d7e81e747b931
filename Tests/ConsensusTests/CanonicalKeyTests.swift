import Consensus
import SwarmCore
import Testing

@Suite struct CanonicalKeyTests {
    private func read(_ text: String, prompt: String = "Question?") -> Classifier.Reading {
        Classifier(request: request(prompt)).read(ParsedAnswer(content: text))
    }

    @Test(arguments: [
        ("18", "18"), ("18.0", "18"), ("$18.00", "18"), ("-7", "-7"), ("\u{2212}7", "-7"), ("1,234", "1234"),
        ("1,234,567.50", "1234567.5"), ("50%", "50"), ("3/4", "0.75"), ("6/8", "0.75"), ("1/3", "1/3"),
        ("3 1/2", "3.5"),
        (".5", "0.5"), ("1e3", "1000"), ("007", "7"), ("-0", "0"), ("42.", "42"), ("18 dollars", "18"),
        ("5.50e-2", "0.055"), ("2 million", "2000000"), ("1.5 thousand", "1500"),
        ("\\boxed{18}", "18"), ("So it is $\\boxed{\\frac{3}{4}}$.", "0.75"), ("\\boxed{\\dfrac{10}{4}}", "2.5"),
        ("\\boxed{1{,}234}", "1234"), ("\\boxed{50\\%}", "50"), ("\\boxed{18 \\text{ dollars}}", "18"),
        ("\\boxed{90^\\circ}", "90"), ("\\[\\boxed{-\\frac{1}{3}}\\]", "-1/3"),
        ("She has 9 left.\n#### 18", "18"), ("9 * 2 = <<9*2=18>>18\nA: 18", "18"), ("He sold it.\nA: 65,000", "65000"),
        ("Answer: 42", "42"), ("Steps…\n**Answer:** 42", "42"), ("Steps…\n**Final Answer**: $1,000", "1000"),
        ("Answer:\n\n42", "42"), ("The final answer is 3.50 dollars per day.", "3.5"), ("Answer: x = 7", "7"),
        ("Answer: 6 * 7 = 42", "42"), ("The answer is \\(12\\).", "12"), ("the answer is: 12", "12"),
        ("The answer is 18, because she sells nine.", "18"), ("The answer is 10. Wait, no: the answer is 12.", "12"),
        ("The answer is about 12 m^2.", "12"), ("\\boxed{10} is wrong, so \\boxed{11}", "11"),
        ("99999999999999999999999999999999999999999999", "99999999999999999999999999999999999999999999"),
    ])
    func numbersAreReadFromTheirManyForms(_ text: String, _ key: String) {
        #expect(read(text) == Classifier.Reading(kind: .number, key: key))
    }

    @Test(arguments: ["12:30", "10,15", "3x + 1", "3x", "5 or 6", "18k", "3 pm", "12/25/2020", "1 234", "5\\sqrt{2}"])
    func whatIsNoPlainNumberKeepsItsText(_ text: String) {
        #expect(read(text) == Classifier.Reading(kind: .short, key: CanonicalKey.short(text)))
    }

    @Test(arguments: [
        ("B", "B"), ("(B)", "B"), ("B) 12", "B"), ("**B**", "B"), ("The answer is B.", "B"), ("The answer is (C)", "C"),
        ("Long thought.\n\nAnswer: C) Rome", "C"), ("\\boxed{\\text{D}}", "D"), ("The correct option is A", "A"),
        ("Answer: A because it is", "A"), ("The answer is Rome.", "C"), ("paris", "B"),
        ("First, the answer is A. No: the answer is B.", "B"),
    ])
    func choicesAreLettersOfTheOptions(_ text: String, _ key: String) {
        let prompt = "Which?\nA) London\nB) Paris\nC) Rome\nD) Bern"
        #expect(read(text, prompt: prompt) == Classifier.Reading(kind: .choice, key: key))
    }

    @Test func anArticleIsNoChoice() {
        #expect(read("A dog barks", prompt: "What?\nA) cat\nB) dog").kind == .short)
    }

    @Test(arguments: [
        "Pick: A) one B) two", "(A) one\n(B) two", "A. one\nB. two", "  A: one\n  B: two\n  C: three",
    ])
    func optionsAreFoundInTheirManyForms(_ prompt: String) {
        let options = Options(in: [Message(role: .user, content: prompt)])
        #expect(options.texts["A"] == "one")
        #expect(options.texts["B"] == "two")
    }

    @Test(arguments: ["A dog. B", "Plan A) only", "no options", "BAD) or WORSE)"])
    func textIsNotTakenForOptions(_ prompt: String) {
        #expect(Options(in: [Message(role: .user, content: prompt)]).isEmpty)
    }

    @Test(arguments: [
        ("The Eiffel Tower.", "eiffel tower"), ("\"Paris\"", "paris"), ("  PARIS  !", "paris"), ("a  b", "b"),
        ("A", "a"),
        ("**Yes**", "yes"), ("src/Main.swift", "src/Main.swift"), ("...", "..."), ("2**3", "2**3"), ("Größe", "größe"),
        ("the the cat", "cat"), ("the \"cat\"", "cat"), ("don’t", "don't"), ("Ｐａｒｉｓ！", "paris"),
    ])
    func shortAnswersIgnoreDress(_ text: String, _ key: String) {
        #expect(CanonicalKey.short(text) == key)
    }

    @Test func jsonKeysIgnoreOrderAndSpellingOfNumbers() throws {
        let a = try JSON(parsing: #"{"b": [1.0, 2e1], "a": {"y": null, "x": "1.0"}}"#)
        let b = try JSON(parsing: #"{"a":{"x":"1.0","y":null},"b":[1,20]}"#)
        #expect(CanonicalKey.json(a) == CanonicalKey.json(b))
        #expect(CanonicalKey.json(a) == #"{"a":{"x":"1.0","y":null},"b":[1,20]}"#)
        #expect(CanonicalKey.json([1, 2]) != CanonicalKey.json([2, 1]))
        #expect(CanonicalKey.json(.number("1E400")) == "1e400")
    }

    @Test func toolCallKeysAreNameAndArguments() {
        func key(_ calls: (String, String)...) -> String? {
            CanonicalKey.toolCalls(calls.map { ToolCall(id: "x", name: $0.0, arguments: $0.1) })
        }
        #expect(key(("read", #"{"path": "a", "n": 1.0}"#)) == #"read({"n":1,"path":"a"})"#)
        #expect(key(("read", "")) == key(("read", "{}")))
        #expect(key(("f", "{}"), ("g", "{}")) == key(("g", "{}"), ("f", "{}")))
        #expect(key(("f", "{}"), ("f", "{}")) != key(("f", "{}")))
        #expect(key(("f", "{oops")) == nil)
        #expect(key(("f", "[1]")) == nil)
    }

    @Test func rationalsAreExactAndSayWhereTheyDoNotFit() {
        #expect(Rational(decimal: "0.1").flatMap { $0.adding($0) }?.text == "0.2")
        #expect(Rational(6, -8)?.text == "-0.75")
        #expect(Rational(1, 0) == nil)
        #expect(Rational(decimal: "1e39") == nil)
        #expect(Rational(decimal: "1.2.3") == nil)
        #expect(Rational(decimal: "") == nil)
        #expect(Rational(.max).flatMap { $0.adding($0) } == nil)
        #expect(Rational(5).flatMap { five in Rational(0).flatMap(five.divided(by:)) } == nil)
    }
}
