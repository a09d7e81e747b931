import Consensus
import SwarmCore
import Testing

@Suite struct EvidenceCodeScoreTests {
    private typealias Finding = CodeEvidence.Finding

    private func candidate(_ similarity: Double, _ finding: CodeEvidence.Finding? = nil, length: Int = 10)
        -> CodeScore.Candidate
    {
        CodeScore.Candidate(similarity: similarity, finding: finding, length: length)
    }

    @Test func withoutEvidenceTheMostSimilarWins() {
        let score = CodeScore([candidate(0.2), candidate(0.6), candidate(0.4)])
        #expect(score.order == [1, 2, 0])
        #expect(score.basis == .similarity)
        #expect(score.agreement == 0.6)
        #expect(score.clusters.isEmpty)
    }

    @Test func ofEqualsTheLongerWinsThenTheEarlier() {
        #expect(CodeScore([candidate(0.5), candidate(0.5, length: 20)]).order == [1, 0])
        #expect(CodeScore([candidate(0.5), candidate(0.5)]).order == [0, 1])
    }

    @Test func whatDoesNotParseIsLastUnlessNothingDoes() {
        let broken = Finding(isValid: false)
        let score = CodeScore([candidate(0.9, broken), candidate(0.1, Finding(isValid: true)), candidate(0.2)])
        #expect(score.order == [2, 1, 0])
        #expect(score.scores == [0, 0.1, 0.2])
        #expect(CodeScore([candidate(0.3, broken), candidate(0.4, broken)]).order == [1, 0])
    }

    @Test func thoseThatPassTheMostExamplesStay() {
        let score = CodeScore([
            candidate(0.9, Finding(passedExamples: [true, false])),
            candidate(0.1, Finding(passedExamples: [true, true])),
            candidate(0.2, Finding(passedExamples: [true, true])), candidate(0.95),
        ])
        #expect(score.order == [2, 1, 0, 3])
        #expect(score.basis == .examples)
        #expect(score.clusters == [[1, 2], [0]])
    }

    @Test func agreementOfOutputsCountsTwiceAsMuchAsSimilarity() {
        let score = CodeScore([
            candidate(0.9, Finding(outputs: ["1", nil])), candidate(0.4, Finding(outputs: ["2", "3"])),
            candidate(0.3, Finding(outputs: ["2", "3"])), candidate(0.2, Finding(outputs: [nil, "3"])),
        ])
        // Agreements: 0, (1 + 1 + 1) / 6, the same, 2 / 6.
        let expected = [0.45, 0.7, 0.65, 2.0 / 6 + 0.1]
        #expect(zip(score.scores, expected).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(score.order == [1, 2, 0, 3])
        #expect(score.basis == .outputs)
        #expect(score.agreement == 0.5)
        #expect(score.clusters == [[1, 2], [0], [3]])
    }

    @Test func programsThatGiveNothingNeverAgree() {
        let empty = Finding(outputs: [nil, nil])
        let score = CodeScore([
            candidate(0.5, empty), candidate(0.6, empty), candidate(0.1, Finding(outputs: ["1", "1"])),
        ])
        #expect(score.basis == .similarity)
        #expect(score.clusters == [[2]])
        #expect(score.order.first == 1)
    }

    @Test func onlyOutputsOfThoseKeptCount() {
        let wrong = Finding(passedExamples: [false], outputs: ["0"])
        let score = CodeScore([
            candidate(0.9, wrong), candidate(0.9, wrong), candidate(0.9, wrong),
            candidate(0.1, Finding(passedExamples: [true], outputs: ["1"])),
        ])
        #expect(score.order.first == 3)
        #expect(score.agreement == 1)
    }

    @Test func fiveTestsAreRankedByGroups() {
        func passing(_ count: Int, of all: Int = 5) -> CodeEvidence.Finding {
            Finding(passedTests: (0..<all).map { $0 < count }, outputs: ["\(count)"])
        }
        let score = CodeScore([
            candidate(0.9, passing(5)), candidate(0.1, passing(4)), candidate(0.2, passing(4)),
            candidate(0.9, passing(0)),
        ])
        #expect(score.basis == .tests)
        #expect(score.order == [2, 1, 0, 3])
        #expect(score.scores[0] == 5)
        #expect(abs(score.scores[1] - 4 * 2.0.squareRoot()) < 1e-12)
        #expect(score.agreement == 0.5)
        let few = CodeScore([candidate(0.1, passing(4, of: 4)), candidate(0.2, passing(1, of: 4))])
        #expect(few.basis == .similarity)
        let none = CodeScore([candidate(0.1, passing(0)), candidate(0.2, passing(0))])
        #expect(none.basis == .outputs)
    }

    @Test func nothingToChooseFromIsNoCrash() {
        let score = CodeScore([])
        #expect(score.order.isEmpty)
        #expect(score.agreement == 0)
        #expect(CodeScore([candidate(0)]).order == [0])
    }

    @Test(arguments: 0..<100)
    func theOrderOfCandidatesDoesNotChangeTheWinner(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let candidates = (0..<Int.random(in: 1...7, using: &generator)).map { index in
            let bits = { (0..<5).map { _ in Bool.random(using: &generator) } }
            let outputs = bits().map { $0 ? "1" : nil }
            let finding = Finding(
                isValid: Bool.random(using: &generator) ? nil : Bool.random(using: &generator),
                passedExamples: Array(bits().prefix(2)),
                passedTests: Bool.random(using: &generator) ? bits() : [],
                outputs: outputs
            )
            return candidate(
                Double.random(in: 0...1, using: &generator),
                Bool.random(using: &generator) ? finding : nil,
                length: index
            )
        }
        let winner = candidates[try #require(CodeScore(candidates).order.first)]
        let shuffled = candidates.shuffled(using: &generator)
        let score = CodeScore(shuffled)
        #expect(shuffled[try #require(score.order.first)] == winner)
        #expect(score.order.sorted() == Array(shuffled.indices))
        #expect((0...1).contains(score.agreement))
        let isAnyValid = candidates.contains { $0.finding?.isValid != false }
        #expect(!isAnyValid || winner.finding?.isValid != false)
    }
}
