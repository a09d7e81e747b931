/// A decimal of more digits than a `Rational` holds, in one canonical spelling.
struct LongDecimal {
    let text: String

    /// Most zeros written out.
    private static let mostZeros = 60

    /// Reads digits with at most a point and an exponent, without a sign: `123`, `1.5e400`.
    ///
    /// - Returns: `nil` for anything else, and for an exponent past nine digits.
    init?(_ literal: String) {
        let parts = literal.split(separator: "e", omittingEmptySubsequences: false)
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, halves.count <= 2 else { return nil }
        let fraction = halves.count == 2 ? halves[1] : ""
        var exponent = 0
        if parts.count == 2 {
            guard parts[1].count <= 10, let written = Int(parts[1]) else { return nil }
            exponent = written
        }
        let digits = String(halves[0] + fraction)
        guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) else { return nil }
        let significant = digits.trimmed { $0 == "0" }
        guard !significant.isEmpty else {
            text = "0"
            return
        }
        exponent += digits.distance(from: significant.endIndex, to: digits.endIndex) - fraction.count
        let isWrittenOut = (0...LongDecimal.mostZeros).contains(exponent)
        text = significant + (isWrittenOut ? String(repeating: "0", count: exponent) : "e\(exponent)")
    }
}
