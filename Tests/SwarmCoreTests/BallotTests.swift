import SwarmCore
import Testing

struct BallotTests {
    static func candidate(_ source: String, _ index: Int) -> Candidate {
        Candidate(
            id: CandidateID(source: SourceID(rawValue: source), index: index),
            text: "",
            answer: ParsedAnswer(),
            outcome: Outcome(reason: .stop, usage: Usage())
        )
    }

    static let ordered = ["a#0", "a#2", "a#10", "b#1", "b#3"]
    static let candidates = [
        candidate("a", 0), candidate("a", 2), candidate("a", 10), candidate("b", 1), candidate("b", 3),
    ]

    @Test(arguments: 0..<50)
    func candidatesStandInTheirOwnOrderHoweverTheyCome(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let shuffled = Self.candidates.shuffled(using: &random)
        var cast = Ballot()
        for candidate in shuffled { cast.cast(candidate) }
        #expect(cast.candidates.map(\.id.description) == Self.ordered)
        #expect(cast == Ballot(shuffled))
    }

    @Test func identifiersAreOrderedBySourceAndThenByIndex() {
        let ids = Self.candidates.map(\.id)
        #expect(ids.reversed().sorted() == ids)
        #expect(!(ids[0] < ids[0]))
        #expect(SourceID(rawValue: "a") < SourceID(rawValue: "b"))
        #expect("\(ModelID(rawValue: "m")) \(RequestID(rawValue: "r")) \(SourceID(rawValue: "s"))" == "m r s")
    }
}
