/// A shell command in one spelling of its spaces and quotes; for comparing only.
///
/// In the manner of POSIX (IEEE Std 1003.1, section 2.2 and 2.3): what quotes protect is escaped instead, words are
/// divided by one space, `;`, `|` and `&&` stand alone, a line end counts as `;`, and comments go. Here-documents and
/// unfinished quotes are kept as they are. Applying it again changes nothing.
struct ShellText {
    private var words: [String] = []
    private var word = ""
    private var isInWord = false
    private let scalars: [Unicode.Scalar]
    private var at = 0

    static func form(_ command: String) -> String {
        let bare = TextForms.lines(command).trimmed { " \t\n".contains($0) }
        guard !bare.contains("<<") else { return String(bare) }
        var reader = ShellText(scalars: Array(bare.unicodeScalars))
        guard reader.read() else { return String(bare) }
        return reader.words.joined(separator: " ")
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    /// - Returns: `false` when a quote is not closed.
    private mutating func read() -> Bool {
        while let scalar = next {
            at += 1
            switch scalar {
            case "\n":
                endWord()
                endLine()
            case " ", "\t": endWord()
            case "#" where !isInWord: while next != nil, next != "\n" { at += 1 }
            case "'": guard readSingleQuoted() else { return false }
            case "\"": guard readDoubleQuoted() else { return false }
            case "\\":
                guard let escaped = next else { return false }
                at += 1
                if escaped != "\n" { literal(escaped) }
            case ";",
                "|" where word.last != ">", "&" where next == "&":
                endWord()
                var sign = String(scalar)
                while next == scalar {
                    sign.unicodeScalars.append(scalar)
                    at += 1
                }
                words.append(sign)
            default:
                word.unicodeScalars.append(scalar)
                isInWord = true
            }
        }
        endWord()
        while words.last == ";" { words.removeLast() }
        return true
    }

    private mutating func endWord() {
        if isInWord { words.append(word.isEmpty ? "''" : word) }
        (word, isInWord) = ("", false)
    }

    /// A line end after a command divides as `;` does; after a sign that wants more, it does nothing.
    private mutating func endLine() {
        guard let last = words.last, ![";", ";;", "|", "||", "&&", "&"].contains(last) else { return }
        words.append(";")
    }

    private mutating func readSingleQuoted() -> Bool {
        isInWord = true
        while let scalar = next {
            at += 1
            if scalar == "'" { return true }
            literal(scalar)
        }
        return false
    }

    /// Kept with its quotes where something is still expanded within them.
    private mutating func readDoubleQuoted() -> Bool {
        isInWord = true
        var inside = String.UnicodeScalarView()
        var plain: [Unicode.Scalar] = []
        var expands = false
        while let scalar = next {
            at += 1
            switch scalar {
            case "\"":
                if expands { word += "\"\(String(inside))\"" } else { plain.forEach { literal($0) } }
                return true
            case "\\":
                guard let escaped = next else { return false }
                at += 1
                inside += [scalar, escaped]
                if "$`\"\\".unicodeScalars.contains(escaped) {
                    plain.append(escaped)
                } else if escaped != "\n" {
                    plain += [scalar, escaped]
                }
            default:
                if scalar == "$" || scalar == "`" { expands = true }
                inside.append(scalar)
                plain.append(scalar)
            }
        }
        return false
    }

    /// Appends a character that stands for itself.
    private mutating func literal(_ scalar: Unicode.Scalar) {
        let isSpecial = "|&;<>()$`\\\"'*?[]{}!".unicodeScalars.contains(scalar)
        if " \t\n".unicodeScalars.contains(scalar) {
            word += "'\(scalar)'"
        } else if isSpecial || (word.isEmpty && (scalar == "#" || scalar == "~")) {
            word += "\\\(scalar)"
        } else {
            word.unicodeScalars.append(scalar)
        }
        isInWord = true
    }
}
