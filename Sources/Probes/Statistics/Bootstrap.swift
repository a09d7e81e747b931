import SwarmCore

/// How far a mean over items can be trusted: the means of the items drawn again and again with replacement.
///
/// The percentile method of Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13.
package struct Bootstrap: Sendable, Equatable {
    /// How often the items are drawn.
    package static let resamples = 2000

    /// The mean over the items; 0 when there are none.
    package let mean: Double
    /// Ascending.
    private let means: [Double]

    /// - Parameters:
    ///   - values: one per item, such as 1 for right and 0 for wrong.
    ///   - seed: the same values and seed give the same result.
    package init(_ values: [Double], seed: UInt64 = 1) {
        let count = Double(values.count)
        guard count > 0 else {
            mean = 0
            means = [0]
            return
        }
        mean = values.reduce(0, +) / count
        var generator = SplitMix64(seed: seed)
        means = (0..<Bootstrap.resamples).map { _ in
            var sum = 0.0
            for _ in 0..<values.count {
                // The high half of the product is a place from 0 to count − 1, even to within 2⁻⁶⁴ · count.
                sum += values[Int(generator.next().multipliedFullWidth(by: UInt64(values.count)).high)]
            }
            return sum / count
        }.sorted()
    }

    /// The differences `values − others`, item by item; both lists are of the same items in the same order.
    package init(_ values: [Double], minus others: [Double], seed: UInt64 = 1) {
        precondition(values.count == others.count, "both ways must be measured on the same items")
        self.init(zip(values, others).map { $0 - $1 }, seed: seed)
    }

    /// The value that a share `p` of the resampled means does not exceed, `p` from 0 to 1.
    package func quantile(_ p: Double) -> Double {
        let place = Int((p * Double(means.count - 1)).rounded())
        return means[min(max(place, 0), means.count - 1)]
    }

    /// The lower end of the 95 % interval.
    package var low: Double { quantile(0.025) }
    /// The upper end of the 95 % interval.
    package var high: Double { quantile(0.975) }
}
