/// Finds text that ended in a loop.
package enum RepetitionDetector {
    /// A window must occur this often in a row.
    package static let times = 4
    /// The repeated stretch must have this many characters.
    package static let characters = 64

    /// Whether the end of the text is one window over and over, possibly cut short.
    ///
    /// White space at the end does not count, so the last window may lack the one character that ends it.
    package static func isLooping(_ text: String) -> Bool { isLooping(text, characters: characters) }

    fileprivate static func isLooping(_ text: String, characters: Int) -> Bool {
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

extension RepetitionDetector {
    /// Whether a text that is still being written is in a loop it will not leave: about 256 tokens of it, four windows.
    ///
    /// Stricter than `isLooping`: a table or a ruled line is no loop.
    package static func isStuck(_ text: String) -> Bool {
        let tail = String(text.unicodeScalars.suffix(4 * stuckCharacters).map(Character.init))
        return isLooping(tail, characters: stuckCharacters)
    }

    private static let stuckCharacters = 1024
}
