/// When the keys of two numbers mean the same number.
package enum NumberKey {
    /// Largest relative difference between two numbers that count as the same, unless both are whole.
    package static let tolerance = 1e-6

    /// Whether two number keys are the same number: equal, or at most `tolerance` apart, relative to the larger.
    ///
    /// Whole numbers are the same only when they are equal. Keys that are no numbers compare as text.
    package static func isSame(_ a: String, _ b: String) -> Bool {
        guard a != b, let first = Value(a), let second = Value(b) else { return a == b }
        return first.isNear(second)
    }

    /// A number key's value.
    struct Value {
        let key: String
        let approximate: Double
        let isWhole: Bool

        /// - Returns: `nil` for text that is no number or exceeds `Double`.
        init?(_ key: String) {
            guard !key.isEmpty, key.allSatisfy({ $0.isASCIIDigit || "+-./e".contains($0) }) else { return nil }
            let parts = key.split(separator: "/", omittingEmptySubsequences: false).map { Double(String($0)) }
            guard (1...2).contains(parts.count), let top = parts[0] else { return nil }
            var value = top
            if parts.count == 2 {
                guard let bottom = parts[1] else { return nil }
                value /= bottom
            }
            guard value.isFinite else { return nil }
            self.key = key
            approximate = value
            isWhole = key.allSatisfy { $0.isASCIIDigit || $0 == "-" }
        }

        func isNear(_ other: Value) -> Bool {
            if isWhole, other.isWhole { return key == other.key }
            return (approximate - other.approximate).magnitude
                <= tolerance * max(approximate.magnitude, other.approximate.magnitude)
        }
    }
}
