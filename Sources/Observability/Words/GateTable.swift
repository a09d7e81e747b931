package import Foundation
package import SwarmCore

extension [GateMeasurement] {
    /// What was measured, one paragraph per model and kind: a line per way to answer, then which one is taken and why.
    package func table(timeZone: TimeZone = .current) -> [String] {
        var lines: [String] = []
        var model: String?
        for measurement in self {
            if !lines.isEmpty { lines.append("") }
            if measurement.model != model {
                lines.append("model \(SafeText.line(measurement.model))")
                model = measurement.model
            }
            lines += measurement.lines(timeZone: timeZone)
        }
        return lines
    }
}

extension GateMeasurement {
    fileprivate func lines(timeZone: TimeZone) -> [String] {
        let day = Moment.words(measuredAt, in: timeZone).prefix(10)
        let heading = ["", "accuracy", "95 % interval", "tokens", "seconds", ""]
        let rows = results.map { result in
            [
                result.arm.name, Self.percent(result.accuracy),
                "[\(Self.percent(result.low)), \(Self.percent(result.high))]", String(format: "%.1f", result.tokens),
                String(format: "%.2f", result.seconds), result.arm == choice ? "used" : "",
            ]
        }
        let table = Columns(sides: [.left, .right, .right, .right, .right, .left]).lines([heading] + rows)
        return ["\(kind.words), \(items) items, measured \(day)"] + table.map { "  " + $0 } + ["  " + reason]
            + (discrimination.map {
                ["  self-certainty was higher for the right answer in \(VoteWords.percent($0)) of pairs"]
            } ?? [])
    }

    /// Why the way that is used is used; differences in points of accuracy.
    package var reason: String {
        if case .swarm = choice {
            return "on: \(choice.name) beats the best single candidate by "
                + "\(Self.points(gain)) points [\(Self.points(gainLow)), \(Self.points(gainHigh))]"
        }
        let swarms = results.filter { if case .swarm = $0.arm { true } else { false } }
        guard
            let swarm = swarms.max(by: { $0.accuracy < $1.accuracy }),
            let used = results.first(where: { $0.arm == choice })
        else { return "off: no swarm was measured" }
        let difference = swarm.accuracy - used.accuracy
        let words = difference > 0 ? "did not clearly beat" : "did not beat"
        return "off: \(swarm.arm.name) \(words) \(choice.name): \(Self.points(difference)) points"
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

    /// A difference of shares in points, with its sign.
    private static func points(_ difference: Double) -> String { String(format: "%+.1f", difference * 100) }
}
