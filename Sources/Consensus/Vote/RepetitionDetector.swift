/// Finds text that ended in a loop.
package enum RepetitionDetector {
    /// A window must occur this often in a row.
    package static let times = 4
    /// The repeated stretch must have this many characters.
    package static let characters = 64

    /// Whether the end of the text is one window over and over, possibly cut short.
    ///
    /// White space at the end does not count, so the last window may lack the one character that ends it.
    package static func isLooping(_ text: String) -> Bool {
        let backwards = Array(text.trimmed().unicodeScalars.reversed())
        guard backwards.count >= characters else { return false }
        return periods(of: backwards).contains { period, stretch in
            stretch >= characters && stretch + 1 >= times * period
        }
    }

    /// For every shift, how long a prefix repeats itself at that shift, the first occurrence included.
    ///
    /// The Z-algorithm: Gusfield, "Algorithms on Strings, Trees, and Sequences", 1997, section 1.4. Linear time.
    private static func periods(of text: [Unicode.Scalar]) -> [(period: Int, stretch: Int)] {
        var matches = [Int](repeating: 0, count: text.count)
        var (left, right) = (0, 0)
        for at in 1..<text.count {
            var length = at < right ? min(right - at, matches[at - left]) : 0
            while at + length < text.count, text[length] == text[at + length] { length += 1 }
            matches[at] = length
            if at + length > right { (left, right) = (at, at + length) }
        }
        return (1..<text.count).map { ($0, matches[$0] + $0) }
    }
}
