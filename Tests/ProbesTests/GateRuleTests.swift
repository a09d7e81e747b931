import Probes
import SwarmCore
import Testing

@Suite struct GateRuleTests {
    private typealias Arm = GateMeasurement.Arm

    /// Right on the first `count` of 100 items.
    private func right(_ count: Int) -> [Double] { (0..<100).map { $0 < count ? 1 : 0 } }

    @Test func theReferenceIsTheBetterSingleCandidate() {
        #expect(GateRule.reference([.greedy: right(60), .single: right(60)]) == .greedy)
        #expect(GateRule.reference([.greedy: right(60), .single: right(61)]) == .single)
        #expect(GateRule.reference([.single: right(1)]) == .single)
        #expect(GateRule.reference([.greedy: right(1)]) == .greedy)
        #expect(GateRule.reference([.swarm(3): right(1)]) == nil)
    }

    @Test func theSmallestSwarmThatSurelyPaysIsTaken() {
        let decision = GateRule.choose([
            .greedy: right(50), .single: right(40), .swarm(3): right(52), .swarm(5): right(60), .swarm(8): right(75),
        ])
        #expect(decision?.choice == .swarm(5))
        #expect(abs((decision?.gain ?? 0) - 0.1) < 1e-12)
        #expect((decision?.gainLow ?? 0) > 0)
        #expect((decision?.gainHigh ?? 0) > 0.1)
    }

    @Test func aLikelyGainIsTakenWhenNoneIsSure() throws {
        let decision = try #require(
            GateRule.choose([.greedy: right(50), .swarm(3): right(51), .swarm(5): right(53), .swarm(8): right(53)])
        )
        #expect(decision.choice == .swarm(5))
        #expect(decision.gainLow <= 0)
    }

    @Test func aGainThatIsTooSmallOrTooUnlikelyIsNot() {
        #expect(GateRule.choose([.greedy: right(50), .swarm(5): right(51)])?.choice == .greedy)
        // 21 items better, 18 worse: a gain of 0.03 within the noise.
        let mixed = (0..<100).map { $0 < 18 ? 0.0 : $0 < 50 ? 1 : $0 < 71 ? 1 : 0 }
        #expect(GateRule.choose([.greedy: right(50), .swarm(5): mixed])?.choice == .greedy)
    }

    @Test func whatDoesNotGainIsNotTaken() {
        let off = GateRule.Decision(choice: .single, gain: 0, gainLow: 0, gainHigh: 0)
        #expect(GateRule.choose([.greedy: right(48), .single: right(50), .swarm(3): right(50)]) == off)
        #expect(GateRule.choose([.single: right(50), .swarm(3): right(30)]) == off)
        #expect(GateRule.choose([.single: right(50)]) == off)
    }

    @Test func outcomesThatDoNotBelongTogetherAreRefused() {
        #expect(GateRule.choose([:]) == nil)
        #expect(GateRule.choose([.greedy: []]) == nil)
        #expect(GateRule.choose([.swarm(3): right(50)]) == nil)
        #expect(GateRule.choose([.greedy: right(50), .swarm(3): [1, 0]]) == nil)
    }

    /// Of 40 models, how often a swarm is taken when it mends and spoils these shares of 100 items.
    private func shareTaken(mended: Double, spoiled: Double) -> Double {
        let taken = (0..<40).count { trial in
            var generator = SplitMix64(seed: UInt64(trial) &+ 77)
            var outcomes: [Arm: [Double]] = [.greedy: [], .swarm(3): [], .swarm(5): [], .swarm(8): []]
            for _ in 0..<100 {
                let isRight = Double.random(in: 0..<1, using: &generator) < 0.6
                outcomes[.greedy]?.append(isRight ? 1 : 0)
                for count in [3, 5, 8] {
                    // Of 60 right ones and 40 wrong ones so many that the shares of all items come out.
                    let flips = Double.random(in: 0..<1, using: &generator) < (isRight ? spoiled / 0.6 : mended / 0.4)
                    outcomes[.swarm(count)]?.append(isRight != flips ? 1 : 0)
                }
            }
            return GateRule.choose(outcomes)?.choice != .greedy
        }
        return Double(taken) / 40
    }

    @Test func aTrueGainOfATenthIsUsuallyTaken() {
        #expect(shareTaken(mended: 0.15, spoiled: 0.05) >= 0.9)
    }

    @Test func withoutATrueGainASwarmIsSeldomTaken() {
        #expect(shareTaken(mended: 0.05, spoiled: 0.05) <= 0.3)
    }

    @Test func aTrueLossOfATwentiethIsSeldomTaken() {
        #expect(shareTaken(mended: 0.05, spoiled: 0.1) <= 0.1)
    }
}
