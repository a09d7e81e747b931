/// One exact replacement in a text.
struct TextEdit: Sendable, Equatable {
    var old: String
    var new: String
    var all: Bool

    /// Why it cannot be made, with a hint how it could.
    struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        let description: String
    }

    /// The bytes with the replacement made, and the lines at which it was made, from 1.
    ///
    /// The line ends of the file are kept: in a file with `\r\n`, line feeds in the call are taken for those.
    func apply(to bytes: [UInt8]) throws(Problem) -> (bytes: [UInt8], lines: [Int]) {
        guard !old.isEmpty else { throw Problem(description: "oldString is empty; use write to make a whole file") }
        guard old != new else { throw Problem(description: "oldString and newString are the same") }
        let isWindows = TextEdit.hasWindowsEnds(bytes)
        let old = isWindows ? TextEdit.windows(Array(self.old.utf8)) : Array(self.old.utf8)
        let new = isWindows ? TextEdit.windows(Array(self.new.utf8)) : Array(self.new.utf8)
        let places = TextEdit.places(of: old, in: bytes)
        guard let first = places.first else { throw Problem(description: NearMiss.hint(old: self.old, in: bytes)) }
        let lines = TextEdit.lines(of: places, in: bytes)
        guard all || places.count == 1 else {
            let shown = lines.prefix(8).map(String.init).joined(separator: ", ") + (lines.count > 8 ? ", …" : "")
            throw Problem(
                description: "oldString is there \(places.count) times, at lines \(shown); "
                    + "give more of the lines around it, or set replaceAll"
            )
        }
        var result = Array(bytes[..<first])
        for (index, place) in places.enumerated() {
            result += new
            let next = index + 1 < places.count ? places[index + 1] : bytes.count
            result += bytes[(place + old.count)..<next]
        }
        return (result, lines)
    }

    /// Whether most lines end in `\r\n`.
    private static func hasWindowsEnds(_ bytes: [UInt8]) -> Bool {
        var (ends, windows) = (0, 0)
        var last: UInt8 = 0
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                ends += 1
                if last == UInt8(ascii: "\r") { windows += 1 }
            }
            last = byte
        }
        return windows * 2 > ends
    }

    private static func windows(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n"), result.last != UInt8(ascii: "\r") { result.append(UInt8(ascii: "\r")) }
            result.append(byte)
        }
        return result
    }

    /// Where a run of bytes begins, without overlaps.
    static func places(of needle: [UInt8], in bytes: [UInt8]) -> [Int] {
        guard let first = needle.first, needle.count <= bytes.count else { return [] }
        var found: [Int] = []
        var at = 0
        while at <= bytes.count - needle.count {
            if bytes[at] == first, bytes[at..<(at + needle.count)].elementsEqual(needle) {
                found.append(at)
                at += needle.count
            } else {
                at += 1
            }
        }
        return found
    }

    private static func lines(of places: [Int], in bytes: [UInt8]) -> [Int] {
        var lines: [Int] = []
        var (line, at) = (1, 0)
        for place in places {
            while at < place {
                if bytes[at] == UInt8(ascii: "\n") { line += 1 }
                at += 1
            }
            lines.append(line)
        }
        return lines
    }
}
