import SwarmCore

/// Examples given as "Input: … Output: …", and as "for x = 1, the result should be 2".
struct InputOutputPairs {
    let entry: EntryPoint
    let isPython: Bool

    /// How many lines an input or an output may have.
    private static let maximumLines = 200

    func find(in lines: [MarkedLines.Line]) -> [FoundTest] {
        var found: [FoundTest] = []
        var at = 0
        while at < lines.count {
            if let test = conditional(lines[at].content) {
                found.append(FoundTest(line: at, test: test.test, calls: [test.call]))
            }
            guard let input = part(lines, from: at, word: "input"), let next = output(lines, from: input.end) else {
                at += 1
                continue
            }
            if var test = test(input, next, isExample: isExample(lines, at)) {
                test.line = at
                found.append(test)
            }
            at = max(next.end, at + 1)
        }
        return found
    }

    private struct Part {
        /// What follows the word in its line.
        var first: String
        /// Everything up to the next heading or blank line.
        var text: String
        var isFenced: Bool
        var isNamedExample: Bool
        var end: Int
    }

    private func output(_ lines: [MarkedLines.Line], from start: Int) -> Part? {
        let next = lines.indices[start...].prefix(3).first { !lines[$0].content.isEmpty && lines[$0].place != .fence }
        return next.flatMap { part(lines, from: $0, word: "output") }
    }

    /// The part under a heading `Input` or `Output`, which needs a colon, a word such as "sample", or a fence below.
    private func part(_ lines: [MarkedLines.Line], from start: Int, word: String) -> Part? {
        guard lines[start].place != .fence, lines[start].place != .code else { return nil }
        guard let heading = heading(lines[start].content, word) else { return nil }
        var at = start + 1
        var texts: [String] = []
        if heading.rest.isEmpty,
            let fence = lines.indices[at...].prefix(2).first(where: { !lines[$0].content.isEmpty }),
            lines[fence].place == .fence
        {
            at = fence + 1
            while at < lines.count, lines[at].place != .fence { (texts, at) = (texts + [lines[at].text], at + 1) }
            let text = texts.prefix(Self.maximumLines).joined(separator: "\n")
            return Part(
                first: text,
                text: text,
                isFenced: true,
                isNamedExample: heading.isExample,
                end: min(at + 1, lines.count)
            )
        }
        guard heading.hasColon || heading.isExample || lines[start].place == .quoted else { return nil }
        while at < lines.count, at < start + Self.maximumLines, lines[at].stretch == lines[start].stretch,
            !isHeading(lines[at].content), !lines[at].content.isEmpty
        {
            (texts, at) = (texts + [lines[at].content], at + 1)
        }
        let all = (heading.rest.isEmpty ? [] : [heading.rest]) + texts
        let first = heading.rest.isEmpty ? texts.joined(separator: "\n") : heading.rest
        return Part(
            first: first,
            text: all.joined(separator: "\n"),
            isFenced: false,
            isNamedExample: heading.isExample,
            end: at
        )
    }

    private func heading(_ content: String, _ word: String) -> (rest: String, hasColon: Bool, isExample: Bool)? {
        var rest = content.drop { "#*_->• ".contains($0) }
        let leading = rest.prefix(while: \.isWordPart).lowercased()
        let isExample = leading == "sample" || leading == "example"
        if isExample { rest = rest.dropFirst(leading.count).drop { $0.isWhitespace } }
        guard rest.prefix(word.count).lowercased() == word else { return nil }
        rest = rest.dropFirst(word.count)
        let numbered = rest.drop { $0 == " " || $0.isNumber || $0 == "*" || $0 == "_" }
        if numbered.isEmpty { return ("", false, isExample) }
        guard numbered.first == ":" else { return nil }
        let value = numbered.dropFirst().drop { "*_ ".contains($0) }.trimmed()
        return (String(value.trimmed { $0 == "`" || $0.isWhitespace }), true, isExample)
    }

    private func isHeading(_ content: String) -> Bool {
        let words = content.drop { "#*_->• ".contains($0) }.lowercased()
        return ["input", "output", "sample", "example", "explanation", "constraints", "note"].contains {
            words.hasPrefix($0)
        }
    }

    /// Whether a line shortly before says that an example follows.
    private func isExample(_ lines: [MarkedLines.Line], _ place: Int) -> Bool {
        lines[max(0, place - 6)..<place].contains { line in
            let words = line.content.lowercased()
            return words.contains("example") || words.contains("sample") || words.contains("e.g.")
        }
    }

    private func test(_ input: Part, _ output: Part, isExample: Bool) -> FoundTest? {
        if entry.callee != nil {
            guard let call = call(input.first), let value = value(output.first) else { return nil }
            return FoundTest(line: 0, test: test(call, value), calls: [call])
        }
        let isClear = isExample || input.isFenced || input.isNamedExample || input.text.contains(where: \.isNumber)
        guard isClear, !input.text.isEmpty, !output.text.isEmpty, assignments(input.text) == nil else { return nil }
        return FoundTest(line: 0, test: .output(input: input.text + "\n", expected: output.text), calls: [])
    }

    private func test(_ call: String, _ value: String) -> CodeTest {
        isPython ? .assertion("assert " + call + " == " + value) : .value(of: call, expected: value)
    }

    /// "For s = "a", n = 2 the result should be 3".
    private func conditional(_ content: String) -> (test: CodeTest, call: String)? {
        let phrase =
            #/^\W*(?i:for|if)\s(.+?),?\s+(?i:the\s)?(?i:result|output|answer)\s(?i:should be|must be|is)\s(.+)$/#
        guard content.utf8.count <= 1000, entry.callee != nil, content.contains("="),
            let match = content.firstMatch(of: phrase)
        else {
            return nil
        }
        guard let call = call(String(match.output.1)), let value = value(String(match.output.2)) else { return nil }
        return (test(call, value), call)
    }

    private func value(_ text: String) -> String? {
        LiteralReader.whole(CodeScan(text).code.trimmed { $0.isWhitespace || $0 == "`" || $0 == "." })
    }

    /// The call of the entry with the values of an input; by position when its parameters have other names.
    private func call(_ input: String) -> String? {
        guard let callee = entry.callee else { return nil }
        let text = CodeScan(input).code
        if let pairs = assignments(text) {
            let named = entry.parameters.isEmpty || pairs.allSatisfy { entry.parameters.contains($0.name) }
            return callee + "(" + pairs.map { named ? $0.name + "=" + $0.value : $0.value }.joined(separator: ", ")
                + ")"
        }
        let values = CodeScan(text).arguments.map { LiteralReader.whole($0) }
        let isWhole = !values.isEmpty && values.count == max(1, entry.parameters.count)
        guard isWhole || !values.isEmpty && entry.parameters.isEmpty else { return nil }
        let known = values.compactMap(\.self)
        return known.count == values.count ? callee + "(" + known.joined(separator: ", ") + ")" : nil
    }

    /// `name = value` pairs with commas between them; `nil` when the text is anything else.
    private func assignments(_ text: String) -> [(name: String, value: String)]? {
        let parts = CodeScan(text).arguments
        let pairs = parts.compactMap { part -> (String, String)? in
            let name = part.prefix(while: \.isWordPart)
            let rest = part.dropFirst(name.count).drop { $0.isWhitespace }
            guard !name.isEmpty, rest.first == "=", let value = LiteralReader.whole(rest.dropFirst()) else {
                return nil
            }
            return (String(name), value)
        }
        return pairs.isEmpty || pairs.count != parts.count ? nil : pairs
    }
}
