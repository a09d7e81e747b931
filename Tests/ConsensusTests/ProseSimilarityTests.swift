import Consensus
import SwarmCore
import Testing

@Suite struct ProseSimilarityTests {
    // Computed by hand: 2·LCS / (words of one + words of the other).
    @Test(arguments: [
        ("police killed the gunman", "police kill the gunman", 0.75),
        ("the gunman kill police", "police killed the gunman", 0.5), ("Same, text!", "same TEXT", 1.0), ("", "", 1.0),
        ("", "a", 0.0), ("a b c d", "a x c", 4 / 7.0), ("日本語", "日本", 0.8), ("a a a", "a", 0.5),
    ])
    func rougeLMatchesValuesByHand(_ a: String, _ b: String, _ expected: Double) {
        #expect(abs(RougeL(a).score(against: RougeL(b)) - expected) < 1e-12)
        #expect(abs(RougeL(b).score(against: RougeL(a)) - expected) < 1e-12)
    }

    @Test(arguments: 0..<60)
    func rougeLAgreesWithTheTableOfTheTextbook(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        func words() -> [String] {
            (0..<Int.random(in: 1...200, using: &generator)).map { _ in "w\(Int.random(in: 0...12, using: &generator))"
            }
        }
        let (a, b) = (words(), words())
        var row = Array(repeating: 0, count: b.count + 1)
        for word in a {
            var diagonal = 0
            for place in b.indices {
                let above = row[place + 1]
                row[place + 1] = word == b[place] ? diagonal + 1 : max(above, row[place])
                diagonal = above
            }
        }
        let expected = 2 * Double(row[b.count]) / Double(a.count + b.count)
        let score = RougeL(a.joined(separator: " ")).score(against: RougeL(b.joined(separator: " ")))
        #expect(abs(score - expected) < 1e-12)
    }

    @Test func onlyTheFirstSixHundredWordsCount() {
        let long = String(repeating: "word ", count: 600)
        #expect(RougeL(long + "more").length == 600)
        #expect(RougeL(long + "more of it").score(against: RougeL(long)) == 1)
    }

    @Test func halfIsCharactersAndHalfIsWords() {
        let (a, b) = ("the cat sat on the mat", "the cat is on the mat")
        let (mine, theirs) = ProseSimilarity(a).scores(with: ProseSimilarity(b))
        #expect(abs(mine - (0.645779420625 + 10 / 12.0) / 2) < 1e-9)
        #expect(abs(theirs - (0.619251512899 + 10 / 12.0) / 2) < 1e-9)
    }

    @Test func weightsDecideWhomTheMedoidIsLike() throws {
        let texts = ["red green blue", "red green blue black", "one two three", "one two three four"]
        let first = try #require(Medoid(of: texts, weights: [3, 1, 1, 1], utility: ProseSimilarity.init))
        let last = try #require(Medoid(of: texts, weights: [1, 1, 3, 1], utility: ProseSimilarity.init))
        #expect(first.winner == 1)
        #expect(last.winner == 3)
    }

    @Test func equalWeightsAreNoWeights() throws {
        let texts = ["a b c d", "a b c", "x y", "b c d"]
        let plain = try #require(Medoid(of: texts))
        let weighted = try #require(Medoid(of: texts, weights: [2, 2, 2, 2], utility: ChrF.init))
        #expect(weighted.winner == plain.winner)
        #expect(zip(weighted.means, plain.means).allSatisfy { abs($0 - $1) < 1e-12 })
        let none = try #require(Medoid(of: texts, weights: [0, 0, 0, -1], utility: RougeL.init))
        #expect(none.means == [0, 0, 0, 0])
    }
}
