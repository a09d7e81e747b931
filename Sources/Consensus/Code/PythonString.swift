/// String literals of Python (The Python Language Reference, section 2.4.1).
enum PythonString {
    /// Whether these letters may stand before the opening quote.
    static func isPrefix(_ letters: ArraySlice<UInt8>) -> Bool {
        guard letters.count <= 2 else { return false }
        return ["r", "u", "b", "f", "br", "rb", "fr", "rf"].contains(
            String(decoding: letters, as: UTF8.self).lowercased()
        )
    }

    /// Where the literal ends whose first quote is at this place.
    static func end(in source: [UInt8], openingAt opening: Int) -> (place: Int, isTerminated: Bool) {
        let quote = source[opening]
        let isTriple = opening + 2 < source.count && source[opening + 1] == quote && source[opening + 2] == quote
        var place = opening + (isTriple ? 3 : 1)
        while place < source.count {
            let byte = source[place]
            if byte == Bytes.backslash {
                place += 2
            } else if byte == quote {
                if !isTriple { return (place + 1, true) }
                if place + 2 < source.count, source[place + 1] == quote, source[place + 2] == quote {
                    return (place + 3, true)
                }
                place += 1
            } else if byte == Bytes.newline, !isTriple {
                return (place, false)
            } else {
                place += 1
            }
        }
        return (source.count, false)
    }

    /// The prefix in lower case, how many quotes open the literal, and what stands between them.
    private static func parts(_ literal: ArraySlice<UInt8>) -> (prefix: String, quotes: Int, body: ArraySlice<UInt8>) {
        let prefix = literal.prefix { $0 != Bytes.single && $0 != Bytes.double }
        let rest = literal[(literal.startIndex + prefix.count)...]
        let isTriple = rest.count >= 6 && rest.prefix(3).allSatisfy { $0 == rest.first }
        let quotes = isTriple ? 3 : 1
        let letters = String(decoding: prefix, as: UTF8.self).lowercased()
        return (letters, quotes, rest.dropFirst(quotes).dropLast(quotes))
    }

    static func isFormatted(_ literal: ArraySlice<UInt8>) -> Bool {
        literal.prefix { $0 != Bytes.single && $0 != Bytes.double }.contains { $0 | 0x20 == UInt8(ascii: "f") }
    }

    /// The same value in one spelling: single quotes, line feeds as `\n`, no needless escape or prefix.
    ///
    /// Raw and formatted literals keep their body, and their quotes too when the body has a quote, a backslash or a
    /// line feed.
    static func canonical(_ literal: ArraySlice<UInt8>, formatted: (ArraySlice<UInt8>) -> [UInt8]) -> [UInt8] {
        var (prefix, quotes, body) = parts(literal)
        let hasEscapes = body.contains(Bytes.backslash)
        let isFormatted = prefix.contains("f")
        if !hasEscapes || prefix == "u" { prefix.removeAll { $0 == "r" || $0 == "u" } }
        let text = isFormatted ? formatted(body) : Array(body)
        if isFormatted || prefix.contains("r") {
            let opening = literal[
                literal.startIndex + literal.prefix { $0 != Bytes.single && $0 != Bytes.double }.count
            ]
            let special = [Bytes.single, Bytes.double, Bytes.backslash, Bytes.newline]
            let isPlain = !body.contains(where: special.contains)
            let fence = isPlain ? [Bytes.single] : Array(repeating: opening, count: quotes)
            return Array(prefix.utf8) + fence + text + fence
        }
        return Array(prefix.utf8) + [Bytes.single] + escaped(text) + [Bytes.single]
    }

    private static func escaped(_ body: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(body.count)
        var at = 0
        while at < body.count {
            var byte = body[at]
            at += 1
            if byte == Bytes.backslash, at < body.count {
                byte = body[at]
                at += 1
                if byte == Bytes.newline { continue }
                if byte != Bytes.single, byte != Bytes.double {
                    text += [Bytes.backslash, byte]
                    continue
                }
            }
            switch byte {
            case Bytes.newline: text += [Bytes.backslash, UInt8(ascii: "n")]
            case Bytes.single: text += [Bytes.backslash, Bytes.single]
            default: text.append(byte)
            }
        }
        return text
    }

    /// A formatted literal's body with the variables in its replacement fields renamed.
    static func renamed(_ body: ArraySlice<UInt8>, _ rename: (String) -> String?) -> [UInt8] {
        let (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
        let body = Array(body)
        var text: [UInt8] = []
        var at = 0
        while at < body.count {
            text.append(body[at])
            at += 1
            // `\N{…}` names a character.
            guard body[at - 1] == open, !text.dropLast().suffix(2).elementsEqual([Bytes.backslash, UInt8(ascii: "N")])
            else { continue }
            if at < body.count, body[at] == open {
                text.append(open)
                at += 1
                continue
            }
            let start = at
            var depth = 0
            field: while at < body.count {
                switch body[at] {
                case Bytes.single, Bytes.double:
                    at = end(in: body, openingAt: at).place
                    continue field
                case UInt8(ascii: "("), UInt8(ascii: "["), open: depth += 1
                case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
                case close where depth > 0: depth -= 1
                case close: break field
                case UInt8(ascii: ":") where depth == 0: break field
                case UInt8(ascii: "!") where depth == 0 && body.dropFirst(at + 1).first != UInt8(ascii: "="):
                    break field
                default: break
                }
                at += 1
            }
            text += renamedExpression(String(decoding: body[start..<at], as: UTF8.self), rename)
        }
        return text
    }

    private static func renamedExpression(_ expression: String, _ rename: (String) -> String?) -> [UInt8] {
        let lexer = PythonLexer(expression)
        var text: [UInt8] = []
        var done = 0
        for (place, token) in lexer.tokens.enumerated() where token.kind == .name {
            let isAttribute = place > 0 && lexer.tokens[place - 1].symbol == .dot
            // The name of an argument, or of a field that shows its own text.
            let isNamed = lexer.tokens[place + 1].symbol == .assign
            guard !isAttribute, !isNamed, let name = rename(lexer.names[token.name]) else { continue }
            text += lexer.source[done..<token.bytes.lowerBound] + Array(name.utf8)
            done = token.bytes.upperBound
        }
        return text + lexer.source[done...]
    }
}
