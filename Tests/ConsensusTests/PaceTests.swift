import Consensus
import SwarmCore
import Testing

@Suite struct PaceTests {
    /// Rates of widths that take so many seconds per decode step.
    private static func curve(_ steps: [Int: Double]) -> [Int: Double] {
        Dictionary(uniqueKeysWithValues: steps.map { ($0.key, Double($0.key) / $0.value) })
    }

    private static let flat = curve([1: 1, 8: 1])

    @Test(arguments: [[:], [1: 0], [1: -5], [2: .nan]] as [[Int: Double]])
    func aNodeOfUnknownSpeedCountsAsEqual(curve: [Int: Double]) {
        #expect(Pace.candidates(of: curve, while: 5, of: Self.flat) == 5)
        #expect(Pace.candidates(of: Self.flat, while: 5, of: curve) == 5)
    }

    @Test func anEqualNodeHasAnEqualPartWhereEveryCandidateCosts() {
        let linear = Self.curve([1: 1, 8: 8])
        #expect(Pace.candidates(of: linear, while: 4, of: linear) == 4)
    }

    @Test func whereCandidatesCostNothingANodeHasTwiceAsMany() {
        #expect(Pace.candidates(of: Self.flat, while: 4, of: Self.flat) == 8)
    }

    @Test func aFastNodeHasTwiceAsManyAndNoMore() {
        let fast = Self.curve([1: 0.01, 32: 0.01])
        #expect(Pace.candidates(of: fast, while: 4, of: Self.flat) == 8)
    }

    @Test(arguments: [(2.01, 0), (2, 1), (1.2, 1), (1.05, 8)] as [(Double, Int)])
    func aSlowNodeHasOneCandidateOrNoPart(step: Double, expected: Int) {
        let slow = Self.curve([1: step, 8: step])
        #expect(Pace.candidates(of: slow, while: 4, of: Self.flat) == expected)
    }

    @Test func betweenMeasuredWidthsTheLineThroughThemCounts() {
        // Steps of 1, 1.5, 2, 2.5 and 3 seconds.
        let measured = Self.curve([1: 1, 5: 3])
        let head = Self.curve([1: 2, 8: 2])
        #expect(Pace.candidates(of: measured, while: 4, of: head) == 3)
    }

    @Test func beyondTheWidestAStepGrowsInProportion() {
        let narrow = Self.curve([1: 1, 2: 1])
        let head = Self.curve([1: 2, 8: 2])
        // Four take twice as long as two, five take two and a half times as long.
        #expect(Pace.candidates(of: narrow, while: 4, of: head) == 4)
    }

    @Test func aSlowerNodeNeverHasMore() {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<500 {
            var (step, steps) = (Double.random(in: 0.1..<2, using: &generator), [Int: Double]())
            for width in [1, 2, 4, 8] {
                steps[width] = step
                step *= Double.random(in: 1..<2, using: &generator)
            }
            let head = Self.curve([1: Double.random(in: 0.1..<2, using: &generator), 8: 4])
            let width = Int.random(in: 1...16, using: &generator)
            let slowness = Double.random(in: 1.05..<3, using: &generator)
            let fast = Pace.candidates(of: Self.curve(steps), while: width, of: head)
            let slow = Pace.candidates(of: Self.curve(steps.mapValues { $0 * slowness }), while: width, of: head)
            #expect((0...2 * width).contains(fast))
            #expect(slow <= fast, "\(steps), \(slowness) times slower, \(width) candidates")
        }
    }
}
