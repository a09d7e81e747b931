import SwarmCore

/// Examples written as a Python session, `>>> f(2)` with the result below (Python's `doctest`, "How are docstring
/// examples recognized?").
enum Doctests {
    static func find(in lines: [MarkedLines.Line], entry: EntryPoint) -> [FoundTest] {
        var session = Session(entry: entry)
        var found: [FoundTest] = []
        var at = 0
        var stretch: Int?
        while at < lines.count {
            let line = lines[at]
            if line.place == .fence || line.stretch != stretch || MarkedLines.isHeader(line.content[...]) {
                session.setUp = []
                stretch = line.stretch
            }
            guard let first = source(line.content, after: ">>>") else {
                at += 1
                continue
            }
            let start = at
            var source = [first]
            at += 1
            while at < lines.count, let next = Doctests.source(lines[at].content, after: "...") {
                source.append(next)
                at += 1
            }
            var expected: [String] = []
            while at < lines.count, let next = result(lines[at], indent: line.indent) {
                expected += next.text.map { [$0] } ?? []
                at += 1
                if next.isLast { break }
            }
            if var test = session.read(source.joined(separator: "\n"), expected: expected.joined(separator: "\n")) {
                test.line = start
                found.append(test)
            }
        }
        return found
    }

    /// The program text after the prompt of a line.
    static func source(_ content: String, after prompt: String) -> String? {
        guard content.hasPrefix(prompt) else { return nil }
        let rest = content.dropFirst(prompt.count)
        guard rest.first?.isWhitespace ?? true else { return nil }
        return String(rest.dropFirst())
    }

    private static func result(_ line: MarkedLines.Line, indent: Int) -> (text: String?, isLast: Bool)? {
        let content = line.content
        if content.isEmpty || line.place == .fence || content.hasPrefix(">>>") { return nil }
        let isShared = line.text.prefix(indent).allSatisfy(\.isWhitespace)
        let text = String(line.text.dropFirst(isShared ? indent : 0).reversed().drop(while: \.isWhitespace).reversed())
        for quote in ["\"\"\"", "'''"] where text.hasSuffix(quote) {
            let rest = String(text.dropLast(3).trimmed())
            return (rest.isEmpty ? nil : rest, true)
        }
        return (text == "<BLANKLINE>" ? "" : text, false)
    }

    /// What was said so far, on which later examples may depend.
    private struct Session {
        let entry: EntryPoint
        var setUp: [String] = []

        mutating func read(_ source: String, expected: String) -> FoundTest? {
            let scan = CodeScan(source)
            let code = scan.code
            guard scan.isBalanced, !code.isEmpty, !expected.hasPrefix("Traceback (") else { return nil }
            let context = (setUp + [code]).joined(separator: "\n")
            let isOurs = !CodeScan(context).calls(of: entry.defined).isEmpty
            let isStatement = isCompound(scan) || scan.isAssignment
            if code.hasPrefix("assert ") || code.hasPrefix("assert(") {
                return isOurs
                    ? FoundTest(line: 0, test: .assertion(context), calls: scan.calls(of: entry.defined)) : nil
            }
            if isStatement || expected.isEmpty {
                return statement(scan, code, isStatement: isStatement, isOurs: isOurs, context: context)
            }
            defer { if !setUp.isEmpty { setUp.append(code) } }
            guard isOurs, !expected.contains("...") else { return nil }
            if let printed = printed(scan, code) {
                let test = assertion("str(" + printed + ")", equals: expected)
                return FoundTest(line: 0, test: test, calls: setUp.isEmpty ? [printed] : [])
            }
            if code.hasPrefix("print(") { return nil }
            return setUp.isEmpty
                ? FoundTest(line: 0, test: .value(of: code, expected: expected), calls: [code])
                : FoundTest(line: 0, test: assertion("repr(" + code + ")", equals: expected), calls: [])
        }

        private mutating func statement(
            _ scan: CodeScan,
            _ code: String,
            isStatement: Bool,
            isOurs: Bool,
            context: String
        ) -> FoundTest? {
            let isComparison = code.contains("==") && scan.readsAsExpression
            if !isStatement, isOurs, isComparison {
                return FoundTest(
                    line: 0,
                    test: .assertion(context.asserting(code)),
                    calls: scan.calls(of: entry.defined)
                )
            }
            if !isStatement, let call = scan.calls.first, call.name == entry.name, call.range.lowerBound == 0 {
                // A result that was left out, or nothing to show: what is called is known, what it gives is not.
                return call.range.upperBound == scan.characters.count
                    ? FoundTest(line: 0, test: nil, calls: [code]) : nil
            }
            let words = scan.words.map(\.text)
            if words.first == "from" || words.first == "import", words.contains(where: entry.defined.contains) {
                return nil
            }
            if isStatement || scan.readsAsExpression { setUp.append(code) }
            return nil
        }

        private func isCompound(_ scan: CodeScan) -> Bool {
            let keywords: Set = [
                "for", "while", "if", "with", "def", "class", "try", "import", "from", "del", "async", "global",
                "raise",
                "pass", "return",
            ]
            return scan.words.first.map { keywords.contains($0.text) } ?? false || scan.characters.first == "@"
        }

        /// What a call of `print` with one argument prints.
        private func printed(_ scan: CodeScan, _ code: String) -> String? {
            guard code.hasPrefix("print("), code.hasSuffix(")"), scan.calls.first?.range.count == code.count else {
                return nil
            }
            let arguments = CodeScan(code.dropFirst(6).dropLast()).arguments
            return arguments.count == 1 && !CodeScan(arguments[0]).isAssignment ? arguments[0] : nil
        }

        private func assertion(_ shown: String, equals expected: String) -> CodeTest {
            .assertion((setUp + ["assert " + shown + " == " + expected.pythonLiteral]).joined(separator: "\n"))
        }
    }
}

extension String {
    /// The text with its last part, `expression`, as an assertion.
    func asserting(_ expression: String) -> String { dropLast(expression.count) + "assert " + expression }
}
