import Consensus
import Testing

@Suite struct SimilarityTests {
    // Computed apart from this code, with exact counting of n-grams in another language.
    @Test(arguments: [
        ("the cat sat on the mat", "the cat is on the mat", 0.645779420625),
        ("the cat is on the mat", "the cat sat on the mat", 0.619251512899),
        ("abc", "abcdef", 0.437262357414), ("abcdef", "abc", 0.756578947368), ("a", "b", 0),
        ("Grüße aus Köln", "Gruesse aus Koeln", 0.264409071346), ("aaaa", "aa", 0.78125),
        ("return a + b", "return b + a", 0.557738095238), ("日本語のテスト", "日本のテスト", 0.421086123955),
        ("x", "wxyz", 0.294117647059), ("same text", "same  text\n", 1), ("", "", 1), ("", "a", 0), ("a", " ", 0),
    ])
    func chrFMatchesValuesComputedElsewhere(_ hypothesis: String, _ reference: String, _ expected: Double) {
        #expect(abs(ChrF(hypothesis).score(against: ChrF(reference)) - expected) < 1e-9)
    }

    @Test func theMedoidIsTheTextMostLikeTheOthers() throws {
        let texts = [
            "def add(a, b):\n    return a + b\n", "def add(x, y):\n    return x + y\n",
            "def add(a, b):\n    total = a + b\n    return total\n", "print('hello')\n",
        ]
        let medoid = try #require(Medoid(of: texts))
        #expect(medoid.winner == 2)
        #expect(abs(medoid.means[0] - 0.37110822086224043) < 1e-9)
        #expect(abs(medoid.means[2] - 0.39003471311605503) < 1e-9)
        #expect(abs(medoid.margin - (0.39003471311605503 - 0.37110822086224043)) < 1e-9)
    }

    @Test func tiesGoToTheLongerThenToTheEarlier() throws {
        #expect(try #require(Medoid(of: ["ab", "ab", "ab"])).winner == 0)
        #expect(try #require(Medoid(of: ["abc", "xyzuvw"])).winner == 1)
        #expect(try #require(Medoid(of: ["xyz", "abc"])).winner == 0)
    }

    @Test func thereIsNoMedoidOfFewerThanTwo() {
        #expect(Medoid(of: []) == nil)
        #expect(Medoid(of: ["alone"]) == nil)
    }
}
