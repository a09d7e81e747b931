/// One token of a Python program.
struct PythonToken: Sendable {
    enum Kind: Sendable {
        case name, number, string
        /// A keyword or operator, see `symbol`.
        case symbol
        case newline, indent, dedent
        /// A character that has no place in Python, or a string that does not end.
        case stray
        case end
    }

    var kind: Kind
    var symbol: PythonSymbol?
    /// Its bytes in the source; empty for an indent, dedent, newline or end.
    var bytes: Range<Int>
    /// Index of a name in `PythonLexer.names`.
    var name = 0
}

/// A Python program cut into tokens (The Python Language Reference, chapter 2).
///
/// It never fails: what Python's tokenizer refuses is noted and read on.
struct PythonLexer {
    enum Problem: Equatable {
        case strayCharacter, strayBackslash, unterminatedString, badNumber
        case unclosedBracket, mismatchedBracket, tooManyBrackets
        case inconsistentDedent, inconsistentTabs, tooManyIndents
    }

    /// Limits of CPython's tokenizer (`MAXLEVEL`, `MAXINDENT`).
    private static let mostBrackets = 200
    private static let mostIndents = 100
    /// Columns of a tab where tabs count as Python counts them.
    private static let tab = 8

    let source: [UInt8]
    private(set) var tokens: [PythonToken] = []
    private(set) var problems: [Problem] = []
    /// Every name once, in order of first appearance.
    private(set) var names: [String] = []

    private var nameIndices: [String: Int] = [:]
    private var at = 0
    private var brackets: [PythonSymbol] = []
    /// Columns with tabs to multiples of eight, and with tabs as one.
    private var indents: [(wide: Int, narrow: Int)] = [(0, 0)]
    private var startsLine = true

    init(_ code: String) {
        source = Bytes.lines(of: code)
        tokens.reserveCapacity(source.count / 3)
        while at < source.count {
            if startsLine { readIndentation() } else { readToken() }
        }
        if !brackets.isEmpty { problems.append(.unclosedBracket) }
        endLine()
        for _ in indents.dropFirst() { append(.dedent, length: 0) }
        append(.end, length: 0)
    }

    func text(_ token: PythonToken) -> ArraySlice<UInt8> { source[token.bytes] }

    func index(ofName name: String) -> Int? { nameIndices[name] }

    private func byte(_ offset: Int = 0) -> UInt8 { at + offset < source.count ? source[at + offset] : 0 }

    private mutating func append(_ kind: PythonToken.Kind, _ symbol: PythonSymbol? = nil, length: Int) {
        tokens.append(PythonToken(kind: kind, symbol: symbol, bytes: at..<(at + length)))
        at += length
    }

    /// Ends the logical line if anything stands on it.
    private mutating func endLine() {
        guard let last = tokens.last, last.kind != .newline, last.kind != .indent, last.kind != .dedent else { return }
        append(.newline, length: 0)
    }

    private mutating func skipComment() {
        while at < source.count, source[at] != Bytes.newline { at += 1 }
    }

    private mutating func readIndentation() {
        var (wide, narrow) = (0, 0)
        while at < source.count, Bytes.isBlank(source[at]) {
            switch source[at] {
            case 0x09: (wide, narrow) = ((wide / PythonLexer.tab + 1) * PythonLexer.tab, narrow + 1)
            case 0x0C: (wide, narrow) = (0, 0)
            default: (wide, narrow) = (wide + 1, narrow + 1)
            }
            at += 1
        }
        while joinLines() {
            while at < source.count, Bytes.isBlank(source[at]) { at += 1 }
        }
        if byte() == Bytes.hash { skipComment() }
        guard at < source.count else { return }
        guard source[at] != Bytes.newline else {
            at += 1
            return
        }
        startsLine = false
        let current = indents[indents.count - 1]
        if (wide > current.wide) != (narrow > current.narrow) || (wide == current.wide) != (narrow == current.narrow) {
            problems.append(.inconsistentTabs)
        }
        if wide > current.wide {
            if indents.count >= PythonLexer.mostIndents { problems.append(.tooManyIndents) }
            indents.append((wide, narrow))
            append(.indent, length: 0)
        }
        while let last = indents.last, last.wide > wide {
            indents.removeLast()
            append(.dedent, length: 0)
        }
        if let last = indents.last, last.wide != wide { problems.append(.inconsistentDedent) }
    }

    private mutating func readToken() {
        let first = source[at]
        if Bytes.isBlank(first) {
            at += 1
        } else if first == Bytes.newline {
            if brackets.isEmpty {
                endLine()
                startsLine = true
            }
            at += 1
        } else if first == Bytes.hash {
            skipComment()
        } else if joinLines() {
            return
        } else if Bytes.isDigit(first) || (first == Bytes.dot && Bytes.isDigit(byte(1))) {
            readNumber()
        } else if first == Bytes.single || first == Bytes.double {
            readString(prefix: 0)
        } else if Bytes.isNameStart(first) {
            readName()
        } else {
            readOperator()
        }
    }

    /// Steps over a backslash that joins lines; Python wants the line end right after it.
    private mutating func joinLines() -> Bool {
        guard byte() == Bytes.backslash else { return false }
        var next = at + 1
        while next < source.count, Bytes.isBlank(source[next]) { next += 1 }
        let isLast = next >= source.count
        guard isLast || source[next] == Bytes.newline || source[next] == Bytes.hash else { return false }
        if isLast || next != at + 1 { problems.append(.strayBackslash) }
        at = next
        if byte() == Bytes.hash { skipComment() }
        at = min(at + 1, source.count)
        return true
    }

    private mutating func readName() {
        var length = 0
        var isPlain = true
        while Bytes.isNamePart(byte(length)) {
            let lead = byte(length)
            if lead < 0x80 {
                length += 1
                continue
            }
            let width = Bytes.width(of: lead)
            guard isIdentifier(at: at + length, width: width, isFirst: length == 0) else { break }
            isPlain = false
            length += width
        }
        if length == 0 {
            problems.append(.strayCharacter)
            return append(.stray, length: min(Bytes.width(of: source[at]), source.count - at))
        }
        let quote = byte(length)
        if quote == Bytes.single || quote == Bytes.double, PythonString.isPrefix(source[at..<(at + length)]) {
            return readString(prefix: length)
        }
        if isPlain, let keyword = PythonSymbol(source[at..<(at + length)]) {
            return append(.symbol, keyword, length: length)
        }
        let name = String(decoding: source[at..<(at + length)], as: UTF8.self)
        append(.name, length: length)
        if let known = nameIndices[name] {
            tokens[tokens.count - 1].name = known
        } else {
            tokens[tokens.count - 1].name = names.count
            nameIndices[name] = names.count
            names.append(name)
        }
    }

    private func isIdentifier(at place: Int, width: Int, isFirst: Bool) -> Bool {
        guard place + width <= source.count,
            let scalar = String(decoding: source[place..<(place + width)], as: UTF8.self).unicodeScalars.first
        else { return false }
        return isFirst ? scalar.properties.isXIDStart : scalar.properties.isXIDContinue
    }

    private mutating func readString(prefix: Int) {
        let end = PythonString.end(in: source, openingAt: at + prefix)
        guard end.isTerminated else {
            problems.append(.unterminatedString)
            append(.stray, length: end.place - at)
            // Python stops here; the next line is read as a new statement.
            brackets.removeAll()
            return
        }
        append(.string, length: end.place - at)
    }

    private mutating func readNumber() {
        let first = byte()
        let radix = byte(1) | 0x20
        var length = 0
        var isBad = false
        if first == UInt8(ascii: "0"), [UInt8(ascii: "x"), UInt8(ascii: "o"), UInt8(ascii: "b")].contains(radix) {
            length = 2
            while Bytes.isNamePart(byte(length)), byte(length) < 0x80 { length += 1 }
            isBad = length == 2
        } else {
            func digits() { while Bytes.isDigit(byte(length)) || byte(length) == Bytes.underscore { length += 1 } }
            digits()
            var isInteger = true
            if byte(length) == Bytes.dot {
                isInteger = false
                length += 1
                digits()
            }
            if byte(length) | 0x20 == UInt8(ascii: "e") {
                let sign = byte(length + 1) == UInt8(ascii: "+") || byte(length + 1) == UInt8(ascii: "-") ? 1 : 0
                if Bytes.isDigit(byte(length + 1 + sign)) {
                    isInteger = false
                    length += 1 + sign
                    digits()
                }
            }
            let isImaginary = byte(length) | 0x20 == UInt8(ascii: "j")
            if isImaginary { length += 1 }
            let hasLeadingZero = first == UInt8(ascii: "0") && isInteger && !isImaginary
            isBad = hasLeadingZero && source[at..<(at + length)].contains { $0 != first && $0 != Bytes.underscore }
        }
        if Bytes.isNameStart(byte(length)), !keywordFollows(at + length) { isBad = true }
        if isBad { problems.append(.badNumber) }
        append(.number, length: length)
    }

    /// Python lets a keyword that may follow a number touch it, as in `1if x else 2`.
    private func keywordFollows(_ place: Int) -> Bool {
        var end = place
        while end < source.count, Bytes.isNamePart(source[end]) { end += 1 }
        switch PythonSymbol(source[place..<end]) {
        case .and, .else, .for, .if, .in, .is, .not, .or: return true
        default: return false
        }
    }

    private mutating func readOperator() {
        for length in stride(from: min(PythonSymbol.longestOperator, source.count - at), through: 1, by: -1) {
            guard let symbol = PythonSymbol(source[at..<(at + length)]) else { continue }
            if symbol.closing != nil {
                if brackets.count >= PythonLexer.mostBrackets { problems.append(.tooManyBrackets) }
                brackets.append(symbol)
            } else if symbol.isClosing, brackets.popLast()?.closing != symbol {
                problems.append(.mismatchedBracket)
            }
            return append(.symbol, symbol, length: length)
        }
        problems.append(.strayCharacter)
        append(.stray, length: 1)
    }
}
