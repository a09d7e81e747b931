/// Writes the tokens of a Python program, a statement a line, four spaces a block, one space between tokens where a
/// formatter would have one.
struct PythonText {
    private let lexer: PythonLexer
    private(set) var bytes: [UInt8] = []
    private var previous: PythonToken?
    /// Whether the previous token is an operator of one side.
    private var isPrefixed = false
    private var brackets = 0

    private init(_ lexer: PythonLexer) {
        self.lexer = lexer
        bytes.reserveCapacity(lexer.source.count)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The program as it was read: without what it does not need, its local variables renamed, its texts in one
    /// spelling.
    init(_ lexer: PythonLexer, read reader: PythonReader) {
        self.init(lexer)
        let locals = PythonLocals(lexer, reader.scopes)
        var empty = reader.emptyBlocks[...]
        for (place, line) in reader.lines.enumerated() {
            writePasses(&empty, before: place)
            startLine(depth: line.depth)
            for at in line.tokens where !reader.isNeedless[at] {
                let token = lexer.tokens[at]
                let scope = reader.scopes.scope(ofToken: at)
                if token.kind == .name, let name = locals.name(of: token.name, in: scope) {
                    write(token, as: Array(name.utf8)[...])
                } else if token.kind == .string {
                    let literal = PythonString.canonical(lexer.text(token)) { body in
                        PythonString.renamed(body) { name in
                            lexer.index(ofName: name).flatMap { locals.name(of: $0, in: scope) }
                        }
                    }
                    write(token, as: literal[...])
                } else {
                    write(token, as: lexer.text(token))
                }
            }
        }
        writePasses(&empty, before: reader.lines.count)
    }

    /// The tokens alone, of a program that cannot be read.
    init(tokensOf lexer: PythonLexer) {
        self.init(lexer)
        var depth = 0
        var startsLine = true
        for token in lexer.tokens {
            switch token.kind {
            case .indent: depth += 1
            case .dedent: depth -= 1
            case .newline: startsLine = true
            case .end: break
            case .name, .number, .string, .symbol, .stray:
                if startsLine { startLine(depth: depth) }
                startsLine = false
                write(token, as: lexer.text(token))
            }
        }
    }

    private mutating func writePasses(_ empty: inout ArraySlice<(line: Int, depth: Int)>, before line: Int) {
        while let block = empty.first, block.line == line {
            empty.removeFirst()
            startLine(depth: block.depth)
            bytes += Array("pass".utf8)
        }
    }

    private mutating func startLine(depth: Int) {
        if !bytes.isEmpty { bytes.append(Bytes.newline) }
        bytes += repeatElement(Bytes.space, count: depth * 4)
        (previous, isPrefixed, brackets) = (nil, false, 0)
    }

    private mutating func write(_ token: PythonToken, as text: ArraySlice<UInt8>) {
        if let previous, needsSpace(previous, token) { bytes.append(Bytes.space) }
        bytes += text
        if token.symbol?.closing != nil { brackets += 1 }
        if token.symbol?.isClosing == true { brackets -= 1 }
        isPrefixed = isOneSided(token)
        previous = token
    }

    /// Whether the token has an operand on its right only.
    private func isOneSided(_ token: PythonToken) -> Bool {
        switch token.symbol {
        case .minus, .plus, .tilde, .star, .doubleStar, .at: !endsOperand(previous)
        default: false
        }
    }

    private func endsOperand(_ token: PythonToken?) -> Bool {
        guard let token else { return false }
        switch token.symbol {
        case .rightParen, .rightBracket, .rightBrace, .true, .false, .nothing: return true
        case nil: return token.kind != .stray
        default: return false
        }
    }

    private func startsOperand(_ token: PythonToken) -> Bool {
        token.kind == .name || token.kind == .number || token.kind == .string
            || token.symbol?.closing != nil || token.symbol?.isKeyword == true
    }

    /// Where no space stands, the tokens read the same again.
    private func needsSpace(_ left: PythonToken, _ right: PythonToken) -> Bool {
        if left.kind == .stray || right.kind == .stray { return true }
        let isPrimary = left.kind == .name || left.kind == .string || left.symbol?.isClosing == true
        switch right.symbol {
        case .rightParen, .rightBracket, .rightBrace, .comma, .colon, .semicolon: return false
        case .dot: return !isPrimary && left.symbol != .dot
        case .leftParen, .leftBracket: if isPrimary { return false }
        case .assign: if brackets > 0, left.kind == .name { return false }
        default: break
        }
        switch left.symbol {
        case .leftParen, .leftBracket, .leftBrace: return false
        case .dot: return right.kind != .name && right.symbol?.closing == nil
        case .assign: return brackets == 0 || !startsOperand(right)
        default: return !(isPrefixed && startsOperand(right))
        }
    }
}
