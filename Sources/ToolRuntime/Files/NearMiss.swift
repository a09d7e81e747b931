/// Finds what a model may have meant by text that is not in a file.
enum NearMiss {
    /// Most lines that are compared, and most of the text that is shown of one.
    private static let lines = 20_000, shown = 200

    static func hint(old: String, in bytes: [UInt8]) -> String {
        let wanted = FileText.lines(Array(old.utf8)).map { String(decoding: $0, as: UTF8.self) }
        let file = FileText.lines(bytes).prefix(lines).map { String(decoding: $0, as: UTF8.self) }
        if let place = place(of: wanted.map(bare), in: file.map(bare)) {
            let last = min(place + wanted.count, file.count)
            return "oldString differs from lines \(place + 1) to \(last) in spaces only; they are:\n"
                + file[place..<min(last, place + 12)].joined(separator: "\n")
        }
        if let first = wanted.first(where: { !bare($0).isEmpty }), hasNumber(first) {
            return "oldString is not in the file; leave out the line numbers that read shows"
        }
        let closest = closest(to: wanted, in: file)
        guard !closest.isEmpty else { return "oldString is not in the file; read it again" }
        let lines = closest.map { "\($0 + 1)\t\(file[$0].prefix(shown))" }.joined(separator: "\n")
        return "oldString is not in the file; the closest lines are:\n\(lines)"
    }

    /// Without any spaces.
    private static func bare(_ line: String) -> String { line.filter { !$0.isWhitespace } }

    private static func place(of wanted: [String], in file: [String]) -> Int? {
        guard wanted.contains(where: { !$0.isEmpty }), wanted.count <= file.count else { return nil }
        return (0...(file.count - wanted.count)).first { file[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }

    /// Whether a line begins like one that `read` shows.
    private static func hasNumber(_ line: String) -> Bool {
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        return !digits.isEmpty && line.dropFirst(digits.count).first == "\t"
    }

    /// Up to three lines that share most pairs of characters with the first line that has some; best first.
    private static func closest(to wanted: [String], in file: [String]) -> [Int] {
        guard let line = wanted.first(where: { pairs($0).count > 1 }) else { return [] }
        let own = pairs(line)
        let scored = file.enumerated().compactMap { place, text -> (place: Int, score: Double)? in
            let other = pairs(text)
            guard !other.isEmpty else { return nil }
            let score = 2 * Double(own.intersection(other).count) / Double(own.count + other.count)
            return score >= 0.5 ? (place, score) : nil
        }
        return scored.sorted { ($0.score, $1.place) > ($1.score, $0.place) }.prefix(3).map(\.place)
    }

    private static func pairs(_ line: String) -> Set<[UInt8]> {
        let bytes = Array(line.prefix(shown).lowercased().utf8).filter { $0 != 0x20 && $0 != 0x09 }
        return Set(zip(bytes, bytes.dropFirst()).map { [$0, $1] })
    }
}
