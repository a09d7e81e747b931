/// A text's words, to be compared with many others by their longest common subsequence.
///
/// ROUGE-L is from Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, section 3: precision and recall
/// of the longest common subsequence of words; here with their harmonic mean, F1.
package struct RougeL: Similarity {
    /// Only so many words of a text count.
    package static let mostWords = 600

    /// Each word as 64 bits; that two different words of a vote share them is too unlikely to matter.
    private let words: [UInt64]
    /// Which of the rows of `places` is a word's.
    private let rows: [UInt64: Int]
    /// Per different word the places where it occurs, one bit each, in blocks of 64 places.
    private let places: [UInt64]
    private let blocks: Int

    /// How many words count.
    package var length: Int { words.count }

    package init(_ text: String) {
        let words = Words.hashes(of: text, limit: RougeL.mostWords)
        let blocks = (words.count + 63) / 64
        var rows: [UInt64: Int] = [:]
        rows.reserveCapacity(words.count)
        var places: [UInt64] = []
        for (place, word) in words.enumerated() {
            let row = rows[word] ?? rows.count
            if row == rows.count {
                rows[word] = row
                places.append(contentsOf: repeatElement(0, count: blocks))
            }
            places[row * blocks + place / 64] |= 1 << UInt64(place % 64)
        }
        (self.words, self.rows, self.places, self.blocks) = (words, rows, places, blocks)
    }

    /// F1 of the longest common subsequence, 0…1; the same in both directions.
    package func score(against reference: RougeL) -> Double {
        guard length + reference.length > 0 else { return 1 }
        return 2 * Double(longestCommonSubsequence(with: reference)) / Double(length + reference.length)
    }

    package func scores(with other: RougeL) -> (mine: Double, theirs: Double) {
        let score = score(against: other)
        return (score, score)
    }

    /// Its length, by Hyyrö, "Bit-parallel LCS-length computation revisited", 2004: 64 cells of the table at once.
    private func longestCommonSubsequence(with other: RougeL) -> Int {
        // A zero bit is a place at which the subsequence grows.
        var line = [UInt64](repeating: .max, count: blocks)
        for word in other.words {
            guard let row = rows[word] else { continue }
            var carry: UInt64 = 0
            for block in 0..<blocks {
                let matches = places[row * blocks + block]
                let (sum, first) = line[block].addingReportingOverflow(line[block] & matches)
                let (total, second) = sum.addingReportingOverflow(carry)
                carry = first || second ? 1 : 0
                line[block] = total | (line[block] & ~matches)
            }
        }
        // Bits past the last word never match, so they stay ones.
        return line.reduce(0) { $0 + (~$1).nonzeroBitCount }
    }
}
