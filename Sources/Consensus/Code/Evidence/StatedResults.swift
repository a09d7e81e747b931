import SwarmCore

/// Results stated in a line: `f(2) -> 3`, `f(2) == 3`, "`f(2)` should return `3`", `f(2)  # 3`.
struct StatedResults {
    let names: Set<String>
    let isPython: Bool

    func find(in lines: [MarkedLines.Line]) -> [FoundTest] {
        lines.enumerated().flatMap { index, line in
            statements(in: line).map { statement in
                let test: CodeTest =
                    isPython
                    ? .assertion("assert " + statement.call + " == " + statement.value)
                    : .value(of: statement.call, expected: statement.value)
                return FoundTest(line: index, test: test, calls: [statement.call])
            }
        }
    }

    /// Longest first, so that none hides another that starts like it.
    private static let separators: [[Character]] = [
        "should evaluate to", "should return", "should output", "should equal", "should give", "should be",
        "must return",
        "must be", "will return", "would return", "evaluates to", "returns", "return", "yields", "equals", "gives",
        "is",
        "--->", "-->", "==>", "===", "->", "=>", "➞", "→", "➜", "⇒", "==", "=", "#", "//", "Output:", "output:",
    ].map(Array.init)

    /// In lines with one of these words a result may be the one that is wrong.
    private static let doubts: Set<String> = [
        "instead", "wrong", "wrongly", "but", "bug", "currently", "incorrect", "incorrectly", "expected", "fails",
        "not", "shouldn", "doesn", "isn", "actual", "actually", "got", "unexpectedly", "why",
    ]

    private func statements(in line: MarkedLines.Line) -> [(call: String, value: String)] {
        var content = line.content
        if line.place == .fence || content.utf8.count > FoundTest.maximumBytes { return [] }
        if content.hasPrefix(">>>") || content.hasPrefix("assert") || !content.contains("(") { return [] }
        var isCode = line.place == .code
        if isCode, content.hasPrefix("#") || content.hasPrefix("//") {
            content = String(content.drop { "#/ ".contains($0) })
            isCode = false
        }
        let characters = Array(content)
        var found: [(String, String)] = []
        var at = 0
        while at < characters.count {
            guard let start = callStart(characters, from: at, isCode: isCode, isIndented: line.indent > 0) else {
                break
            }
            var reader = LiteralReader(characters, at: start, callable: names)
            at = start + 1
            guard let call = reader.call() else { continue }
            at = reader.at
            let isPrinted = Self.isPrint(characters[..<start])
            guard let (value, end) = result(characters, from: at, isCode: isCode, isPrinted: isPrinted) else {
                continue
            }
            found.append((call, value))
            at = end
        }
        return found
    }

    /// Where the next call of a known function starts that stands by itself.
    private func callStart(_ characters: [Character], from: Int, isCode: Bool, isIndented: Bool) -> Int? {
        var at = from
        while at < characters.count {
            guard characters[at].isWordPart else {
                at += 1
                continue
            }
            let end = characters[at...].firstIndex { !$0.isWordPart } ?? characters.count
            let isCall =
                end < characters.count && characters[end] == "(" && names.contains(String(characters[at..<end]))
            if isCall, standsAlone(characters, at) {
                return !isCode || !isIndented && (at == 0 || Self.isPrint(characters[..<at])) ? at : nil
            }
            at = end
        }
        return nil
    }

    /// Whether a line so far is the start of printing what follows.
    private static func isPrint(_ characters: ArraySlice<Character>) -> Bool { String(characters) == "print(" }

    private func standsAlone(_ characters: [Character], _ at: Int) -> Bool {
        if at == 0 || Self.isPrint(characters[..<at]) { return true }
        let before = characters[at - 1]
        if ".([{!".contains(before) || before.isWordPart { return false }
        let text = characters[..<at].reversed().drop { $0.isWhitespace || $0 == "`" }
        guard let last = text.first else { return true }
        if last == "-" || last == "*" { return text.count == 1 || text.allSatisfy { $0 == last } }
        if "+/%=<>&|^~@".contains(last) { return false }
        let word = String(text.prefix(while: \.isWordPart).reversed())
        return !["not", "or", "def", "func", "if", "while", "return", "elif"].contains(word)
    }

    private func result(
        _ characters: [Character],
        from: Int,
        isCode: Bool,
        isPrinted: Bool
    ) -> (value: String, end: Int)? {
        var at = from
        if isPrinted, at < characters.count, characters[at] == ")" { at += 1 }
        var words: [String] = []
        // A comment mark may stand before another separator: `f(2)  # => 3`.
        while words.count < 3 {
            at = characters[at...].firstIndex { !$0.isWhitespace && $0 != "`" && $0 != "*" } ?? characters.count
            guard let separator = Self.separators.first(where: { characters[at...].starts(with: $0) }) else { break }
            at += separator.count
            words.append(String(separator))
        }
        guard let first = words.first, !isCode || !first.contains(where: \.isLetter) && first != "=" else { return nil }
        let isWish = words.contains { $0.hasPrefix("should") || $0.hasPrefix("must") }
        if !isWish, isDoubtful(characters) { return nil }
        at = characters[at...].firstIndex { !$0.isWhitespace && $0 != "`" && $0 != "*" } ?? characters.count
        var reader = LiteralReader(characters, at: at)
        guard let value = reader.value(), endsClause(characters, reader.at) else { return nil }
        return (value, reader.at)
    }

    private func isDoubtful(_ characters: [Character]) -> Bool {
        characters.split { !$0.isWordPart }.contains { Self.doubts.contains(String($0).lowercased()) }
    }

    /// Whether nothing follows that would make the value a part of something longer.
    private func endsClause(_ characters: [Character], _ place: Int) -> Bool {
        let rest = characters[place...].drop { $0 == "`" || $0 == "*" && characters[place] == "*" }
        guard let next = rest.first else { return true }
        if ".,;)".contains(next) { return rest.dropFirst().first?.isWhitespace ?? true }
        let following = rest.drop { $0.isWhitespace }
        if following.count == rest.count { return false }
        if following.isEmpty || following.starts(with: ["#"]) || following.starts(with: ["/", "/"]) { return true }
        if following.first == "(" { return following.dropFirst().first?.isLetter ?? false }
        return ["and", "or", "because", "since", "as", "for", "when", "while", "where"].contains(
            String(following.prefix(while: \.isWordPart))
        )
    }
}
