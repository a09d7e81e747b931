import SwarmCore
import Testing

@testable import Federation

@Suite("How often others may ask")
struct RateLimitTests {
    /// How many of so many requests at one moment are let through.
    private func taken(_ count: Int, by name: String = "a", at now: Double, of limit: inout RateLimit) -> Int {
        var taken = 0
        for _ in 0..<count where limit.take(name, at: now) { taken += 1 }
        return taken
    }

    @Test func aBurstIsLetThroughAndNoMore() {
        var limit = RateLimit(perSecond: 2, burst: 5)
        let counts = [0.0, 0, 1, 1, 100].map { taken(50, at: $0, of: &limit) }
        #expect(counts == [5, 0, 2, 0, 5])
    }

    @Test func askingInVainDelaysNothing() {
        var limit = RateLimit(perSecond: 1, burst: 1)
        let counts = [0, 0.25, 0.5, 0.75, 1].map { taken(1, at: $0, of: &limit) }
        #expect(counts == [1, 0, 0, 0, 1])
    }

    @Test func everybodyHasABucketOfHisOwn() {
        var limit = RateLimit(perSecond: 1, burst: 2)
        let counts = ["a", "b", "a"].map { taken(9, by: $0, at: 0, of: &limit) }
        #expect(counts == [2, 2, 0])
    }

    @Test func overTimeItIsTheRate() {
        var limit = RateLimit(perSecond: 4, burst: 8)
        var generator = SplitMix64(seed: 3)
        var (now, count) = (0.0, 0)
        while now < 1000 {
            now += Double.random(in: 0..<0.1, using: &generator)
            count += taken(3, at: now, of: &limit)
        }
        #expect((3900...4012).contains(count))
    }

    @Test func aFloodOfNamesIsRefusedAndForgottenWithTime() {
        var limit = RateLimit(perSecond: 1, burst: 2)
        let letThrough = (0..<1500).count { taken(1, by: "\($0)", at: 0, of: &limit) == 1 }
        #expect(letThrough == 1024)
        let later = taken(9, by: "new", at: 10, of: &limit)
        #expect(later == 2)
    }
}
