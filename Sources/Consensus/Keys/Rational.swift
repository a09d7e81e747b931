/// An exact fraction in lowest terms with a positive denominator.
package struct Rational: Sendable, Equatable {
    package let numerator: Int128
    package let denominator: Int128

    /// Reduces the fraction; `nil` for a zero denominator or a value at the edge of `Int128`.
    package init?(_ numerator: Int128, _ denominator: Int128 = 1) {
        guard denominator != 0, numerator != .min, denominator != .min else { return nil }
        var (a, b) = (abs(numerator), abs(denominator))
        while b != 0 { (a, b) = (b, a % b) }
        let sign: Int128 = denominator < 0 ? -1 : 1
        self.numerator = sign * numerator / a
        self.denominator = sign * denominator / a
    }

    /// Reads a plain decimal such as `-12.50` or `1e3`; `nil` if it is none, or needs more digits than fit.
    package init?(decimal text: some StringProtocol) {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        guard let mantissa = parts.first, parts.count <= 2 else { return nil }
        let halves = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = halves.first, halves.count <= 2 else { return nil }
        let fraction = halves.count == 2 ? halves[1] : ""
        guard fraction.allSatisfy(\.isWholeNumber), let digits = Int128(String(whole) + String(fraction)) else {
            return nil
        }

        var exponent = -fraction.count
        if parts.count == 2 {
            guard let written = Int(parts[1]), (-38...38).contains(written) else { return nil }
            exponent += written
        }
        guard let power = Rational.powerOfTen(abs(exponent)) else { return nil }
        if exponent < 0 {
            self.init(digits, power)
        } else {
            let (scaled, overflow) = digits.multipliedReportingOverflow(by: power)
            guard !overflow else { return nil }
            self.init(scaled)
        }
    }

    /// The product; `nil` where it does not fit.
    package func multiplied(by other: Rational) -> Rational? {
        let (top, overTop) = numerator.multipliedReportingOverflow(by: other.numerator)
        let (bottom, overBottom) = denominator.multipliedReportingOverflow(by: other.denominator)
        return overTop || overBottom ? nil : Rational(top, bottom)
    }

    /// The quotient; `nil` where it does not fit, and for division by zero.
    package func divided(by other: Rational) -> Rational? {
        Rational(other.denominator, other.numerator).flatMap(multiplied(by:))
    }

    /// The sum; `nil` where it does not fit.
    package func adding(_ other: Rational) -> Rational? {
        let (left, overLeft) = numerator.multipliedReportingOverflow(by: other.denominator)
        let (right, overRight) = other.numerator.multipliedReportingOverflow(by: denominator)
        let (top, overTop) = left.addingReportingOverflow(right)
        let (bottom, overBottom) = denominator.multipliedReportingOverflow(by: other.denominator)
        return overLeft || overRight || overTop || overBottom ? nil : Rational(top, bottom)
    }

    /// The value as a decimal where that is exact, as `a/b` where it is not: equal values, equal text.
    package var text: String {
        guard denominator != 1 else { return String(numerator) }
        var (rest, twos, fives) = (denominator, 0, 0)
        while rest % 2 == 0 { (rest, twos) = (rest / 2, twos + 1) }
        while rest % 5 == 0 { (rest, fives) = (rest / 5, fives + 1) }
        let places = max(twos, fives)
        guard rest == 1, let power = Rational.powerOfTen(places) else { return "\(numerator)/\(denominator)" }
        let (scaled, overflow) = abs(numerator).multipliedReportingOverflow(by: power / denominator)
        guard !overflow else { return "\(numerator)/\(denominator)" }
        let digits = String(scaled)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (numerator < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
    }

    private static func powerOfTen(_ exponent: Int) -> Int128? {
        guard (0...38).contains(exponent) else { return nil }
        return (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}
