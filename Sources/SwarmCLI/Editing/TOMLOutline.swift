/// What a TOML text sets, and on which lines, without the values.
///
/// It reads as much of TOML 1.0 as is needed to know where each key stands; what it does not understand is an error.
package struct TOMLOutline: Sendable, Equatable {
    /// One `key = value`, or the head of a table.
    package struct Entry: Sendable, Equatable {
        /// The whole name, that of its table included.
        package var path: [String]
        /// From 0.
        package var line: Int
        /// It is the head of a table, or of an element of a list of tables.
        package var isTable: Bool
    }

    package private(set) var entries: [Entry] = []

    /// - Throws: for text that is not understood.
    package init(_ text: String) throws(TextEditError) {
        var reader = TOMLReader(text)
        entries = try reader.read()
    }

    /// The line of the first table; `nil` when there is none.
    package var firstTable: Int? { entries.first { $0.isTable }?.line }
}

private struct TOMLReader {
    private let text: [Unicode.Scalar]
    private var at = 0
    private var line = 0
    private var table: [String] = []

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    private var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

    private func error(_ reason: String) -> TextEditError { .notUnderstood(reason: "\(reason) on line \(line + 1)") }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where at < text.count {
            if text[at] == "\n" { line += 1 }
            at += 1
        }
    }

    private func stands(_ word: String) -> Bool { text[at...].starts(with: word.unicodeScalars) }

    private mutating func skipSpace() { while next == " " || next == "\t" { advance() } }

    private mutating func skipComment() {
        if next == "#" { while let scalar = next, scalar != "\n" { _ = scalar; advance() } }
    }

    /// What may stand behind a key and its value: space, a comment, the end of the line.
    private mutating func finishLine() throws(TextEditError) {
        skipSpace()
        skipComment()
        if next == "\r" { advance() }
        guard next == nil || next == "\n" else { throw error("unexpected text") }
        advance()
    }

    mutating func read() throws(TextEditError) -> [TOMLOutline.Entry] {
        var entries: [TOMLOutline.Entry] = []
        while at < text.count {
            skipSpace()
            switch next {
            case nil, "#", "\r", "\n": break
            case "[":
                let start = line
                let isList = stands("[[")
                advance(isList ? 2 : 1)
                table = try name(until: "]")
                advance(isList && stands("]]") ? 2 : 1)
                entries.append(TOMLOutline.Entry(path: table, line: start, isTable: true))
            default:
                let start = line
                let path = table + (try name(until: "="))
                advance()
                skipSpace()
                try value(depth: 0)
                entries.append(TOMLOutline.Entry(path: path, line: start, isTable: false))
            }
            try finishLine()
        }
        return entries
    }

    /// A dotted key up to what ends it.
    private mutating func name(until end: Unicode.Scalar) throws(TextEditError) -> [String] {
        var parts: [String] = []
        while true {
            skipSpace()
            guard let first = next else { throw error("a key that does not end") }
            if first == "\"" || first == "'" {
                parts.append(try quoted())
            } else {
                var part = ""
                while let scalar = next, Self.isBare(scalar) {
                    part.unicodeScalars.append(scalar)
                    advance()
                }
                guard !part.isEmpty else { throw error("a key that is none") }
                parts.append(part)
            }
            skipSpace()
            if next == end { return parts }
            guard next == "." else { throw error("a key that does not end") }
            advance()
        }
    }

    private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    /// A string of any of the four kinds, without its escapes undone.
    private mutating func quoted() throws(TextEditError) -> String {
        let quote: Unicode.Scalar = next == "'" ? "'" : "\""
        let isLong = stands(String(repeating: String(quote), count: 3))
        let end = String(repeating: String(quote), count: isLong ? 3 : 1)
        advance(end.count)
        var content = ""
        while !stands(end) {
            guard let scalar = next, isLong || scalar != "\n" else { throw error("a string that does not end") }
            if scalar == "\\", quote == "\"" {
                content.unicodeScalars.append(scalar)
                advance()
            }
            guard let scalar = next else { throw error("a string that does not end") }
            content.unicodeScalars.append(scalar)
            advance()
        }
        advance(end.count)
        // Up to two quotes may stand before the three that end a long string.
        while isLong, next == quote { advance() }
        return content
    }

    private mutating func value(depth: Int) throws(TextEditError) {
        guard depth < 64 else { throw error("too much nesting") }
        switch next {
        case "\"", "'": _ = try quoted()
        case "[", "{":
            let end: Unicode.Scalar = next == "[" ? "]" : "}"
            advance()
            while next != end {
                switch next {
                case nil: throw error("a list that does not end")
                case "#": skipComment()
                case "\"", "'": _ = try quoted()
                case "[", "{": try value(depth: depth + 1)
                default: advance()
                }
            }
            advance()
        default:
            var isEmpty = true
            while let scalar = next, scalar != "\n", scalar != "\r", scalar != "#" {
                isEmpty = false
                _ = scalar
                advance()
            }
            if isEmpty { throw error("a key without a value") }
        }
    }
}
