import SwarmCore

/// Assertions in a text: `assert f(1) == 2` on lines of their own.
enum Assertions {
    /// How many lines one assertion may span.
    private static let maximumLines = 40

    /// Assertions that call a function of `names` and can be run alone: those in the body of a function are left out, unless
    /// it is a test that holds nothing else.
    static func find(in lines: [MarkedLines.Line], calling names: Set<String>) -> [FoundTest] {
        var found: [FoundTest] = []
        var scopes: [(indent: Int, isOpen: Bool)] = []
        var at = 0
        while at < lines.count {
            let line = lines[at]
            let start = at
            at += 1
            if line.place == .fence { scopes = [] }
            guard line.place != .fence, !line.content.isEmpty else { continue }
            let statement = statement(lines[start...])
            at = start + (statement?.lines ?? 1)
            if line.place == .code {
                scopes.removeAll { $0.indent >= line.indent }
                let isOpen = scopes.allSatisfy(\.isOpen)
                if line.content.hasSuffix(":") {
                    scopes.append((line.indent, isOpen && isTest(line.content)))
                } else if statement == nil, let scope = scopes.indices.last {
                    scopes[scope].isOpen = false
                }
                if !isOpen { continue }
            }
            guard let statement, let test = read(statement.text, calling: names) else { continue }
            found.append(FoundTest(line: start, test: .assertion(test.code), calls: test.calls))
        }
        return found
    }

    /// One assertion and the calls in it; `nil` when it is not whole, calls none of `names` or holds a placeholder.
    static func read(_ text: String, calling names: Set<String>) -> (code: String, calls: [String])? {
        let scan = CodeScan(text)
        let code = scan.code
        guard code.hasPrefix("assert ") || code.hasPrefix("assert("), scan.isBalanced, scan.readsAsExpression else {
            return nil
        }
        // A model that fills in a form leaves lines of underscores where it knew nothing.
        if scan.words.contains(where: { $0.text.count > 1 && $0.text.allSatisfy { $0 == "_" } }) { return nil }
        if code.hasSuffix("==") || code.contains("...") { return nil }
        let calls = scan.calls(of: names)
        return calls.isEmpty ? nil : (code, calls)
    }

    private static func statement(_ lines: ArraySlice<MarkedLines.Line>) -> (text: String, lines: Int)? {
        guard let first = lines.first else { return nil }
        var content = first.content
        if first.place != .code {
            content = String(content.drop { "-*• `".contains($0) }.reversed().drop { "`.; ".contains($0) }.reversed())
        }
        guard content.hasPrefix("assert ") || content.hasPrefix("assert(") else { return nil }
        var text = content
        for (index, next) in ([first] + lines.dropFirst().prefix(maximumLines)).enumerated() {
            if index > 0 {
                if next.stretch != first.stretch || next.content.isEmpty { return (content, 1) }
                text += "\n" + next.text
            }
            if text.utf8.count > FoundTest.maximumBytes { return (content, 1) }
            if CodeScan(text).isBalanced, !text.hasSuffix("\\") { return (text, index + 1) }
        }
        return (content, 1)
    }

    private static func isTest(_ header: String) -> Bool {
        header.hasPrefix("def test") && header.hasSuffix("():") || header.hasPrefix("class Test")
    }
}
