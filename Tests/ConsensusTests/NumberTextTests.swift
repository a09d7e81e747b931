import Consensus
import SwarmCore
import Testing

@Suite struct NumberTextTests {
    private func read(_ text: String, prompt: String = "Question?") -> Classifier.Reading {
        Classifier(request: request(prompt)).read(ParsedAnswer(content: text))
    }

    @Test(arguments: [
        ("USD 1,200", "1200"), ("US$ 5", "5"), ("18 €", "18"), ("Rs. 500", "500"), ("EUR 7.50", "7.5"),
        ("$18 per day", "18"), ("20 percent", "20"), ("-$5", "-5"), ("$-5", "-5"), ("minus 4", "-4"),
        ("\\boxed{\\text{Total: } \\$18}", "Total: 18"),
        ("1_000", "1000"), ("1\u{2009}234\u{2009}567", "1234567"), ("1\u{202F}234", "1234"), ("1'000", "1000"),
        ("３６", "36"), ("18\u{00A0}dollars", "18"),
        ("3 \\times 10^5", "300000"), ("\\boxed{3 \\times 10^{-5}}", "0.00003"), ("3×10⁵", "300000"),
        ("3e5", "300000"), ("2.5 x 10^3", "2500"), ("10^5", "100000"), ("6.02·10²³ atoms", "602000000000000000000000"),
        ("2*10**3", "2000"), ("\\frac34", "0.75"), ("\\frac{-3}{4}", "-0.75"), ("3\\frac{1}{2}", "3.5"), ("½", "0.5"),
        ("2½ cups", "2.5"), ("3 / 4", "0.75"), ("-1 1/2", "-1.5"), ("(18)", "18"), ("\\boxed{\\boxed{7}}", "7"),
        ("Answer: [18]", "18"), ("\\boxed{\\textbf{18}}", "18"), ("12 m²", "12"), ("Antwort: 42", "42"),
    ])
    func numbersAreReadInMoreForms(_ text: String, _ key: String) {
        let reading = read(text)
        #expect(reading.key == (key.hasPrefix("Total") ? CanonicalKey.short("\\text{Total: } \\$18") : key))
        #expect(reading.kind == .number)
    }

    @Test(arguments: [
        ("eighteen", "18"), ("a dozen", "12"), ("two dozen eggs", "24"), ("twenty-one", "21"), ("Zero.", "0"),
        ("a hundred and five", "105"), ("three thousand two hundred", "3200"), ("two million", "2000000"),
        ("forty two dollars", "42"), ("minus seven", "-7"),
    ])
    func spelledNumbersCountWhereTheyAreAnnounced(_ text: String, _ key: String) {
        let expected = Classifier.Reading(kind: .number, key: key)
        #expect(read("Answer: " + text) == expected)
        #expect(read(text, prompt: "How many are left?") == expected)
        #expect(read(text).kind == .short)
    }

    @Test(arguments: ["one of them", "two thirds", "one half", "five or six", "one more", "twenty thirty", "nobody"])
    func wordsThatAreNoOneNumberStayWords(_ text: String) {
        #expect(read("Answer: " + text) == Classifier.Reading(kind: .short, key: CanonicalKey.short(text)))
    }

    @Test(arguments: [
        "5-6", "5–6", "5 to 6", "5, 6", "5 apples, 6 pears", "between 5 and 6", "x = 5, y = 6", "x = 5 or x = 6",
        "±5", "5 + 3i", "> 5", "1.2.3", "v1.2", "2024-01-05", "5 January 2024", "5 May", "12:30:15", "5 o'clock",
        "192.168.0.1", "5th", "21st", "1000,000", "3 \\times 10", "7pm",
    ])
    func severalNumbersDatesTimesAndVersionsAreNoNumber(_ text: String) {
        #expect(read("Answer: " + text) == Classifier.Reading(kind: .short, key: CanonicalKey.short(text)))
    }

    @Test(arguments: [
        ("1" + String(repeating: "0", count: 45), "1e45"), ("1.50e50", "15e49"), ("1e400", "10e399"),
        ("0.1e-60", "1e-61"),
    ])
    func longNumbersHaveOneSpelling(_ a: String, _ b: String) throws {
        let key = try #require(read(a).key)
        #expect(read(b) == Classifier.Reading(kind: .number, key: key))
        #expect(read(key) == Classifier.Reading(kind: .number, key: key))
    }

    @Test func exponentsAtTheEdgeOfIntegersAreNoTrap() {
        #expect(Rational(decimal: "1e\(Int.min)") == nil)
        #expect(CanonicalKey.json(.number("1e\(Int.min)")) == "1e\(Int.min)")
        #expect(read("Answer: 1e-9223372036854775808").kind == .short)
        #expect(read("99999999999999999999999999999999999999 million").kind == .short)
    }

    @Test(arguments: 0..<1500)
    func aKeyOfAKeyIsThatKey(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let pieces = [
            "1", "2", "0", "9", "00", "999", ".", ",", "-", "–", "/", " ", " ", "e", "^", "{", "}", "(", ")", "%", "$",
            "€", "\\frac", "\\boxed{", "\\times", "×", "10", "⁵", "½", "dozen", "million", "the", "a", "an", "**", "*",
            "\"", "'", "’", "!", "?", "\n", "Answer:", "answer is", "####", "B", "A)", "=", "_", "\u{2009}", "é", "İ",
            "日本", "🙂", "\u{301}", "eighteen", "hundred", "one", "and", "１", "Ａ", "```", "|", "#", ";", ":",
        ]
        let count = Int.random(in: 0...14, using: &generator)
        let text = (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
        let short = CanonicalKey.short(text)
        #expect(CanonicalKey.short(short) == short, "\(text.debugDescription)")
        let reading = read(text, prompt: "Which?\nA) one\nB) two")
        if reading.kind == .number, let key = reading.key, NumberKey.isSame(key, key), key.allSatisfy(isPlain) {
            #expect(read(key) == reading, "\(text.debugDescription)")
        }
        if reading.kind == .choice, let key = reading.key {
            #expect(read(key, prompt: "Which?\nA) one\nB) two") == reading)
        }
        _ = Structure(text)
    }

    private func isPlain(_ character: Character) -> Bool { "0123456789.-/".contains(character) }
}
