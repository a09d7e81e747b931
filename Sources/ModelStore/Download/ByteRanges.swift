/// A set of bytes of a file, as ranges in order that neither overlap nor touch.
struct ByteRanges: Sendable, Equatable {
    private(set) var ranges: [Range<UInt64>] = []

    init(_ ranges: [Range<UInt64>] = []) {
        for range in ranges { insert(range) }
    }

    /// Bytes in all.
    var count: UInt64 { ranges.reduce(0) { $0 + UInt64($1.count) } }
    var isEmpty: Bool { ranges.isEmpty }

    mutating func insert(_ range: Range<UInt64>) {
        guard !range.isEmpty else { return }
        var merged = range
        var kept: [Range<UInt64>] = []
        kept.reserveCapacity(ranges.count + 1)
        for other in ranges {
            if other.upperBound < merged.lowerBound || other.lowerBound > merged.upperBound {
                kept.append(other)
            } else {
                merged = min(other.lowerBound, merged.lowerBound)..<max(other.upperBound, merged.upperBound)
            }
        }
        let place = kept.firstIndex { $0.lowerBound > merged.lowerBound } ?? kept.endIndex
        kept.insert(merged, at: place)
        ranges = kept
    }

    mutating func formUnion(_ other: ByteRanges) {
        for range in other.ranges { insert(range) }
    }

    /// What is missing of the first `size` bytes, in pieces of at most `most` bytes.
    func missing(of size: UInt64, most: UInt64) -> [Range<UInt64>] {
        var pieces: [Range<UInt64>] = []
        var place: UInt64 = 0
        func cut(_ gap: Range<UInt64>) {
            var start = gap.lowerBound
            while start < gap.upperBound {
                let end = start + min(gap.upperBound - start, max(1, most))
                pieces.append(start..<end)
                start = end
            }
        }
        for range in ranges where range.lowerBound < size {
            if place < range.lowerBound { cut(place..<range.lowerBound) }
            place = max(place, range.upperBound)
        }
        if place < size { cut(place..<size) }
        return pieces
    }
}
