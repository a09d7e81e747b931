/// A piece of program text with its strings, comments and brackets told apart, as far as most languages agree.
struct CodeScan {
    let characters: [Character]
    /// Per character how many brackets enclose it, a bracket itself counting as outside; `nil` in strings and comments.
    let depths: [Int?]
    /// Whether every bracket and string is closed, in the right order.
    let isBalanced: Bool
    /// Where the comment that ends the text starts.
    let comment: Int?

    /// - Parameter marker: what starts a comment: `#`, or `//` for languages in the manner of C.
    init(_ text: some StringProtocol, marker: String = "#") {
        let characters = Array(text)
        var depths: [Int?] = []
        var expected: [Character] = []
        var isBalanced = true
        var comment: Int?
        var at = 0
        let mark = Array(marker)
        while at < characters.count {
            let character = characters[at]
            var end = at + 1
            if character == "\"" || character == "'" {
                let quote = characters[at...].starts(with: [character, character, character]) ? 3 : 1
                let closing = CodeScan.stringEnd(characters, from: at, quote: quote)
                isBalanced = isBalanced && closing != nil
                end = closing ?? characters.count
                depths += Array(repeating: nil, count: end - at)
            } else if characters[at...].starts(with: mark) {
                end = characters[at...].firstIndex(of: "\n") ?? characters.count
                if end == characters.count { comment = at }
                depths += Array(repeating: nil, count: end - at)
            } else if let closer = CodeScan.closers[character] {
                depths.append(expected.count)
                expected.append(closer)
            } else if ")]}".contains(character) {
                if expected.last == character { expected.removeLast() } else { isBalanced = false }
                depths.append(expected.count)
            } else {
                depths.append(expected.count)
            }
            at = end
        }
        self.characters = characters
        self.depths = depths
        self.isBalanced = isBalanced && expected.isEmpty
        self.comment = comment
    }

    private static let closers: [Character: Character] = ["(": ")", "[": "]", "{": "}"]

    /// The place after the string that starts at `start`; `nil` when it is not closed.
    static func stringEnd(_ characters: [Character], from start: Int, quote: Int) -> Int? {
        var at = start + quote
        while at < characters.count {
            if characters[at] == "\\" {
                at += 2
            } else if characters[at] == "\n", quote == 1 {
                return nil
            } else if at + quote <= characters.count,
                characters[at..<at + quote].allSatisfy({ $0 == characters[start] })
            {
                return at + quote
            } else {
                at += 1
            }
        }
        return nil
    }

    /// The text without the comment at its end.
    var code: String {
        guard let comment else { return String(characters).trimmed().asString }
        return String(characters[..<comment]).trimmed().asString
    }

    /// Places of a character outside of strings, comments and brackets.
    func topLevel(_ character: Character) -> [Int] {
        characters.indices.filter { characters[$0] == character && depths[$0] == 0 }
    }

    /// The parts between commas outside of brackets.
    var arguments: [String] {
        var parts: [String] = []
        var start = 0
        for place in topLevel(",") + [characters.count] {
            parts.append(String(characters[start..<place]).trimmed().asString)
            start = place + 1
        }
        return parts.filter { !$0.isEmpty }
    }

    /// Whether a name is given a value at the outermost level.
    var isAssignment: Bool {
        topLevel("=").contains { place in
            let before = place > 0 ? characters[place - 1] : " "
            let after = place + 1 < characters.count ? characters[place + 1] : " "
            return after != "=" && !"=!<>:".contains(before)
        }
    }

    /// Words outside of strings and comments, each with the place of its first character.
    var words: [(text: String, range: Range<Int>)] {
        var words: [(String, Range<Int>)] = []
        var at = 0
        while at < characters.count {
            guard depths[at] != nil, characters[at].isWordPart else {
                at += 1
                continue
            }
            let end = characters[at...].firstIndex { !$0.isWordPart } ?? characters.count
            words.append((String(characters[at..<end]), at..<end))
            at = end
        }
        return words
    }

    /// Calls of free functions: names and the places of the whole calls.
    var calls: [(name: String, range: Range<Int>)] {
        let words = words
        return words.enumerated().compactMap { index, word in
            let open = word.range.upperBound
            guard open < characters.count, characters[open] == "(", word.text.first?.isNumber == false else {
                return nil
            }
            if word.range.lowerBound > 0, characters[word.range.lowerBound - 1] == "." { return nil }
            if index > 0, ["def", "func", "fn", "function", "class"].contains(words[index - 1].text) { return nil }
            guard
                let close = characters.indices[(open + 1)...].first(where: {
                    depths[$0] == depths[open] && characters[$0] == ")"
                })
            else { return nil }
            return (word.text, word.range.lowerBound..<close + 1)
        }
    }

    /// The calls of the functions named, as text.
    func calls(of names: Set<String>) -> [String] {
        calls.filter { names.contains($0.name) }.map { String(characters[$0.range]) }
    }

    /// Whether no two values stand side by side without an operator, as the words of a sentence do.
    var readsAsExpression: Bool {
        let operators: Set = [
            "and", "or", "not", "in", "is", "if", "else", "lambda", "for", "await", "async", "yield", "assert",
        ]
        var before: (isValue: Bool, end: Int)?
        for word in words {
            let isValue = !operators.contains(word.text)
            let gap = characters[(before?.end ?? 0)..<word.range.lowerBound]
            let followsValue =
                gap.last { !$0.isWhitespace }.map { ")]}\"'".contains($0) } ?? before?.isValue ?? false
            if isValue, followsValue { return false }
            before = (isValue, word.range.upperBound)
        }
        return true
    }

    /// The text with spacing outside of strings taken away, to compare by.
    var key: String {
        var key = ""
        for (place, character) in characters.enumerated() where depths[place] == nil || !character.isWhitespace {
            if depths[place] != nil, character.isWordPart, place > 0, characters[place - 1].isWhitespace,
                key.last?.isWordPart == true
            {
                key += " "
            }
            key.append(character)
        }
        return key
    }
}

extension Character {
    /// Whether it can be part of a name or a number.
    var isWordPart: Bool { isLetter || isNumber || self == "_" }
}

extension Substring {
    var asString: String { String(self) }
}
