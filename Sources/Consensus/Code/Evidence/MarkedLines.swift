/// A message line by line, each line with where it stands: prose, program text, text quoted in a program, or a fence.
struct MarkedLines {
    enum Place: Equatable {
        case prose
        /// Program text.
        case code
        /// A documentation string or a fence without program text.
        case quoted
        /// The mark that opens or closes a fenced block.
        case fence
    }

    struct Line: Equatable {
        var text: String
        var place: Place
        /// Which stretch it belongs to: a fenced block or the prose between two of them.
        var stretch: Int

        var content: String { String(text.trimmed()) }
        /// White space in front, in characters.
        var indent: Int { text.prefix(while: \.isWhitespace).count }
    }

    private(set) var lines: [Line] = []

    /// Longer messages are read from here before their end, in lines.
    private static let maximumLines = 4000
    private static let plainLanguages: Set = ["", "text", "txt", "plain", "plaintext", "console", "output", "doctest"]

    init(_ message: String) {
        let all = message.withUnixLines.split(separator: "\n", omittingEmptySubsequences: false)
        let texts = all.suffix(Self.maximumLines).map { $0.utf8.count <= 8192 ? String($0) : "" }
        var stretch = 0
        var fence: (mark: Substring, isCode: Bool)?
        var quote: String?
        var isIndented = false
        for (index, text) in texts.enumerated() {
            let content = text.trimmed()
            let mark = content.prefix { $0 == content.first }
            let isMark = mark.count >= 3 && (mark.first == "`" || mark.first == "~")
            let closes = isMark && mark.count == content.count
            if isMark, fence.map({ closes && $0.mark.first == mark.first && mark.count >= $0.mark.count }) ?? true {
                stretch += 1
                if fence == nil {
                    let language = content.dropFirst(mark.count).trimmed().lowercased()
                    fence = (mark, Self.isCode(language, texts[(index + 1)...]))
                } else {
                    fence = nil
                }
                (quote, isIndented) = (nil, false)
                lines.append(Line(text: text, place: .fence, stretch: stretch))
                continue
            }
            let wasQuoted = quote != nil
            let isHeader = Self.isHeader(content)
            isIndented = isHeader || isIndented && (content.isEmpty || text.first?.isWhitespace == true)
            quote = Self.quote(after: content, open: quote)
            let isCode = fence?.isCode ?? isIndented
            let isQuoted = wasQuoted || quote != nil || fence != nil && !isCode
            lines.append(
                Line(text: text, place: isQuoted ? .quoted : isCode ? .code : .prose, stretch: stretch)
            )
        }
    }

    /// Whether a line starts a function or a class.
    static func isHeader(_ content: Substring) -> Bool {
        ["def ", "async def ", "class ", "func ", "fn "].contains(where: content.hasPrefix)
    }

    private static func isCode(_ language: String, _ following: ArraySlice<String>) -> Bool {
        guard plainLanguages.contains(language) else { return true }
        let block = following.prefix { !$0.trimmed().hasPrefix("```") && !$0.trimmed().hasPrefix("~~~") }
        return block.contains { isHeader($0.trimmed()) || $0.hasPrefix("import ") || $0.hasPrefix("from ") }
    }

    /// The triple quotes that are open after a line.
    private static func quote(after content: Substring, open: String?) -> String? {
        var open = open
        var rest = content
        while rest.count >= 3 {
            let start = String(rest.prefix(3))
            if start == (open ?? start), start == "\"\"\"" || start == "'''" {
                open = open == nil ? start : nil
                rest = rest.dropFirst(3)
            } else {
                rest = rest.dropFirst()
            }
        }
        return open
    }
}

extension String {
    /// The text with line feeds alone at the ends of lines.
    var withUnixLines: String {
        guard utf8.contains(0x0D) else { return self }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var isAfterReturn = false
        for byte in utf8 {
            if byte == 0x0A, isAfterReturn { bytes.removeLast() }
            isAfterReturn = byte == 0x0D
            bytes.append(isAfterReturn ? 0x0A : byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
