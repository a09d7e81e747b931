package import SwarmCore

/// The options A)–E) a prompt offers.
package struct Options: Sendable, Equatable {
    /// The key of each option's text by its letter; the text may be empty.
    package private(set) var texts: [Character: String] = [:]

    package var isEmpty: Bool { texts.isEmpty }

    /// Finds options in the last message of the user: `A) …`, `(A) …`, `A. …` or `A: …`, from A on, at least two.
    package init(in messages: [Message]) {
        guard let question = messages.last(where: { $0.role == .user })?.content else { return }
        let found = Options.marks(in: Array(question))
        guard found.count >= 2 else { return }
        for mark in found { texts[mark.letter] = CanonicalKey.short(mark.text) }
    }

    /// The letter that a stated answer means: `B`, `(B)`, `B) Paris`, `option B`, `B because …`, or the text of option B.
    ///
    /// - Returns: `nil` when it means none or several of them, as "both A and C" does.
    package func letter(of value: String) -> Character? {
        let plain = value.halfWidth.withoutBold.replacing("\\text{", with: "").replacing("\\mathrm{", with: "")
        var bare = Options.bare(plain[...])
        for word in ["option ", "choice ", "letter ", "answer "] where bare.lowercased().hasPrefix(word) {
            bare = Options.bare(bare.dropFirst(word.count))
            break
        }
        if let letter = bare.first, texts[letter] != nil, isAlone(letter, before: bare.dropFirst()) {
            return namesAnother(bare.dropFirst()) ? nil : letter
        }
        if bare.count == 1, let letter = bare.uppercased().first, texts[letter] != nil { return letter }
        let key = CanonicalKey.short(String(bare))
        let meant = texts.filter { !key.isEmpty && $0.value == key }
        return meant.count == 1 ? meant.first?.key : nil
    }

    private static func bare(_ text: Substring) -> Substring {
        text.trimmed { $0.isWhitespace || "()[]{}$\"'`.\\".contains($0) }
    }

    /// Whether another letter is joined to the first: `A and C`, `A, C`, `A/C`.
    private func namesAnother(_ rest: Substring) -> Bool {
        var next = rest.drop { $0.isWhitespace || ")].".contains($0) }
        let joints = [", and ", ", or ", "and ", "or ", "& ", ", ", "/", "+ ", ","]
        guard let joint = joints.first(where: { next.hasPrefix($0) }) else { return false }
        next = next.dropFirst(joint.count).drop { $0.isWhitespace || "([".contains($0) }
        guard let letter = next.first, texts[letter] != nil else { return false }
        return next.dropFirst().first.map { !$0.isLetter && !$0.isNumber && !$0.isWhitespace } ?? true
            || (next.dropFirst().first?.isWhitespace == true && letter != "A")
    }

    private func isAlone(_ letter: Character, before rest: Substring) -> Bool {
        guard let next = rest.first else { return true }
        guard !next.isLetter, !next.isNumber, !"'’".contains(next) else { return false }
        // "A" is also an article.
        guard letter == "A", next.isWhitespace else { return true }
        let word = rest.trimmed().prefix(while: \.isLetter)
        return ["", "because", "since", "as"].contains(word) || CanonicalKey.short(String(rest)) == texts["A"]
    }

    private struct Mark {
        var letter: Character
        var text: String
    }

    /// Marks A, B, C… in order; between two words of a line only the forms with a closing parenthesis count.
    private static func marks(in text: [Character]) -> [Mark] {
        var expected: [Character] = ["A", "B", "C", "D", "E"]
        var starts: [(letter: Character, mark: Int, text: Int)] = []
        for at in text.indices {
            guard let letter = expected.first, text[at] == letter, at + 1 < text.count else { continue }
            let start = at > 0 && text[at - 1] == "(" ? at - 1 : at
            let startsLine = text[..<start].last { $0 != " " && $0 != "\t" }?.isNewline ?? true
            let startsWord = start == 0 || text[start - 1].isWhitespace
            guard text[at + 1] == ")" ? startsWord : startsLine && ".:".contains(text[at + 1]) else { continue }
            starts.append((letter, start, at + 2))
            expected.removeFirst()
        }
        return starts.indices.map { place in
            let end = place + 1 < starts.count ? starts[place + 1].mark : text.count
            let line = text[starts[place].text..<end].prefix { !$0.isNewline }
            return Mark(letter: starts[place].letter, text: String(line))
        }
    }
}
