/// The scopes of a Python program and the names that each binds (The Python Language Reference, section 4.2).
struct PythonScopes {
    enum Kind { case module, function, comprehension, type }

    private struct Scope {
        var kind: Kind
        var parent: Int
        var bound: Set<Int> = []
        var global: Set<Int> = []
        var nonlocal: Set<Int> = []
    }

    /// The scope in force; 0 is the module's.
    var current = 0
    private var scopes = [Scope(kind: .module, parent: 0)]
    /// Per token the scope that a variable is used in; −1 for all else.
    private var scopeOfToken: [Int] = []

    var count: Int { scopes.count }

    mutating func prepare(tokens: Int) { scopeOfToken = Array(repeating: -1, count: tokens) }

    /// Opens a scope within the one in force.
    mutating func open(_ kind: Kind) -> Int {
        scopes.append(Scope(kind: kind, parent: current))
        return scopes.count - 1
    }

    mutating func use(token: Int) { scopeOfToken[token] = current }

    mutating func bind(_ name: Int, token: Int) {
        use(token: token)
        scopes[current].bound.insert(name)
    }

    /// Binds the target of `:=`, which belongs to the scope around comprehensions (PEP 572).
    mutating func bindOutsideComprehensions(_ name: Int, token: Int) {
        use(token: token)
        var scope = current
        while scopes[scope].kind == .comprehension { scope = scopes[scope].parent }
        scopes[scope].bound.insert(name)
    }

    mutating func declareGlobal(_ name: Int) { scopes[current].global.insert(name) }

    mutating func declareNonlocal(_ name: Int, token: Int) {
        use(token: token)
        scopes[current].nonlocal.insert(name)
    }

    /// Moves what was read in the scope in force before it proved to be a comprehension's element.
    mutating func adopt(tokens: Range<Int>, scopesFrom first: Int, into comprehension: Int) {
        for token in tokens where scopeOfToken[token] == current { scopeOfToken[token] = comprehension }
        for scope in first..<scopes.count where scope != comprehension && scopes[scope].parent == current {
            scopes[scope].parent = comprehension
        }
    }

    func scope(ofToken token: Int) -> Int? {
        let scope = scopeOfToken[token]
        return scope < 0 ? nil : scope
    }

    /// The scope whose local variable the name is when used in this one; `nil` for what is global, built in or a
    /// type's.
    func owner(of name: Int, in scope: Int) -> Int? {
        var at = scope
        while at != 0 {
            let here = scopes[at]
            if here.global.contains(name) { return nil }
            let isVisible = here.bound.contains(name) && !here.nonlocal.contains(name)
            if isVisible, here.kind != .type { return at }
            if isVisible, at == scope { return nil }
            at = here.parent
        }
        return nil
    }

    /// The outermost function or comprehension around this scope.
    func outermost(of scope: Int) -> Int {
        var (at, found) = (scope, scope)
        while at != 0 {
            if scopes[at].kind != .type { found = at }
            at = scopes[at].parent
        }
        return found
    }
}

/// Names for the local variables of a Python program that do not depend on how its author called them.
///
/// They count from `v0` anew in every outermost function, in order of first appearance.
struct PythonLocals {
    private var numbers: [Key: Int] = [:]
    private let scopes: PythonScopes

    private struct Key: Hashable {
        var scope: Int
        var name: Int
    }

    init(_ lexer: PythonLexer, _ scopes: PythonScopes) {
        self.scopes = scopes
        var appearances: [Key] = []
        var taken: Set<String> = []
        for (place, token) in lexer.tokens.enumerated() where token.kind == .name {
            guard let scope = scopes.scope(ofToken: place) else { continue }
            if let owner = scopes.owner(of: token.name, in: scope) {
                appearances.append(Key(scope: owner, name: token.name))
            } else {
                taken.insert(lexer.names[token.name])
            }
        }
        var next: [Int: Int] = [:]
        for key in appearances where numbers[key] == nil {
            let root = scopes.outermost(of: key.scope)
            var number = next[root, default: 0]
            while taken.contains("v\(number)") { number += 1 }
            numbers[key] = number
            next[root] = number + 1
        }
    }

    /// - Returns: `nil` for a name that is not local.
    func name(of name: Int, in scope: Int?) -> String? {
        guard let scope, let owner = scopes.owner(of: name, in: scope) else { return nil }
        return numbers[Key(scope: owner, name: name)].map { "v\($0)" }
    }
}
