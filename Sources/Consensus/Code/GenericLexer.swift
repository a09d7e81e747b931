/// A program of any language cut into words, strings and operators; comments are left out.
///
/// It never fails: a string or comment without an end runs to the end of its line or of the text, and is noted.
struct GenericLexer {
    struct Token {
        enum Kind { case word, string, heredoc, mark, newline }

        var kind: Kind
        var bytes: Range<Int>
        /// Whether white space or a comment stands before it.
        var isSpaced: Bool
        /// Whether it is a string without an end, which its line or the text ends.
        var isOpen = false
    }

    let source: [UInt8]
    private(set) var tokens: [Token] = []
    private(set) var isUnterminated = false

    private let lexicon: CodeLexicon
    private var at = 0
    private var isSpaced = true
    /// Whether the string just read has no end.
    private var endsOpen = false
    /// Words that end the here-documents begun on this line.
    private var heredocs: [ArraySlice<UInt8>] = []

    /// Strings within expressions within strings; deeper ones are not followed.
    private static let deepest = 20

    private static let operators: [[UInt8]] = [
        ">>>=", "===", "!==", "<<=", ">>=", "**=", "...", "..<", "..=", "&&=", "||=", "??=", "->", "=>", "==", "!=",
        "<=",
        ">=", "&&", "||", "??", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "::", "?.",
        "..",
        ":=", "**", "<-",
    ].map { Array($0.utf8) }

    init(_ code: String, _ lexicon: CodeLexicon) {
        source = Bytes.lines(of: code)
        self.lexicon = lexicon
        while at < source.count { readToken() }
    }

    func text(_ token: Token) -> ArraySlice<UInt8> { source[token.bytes] }

    private func byte(_ place: Int) -> UInt8 { place < source.count ? source[place] : 0 }

    private func starts(_ bytes: [UInt8], at place: Int) -> Bool {
        guard place + bytes.count <= source.count, !bytes.isEmpty else { return false }
        for offset in bytes.indices where source[place + offset] != bytes[offset] { return false }
        return true
    }

    private mutating func append(_ kind: Token.Kind, to end: Int) {
        let end = min(max(end, at + 1), source.count)
        tokens.append(Token(kind: kind, bytes: at..<end, isSpaced: isSpaced))
        at = end
        isSpaced = false
    }

    private mutating func readToken() {
        endsOpen = false
        let first = source[at]
        if first == Bytes.newline {
            append(.newline, to: at + 1)
            isSpaced = true
            while let word = heredocs.first {
                heredocs.removeFirst()
                readHeredoc(endingWith: word)
                // The next one begins on the line after.
                if !heredocs.isEmpty, byte(at) == Bytes.newline { at += 1 }
            }
        } else if Bytes.isBlank(first) {
            at += 1
            isSpaced = true
        } else if let end = commentEnd() {
            at = end
            isSpaced = true
        } else if let end = stringEnd(at: at, nested: 0) {
            append(.string, to: end)
            tokens[tokens.count - 1].isOpen = endsOpen
        } else if Bytes.isNamePart(first) || first == UInt8(ascii: "$") {
            append(.word, to: wordEnd())
        } else if lexicon.hasHeredocs, let end = heredocEnd() {
            append(.mark, to: end)
        } else {
            let length = GenericLexer.operators.first { starts($0, at: at) }?.count ?? 1
            append(.mark, to: at + length)
        }
    }

    private func lineEnd(from place: Int) -> Int { source[place...].firstIndex(of: Bytes.newline) ?? source.count }

    // MARK: Comments

    private mutating func commentEnd() -> Int? {
        if !lexicon.spacesComments || isSpaced, lexicon.lineComments.contains(where: { starts($0, at: at) }) {
            return lineEnd(from: at)
        }
        guard let (open, close) = lexicon.blockComment, starts(open, at: at) else { return nil }
        var depth = 1
        var place = at + open.count
        while place < source.count {
            if starts(close, at: place) {
                depth -= 1
                place += close.count
                if depth == 0 { return place }
            } else if lexicon.nestsComments, starts(open, at: place) {
                depth += 1
                place += open.count
            } else {
                place += 1
            }
        }
        isUnterminated = true
        return source.count
    }

    // MARK: Words

    private func wordEnd() -> Int {
        let isNumber = Bytes.isDigit(source[at])
        var place = at + 1
        while place < source.count {
            let next = source[place]
            let joinsDigits =
                isNumber && (next == Bytes.dot || (next == Bytes.single && lexicon.hasCQuotes))
                && Bytes.isDigit(byte(place + 1))
            guard Bytes.isNamePart(next) || next == UInt8(ascii: "$") || joinsDigits else { break }
            place += 1
        }
        return place
    }

    // MARK: Strings

    private mutating func noteOpen() {
        endsOpen = true
        isUnterminated = true
    }

    /// Where the string ends that begins at this place; `nil` when none does.
    private mutating func stringEnd(at place: Int, nested: Int) -> Int? {
        if lexicon.hasPoundStrings, source[place] == Bytes.hash, let end = poundStringEnd(place) { return end }
        if lexicon.hasRustQuotes, let end = rustEnd(place) { return end }
        if lexicon.hasCQuotes, source[place] == UInt8(ascii: "R"), let end = rawEnd(place) { return end }
        if lexicon.hasRegularExpressions, nested == 0, let end = regularExpressionEnd(place) { return end }
        guard let quote = lexicon.quotes.first(where: { starts($0.open, at: place) }) else { return nil }
        return end(of: quote, at: place, nested: nested)
    }

    private mutating func end(of quote: CodeLexicon.Quote, at opening: Int, nested: Int) -> Int {
        var place = opening + quote.open.count
        while place < source.count {
            if starts(quote.close, at: place) { return place + quote.close.count }
            if !quote.interpolation.isEmpty, nested < GenericLexer.deepest, starts(quote.interpolation, at: place) {
                place = interpolationEnd(place + quote.interpolation.count, nested: nested + 1)
            } else if quote.escapes, source[place] == Bytes.backslash {
                place += 2
            } else if source[place] == Bytes.newline, !quote.spansLines {
                noteOpen()
                return place
            } else {
                place += 1
            }
        }
        noteOpen()
        return source.count
    }

    private mutating func interpolationEnd(_ start: Int, nested: Int) -> Int {
        var depth = 1
        var place = start
        while place < source.count {
            if let end = stringEnd(at: place, nested: nested) {
                place = end
                continue
            }
            switch source[place] {
            case UInt8(ascii: "("), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            place += 1
            if depth == 0 { return place }
        }
        return source.count
    }

    /// Swift's `#"…"#`, whose escapes carry the same number of signs.
    private mutating func poundStringEnd(_ start: Int) -> Int? {
        let signs = source[start...].prefix { $0 == Bytes.hash }
        let opening = start + signs.count
        guard byte(opening) == Bytes.double else { return nil }
        let isTriple = starts([Bytes.double, Bytes.double, Bytes.double], at: opening)
        let fence = Array(repeating: Bytes.double, count: isTriple ? 3 : 1)
        return find(fence + signs, from: opening + fence.count, spansLines: isTriple)
    }

    /// Rust's raw strings, and characters as against lifetimes.
    private mutating func rustEnd(_ start: Int) -> Int? {
        if source[start] == UInt8(ascii: "r") {
            let signs = source[(start + 1)...].prefix { $0 == Bytes.hash }
            let opening = start + 1 + signs.count
            guard byte(opening) == Bytes.double else { return nil }
            return find([Bytes.double] + signs, from: opening + 1, spansLines: true)
        }
        guard source[start] == Bytes.single else { return nil }
        if byte(start + 1) == Bytes.backslash {
            return find([Bytes.single], from: start + 3, spansLines: false)
        }
        let end = start + 1 + Bytes.width(of: byte(start + 1))
        if byte(end) == Bytes.single, byte(start + 1) != Bytes.single, byte(start + 1) != Bytes.newline {
            return end + 1
        }
        if Bytes.isNameStart(byte(start + 1)) {
            return source[(start + 1)...].firstIndex { !Bytes.isNamePart($0) } ?? source.count
        }
        noteOpen()
        return lineEnd(from: start)
    }

    private mutating func rawEnd(_ start: Int) -> Int? {
        guard byte(start + 1) == Bytes.double else { return nil }
        let word = source[(start + 2)...].prefix(16).prefix { $0 != UInt8(ascii: "(") && $0 != Bytes.newline }
        guard byte(start + 2 + word.count) == UInt8(ascii: "(") else { return nil }
        return find([UInt8(ascii: ")")] + word + [Bytes.double], from: start + 2 + word.count, spansLines: true)
    }

    private mutating func find(_ close: [UInt8], from start: Int, spansLines: Bool) -> Int {
        var place = min(start, source.count)
        while place < source.count {
            if starts(close, at: place) { return place + close.count }
            if source[place] == Bytes.newline, !spansLines { break }
            place += 1
        }
        noteOpen()
        return place
    }

    /// A slash where no operand stands before it begins a regular expression if another ends it on the line.
    private func regularExpressionEnd(_ start: Int) -> Int? {
        let slash = UInt8(ascii: "/")
        guard source[start] == slash else { return nil }
        if let last = tokens.last(where: { $0.kind != .newline }) {
            let text = text(last)
            let isKeyword = ["return", "typeof", "case", "in", "of", "if", "when"].contains {
                $0.utf8.elementsEqual(text)
            }
            let ends = [UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}")]
            let isOperand = last.kind != .mark || text.last.map(ends.contains) == true
            if isOperand, !isKeyword { return nil }
        }
        var isClass = false
        var place = start + 1
        while place < source.count, source[place] != Bytes.newline {
            switch source[place] {
            case Bytes.backslash where byte(place + 1) != Bytes.newline: place += 1
            case UInt8(ascii: "["): isClass = true
            case UInt8(ascii: "]"): isClass = false
            case slash where !isClass: return place > start + 1 ? place + 1 : nil
            default: break
            }
            place += 1
        }
        return nil
    }

    // MARK: Here-documents

    /// `<<WORD`, `<<-WORD`, `<<~WORD` with or without quotes, but not `<<<` or a shift.
    private mutating func heredocEnd() -> Int? {
        guard starts(Array("<<".utf8), at: at), byte(at + 2) != UInt8(ascii: "<") else { return nil }
        var place = at + 2
        if byte(place) == UInt8(ascii: "-") || byte(place) == UInt8(ascii: "~") { place += 1 }
        let quote = byte(place) == Bytes.single || byte(place) == Bytes.double ? byte(place) : 0
        if quote != 0 { place += 1 }
        let start = place
        while place < source.count, Bytes.isNamePart(source[place]) { place += 1 }
        guard place > start, Bytes.isNameStart(source[start]), quote == 0 || byte(place) == quote else { return nil }
        heredocs.append(source[start..<place])
        return quote == 0 ? place : place + 1
    }

    private mutating func readHeredoc(endingWith word: ArraySlice<UInt8>) {
        var line = at
        while line < source.count {
            let end = lineEnd(from: line)
            if source[line..<end].drop(while: Bytes.isBlank).elementsEqual(word) {
                return append(.heredoc, to: end)
            }
            line = end + 1
        }
        isUnterminated = true
        if at < source.count { append(.heredoc, to: source.count) }
    }
}
