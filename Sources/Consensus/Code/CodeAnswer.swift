/// The program that an answer consists of.
package struct CodeAnswer: Sendable, Equatable {
    package let language: CodeLanguage
    package let code: String

    /// Takes the program from an answer's text.
    ///
    /// Of fenced blocks the language with the most code counts. Its largest block is the program, together with those
    /// that only import or declare other things than the blocks taken before; examples of use and second versions are
    /// left out. Without a fence all of the text must show itself to be code.
    /// - Returns: `nil` when there is no code.
    package init?(_ content: String) {
        let blocks = Fences(content).blocks.filter { $0.code.contains { !$0.isWhitespace } }
        if blocks.isEmpty {
            let language = CodeLanguage(guessing: content)
            guard language != .unknown, CodeSyntax.isPlausible(content, language) else { return nil }
            self.language = language
            code = content
            return
        }
        let pieces = blocks.map(Piece.init)
        var sizes: [CodeLanguage: Int] = [:]
        for piece in pieces { sizes[piece.language, default: 0] += piece.code.utf8.count }
        let most = sizes.values.max() ?? 0
        // Of languages with equally much code the one that comes first.
        guard let language = pieces.first(where: { sizes[$0.language] == most })?.language else { return nil }
        self.language = language
        code = CodeAnswer.program(of: pieces.filter { $0.language == language })
    }

    private static func program(of pieces: [Piece]) -> String {
        let sizes = pieces.map(\.code.utf8.count)
        guard let largest = sizes.indices.max(by: { (sizes[$0], $1) < (sizes[$1], $0) }) else { return "" }
        var taken: Set<Int> = [largest]
        var declared = pieces[largest].declared
        for (place, piece) in pieces.enumerated() where place != largest {
            guard piece.declaresOnly, declared.isDisjoint(with: piece.declared) else { continue }
            taken.insert(place)
            declared.formUnion(piece.declared)
        }
        return pieces.indices.filter(taken.contains).map { pieces[$0].code }.joined(separator: "\n")
    }

    /// One fenced block.
    private struct Piece {
        var language: CodeLanguage
        var code: String
        /// What its lines without indentation declare.
        var declared: Set<Substring> = []
        /// Whether every line without indentation imports, declares or goes on with a declaration.
        var declaresOnly = true

        private static let imports: Set<Substring> = [
            "import", "from", "use", "using", "#include", "package", "require",
        ]
        private static let declarations: Set<Substring> = [
            "def", "class", "func", "fn", "function", "struct", "enum", "trait", "interface", "protocol", "type", "fun",
            "extension", "impl", "module",
        ]
        private static let modifiers: Set<Substring> = [
            "async", "public", "private", "pub", "static", "export", "default", "final", "abstract", "data", "package",
        ]

        init(_ block: Fences.Block) {
            code = CodeAnswer.withoutCommonIndentation(block.code)
            let named = CodeLanguage(fence: block.language)
            language = named == .unknown && block.language.isEmpty ? CodeLanguage(guessing: block.code) : named
            for line in code.lines where !line.isEmpty {
                guard let first = line.first, !first.isWhitespace else { continue }
                let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "#") }
                let rest = words.drop { Piece.modifiers.contains($0) }
                if let keyword = rest.first, Piece.declarations.contains(keyword), let name = rest.dropFirst().first {
                    declared.insert(name)
                } else if let word = words.first, Piece.imports.contains(word) {
                } else if !"})]@#/*".contains(first) {
                    declaresOnly = false
                }
            }
        }
    }

    /// The text with the white space removed that every line begins with, as in a list's items.
    private static func withoutCommonIndentation(_ code: String) -> String {
        let lines = code.lines
        let depths = lines.filter { $0.contains { !$0.isWhitespace } }.map { $0.prefix { $0 == " " }.count }
        guard let depth = depths.min(), depth > 0 else { return code }
        return lines.map { $0.drop { $0 == " " }.isEmpty ? "" : $0.dropFirst(depth) }.joined(separator: "\n")
    }
}
