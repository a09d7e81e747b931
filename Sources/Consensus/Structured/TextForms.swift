/// Forms in which texts of tool arguments are compared.
///
/// Each is final: applying it again changes nothing.
enum TextForms {
    /// A path without `.` steps, doubled and final slashes; case, `..` and spaces are kept.
    static func path(_ text: String) -> String {
        guard !text.isEmpty, !text.contains("://") else { return text }
        let steps = text.split(separator: "/").filter { $0 != "." }
        if text.hasPrefix("/") { return "/" + steps.joined(separator: "/") }
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }

    /// A short plain text without spaces, case and the signs ` ,./-_*^`, with one kind of quotes.
    ///
    /// That is the rule by which the Berkeley Function-Calling Leaderboard compares strings. It is applied to words
    /// only: not where there are digits, slashes, underscores, capitals within words or signs of code, for there they
    /// mean something.
    static func loose(_ text: String) -> String {
        let bare = text.trimmed()
        guard isPlain(bare) else { return String(bare) }
        let kept = bare.lowercased().filter { !" ,.-*^".contains($0) }
        return kept.isEmpty ? String(bare) : kept.replacing("'", with: "\"")
    }

    private static func isPlain(_ text: Substring) -> Bool {
        guard !text.isEmpty, text.first != "-" else { return false }
        var last: Character?
        for character in text {
            let isInnerCapital = character.isUppercase && last?.isLowercase == true
            let isInnerStop = last == "." && character.isLetter
            guard character.isLetter || " ,.-*^'\"!?".contains(character), !isInnerCapital, !isInnerStop else {
                return false
            }
            last = character
        }
        return true
    }

    /// A text with Unix line ends, without spaces at the end of lines and empty lines at the end.
    static func lines(_ text: String) -> String {
        splitLines(text).joined(separator: "\n")
    }

    /// The lines of a text in that form; none for an empty one.
    static func splitLines(_ text: String) -> [String] {
        var lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map {
            line in
            let end = line.lastIndex { $0 != " " && $0 != "\t" && $0 != "\r" && $0 != "\r\n" }
            return end.map { String(line[...$0]) } ?? ""
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
