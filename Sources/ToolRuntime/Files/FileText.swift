/// The bytes of a file as lines, for people and models.
enum FileText {
    /// Whether the bytes are not text: a zero among the first 8,192.
    static func isBinary(_ bytes: [UInt8]) -> Bool { bytes.prefix(8192).contains(0) }

    /// The lines without their ends; a line feed at the very end begins no further line.
    static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
    }

    /// A line as text, cut where it is longer than the limit in bytes; says how much was cut.
    static func shown(_ line: ArraySlice<UInt8>, limit: Int) -> String {
        guard line.count > limit else { return String(decoding: line, as: UTF8.self) }
        let kept = line.prefix(UTF8Cut.prefix(line, limit))
        return String(decoding: kept, as: UTF8.self) + "… (+\(line.count - kept.count) bytes)"
    }
}

/// Where UTF-8 may be cut without breaking a character.
enum UTF8Cut {
    /// The longest length of at most `limit` bytes that ends between two scalars.
    static func prefix(_ bytes: some Collection<UInt8>, _ limit: Int) -> Int {
        guard bytes.count > limit else { return bytes.count }
        var length = limit
        // A continuation byte at the border belongs to the scalar before it, which has at most four bytes.
        while length > 0, limit - length < 3, isContinuation(bytes, at: length) { length -= 1 }
        return isContinuation(bytes, at: length) ? limit : length
    }

    /// The longest length of at most `limit` bytes from the end that begins between two scalars.
    static func suffix(_ bytes: some Collection<UInt8>, _ limit: Int) -> Int {
        guard bytes.count > limit else { return bytes.count }
        var start = bytes.count - limit
        var moved = 0
        while moved < 3, start < bytes.count, isContinuation(bytes, at: start) {
            start += 1
            moved += 1
        }
        return bytes.count - start
    }

    private static func isContinuation(_ bytes: some Collection<UInt8>, at place: Int) -> Bool {
        guard place < bytes.count else { return false }
        return bytes[bytes.index(bytes.startIndex, offsetBy: place)] & 0xC0 == 0x80
    }
}
