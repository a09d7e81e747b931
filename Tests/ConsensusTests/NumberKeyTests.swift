import Consensus
import SwarmCore
import Testing

@Suite struct NumberKeyTests {
    @Test(arguments: [
        ("0.333333", "1/3", true), ("0.3333", "1/3", false), ("1000000", "1000001", false),
        ("1000000", "1000000.5", true), ("0", "0.0000000001", false), ("-2", "2", false), ("-1/3", "-0.33333333", true),
        ("3x + 1", "3x + 1", true), ("3x + 1", "3", false), ("nan", "nan", true), ("inf", "nan", false),
        ("1e400", "1e401", false), ("12345678901234567890", "12345678901234567891", false),
    ])
    func numbersAreTheSameWithinAMillionth(_ a: String, _ b: String, _ expected: Bool) {
        #expect(NumberKey.isSame(a, b) == expected)
        #expect(NumberKey.isSame(b, a) == expected)
    }

    private func merged(_ kind: TurnKind, _ keys: [String]) -> [String: String] {
        KeyMerging.merged(keys: keys.map { (kind, $0) })
    }

    @Test func nearNumbersShareTheMostFrequentKey() {
        let merged = merged(.number, ["1/3", "0.3333333", "0.3333333", "0.25", "3x"])
        #expect(merged == ["1/3": "0.3333333", "0.3333333": "0.3333333", "0.25": "0.25", "3x": "3x"])
    }

    @Test func aFractionBetweenWholeNumbersDoesNotJoinThem() {
        let merged = merged(.number, ["1000000", "1000000.5", "1000001"])
        #expect(merged["1000000"] != merged["1000001"])
    }

    @Test(arguments: [
        ("barack obama", "president barack obama"), ("mount saint helens", "mount saint helens volcano"),
        ("new york city", "new york city usa"),
    ])
    func aShortAnswerIsJoinedWithOneThatAddsAWord(_ short: String, _ long: String) {
        #expect(merged(.short, [long, short]) == [short: short, long: short])
        #expect(merged(.short, [long, short, long]) == [short: long, long: long])
    }

    @Test(arguments: [
        ("paris", "paris france"), ("in stock", "not in stock"), ("world war", "world war 2"),
        ("world war", "world war ii"), ("red wine", "red wine or beer"), ("green blue", "green light blue"),
        ("does work", "doesn't does work"),
    ])
    func aWordThatChangesTheMeaningJoinsNothing(_ a: String, _ b: String) {
        #expect(merged(.short, [a, b]) == [a: a, b: b])
    }

    @Test func onlyNumbersAndShortAnswersAreMerged() {
        let keys = [(kind: TurnKind.choice, key: "barack obama"), (.toolCall, "president barack obama"), (.json, "1")]
        let merged = KeyMerging.merged(keys: keys)
        #expect(merged.allSatisfy { $0.key == $0.value })
        #expect(merged.count == 3)
    }

    @Test(arguments: 0..<40)
    func theOrderOfKeysDoesNotMatter(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let words = ["north", "sea", "oil", "field", "not", "company"]
        var keys: [(kind: TurnKind, key: String)] = (0..<12).map { _ in
            let count = Int.random(in: 1...5, using: &generator)
            return (
                .short, (0..<count).compactMap { _ in words.randomElement(using: &generator) }.joined(separator: " ")
            )
        }
        keys += (0..<12).map { _ in
            let value = 1000 + Double(Int.random(in: 0...8, using: &generator)) / 2000
            return (.number, value == 1000 ? "1000" : "\(value)")
        }
        let merged = KeyMerging.merged(keys: keys)
        #expect(KeyMerging.merged(keys: keys.shuffled(using: &generator)) == merged)
        #expect(Set(merged.keys) == Set(keys.map(\.key)))
        // A representative stands for itself.
        #expect(merged.values.allSatisfy { merged[$0] == $0 })
    }
}
