/// Turns token bytes into text that may be shown: whole characters, and nothing that may still become a stop string.
///
/// However the bytes are cut into pieces, the concatenated output is the decoded whole up to the stop string that is
/// complete first.
/// Bytes that are not UTF-8 become U+FFFD, one per maximal wrong part, as the Unicode standard recommends.
package struct TextAssembler: Sendable {
    private let stops: [[UInt8]]
    private var pending: [UInt8] = []

    /// The stop string that was found, after which there is no more output.
    package private(set) var stop: String?

    /// - Parameter stops: empty strings are ignored.
    package init(stops: [String] = []) {
        self.stops = stops.filter { !$0.isEmpty }.map { Array($0.utf8) }
    }

    /// Takes the bytes of one token and gives the text that is certain now.
    package mutating func feed(_ bytes: some Collection<UInt8>) -> String {
        guard stop == nil else { return "" }
        pending.append(contentsOf: bytes)
        if let found = firstStop() {
            stop = String(decoding: found.stop, as: UTF8.self)
            defer { pending = [] }
            return String(decoding: pending[..<found.at], as: UTF8.self)
        }
        let safe = min(lengthBeforePartialStop(), lengthOfWholeCharacters())
        defer { pending.removeFirst(safe) }
        return String(decoding: pending[..<safe], as: UTF8.self)
    }

    /// Gives what was held back; call it once, at the end.
    package mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// The stop string that ends first; of two that end together the longer.
    ///
    /// Which it is must not hang on what may still come, or another cut of the same bytes would give another text.
    private func firstStop() -> (at: Int, stop: [UInt8])? {
        guard !stops.isEmpty else { return nil }
        for end in pending.indices {
            let read = pending[...end]
            let found = stops.filter { read.suffix($0.count).elementsEqual($0) }.max { $0.count < $1.count }
            if let found { return (end + 1 - found.count, found) }
        }
        return nil
    }

    private func lengthBeforePartialStop() -> Int {
        let longest = stops.map(\.count).max() ?? 0
        for at in max(0, pending.count - longest)..<pending.count {
            let tail = pending[at...]
            if stops.contains(where: { $0.starts(with: tail) }) { return at }
        }
        return pending.count
    }

    private func lengthOfWholeCharacters() -> Int {
        // A scalar has at most four bytes: look back for a lead byte whose continuation is missing.
        for back in 1...4 where back <= pending.count {
            let byte = pending[pending.count - back]
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            let length =
                switch byte {
                case 0b1100_0010...0b1101_1111: 2
                case 0b1110_0000...0b1110_1111: 3
                case 0b1111_0000...0b1111_0100: 4
                default: 1
                }
            return length > back ? pending.count - back : pending.count
        }
        return pending.count
    }
}
