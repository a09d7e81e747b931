extension PythonReader {
    mutating func statement() throws(Unreadable) {
        try nested { reader throws(Unreadable) in
            if try !reader.compound() { try reader.simpleStatements() }
        }
    }

    private mutating func line(from start: Int) {
        lines.append(Line(depth: depth, tokens: start..<at))
    }

    // MARK: Compound statements

    /// - Returns: Whether a compound statement stood here and was read.
    private mutating func compound() throws(Unreadable) -> Bool {
        switch symbol {
        case .if: try conditional()
        case .while:
            try clause { reader throws(Unreadable) in reader.settle(try reader.named(), .named) }
            try clauseIfAt(.else)
        case .for: try loop(from: at)
        case .try: try tried()
        case .with: try with(from: at)
        case .def: try function(from: at)
        case .class: try type()
        case .at:
            let start = at
            at += 1
            settle(try named(), .named)
            line(from: start)
            try expect(.newline)
            guard isAt(.at) || isAt(.def) || isAt(.class) || isAt(.async) else { throw Unreadable() }
            return try nested { reader throws(Unreadable) in try reader.compound() }
        case .async:
            let start = at
            at += 1
            switch symbol {
            case .for: try loop(from: start)
            case .with: try with(from: start)
            case .def: try function(from: start)
            default: throw Unreadable()
            }
        default:
            guard token.kind == .name, try match() else { return false }
        }
        return true
    }

    /// A header that begins with the keyword at hand, and its block.
    private mutating func clause(
        _ header: (inout PythonReader) throws(Unreadable) -> Void
    ) throws(Unreadable) {
        let start = at
        at += 1
        try header(&self)
        try expect(.colon)
        line(from: start)
        try block()
    }

    private mutating func clauseIfAt(_ keyword: PythonSymbol) throws(Unreadable) {
        if isAt(keyword) { try clause { _ in } }
    }

    /// What follows a header's colon: statements on its line, or an indented block.
    private mutating func block() throws(Unreadable) {
        depth += 1
        defer { depth -= 1 }
        let before = lines.count
        if token.kind == .newline {
            at += 1
            try expect(.indent)
            while token.kind != .dedent {
                if token.kind == .end { throw Unreadable() }
                try statement()
            }
            at += 1
        } else {
            try simpleStatements()
        }
        if lines.count == before { emptyBlocks.append((before, depth)) }
    }

    private mutating func conditional() throws(Unreadable) {
        repeat {
            try clause { reader throws(Unreadable) in reader.settle(try reader.named(), .named) }
        } while isAt(.elif)
        try clauseIfAt(.else)
    }

    private mutating func loop(from start: Int) throws(Unreadable) {
        try expect(.for)
        try loopTargets()
        try expect(.in)
        settle(try expressions(), .tuple)
        try expect(.colon)
        line(from: start)
        try block()
        try clauseIfAt(.else)
    }

    private mutating func tried() throws(Unreadable) {
        try clause { _ in }
        var handlers = 0
        while isAt(.except) {
            handlers += 1
            try clause { reader throws(Unreadable) in
                let isGroup = reader.take(.star)
                guard isGroup || !reader.isAt(.colon) else { return }
                reader.settle(try reader.expression(), .ternary)
                if reader.take(.as) { try reader.boundName() }
            }
        }
        if handlers > 0 { try clauseIfAt(.else) }
        if handlers == 0, !isAt(.finally) { throw Unreadable() }
        try clauseIfAt(.finally)
    }

    private mutating func with(from start: Int) throws(Unreadable) {
        try expect(.with)
        if try !bracketedWithItems() { try withItems(until: .colon) }
        try expect(.colon)
        line(from: start)
        try block()
    }

    /// - Returns: Whether one pair of brackets holds all items, which only what follows it shows.
    private mutating func bracketedWithItems() throws(Unreadable) -> Bool {
        let open = at
        guard isAt(.leftParen), tokens[closing(of: open)].symbol == .colon else { return false }
        let saved = self
        do {
            at += 1
            try withItems(until: .rightParen)
            try expect(.rightParen)
            isNeedless[open] = true
            isNeedless[at - 1] = true
            return true
        } catch {
            self = saved
            return false
        }
    }

    private mutating func withItems(until end: PythonSymbol) throws(Unreadable) {
        repeat {
            if isAt(end), tokens[at - 1].symbol == .comma, end == .rightParen {
                isNeedless[at - 1] = true
                break
            }
            settle(try expression(), .ternary)
            if take(.as) {
                let start = at
                _ = try starredTarget()
                try bindTargets(start..<at)
            }
        } while take(.comma)
        guard isAt(end) else { throw Unreadable() }
    }

    private mutating func starredTarget() throws(Unreadable) -> PythonOperand {
        _ = take(.star)
        return try binary(.bitOr)
    }

    private mutating func function(from start: Int) throws(Unreadable) {
        try expect(.def)
        try boundName()
        let scope = scopes.open(.function)
        try typeParameters()
        try expect(.leftParen)
        try parameters(until: .rightParen, in: scope)
        try expect(.rightParen)
        if take(.arrow) { settle(try expressions(), .ternary) }
        try expect(.colon)
        line(from: start)
        try within(scope) { reader throws(Unreadable) in try reader.block() }
    }

    private mutating func type() throws(Unreadable) {
        let start = at
        try expect(.class)
        try boundName()
        try typeParameters()
        if take(.leftParen) {
            if isAt(.rightParen) {
                isNeedless[at - 1] = true
                isNeedless[at] = true
            }
            try arguments()
        }
        try expect(.colon)
        line(from: start)
        let scope = scopes.open(.type)
        try within(scope) { reader throws(Unreadable) in try reader.block() }
    }

    /// Type parameters in square brackets (PEP 695).
    private mutating func typeParameters() throws(Unreadable) {
        guard take(.leftBracket) else { return }
        var open = 1
        while open > 0 {
            guard token.kind == .name || token.kind == .symbol else { throw Unreadable() }
            if isAt(.leftBracket) { open += 1 }
            if isAt(.rightBracket) { open -= 1 }
            at += 1
        }
    }

    // MARK: Match

    /// `match` is a keyword only where `case` begins the block after it (PEP 634).
    private mutating func match() throws(Unreadable) -> Bool {
        guard isSoft("match", at: at) else { return false }
        var end = at
        while tokens[end].kind != .newline, tokens[end].kind != .end { end += 1 }
        guard end + 3 < tokens.count, tokens[end - 1].symbol == .colon, end - 1 > at, tokens[end + 1].kind == .indent,
            isSoft("case", at: end + 2), tokens[end + 3].symbol != .assign, following().symbol != .colon
        else { return false }
        let start = at
        at += 1
        settle(try expressions(), .tuple)
        try expect(.colon)
        line(from: start)
        at += 2
        depth += 1
        defer { depth -= 1 }
        while isSoft("case", at: at) {
            let start = at
            at += 1
            try pattern()
            if take(.if) { settle(try named(), .named) }
            try expect(.colon)
            line(from: start)
            try block()
        }
        try expect(.dedent)
        return true
    }

    /// A pattern up to its guard or colon, read by its brackets only; plain names in it are bound.
    private mutating func pattern() throws(Unreadable) {
        var open: [PythonSymbol] = []
        let start = at
        while !(open.isEmpty && (isAt(.colon) || isAt(.if))) {
            switch token.kind {
            case .name:
                let next = following().symbol
                if tokens[at - 1].symbol == .dot || next == .assign || isSoft("_", at: at) {
                } else if next == .dot || next == .leftParen {
                    scopes.use(token: at)
                } else {
                    scopes.bind(token.name, token: at)
                }
            case .symbol:
                if let closing = symbol?.closing {
                    open.append(closing)
                } else if symbol?.isClosing == true, open.popLast() != symbol {
                    throw Unreadable()
                }
            case .number, .string: break
            case .newline, .indent, .dedent, .stray, .end: throw Unreadable()
            }
            at += 1
        }
        if at == start { throw Unreadable() }
    }

    // MARK: Simple statements

    private mutating func simpleStatements() throws(Unreadable) {
        repeat {
            let start = at
            try simple()
            let isText = (start..<at).allSatisfy { tokens[$0].kind == .string || isNeedless[$0] }
            // A text that stands alone says something to people only.
            if !isText { line(from: start) }
        } while take(.semicolon) && token.kind != .newline
        try expect(.newline)
    }

    private mutating func simple() throws(Unreadable) {
        switch symbol {
        case .pass, .break, .continue: at += 1
        case .return:
            at += 1
            if startsExpression, !isAt(.yield) { settle(try expressions(), .tuple) }
        case .raise:
            at += 1
            guard startsExpression else { return }
            settle(try expression(), .ternary)
            if take(.from) { settle(try expression(), .ternary) }
        case .assert:
            at += 1
            settle(try expression(), .ternary)
            if take(.comma) { settle(try expression(), .ternary) }
        case .del:
            at += 1
            let start = at
            settle(try expressions(), .tuple)
            try bindTargets(start..<at)
        case .global, .nonlocal: try outerNames()
        case .import:
            at += 1
            repeat {
                try dottedName()
                if take(.as) { try boundName() }
            } while take(.comma)
        case .from: try importFrom()
        default: try assignment()
        }
    }

    private mutating func outerNames() throws(Unreadable) {
        let isGlobal = isAt(.global)
        repeat {
            at += 1
            guard token.kind == .name else { throw Unreadable() }
            if isGlobal { scopes.declareGlobal(token.name) } else { scopes.declareNonlocal(token.name, token: at) }
            at += 1
        } while isAt(.comma)
    }

    private mutating func dottedName() throws(Unreadable) {
        repeat { try expect(.name) } while take(.dot)
    }

    private mutating func importFrom() throws(Unreadable) {
        try expect(.from)
        let start = at
        while take(.dot) {}
        if start == at || !isAt(.import) { try dottedName() }
        try expect(.import)
        if take(.star) { return }
        let open = at
        let hasBrackets = take(.leftParen)
        repeat {
            if hasBrackets, isAt(.rightParen), at > open + 1 {
                isNeedless[at - 1] = true
                break
            }
            try expect(.name)
            if take(.as) { try boundName() }
        } while take(.comma)
        if hasBrackets {
            try expect(.rightParen)
            isNeedless[open] = true
            isNeedless[at - 1] = true
        }
    }

    /// An expression, an assignment of any kind, or an annotated name.
    private mutating func assignment() throws(Unreadable) {
        // `type X = …` (PEP 695).
        if isSoft("type", at: at), following().kind == .name {
            at += 2
            try typeParameters()
            try expect(.assign)
            settle(try expression(), .ternary)
            return
        }
        var start = at
        let first = try expressions()
        settle(first, .tuple)
        if take(.colon) {
            let targets = start..<(at - 1)
            settle(try expression(), .ternary)
            try bindTargets(targets)
            if take(.assign) { settle(try expressions(), .tuple) }
        } else if symbol?.isAugmentedAssignment == true {
            try bindTargets(start..<at)
            at += 1
            settle(try expressions(), .tuple)
        } else {
            while isAt(.assign) {
                try bindTargets(start..<at)
                at += 1
                start = at
                settle(try expressions(), .tuple)
            }
        }
    }

    // MARK: Targets

    /// Binds the names among these tokens that an assignment to them binds.
    ///
    /// - Throws: `Unreadable` when they cannot be assigned to.
    mutating func bindTargets(_ range: Range<Int>) throws(Unreadable) {
        var place = range.lowerBound
        while place < range.upperBound {
            let token = tokens[place]
            switch token.symbol {
            case .leftParen, .leftBracket:
                let end = closing(of: place)
                if end < range.upperBound, isTrailer(end) {
                    place = try afterTrailers(end, range)
                } else {
                    place += 1
                }
            case .rightParen, .rightBracket, .comma, .star: place += 1
            case nil, .leftBrace:
                var end = token.symbol == nil ? place + 1 : closing(of: place)
                if end < range.upperBound, isTrailer(end) {
                    end = try afterTrailers(end, range)
                } else if token.kind == .name {
                    scopes.bind(token.name, token: place)
                } else {
                    throw Unreadable()
                }
                place = end
            default: throw Unreadable()
            }
        }
    }

    private func isTrailer(_ place: Int) -> Bool {
        switch tokens[place].symbol {
        case .dot, .leftParen, .leftBracket: true
        default: false
        }
    }

    /// The place after the bracket that closes this one.
    private func closing(of open: Int) -> Int {
        var (place, depth) = (open, 0)
        while place < tokens.count {
            if tokens[place].symbol?.closing != nil { depth += 1 }
            if tokens[place].symbol?.isClosing == true { depth -= 1 }
            place += 1
            if depth == 0 { break }
        }
        return min(place, tokens.count - 1)
    }

    private func afterTrailers(_ start: Int, _ range: Range<Int>) throws(Unreadable) -> Int {
        var place = start
        var isCall = false
        while place < range.upperBound, isTrailer(place) {
            isCall = tokens[place].symbol == .leftParen
            place = tokens[place].symbol == .dot ? place + 2 : closing(of: place)
        }
        if isCall { throw Unreadable() }
        return place
    }
}
