import SwarmCore
import SwarmTestSupport
import Testing

@testable import Swarm

@Suite struct DealTests {
    private static func deal(_ weights: [Int]) -> Deal {
        Deal(weights.enumerated().map { Deal.Share(SourceID(rawValue: "s\($0)"), weight: $1) })
    }

    private static func names(_ sources: [SourceID]) -> String { sources.map { $0.rawValue.dropFirst() }.joined() }

    @Test(
        arguments: [
            ([1], 3, "000"), ([1, 1], 5, "01010"), ([3, 3], 6, "010101"), ([3, 1], 4, "0001"), ([1, 3], 4, "0111"),
            ([4, 2, 2], 8, "00120012"), ([3, 3], 1, "0"),
        ] as [([Int], Int, String)]
    )
    func candidatesAreDividedByWeightAndTheFirstIsOfTheFirst(weights: [Int], count: Int, dealt: String) {
        let names = Self.names(Self.deal(weights).sources(of: count))
        #expect(names.sorted() == dealt.sorted())
        #expect(names.first == "0")
    }

    @Test func asManyAsTheWeightsSumUpToAreDividedExactly() {
        var generator = SplitMix64(seed: 3)
        for _ in 0..<500 {
            let weights = (0..<Int.random(in: 1..<6, using: &generator)).map { _ in
                Int.random(in: 1..<9, using: &generator)
            }
            let dealt = Self.deal(weights).sources(of: weights.reduce(0, +))
            for (place, weight) in weights.enumerated() {
                #expect(dealt.count { $0.rawValue == "s\(place)" } == weight, "\(weights)")
            }
        }
    }

    @Test func whatIsDealtLaterGoesOnWhereItStopped() {
        let deal = Self.deal([3, 2])
        let all = deal.sources(of: 10)
        for cut in 1..<10 {
            #expect(all[..<cut] + deal.sources(of: 10 - cut, after: Array(all[..<cut])) == all[...])
        }
    }

    @Test func lostSourcesArePassedOverWhileThereIsAnother() {
        let deal = Self.deal([1, 1])
        let lost = SourceID(rawValue: "s0")
        #expect(Self.names(deal.sources(of: 3, after: [lost], without: [lost])) == "111")
        #expect(deal.sources(of: 1, without: [lost, SourceID(rawValue: "s1")]).count == 1)
    }
}
