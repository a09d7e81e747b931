/// A final answer as models announce it, among the text that led to it.
struct StatedAnswer: Equatable {
    enum Form {
        /// LaTeX `\boxed{18}`.
        case boxed
        /// A last line `#### 18` or `A: 18`, as in the GSM8K data (Cobbe et al. 2021, arXiv 2110.14168).
        case lastLine
        /// A line that begins `Answer: 18` or `Final answer: 18`.
        case label
        /// A sentence with "the answer is 18".
        case sentence
    }

    var form: Form
    var value: String

    /// All announcements in the order of the text; by convention the last one counts.
    static func all(in text: String) -> [StatedAnswer] {
        let plain = text.withoutBold
        let finder = Finder(bytes: Array(plain.utf8))
        var found: [(place: Int, answer: StatedAnswer)] = []

        for place in finder.places(after: "\\boxed{") {
            if let value = finder.group(from: place) { found.append((place, StatedAnswer(form: .boxed, value: value))) }
        }
        for place in finder.places(after: ":")
        where finder.endsInLabel(at: place) && finder.wordsInLine(before: place) <= 4 {
            guard let value = finder.line(from: place) else { continue }
            found.append((place, StatedAnswer(form: .label, value: value)))
        }
        for marker in ["answer is", "option is", "choice is"] {
            for place in finder.places(after: marker) {
                guard let line = finder.line(from: place) else { continue }
                let value = line.hasPrefix(":") ? String(line.dropFirst().trimmed()) : line
                found.append((place, StatedAnswer(form: .sentence, value: value)))
            }
        }
        let lastLine = plain.trimmed().lines.last?.trimmed() ?? ""
        for marker in ["####", "A:"] where lastLine.hasPrefix(marker) {
            let value = String(lastLine.dropFirst(marker.count).trimmed())
            if !value.isEmpty { found.append((.max, StatedAnswer(form: .lastLine, value: value))) }
        }
        return found.sorted { $0.place < $1.place }.map(\.answer)
    }
}

/// Searches UTF-8 text without regard to the case of ASCII letters.
private struct Finder {
    let bytes: [UInt8]
    private let lower: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
        lower = bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    /// Where the text goes on after each occurrence of `needle`, which is in lower case.
    func places(after needle: String) -> [Int] {
        let needle = Array(needle.utf8)
        guard let first = needle.first, lower.count >= needle.count else { return [] }
        var places: [Int] = []
        var start = lower.firstIndex(of: first)
        while let found = start, found + needle.count <= lower.count {
            if lower[found..<found + needle.count].elementsEqual(needle) { places.append(found + needle.count) }
            start = lower[(found + 1)...].firstIndex(of: first)
        }
        return places
    }

    /// Whether "answer:" ends at `place`, in one of a few languages.
    func endsInLabel(at place: Int) -> Bool { Finder.labels.contains { lower[..<place].ends(with: $0) } }

    private static let labels = [
        "answer:", "antwort:", "antwoord:", "réponse :", "réponse:", "respuesta:", "risposta:", "resposta:",
    ].map { Array($0.utf8) }

    /// The first line that is not blank, from `place` on; `nil` when that is a fence.
    func line(from place: Int) -> String? {
        guard let start = bytes[place...].firstIndex(where: { !isSpace($0) }) else { return nil }
        let end = bytes[start...].firstIndex(of: newline) ?? bytes.endIndex
        let line = String(decoding: bytes[start..<end], as: UTF8.self).trimmed()
        return line.hasPrefix("```") ? nil : String(line)
    }

    /// The text up to the brace that closes a group opened just before `place`.
    func group(from place: Int) -> String? {
        var depth = 1
        for at in place..<bytes.count {
            if bytes[at] == UInt8(ascii: "{") { depth += 1 }
            if bytes[at] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return String(String(decoding: bytes[place..<at], as: UTF8.self).trimmed()) }
        }
        return nil
    }

    /// How many words the line has up to `place`, the marker's own included.
    func wordsInLine(before place: Int) -> Int {
        let start = bytes[..<place].lastIndex(of: newline).map { $0 + 1 } ?? 0
        return bytes[start..<place].split(whereSeparator: isSpace).count
    }

    private let newline = UInt8(ascii: "\n")

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with suffix: [UInt8]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}
