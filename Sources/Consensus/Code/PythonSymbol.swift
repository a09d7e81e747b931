/// A keyword or operator of Python (The Python Language Reference, sections 2.3.1, 2.5 and 2.6).
///
/// The ellipsis is read as three dots, and `!=` has one spelling.
enum PythonSymbol: String, CaseIterable, Sendable {
    case `false` = "False"
    case nothing = "None"
    case `true` = "True"
    case and, `as`, assert, async, await, `break`, `class`, `continue`, def, del, elif, `else`, except, finally, `for`
    case from, global, `if`, `import`, `in`, `is`, lambda, nonlocal, not, or, pass, raise, `return`, `try`, `while`
    case with, yield

    case leftParen = "("
    case rightParen = ")"
    case leftBracket = "["
    case rightBracket = "]"
    case leftBrace = "{"
    case rightBrace = "}"
    case comma = ","
    case colon = ":"
    case semicolon = ";"
    case dot = "."
    case arrow = "->"
    case walrus = ":="
    case assign = "="
    case plus = "+"
    case minus = "-"
    case star = "*"
    case slash = "/"
    case doubleSlash = "//"
    case percent = "%"
    case at = "@"
    case doubleStar = "**"
    case leftShift = "<<"
    case rightShift = ">>"
    case ampersand = "&"
    case bar = "|"
    case caret = "^"
    case tilde = "~"
    case less = "<"
    case greater = ">"
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case plusAssign = "+="
    case minusAssign = "-="
    case starAssign = "*="
    case slashAssign = "/="
    case doubleSlashAssign = "//="
    case percentAssign = "%="
    case atAssign = "@="
    case doubleStarAssign = "**="
    case leftShiftAssign = "<<="
    case rightShiftAssign = ">>="
    case andAssign = "&="
    case orAssign = "|="
    case xorAssign = "^="

    /// Most bytes of an operator.
    static let longestOperator = 3

    private static let byBytes: [UInt64: PythonSymbol] = Dictionary(
        uniqueKeysWithValues: allCases.map { (packed(Array($0.rawValue.utf8)[...]), $0) }
    )

    /// No symbol is longer than these eight bytes.
    private static func packed(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count <= 8, let symbol = PythonSymbol.byBytes[PythonSymbol.packed(bytes)] else { return nil }
        self = symbol
    }

    var isKeyword: Bool { rawValue.utf8.first.map(Bytes.isNameStart) ?? false }

    /// The bracket that closes this one.
    var closing: PythonSymbol? {
        switch self {
        case .leftParen: .rightParen
        case .leftBracket: .rightBracket
        case .leftBrace: .rightBrace
        default: nil
        }
    }

    var isClosing: Bool { self == .rightParen || self == .rightBracket || self == .rightBrace }

    var isAugmentedAssignment: Bool {
        switch self {
        case .plusAssign, .minusAssign, .starAssign, .slashAssign, .doubleSlashAssign, .percentAssign, .atAssign,
            .doubleStarAssign, .leftShiftAssign, .rightShiftAssign, .andAssign, .orAssign, .xorAssign:
            true
        default: false
        }
    }
}
