package import SwarmCore

/// Decides from measured answers whether a swarm pays.
///
/// A swarm costs as many times the tokens as it has candidates, so it must be shown to pay:
///
/// 1. The reference is the better of greedy and single by accuracy; greedy on a tie, being reproducible.
/// 2. The smallest swarm whose 95 % paired interval over the reference lies above 0 is taken: that it helps is as good as
///    certain, and a larger one costs more.
/// 3. Else the most accurate swarm, the smaller on a tie, is taken if it gains at least `leastGain` and it is so with 80 %
///    confidence, one-sided. 100 items seldom make a gain of 0.05 certain, and to miss it costs answers, while a needless
///    swarm costs only time. Being the best of several may be luck, so their number divides the risk (Bonferroni).
/// 4. Else the reference.
package enum GateRule {
    /// The least gain in accuracy that is worth a swarm while it is not certain.
    package static let leastGain = 0.02
    /// The risk that a swarm taken without certainty gains nothing, over all swarms measured.
    package static let risk = 0.2

    /// The way to take and what it gains over the reference; all 0 for the reference itself.
    package struct Decision: Sendable, Equatable {
        package var choice: GateMeasurement.Arm
        /// In accuracy, −1…1, with its 95 % paired interval.
        package var gain: Double
        package var gainLow: Double
        package var gainHigh: Double

        package init(choice: GateMeasurement.Arm, gain: Double, gainLow: Double, gainHigh: Double) {
            self.choice = choice
            self.gain = gain
            self.gainLow = gainLow
            self.gainHigh = gainHigh
        }
    }

    /// Decides on the outcomes of each way: per item 1 for right, 0 for wrong, or a share between them.
    ///
    /// - Returns: `nil` without items, without greedy and single, or when the ways have not the same number of items.
    package static func choose(_ outcomes: [GateMeasurement.Arm: [Double]], seed: UInt64 = 1) -> Decision? {
        guard let reference = reference(outcomes), let base = outcomes[reference], !base.isEmpty,
            outcomes.values.allSatisfy({ $0.count == base.count })
        else { return nil }
        let swarms = outcomes.keys.compactMap { arm in
            if case .swarm(let count) = arm { count } else { nil }
        }
        let gains = swarms.sorted().compactMap { count in
            outcomes[.swarm(count)].map { (count: count, gain: Bootstrap($0, minus: base, seed: seed)) }
        }
        if let sure = gains.first(where: { $0.gain.low > 0 }) { return decision(.swarm(sure.count), sure.gain) }
        let best = gains.max { $0.gain.mean < $1.gain.mean }
        if let best, best.gain.mean >= leastGain, best.gain.quantile(risk / Double(gains.count)) > 0 {
            return decision(.swarm(best.count), best.gain)
        }
        return Decision(choice: reference, gain: 0, gainLow: 0, gainHigh: 0)
    }

    /// The better way with one candidate.
    package static func reference(_ outcomes: [GateMeasurement.Arm: [Double]]) -> GateMeasurement.Arm? {
        guard let greedy = outcomes[.greedy] else { return outcomes[.single] == nil ? nil : .single }
        guard let single = outcomes[.single] else { return .greedy }
        return single.reduce(0, +) > greedy.reduce(0, +) ? .single : .greedy
    }

    private static func decision(_ arm: GateMeasurement.Arm, _ gain: Bootstrap) -> Decision {
        Decision(choice: arm, gain: gain.mean, gainLow: gain.low, gainHigh: gain.high)
    }
}
