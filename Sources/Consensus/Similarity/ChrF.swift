/// A text's character n-grams, counted once to be compared with many others.
///
/// chrF is from Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015. White space is removed
/// first, as there; precision and recall are averaged over the orders that both texts have n-grams of.
package struct ChrF: Similarity {
    /// n-grams have 1 to this many characters.
    package static let longest = 6
    /// Recall counts β² times as much as precision.
    package static let beta = 2.0

    /// Per place in the text the six characters from there on, in ascending order, and an end mark.
    ///
    /// Sorted by six characters they are sorted by the first few as well: one sort does for all orders.
    private let windows: [UInt128]

    package let length: Int

    private static let bits = 21
    private static let end = UInt128.max

    package init(_ text: String) {
        // One more than the scalar, so that 0 is no character: six numbers of 21 bits fit 128 bits.
        let characters = text.unicodeScalars.compactMap { scalar -> UInt128? in
            let isBlank = scalar.isASCII ? ChrF.isBlank(scalar.value) : scalar.properties.isWhitespace
            return isBlank ? nil : UInt128(scalar.value) + 1
        }
        length = characters.count
        let mask: UInt128 = (1 << UInt128(ChrF.bits * ChrF.longest)) - 1
        var window: UInt128 = 0
        var windows: [UInt128] = []
        windows.reserveCapacity(length + 1)
        for place in 0..<length + ChrF.longest - 1 {
            window = (window << UInt128(ChrF.bits) | (place < length ? characters[place] : 0)) & mask
            if place >= ChrF.longest - 1 { windows.append(window) }
        }
        windows.sort()
        windows.append(ChrF.end)
        self.windows = windows
    }

    private static func isBlank(_ ascii: UInt32) -> Bool { ascii == 0x20 || (0x09...0x0D).contains(ascii) }

    /// The score of this text as a hypothesis against a reference, 0…1; 1 for equal texts.
    package func score(against reference: ChrF) -> Double { scores(with: reference).mine }

    package func scores(with other: ChrF) -> (mine: Double, theirs: Double) {
        if length == 0 || other.length == 0 {
            return length == other.length ? (1, 1) : (0, 0)
        }
        let common = ChrF.common(windows, other.windows)
        let orders = min(ChrF.longest, length, other.length)
        var (precision, recall) = (0.0, 0.0)
        for order in 1...orders {
            precision += Double(common[order - 1]) / Double(length - order + 1)
            recall += Double(common[order - 1]) / Double(other.length - order + 1)
        }
        precision /= Double(orders)
        recall /= Double(orders)
        return (ChrF.mean(precision, recall), ChrF.mean(recall, precision))
    }

    private static func mean(_ precision: Double, _ recall: Double) -> Double {
        let weight = beta * beta
        let denominator = weight * precision + recall
        return denominator == 0 ? 0 : (1 + weight) * precision * recall / denominator
    }

    /// One number per order, the order n at n - 1; the last two are not used.
    private typealias PerOrder = SIMD8<Int32>

    /// For each number of orders from 0 all bits, or a one, for so many of the first.
    private static let (allBits, ones) = ((0...longest).map { first($0, -1) }, (0...longest).map { first($0, 1) })

    private static func first(_ count: Int, _ value: Int32) -> PerOrder {
        var lanes = PerOrder(repeating: 0)
        for lane in 0..<count { lanes[lane] = value }
        return lanes
    }

    /// Per order how many n-grams two texts have in common, each as often as in the text that has it less often.
    ///
    /// Goes through both in ascending order at once. Where a window shares only its first n characters with the one
    /// before, the n-grams of all longer orders end, and what was counted of them is settled.
    private static func common(_ a: [UInt128], _ b: [UInt128]) -> PerOrder {
        let (shared, ones) = (allBits, ones)
        var (mine, theirs, common) = (PerOrder(repeating: 0), PerOrder(repeating: 0), PerOrder(repeating: 0))
        var (i, j) = (0, 0)
        var previous: UInt128 = 0
        while true {
            let (left, right) = (a[i], b[j])
            let isMine = left <= right
            let window = isMine ? left : right
            if window == end { break }
            // The two highest bits of 128 are not used.
            let prefix = min(longest, ((window ^ previous).leadingZeroBitCount - 2) / bits)
            let kept = shared[prefix]
            common &+= pointwiseMin(mine, theirs) & ~kept
            // Near the end of the text a window has fewer than six characters.
            let step = ones[longest - window.trailingZeroBitCount / bits]
            let turn = PerOrder(repeating: isMine ? -1 : 0)
            mine = (mine & kept) &+ (step & turn)
            theirs = (theirs & kept) &+ (step & ~turn)
            i += isMine ? 1 : 0
            j += isMine ? 0 : 1
            previous = window
        }
        return common &+ pointwiseMin(mine, theirs)
    }
}
