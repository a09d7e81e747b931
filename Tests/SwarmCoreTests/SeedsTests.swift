import SwarmCore
import Testing

struct SeedsTests {
    @Test func splitMixGivesTheReferenceSequence() {
        // The first outputs of the reference implementation for these seeds.
        var random = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect((0..<5).map { _ in random.next() } == expected)
        var zero = SplitMix64(seed: 0)
        #expect(zero.next() == 0xE220_A839_7B1D_CDAF)
    }

    @Test(arguments: [0, 7, UInt64.max])
    func theFirstCandidateKeepsTheRequestsSeedAndNoTwoShareOne(seed: UInt64) {
        let seeds = (0..<64).map { Sampling.seed(ofCandidate: $0, request: seed) }
        #expect(seeds[0] == seed)
        #expect(Set(seeds).count == 64)
    }

    @Test func derivedSeedsHangOnTheRequestsSeedAlone() {
        #expect(Sampling.seed(ofCandidate: 3, request: 9) == Sampling.seed(ofCandidate: 3, request: 9))
        #expect(Sampling.seed(ofCandidate: 3, request: 9) != Sampling.seed(ofCandidate: 3, request: 10))
    }
}
