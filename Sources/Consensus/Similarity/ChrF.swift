/// A text's character n-grams, counted once to be compared with many others.
///
/// chrF is from Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015. White space is removed
/// first, as there; precision and recall are averaged over the orders that both texts have n-grams of.
package struct ChrF: Sendable {
    /// n-grams have 1 to this many characters.
    package static let longest = 6
    /// Recall counts β² times as much as precision.
    package static let beta = 2.0

    /// Per order the n-grams in ascending order.
    ///
    /// Six Unicode scalars of 21 bits fit 128 bits: equal means equal.
    private let grams: [[UInt128]]

    /// How many characters count.
    package let length: Int

    package init(_ text: String) {
        let scalars = text.unicodeScalars.lazy.filter { !$0.properties.isWhitespace }.map(\.value)
        let characters = Array(scalars)
        length = characters.count
        grams = (1...ChrF.longest).map { ChrF.grams(of: characters, order: $0) }
    }

    private static func grams(of characters: [UInt32], order: Int) -> [UInt128] {
        guard characters.count >= order else { return [] }
        let mask: UInt128 = (1 << UInt128(21 * order)) - 1
        var window: UInt128 = 0
        var grams: [UInt128] = []
        grams.reserveCapacity(characters.count - order + 1)
        for (place, character) in characters.enumerated() {
            window = ((window << 21) | UInt128(character)) & mask
            if place >= order - 1 { grams.append(window) }
        }
        grams.sort()
        return grams
    }

    /// The score of this text as a hypothesis against a reference, 0…1; 1 for equal texts.
    package func score(against reference: ChrF) -> Double {
        if length == 0 || reference.length == 0 { return length == reference.length ? 1 : 0 }
        var (precision, recall, orders) = (0.0, 0.0, 0.0)
        for (mine, theirs) in zip(grams, reference.grams) where !mine.isEmpty && !theirs.isEmpty {
            let common = Double(ChrF.common(mine, theirs))
            precision += common / Double(mine.count)
            recall += common / Double(theirs.count)
            orders += 1
        }
        precision /= orders
        recall /= orders
        let weight = ChrF.beta * ChrF.beta
        let denominator = weight * precision + recall
        return denominator == 0 ? 0 : (1 + weight) * precision * recall / denominator
    }

    /// The size of the intersection of two sorted multisets.
    private static func common(_ a: [UInt128], _ b: [UInt128]) -> Int {
        var (i, j, common) = (0, 0, 0)
        while i < a.count, j < b.count {
            if a[i] == b[j] {
                common += 1
                i += 1
                j += 1
            } else if a[i] < b[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return common
    }
}
