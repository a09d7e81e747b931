import Consensus
import SwarmCore
import Testing

@Suite struct AgreementTests {
    private let a = SourceID(rawValue: "a")
    private let b = SourceID(rawValue: "b")
    private let c = SourceID(rawValue: "c")

    /// What is observed where candidates, by their places, are of these sources and in these clusters.
    private func observed(_ sources: [SourceID], _ clusters: [[Int]]) -> [SourceID: Bool] {
        Agreement.observations(
            clusters: clusters.enumerated().map { place, members in
                VoteReport.Cluster(key: "\(place)", votes: members.count, share: 0, members: members)
            },
            sources: Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($0, $1) })
        )
    }

    @Test func whoComesToWhatTheOthersComeToAgrees() {
        // To a and to b the other two are divided.
        #expect(observed([a, b, c], [[0, 1], [2]]) == [c: false])
        #expect(observed([a, b, b, c], [[0, 1, 2], [3]]) == [a: true, c: false])
    }

    @Test func aSourceNeverConfirmsItself() {
        #expect(observed([a, a, a, a, a, b], [[0, 1, 2, 3, 4], [5]]) == [a: false, b: false])
    }

    @Test func theAnswerOfASourceIsThatOfMostOfItsCandidates() {
        #expect(observed([a, a, a, b], [[0, 1, 3], [2]]) == [a: true, b: true])
        #expect(observed([a, a, a, b], [[0, 1], [2, 3]]) == [a: false, b: false])
    }

    @Test func nothingIsSaidWhereTheOthersAreDividedEqually() {
        #expect(observed([a, b, c], [[0], [1], [2]]).isEmpty)
        #expect(observed([a, b, b], [[0, 1], [2]])[a] == nil)
    }

    @Test func nothingIsSaidOfASourceThatIsDividedItself() {
        #expect(observed([a, a, b, c], [[0, 2, 3], [1]]) == [b: true, c: true])
    }

    @Test func oneSourceAloneIsNotObserved() {
        #expect(observed([a, a], [[0], [1]]).isEmpty)
        #expect(observed([a, b], []).isEmpty)
        #expect(observed([a, b], [[0]]).isEmpty)
    }

    @Test func candidatesOfNobodyArePassedOver() {
        #expect(observed([a, b], [[0, 1], [7, 8, 9, -1]]) == [a: true, b: true])
    }

    @Test func theOrderOfTheClustersDoesNotMatter() {
        var generator = SplitMix64(seed: 2)
        let names = [a, b, c]
        for _ in 0..<300 {
            let sources = (0..<8).map { _ in names[Int.random(in: 0..<3, using: &generator)] }
            var clusters = [[Int]](repeating: [], count: 3)
            for place in 0..<8 { clusters[Int.random(in: 0..<3, using: &generator)].append(place) }
            let first = observed(sources, clusters)
            #expect(observed(sources, clusters.shuffled(using: &generator)) == first)
        }
    }
}
