/// How tightly an expression's outermost operator binds (The Python Language Reference, section 6.17).
enum PythonLevel: Int, Comparable {
    case tuple, named, ternary, or, and, not, comparison, bitOr, bitXor, bitAnd, shift, sum, product, sign, power, await
    case atom

    static func < (a: PythonLevel, b: PythonLevel) -> Bool { a.rawValue < b.rawValue }

    var next: PythonLevel { PythonLevel(rawValue: rawValue + 1) ?? .atom }

    static func ofBinary(_ symbol: PythonSymbol?) -> PythonLevel? {
        switch symbol {
        case .or: .or
        case .and: .and
        case .less, .greater, .lessOrEqual, .greaterOrEqual, .equal, .notEqual, .in, .is, .not: .comparison
        case .bar: .bitOr
        case .caret: .bitXor
        case .ampersand: .bitAnd
        case .leftShift, .rightShift: .shift
        case .plus, .minus: .sum
        case .star, .slash, .doubleSlash, .percent, .at: .product
        default: nil
        }
    }
}

/// An expression that was read.
struct PythonOperand {
    var level: PythonLevel
    /// Its brackets when it is nothing but an expression in round ones, and the level inside.
    var group: (open: Int, close: Int, inner: PythonLevel)?

    init(_ level: PythonLevel) { self.level = level }
}

extension PythonReader {
    /// Notes that the operand stands where this level or a tighter one may stand without brackets.
    mutating func settle(_ operand: PythonOperand, _ required: PythonLevel) {
        guard let group = operand.group, group.inner >= required, group.inner != .named else { return }
        isNeedless[group.open] = true
        isNeedless[group.close] = true
    }

    var startsExpression: Bool {
        switch token.kind {
        case .name, .number, .string: true
        case .symbol:
            switch symbol {
            case .leftParen, .leftBracket, .leftBrace, .minus, .plus, .tilde, .not, .lambda, .await, .true, .false,
                .nothing, .dot, .star, .yield:
                true
            default: false
            }
        case .newline, .indent, .dedent, .stray, .end: false
        }
    }

    /// `star_expressions`, or a `yield` where an assignment may take one.
    mutating func expressions() throws(Unreadable) -> PythonOperand {
        if isAt(.yield) { return try yielded() }
        let first = try starred { reader throws(Unreadable) in try reader.expression() }
        guard isAt(.comma) else { return first }
        settle(first, .ternary)
        while take(.comma), startsExpression, !isAt(.yield) {
            settle(try starred { reader throws(Unreadable) in try reader.expression() }, .ternary)
        }
        return PythonOperand(.tuple)
    }

    mutating func yielded() throws(Unreadable) -> PythonOperand {
        try expect(.yield)
        if take(.from) {
            settle(try expression(), .ternary)
        } else if startsExpression, !isAt(.yield) {
            settle(try expressions(), .tuple)
        }
        // Brackets around it are never needless.
        return PythonOperand(.named)
    }

    private mutating func starred(
        _ other: (inout PythonReader) throws(Unreadable) -> PythonOperand
    ) throws(Unreadable) -> PythonOperand {
        guard take(.star) else { return try other(&self) }
        settle(try binary(.bitOr), .bitOr)
        return PythonOperand(.ternary)
    }

    /// `named_expression`.
    mutating func named() throws(Unreadable) -> PythonOperand {
        guard token.kind == .name, following().symbol == .walrus else { return try expression() }
        scopes.bindOutsideComprehensions(token.name, token: at)
        at += 2
        settle(try expression(), .ternary)
        return PythonOperand(.named)
    }

    mutating func expression() throws(Unreadable) -> PythonOperand {
        try nested { reader throws(Unreadable) in
            if reader.isAt(.lambda) { return try reader.lambda() }
            let value = try reader.binary(.or)
            guard reader.take(.if) else { return value }
            reader.settle(value, .or)
            reader.settle(try reader.binary(.or), .or)
            try reader.expect(.else)
            reader.settle(try reader.expression(), .ternary)
            return PythonOperand(.ternary)
        }
    }

    private mutating func lambda() throws(Unreadable) -> PythonOperand {
        try expect(.lambda)
        let scope = scopes.open(.function)
        try parameters(until: .colon, in: scope)
        try expect(.colon)
        try within(scope) { reader throws(Unreadable) in
            reader.settle(try reader.expression(), .ternary)
        }
        return PythonOperand(.ternary)
    }

    /// Parameters up to the bracket or colon, which is left to the caller; defaults belong to the scope around.
    mutating func parameters(until end: PythonSymbol, in scope: Int) throws(Unreadable) {
        var hasDefault = false
        var isKeywordOnly = false
        while !isAt(end) {
            if take(.slash) {
            } else if take(.star) {
                isKeywordOnly = true
                if !isAt(.comma) { _ = try parameter(until: end, in: scope) }
            } else if take(.doubleStar) {
                _ = try parameter(until: end, in: scope)
            } else {
                let isOptional = try parameter(until: end, in: scope)
                if hasDefault, !isOptional, !isKeywordOnly { throw Unreadable() }
                hasDefault = isOptional
            }
            guard take(.comma) else { break }
            if isAt(end) { isNeedless[at - 1] = true }
        }
        guard isAt(end) else { throw Unreadable() }
    }

    /// - Returns: Whether it has a default.
    private mutating func parameter(until end: PythonSymbol, in scope: Int) throws(Unreadable) -> Bool {
        try within(scope) { reader throws(Unreadable) in try reader.boundName() }
        if end == .rightParen, take(.colon) {
            settle(try starred { reader throws(Unreadable) in try reader.expression() }, .ternary)
        }
        guard take(.assign) else { return false }
        settle(try expression(), .ternary)
        return true
    }

    /// Operators of two sides that bind at least as tightly as this level.
    mutating func binary(_ least: PythonLevel) throws(Unreadable) -> PythonOperand {
        var left = try prefixed(least)
        while let level = PythonLevel.ofBinary(symbol), level >= least {
            let operation = symbol
            let isNotIn = operation == .not
            if isNotIn, following().symbol != .in { break }
            settle(left, level == .comparison ? level.next : level)
            at += isNotIn ? 2 : 1
            if operation == .is { _ = take(.not) }
            settle(try binary(level.next), level.next)
            left = PythonOperand(level)
        }
        return left
    }

    private mutating func prefixed(_ least: PythonLevel) throws(Unreadable) -> PythonOperand {
        switch symbol {
        case .not where least <= .not:
            at += 1
            settle(try nested { reader throws(Unreadable) in try reader.binary(.not) }, .not)
            return PythonOperand(.not)
        case .minus, .plus, .tilde:
            at += 1
            settle(try nested { reader throws(Unreadable) in try reader.prefixed(.sign) }, .sign)
            return PythonOperand(.sign)
        default: return try power()
        }
    }

    private mutating func power() throws(Unreadable) -> PythonOperand {
        let isAwaited = take(.await)
        let base = try primary()
        if isAwaited { settle(base, .atom) }
        guard take(.doubleStar) else { return isAwaited ? PythonOperand(.await) : base }
        if !isAwaited { settle(base, .await) }
        settle(try nested { reader throws(Unreadable) in try reader.prefixed(.sign) }, .sign)
        return PythonOperand(.power)
    }

    /// An atom and the calls, subscripts and attributes after it.
    private mutating func primary() throws(Unreadable) -> PythonOperand {
        let first = at
        let atom = try atom()
        guard isAt(.leftParen) || isAt(.leftBracket) || isAt(.dot) else { return atom }
        // `(1).real` is not `1.real`.
        if tokens[first + 1].kind != .number { settle(atom, .atom) }
        while true {
            if take(.dot) {
                try expect(.name)
            } else if isAt(.leftParen) {
                at += 1
                try arguments()
            } else if isAt(.leftBracket) {
                at += 1
                try subscripts()
            } else {
                return PythonOperand(.atom)
            }
        }
    }

    private mutating func atom() throws(Unreadable) -> PythonOperand {
        switch token.kind {
        case .name:
            scopes.use(token: at)
            at += 1
        case .number:
            at += 1
        case .string:
            while token.kind == .string {
                scopes.use(token: at)
                at += 1
            }
        case .symbol:
            switch symbol {
            case .true, .false, .nothing: at += 1
            case .dot:
                for _ in 0..<3 { try expect(.dot) }
            case .leftParen: return try group()
            case .leftBracket: try list()
            case .leftBrace: try braces()
            default: throw Unreadable()
            }
        case .newline, .indent, .dedent, .stray, .end: throw Unreadable()
        }
        return PythonOperand(.atom)
    }

    /// Round brackets: a tuple, a generator, or brackets for order.
    private mutating func group() throws(Unreadable) -> PythonOperand {
        let open = at
        try expect(.leftParen)
        var operand = PythonOperand(.atom)
        if take(.rightParen) { return operand }
        if isAt(.yield) {
            _ = try nested { reader throws(Unreadable) in try reader.yielded() }
            try expect(.rightParen)
            return operand
        }
        let (start, scopesBefore) = (at, scopes.count)
        let first = try starred { reader throws(Unreadable) in try reader.named() }
        if isAt(.for) || isAt(.async) {
            settle(first, .named)
            try comprehension(element: start, scopesFrom: scopesBefore)
            try expect(.rightParen)
            return operand
        }
        if isAt(.comma) {
            settle(first, .named)
            let count = try items(after: 1, until: .rightParen)
            // The comma of a tuple of one makes it a tuple.
            if count == 1 { isNeedless[at - 1] = false }
            try expect(.rightParen)
            // Without brackets a tuple may not hold `:=`.
            let isNaming = tokens[open..<at].contains { $0.symbol == .walrus }
            operand.group = (open, at - 1, isNaming ? .named : .tuple)
            return operand
        }
        try expect(.rightParen)
        if tokens[start].symbol == .star { throw Unreadable() }
        settle(first, .tuple)
        operand.group = (open, at - 1, first.group?.inner ?? first.level)
        return operand
    }

    /// The rest of a list of items, up to the closing bracket.
    /// - Returns: How many items there are.
    private mutating func items(after count: Int, until end: PythonSymbol) throws(Unreadable) -> Int {
        var count = count
        while take(.comma) {
            if isAt(end) {
                isNeedless[at - 1] = true
                break
            }
            settle(try starred { reader throws(Unreadable) in try reader.named() }, .named)
            count += 1
        }
        return count
    }

    private mutating func list() throws(Unreadable) {
        try expect(.leftBracket)
        if take(.rightBracket) { return }
        let (start, scopesBefore) = (at, scopes.count)
        settle(try starred { reader throws(Unreadable) in try reader.named() }, .named)
        if isAt(.for) || isAt(.async) {
            try comprehension(element: start, scopesFrom: scopesBefore)
        } else {
            _ = try items(after: 1, until: .rightBracket)
        }
        try expect(.rightBracket)
    }

    private mutating func braces() throws(Unreadable) {
        try expect(.leftBrace)
        if take(.rightBrace) { return }
        let (start, scopesBefore) = (at, scopes.count)
        let isDictionary = try entry()
        if isAt(.for) || isAt(.async) {
            try comprehension(element: start, scopesFrom: scopesBefore)
        } else {
            while take(.comma) {
                if isAt(.rightBrace) {
                    isNeedless[at - 1] = true
                    break
                }
                guard try entry() == isDictionary else { throw Unreadable() }
            }
        }
        try expect(.rightBrace)
    }

    /// - Returns: Whether it is an entry of a dictionary and not of a set.
    private mutating func entry() throws(Unreadable) -> Bool {
        if take(.doubleStar) {
            settle(try binary(.bitOr), .bitOr)
            return true
        }
        let isStarred = isAt(.star)
        settle(try starred { reader throws(Unreadable) in try reader.named() }, .named)
        guard !isStarred, take(.colon) else { return false }
        settle(try expression(), .ternary)
        return true
    }

    /// The clauses after a comprehension's element, which began at this token.
    private mutating func comprehension(element: Int, scopesFrom first: Int) throws(Unreadable) {
        let scope = scopes.open(.comprehension)
        scopes.adopt(tokens: element..<at, scopesFrom: first, into: scope)
        var isFirst = true
        while isAt(.for) || isAt(.async) {
            _ = take(.async)
            try expect(.for)
            try within(scope) { reader throws(Unreadable) in try reader.loopTargets() }
            try expect(.in)
            // The first source is evaluated outside.
            try within(isFirst ? scopes.current : scope) { reader throws(Unreadable) in
                reader.settle(try reader.binary(.or), .or)
            }
            isFirst = false
            try within(scope) { reader throws(Unreadable) in
                while reader.take(.if) { reader.settle(try reader.binary(.or), .or) }
            }
        }
    }

    /// The targets between `for` and `in`.
    mutating func loopTargets() throws(Unreadable) {
        let start = at
        let target = try starred { reader throws(Unreadable) in try reader.binary(.bitOr) }
        var isTuple = false
        while take(.comma), !isAt(.in) {
            isTuple = true
            _ = try starred { reader throws(Unreadable) in try reader.binary(.bitOr) }
        }
        if !isTuple { settle(target, .tuple) }
        try bindTargets(start..<at)
    }

    /// A call's arguments after the opening bracket, with the closing one.
    mutating func arguments() throws(Unreadable) {
        var hasKeyword = false
        while !isAt(.rightParen) {
            let (start, scopesBefore) = (at, scopes.count)
            if take(.doubleStar) {
                hasKeyword = true
                settle(try expression(), .ternary)
            } else if token.kind == .name, following().symbol == .assign {
                hasKeyword = true
                at += 2
                settle(try expression(), .ternary)
            } else if take(.star) {
                settle(try expression(), .ternary)
            } else {
                if hasKeyword { throw Unreadable() }
                settle(try named(), .named)
                if isAt(.for) || isAt(.async) { try comprehension(element: start, scopesFrom: scopesBefore) }
            }
            guard take(.comma) else { break }
            if isAt(.rightParen) { isNeedless[at - 1] = true }
        }
        try expect(.rightParen)
    }

    /// A subscript after the opening bracket, with the closing one.
    private mutating func subscripts() throws(Unreadable) {
        var count = 0
        var isOnlyExpression = true
        var first: PythonOperand?
        repeat {
            if isAt(.rightBracket), count > 0 { break }
            count += 1
            if !isAt(.colon) {
                let item = try starred { reader throws(Unreadable) in try reader.named() }
                first = first ?? item
                if count > 1 { settle(item, .named) }
            }
            for _ in 0..<2 where take(.colon) {
                isOnlyExpression = false
                if startsExpression { settle(try expression(), .ternary) }
            }
        } while take(.comma)
        if let first {
            settle(first, count == 1 && isOnlyExpression && tokens[at - 1].symbol != .comma ? .tuple : .named)
        }
        try expect(.rightBracket)
    }
}
