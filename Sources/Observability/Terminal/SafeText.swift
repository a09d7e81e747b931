/// Makes text from outside harmless to a terminal: it can neither move the cursor nor start a new line nor reorder what is
/// shown.
package enum SafeText {
    /// Whether a scalar acts on a terminal instead of being shown: C0 and C1 controls (ECMA-48), line and paragraph
    /// separators, and the bidirectional controls of UAX #9.
    package static func acts(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// The text with every acting scalar written as an escape, on one line.
    package static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: acts) else { return text }
        return text.unicodeScalars.map { acts($0) ? escape($0) : String($0) }.joined()
    }

    /// The text without acting scalars other than line feeds and tabs, for answers shown on a terminal.
    package static func paragraphs(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: text.unicodeScalars.filter { $0 == "\n" || $0 == "\t" || !acts($0) })
        return String(kept)
    }

    /// A value as it stands after `key=`: in quotes when it could be mistaken for something else.
    package static func value(_ text: String) -> String {
        let needsQuotes = text.unicodeScalars.contains { scalar in
            acts(scalar) || scalar.properties.isWhitespace || scalar == "\"" || scalar == "="
        }
        if !needsQuotes, !text.isEmpty { return text }
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": #"\""#
            case "\\": #"\\"#
            default: acts(scalar) ? escape(scalar) : String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": #"\n"#
        case "\r": #"\r"#
        case "\t": #"\t"#
        default: #"\u{"# + String(scalar.value, radix: 16) + "}"
        }
    }
}
