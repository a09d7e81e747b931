/// Reads values written out in a program's text: numbers, strings, lists, and calls of known functions with such values.
struct LiteralReader {
    private let characters: [Character]
    private let callable: Set<String>
    private(set) var at: Int

    /// - Parameter callable: names of functions that may be called; everything else that is a name is no literal.
    init(_ characters: [Character], at: Int = 0, callable: Set<String> = []) {
        self.characters = characters
        self.at = at
        self.callable = callable.union(["set", "frozenset", "dict", "list", "tuple", "range", "float", "complex"])
    }

    /// How deep values may be nested.
    private static let maximumDepth = 24

    /// The whole text as one literal in Python's spelling; `nil` when it is none.
    static func whole(_ text: some StringProtocol) -> String? {
        var reader = LiteralReader(Array(text))
        guard let value = reader.value() else { return nil }
        reader.skipSpace()
        return reader.at == reader.characters.count ? value : nil
    }

    /// The next value, in Python's spelling of `true`, `false` and `null`; `nil` when there is none.
    mutating func value(depth: Int = 0) -> String? {
        skipSpace()
        guard depth < Self.maximumDepth, let first = peek else { return nil }
        switch first {
        case "[": return list("[", "]", depth)
        case "(": return list("(", ")", depth)
        case "{": return list("{", "}", depth)
        case "\"", "'": return string()
        case "-", "+": return number()
        case _ where first.isASCII && first.isNumber: return number()
        case _ where first.isLetter || first == "_": return name(depth)
        default: return nil
        }
    }

    /// A call of a known function with literal arguments, starting at its name.
    mutating func call(depth: Int = 0) -> String? {
        let start = at
        guard let word = word(), callable.contains(word), peek == "(", let arguments = list("(", ")", depth) else {
            at = start
            return nil
        }
        return word + arguments
    }

    private var peek: Character? { at < characters.count ? characters[at] : nil }

    private mutating func skipSpace() {
        while let next = peek, next.isWhitespace { at += 1 }
    }

    private mutating func word() -> String? {
        let start = at
        while let next = peek, next.isWordPart { at += 1 }
        return at > start ? String(characters[start..<at]) : nil
    }

    private mutating func name(_ depth: Int) -> String? {
        let start = at
        guard let word = word() else { return nil }
        switch word {
        case "True", "true": return "True"
        case "False", "false": return "False"
        case "None", "null", "nil": return "None"
        case "b", "r", "u":
            guard peek == "\"" || peek == "'" else { return nil }
            return string().map { word + $0 }
        default:
            at = start
            return call(depth: depth + 1)
        }
    }

    private mutating func number() -> String? {
        let start = at
        if peek == "-" || peek == "+" { at += 1 }
        guard digits() else { return nil }
        if peek == ".", at + 1 < characters.count, characters[at + 1].isNumber {
            at += 1
            guard digits() else { return nil }
        }
        if peek == "e" || peek == "E" {
            at += 1
            if peek == "-" || peek == "+" { at += 1 }
            guard digits() else { return nil }
        }
        if let next = peek, next.isWordPart || next == "%" || next == "°" { return nil }
        return String(characters[start..<at])
    }

    private mutating func digits() -> Bool {
        let start = at
        while let next = peek, next.isASCII, next.isNumber || next == "_" && at > start { at += 1 }
        return at > start
    }

    private mutating func string() -> String? {
        let start = at
        let isTriple = at + 2 < characters.count && characters[at...at + 2].allSatisfy { $0 == characters[start] }
        let quote = isTriple ? 3 : 1
        guard let end = CodeScan.stringEnd(characters, from: start, quote: quote) else { return nil }
        at = end
        return String(characters[start..<end])
    }

    private mutating func list(_ open: Character, _ close: Character, _ depth: Int) -> String? {
        at += 1
        var text = String(open)
        while true {
            skipSpace()
            if peek == close {
                at += 1
                return text + String(close)
            }
            guard let element = element(isCall: open == "(", isMapping: open == "{", depth) else { return nil }
            text += element
            skipSpace()
            if peek == "," {
                at += 1
                skipSpace()
                text += peek == close ? "," : ", "
            } else if peek != close {
                return nil
            }
        }
    }

    private mutating func element(isCall: Bool, isMapping: Bool, _ depth: Int) -> String? {
        let start = at
        if isCall, let word = word(), peek == "=" {
            at += 1
            return value(depth: depth + 1).map { word + "=" + $0 }
        }
        at = start
        guard let value = value(depth: depth + 1) else { return nil }
        skipSpace()
        guard isMapping, peek == ":" else { return value }
        at += 1
        return self.value(depth: depth + 1).map { value + ": " + $0 }
    }
}
