extension StringProtocol {
    /// The part between the outermost characters that are not trimmed.
    func trimmed(_ isTrimmed: (Character) -> Bool = \.isWhitespace) -> SubSequence {
        guard let first = firstIndex(where: { !isTrimmed($0) }), let last = lastIndex(where: { !isTrimmed($0) }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}

extension String {
    /// The text with full-width letters, digits and signs as plain ones, and curly apostrophes straight.
    var halfWidth: String {
        guard utf8.contains(where: { $0 >= 0xE2 }) else { return self }
        var plain = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: plain.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            case 0x2019: plain.append("'")
            default: plain.append(scalar)
            }
        }
        return String(plain)
    }

    /// The text without Markdown's `**`; between two word characters it is kept, being an operator there.
    var withoutBold: String {
        guard hasTwice(UInt8(ascii: "*")) else { return self }
        let characters = Array(self)
        func isWord(_ place: Int) -> Bool {
            characters.indices.contains(place) && (characters[place].isLetter || characters[place].isNumber)
        }
        var kept = ""
        var at = 0
        while at < characters.count {
            let isBold = characters[at] == "*" && at + 1 < characters.count && characters[at + 1] == "*"
            if isBold, !(isWord(at - 1) && isWord(at + 2)) {
                at += 2
            } else {
                kept.append(characters[at])
                at += 1
            }
        }
        return kept
    }
}

extension String {
    /// See `Substring.lines`.
    var lines: [Substring] { self[...].lines }
}

extension Substring {
    /// The text's lines without their line feeds and carriage returns, empty ones too.
    ///
    /// By bytes: to look at every character of an answer costs ten times as much.
    var lines: [Substring] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
    }
}

extension StringProtocol {
    /// Whether two bytes follow each other somewhere.
    func hasTwice(_ byte: UInt8) -> Bool { zip(utf8, utf8.dropFirst()).contains { $0 == byte && $1 == byte } }
}
