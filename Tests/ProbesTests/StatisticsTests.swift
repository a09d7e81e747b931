import Probes
import SwarmCore
import Testing

@Suite struct StatisticsTests {
    @Test func theIntervalOfAShareIsThatOfTheBinomial() {
        // 70 of 100: standard error √(0.7 · 0.3 / 100) = 0.0458, so 0.70 ± 0.09.
        let share = Bootstrap((0..<100).map { $0 < 70 ? 1 : 0 })
        #expect(share.mean == 0.7)
        #expect(abs(share.low - 0.61) <= 0.015)
        #expect(abs(share.high - 0.79) <= 0.015)
    }

    @Test func pairingTakesOutWhatBothHaveInCommon() {
        let base = (0..<100).map { $0 % 2 == 0 ? 1.0 : 0 }
        let better = base.enumerated().map { $0.offset < 20 ? 1.0 : $0.element }
        let gain = Bootstrap(better, minus: base)
        #expect(abs(gain.mean - 0.1) < 1e-12)
        #expect(gain.low > 0)
        #expect(gain.high - gain.low < Bootstrap(base).high - Bootstrap(base).low)
    }

    @Test func theSameSeedGivesTheSameInterval() {
        let values = (0..<40).map { Double($0 % 3) }
        #expect(Bootstrap(values, seed: 5) == Bootstrap(values, seed: 5))
        #expect(Bootstrap(values, seed: 5) != Bootstrap(values, seed: 6))
    }

    @Test func extremesHaveNoWidth() {
        let all = Bootstrap([1, 1, 1])
        #expect((all.low, all.mean, all.high) == (1, 1, 1))
        let none = Bootstrap([])
        #expect((none.low, none.mean, none.high) == (0, 0, 0))
    }

    private func judged(_ right: [Double], _ wrong: [Double]) -> [Discrimination.Judged] {
        right.map { Discrimination.Judged(isRight: true, certainty: $0) }
            + wrong.map { Discrimination.Judged(isRight: false, certainty: $0) }
    }

    @Test func discriminationIsTheShareOfPairsInOrder() {
        let ten = [Double](repeating: 1, count: 10)
        #expect(Discrimination.share([judged(ten, ten.map { $0 - 1 })]) == 1)
        #expect(Discrimination.share([judged(ten, ten.map { $0 + 1 })]) == 0)
        #expect(Discrimination.share([judged(ten, ten)]) == 0.5)
        #expect(Discrimination.share([judged(ten, [0, 0, 0, 0, 0, 0, 0, 1, 2, 2])]) == 0.75)
    }

    @Test func onlyPairsOfOneItemCount() {
        let surelyWrong = judged([], [Double](repeating: 9, count: 50))
        let item = judged([1], [Double](repeating: 0, count: 50))
        #expect(Discrimination.share([item, surelyWrong]) == nil)
        #expect(Discrimination.share([item, surelyWrong, item]) == 1)
    }
}
