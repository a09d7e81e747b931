/// The text of a file out of what a tool that reads files answers.
enum ReadAnswer {
    /// The text without wrappers, remarks and line numbers; `nil` when it is only a part that starts later.
    static func text(_ answer: String) -> String? {
        var text = answer.withUnixLines[...]
        if let remark = text.firstRange(of: "<system-reminder>") { text = text[..<remark.lowerBound] }
        for tag in ["content", "file"] {
            if let open = text.firstRange(of: "<" + tag + ">\n"), isStart(text[..<open.lowerBound]),
                let close = text.ranges(of: "</" + tag + ">").last, open.upperBound <= close.lowerBound
            {
                text = text[open.upperBound..<close.lowerBound]
            }
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isRemarked = lines.last { !$0.trimmed().isEmpty }.map { isRemark($0) } ?? false
        if isRemarked {
            while let last = lines.last, last.trimmed().isEmpty || isRemark(last) { lines.removeLast() }
        }
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        guard let first = lines.first, let style = styles.first(where: { number(first, $0) != nil }) else {
            return lines.map { $0 + "\n" }.joined()
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        let numbered = lines.compactMap { number($0, style) }
        let isNumbered =
            numbered.count == lines.count && zip(numbered, numbered.dropFirst()).allSatisfy { $0.0 + 1 == $1.0 }
        guard isNumbered else { return lines.map { $0 + "\n" }.joined() }
        return numbered[0].0 == 1 ? numbered.map { $0.1 + "\n" }.joined() : nil
    }

    private static let styles = ["| ", "|", "→", "\t", ": ", ":"]

    /// Only other tags may stand before the text.
    private static func isStart(_ text: Substring) -> Bool {
        text.split(separator: "\n").allSatisfy { $0.trimmed().isEmpty || $0.trimmed().first == "<" }
    }

    private static func isRemark(_ line: Substring) -> Bool {
        let content = line.trimmed().lowercased()
        return content.hasPrefix("(") && content.hasSuffix(")")
            && ["end of file", "file has more lines", "showing lines", "output capped"].contains(
                where: content.contains
            )
    }

    private static func number(_ line: Substring, _ separator: String) -> (Int, Substring)? {
        let rest = line.drop { $0 == " " }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), digits.count <= 9 else { return nil }
        let text = rest.dropFirst(digits.count)
        if text.hasPrefix(separator) { return (number, text.dropFirst(separator.count)) }
        // White space at the end of an empty line gets lost easily.
        return separator.count > 1 && text == separator.dropLast() ? (number, "") : nil
    }
}
