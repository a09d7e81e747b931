/// Tells program text and patches from prose.
enum CodeText {
    /// Whether the fenced blocks make up at least half of the text, or a patch or bare program text all of it.
    static func isMost(of content: String, _ fences: Fences) -> Bool {
        let code = fences.blocks.reduce(0) { $0 + $1.code.utf8.count }
        if !fences.blocks.isEmpty, code * 2 >= content.utf8.count { return true }
        return isPatch(content) || (fences.blocks.isEmpty && isProgram(content))
    }

    /// A unified diff, a block of `*** Begin Patch`, or a merge-style search and replace block.
    static func isPatch(_ content: String) -> Bool {
        if content.hasPrefix("diff --git ") || content.hasPrefix("*** Begin Patch") { return true }
        let lines = content.lines
        func has(_ marks: String...) -> Bool { marks.allSatisfy { mark in lines.contains { $0.hasPrefix(mark) } } }
        return has("--- ", "+++ ", "@@ ") || has("<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE")
    }

    /// At least two lines that begin with a definition or an import, four in five of which look like code.
    private static func isProgram(_ content: String) -> Bool {
        let lines = content.lines.filter { !$0.allSatisfy(\.isWhitespace) }
        guard lines.count >= 2, let first = lines.first, startsCode(first) else { return false }
        return lines.count(where: looksLikeCode) * 5 >= lines.count * 4
    }

    private static func looksLikeCode(_ line: Substring) -> Bool {
        if line.first?.isWhitespace == true || startsCode(line) { return true }
        guard let last = line.trimmed().last else { return false }
        return "{};:,)](".contains(last) || line.contains("=") || line.hasPrefix("//") || line.hasPrefix("}")
    }

    /// A word that begins definitions, with a sign that prose lacks: "class is over" is none.
    private static func startsCode(_ line: Substring) -> Bool {
        if ["#!", "#include ", "import ", "use ", "using ", "@", "<?", "<!"].contains(where: { line.hasPrefix($0) }) {
            return true
        }
        let isMarked = line.contains { "(){}[]=:;<>".contains($0) } || line.contains(" import ")
        return isMarked && starts.contains { line.hasPrefix($0) }
    }

    private static let starts = [
        "def ", "class ", "from ", "func ", "function ", "fn ", "pub ", "public ", "private ", "package ", "struct ",
        "enum ", "let ", "var ", "const ", "static ", "int ", "void ", "async ", "export ", "print(", "SELECT ",
        "<html",
    ]
}
