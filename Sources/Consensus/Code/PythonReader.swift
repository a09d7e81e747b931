/// Reads a token stream by Python's grammar (The Python Language Reference, chapter 10).
///
/// It builds no tree: it notes which lines there are, which tokens the meaning does not need, and which names each
/// scope binds. It accepts a little more than Python, never less of what machines write.
struct PythonReader {
    /// The program cannot be read.
    struct Unreadable: Error {}

    /// A simple statement or the header of a compound one.
    struct Line {
        /// Blocks around it.
        var depth: Int
        var tokens: Range<Int>
    }

    /// Most expressions and blocks within each other; people and models stay far below.
    private static let deepest = 100

    let tokens: [PythonToken]
    private let names: [String]
    var at = 0
    /// Per token whether the program means the same without it.
    var isNeedless: [Bool]
    var lines: [Line] = []
    /// Places in `lines` before which a block has lost all its lines.
    var emptyBlocks: [(line: Int, depth: Int)] = []
    var scopes = PythonScopes()
    var depth = 0
    private var nesting = 0

    /// - Throws: `Unreadable` when the tokens are no program.
    init(_ lexer: PythonLexer) throws(Unreadable) {
        tokens = lexer.tokens
        names = lexer.names
        isNeedless = Array(repeating: false, count: tokens.count)
        scopes.prepare(tokens: tokens.count)
        while tokens[at].kind != .end { try statement() }
    }

    var token: PythonToken { tokens[at] }
    var symbol: PythonSymbol? { tokens[at].symbol }

    func following(_ offset: Int = 1) -> PythonToken { tokens[min(at + offset, tokens.count - 1)] }

    func isAt(_ symbol: PythonSymbol) -> Bool { tokens[at].symbol == symbol }

    /// Whether the token is this soft keyword.
    func isSoft(_ keyword: String, at place: Int) -> Bool {
        tokens[place].kind == .name && names[tokens[place].name] == keyword
    }

    /// Steps over the symbol if it is next.
    mutating func take(_ symbol: PythonSymbol) -> Bool {
        guard tokens[at].symbol == symbol else { return false }
        at += 1
        return true
    }

    mutating func expect(_ symbol: PythonSymbol) throws(Unreadable) {
        guard take(symbol) else { throw Unreadable() }
    }

    mutating func expect(_ kind: PythonToken.Kind) throws(Unreadable) {
        guard token.kind == kind else { throw Unreadable() }
        at += 1
    }

    /// Reads a part that may contain others of its kind.
    mutating func nested<Value>(
        _ read: (inout PythonReader) throws(Unreadable) -> Value
    ) throws(Unreadable) -> Value {
        guard nesting < PythonReader.deepest else { throw Unreadable() }
        nesting += 1
        defer { nesting -= 1 }
        return try read(&self)
    }

    /// Reads with another scope in force.
    mutating func within<Value>(
        _ scope: Int,
        _ read: (inout PythonReader) throws(Unreadable) -> Value
    ) throws(Unreadable) -> Value {
        let outer = scopes.current
        scopes.current = scope
        defer { scopes.current = outer }
        return try read(&self)
    }

    /// Reads a name and binds it in the scope in force.
    mutating func boundName() throws(Unreadable) {
        guard token.kind == .name else { throw Unreadable() }
        scopes.bind(token.name, token: at)
        at += 1
    }
}
