import Consensus
import SwarmCore
import Testing

@Suite struct BeliefTests {
    private static func belief(_ observations: [Bool]) -> Belief {
        var belief = Belief()
        for observation in observations { belief.note(observation) }
        return belief
    }

    @Test func nothingIsKnownBeforeTheFirstObservation() {
        #expect(Belief().accuracy == 0.5)
        #expect(Belief().observations == 0)
    }

    @Test func oneObservationMakesNobodySure() {
        #expect(Self.belief([true]).accuracy == 0.6)
        #expect(Self.belief([false]).accuracy == 0.4)
    }

    @Test func aboutTheLastTwoHundredCount() {
        let belief = Self.belief(Array(repeating: true, count: 2000))
        #expect((199.9...200.1).contains(belief.observations))
        #expect(belief.accuracy > 0.95)
    }

    @Test func whatWasLongAgoIsForgotten() {
        let changed = Self.belief(Array(repeating: true, count: 1000) + Array(repeating: false, count: 600))
        #expect(changed.accuracy < 0.2)
    }

    @Test func theLatestCountsMost() {
        #expect(Self.belief([true, false]).accuracy < 0.5)
        #expect(Self.belief([false, true]).accuracy > 0.5)
    }

    @Test(arguments: [-1, .nan, .infinity, -.infinity] as [Double])
    func whatCannotBeCountsAsNothing(value: Double) {
        #expect(Belief(agreed: value, differed: value) == Belief())
        #expect(Belief(agreed: 2, differed: value) == Belief(agreed: 2))
    }

    @Test func whatWasKeptGoesOnWhereItStopped() {
        var generator = SplitMix64(seed: 8)
        let observations = (0..<60).map { _ in Bool.random(using: &generator) }
        let first = Self.belief(Array(observations.prefix(30)))
        var resumed = Belief(agreed: first.agreed, differed: first.differed)
        for observation in observations.dropFirst(30) { resumed.note(observation) }
        #expect(resumed == Self.belief(observations))
    }

    @Test func itComesCloseToHowOftenASourceIsRight() {
        var generator = SplitMix64(seed: 4)
        for share in [0.2, 0.5, 0.9] {
            var belief = Belief()
            var sum = 0.0
            for round in 0..<5000 {
                belief.note(Double.random(in: 0..<1, using: &generator) < share)
                #expect((0...1).contains(belief.accuracy))
                if round >= 1000 { sum += belief.accuracy }
            }
            // The prior draws a little to the middle.
            #expect(abs(sum / 4000 - share) < 0.06)
        }
    }
}
