/// What kind of prose an answer is; answers of one kind are compared with each other only.
///
/// Comparing unlike texts picks a blend of them; grouping by structure first does not: arXiv 2510.20700.
package struct Structure: Hashable, Sendable {
    /// What the answer does with the request.
    package enum Intent: String, Sendable, CaseIterable {
        case answer
        /// Declines, or says that it is not able to.
        case refusal
        /// Asks the user back instead of answering.
        case question
    }

    /// How the answer is laid out, by its most telling mark.
    package enum Form: String, Sendable, CaseIterable {
        case plain
        case list
        case headings
        case table
        /// There is a fenced block.
        case code
    }

    package var intent: Intent
    package var form: Form
    /// ISO 639-1 code of a language in Latin script, else the script's ISO 15924 code; `nil` when unsure.
    package var language: String?

    /// Reads an answer, or the start of one: intent and language rarely change after some forty words.
    package init(_ content: String) {
        let fences = Fences(content)
        intent = Intent(content, fences: fences)
        form = Form(fences)
        language = Language.code(of: fences.outside)
    }

    /// Intent, form and language in words, such as `answer, list, en`; equal structures have equal names.
    package var name: String { [intent.rawValue, form.rawValue, language].compactMap(\.self).joined(separator: ", ") }
}

extension Structure.Form {
    fileprivate init(_ fences: Fences) {
        let lines = fences.outside.lines.map { $0.trimmed() }.filter { !$0.isEmpty }
        let items = lines.count(where: Structure.Form.isItem)
        if !fences.blocks.isEmpty {
            self = .code
        } else if lines.contains(where: Structure.Form.isTableRule) {
            self = .table
        } else if lines.contains(where: Structure.Form.isHeading) {
            self = .headings
        } else {
            self = items >= 2 || (items == 1 && lines.count <= 2) ? .list : .plain
        }
    }

    /// CommonMark, section 4.2.
    private static func isHeading(_ line: Substring) -> Bool {
        let marks = line.prefix { $0 == "#" }
        return (1...6).contains(marks.count) && line.dropFirst(marks.count).first == " "
    }

    /// CommonMark, section 5.2: `- `, `* `, `+ `, `• `, `1. `, `1) `.
    private static func isItem(_ line: Substring) -> Bool {
        if let first = line.first, "-*+•".contains(first) { return line.dropFirst().first == " " }
        let number = line.prefix(while: \.isASCIIDigit)
        let after = line.dropFirst(number.count)
        return (1...9).contains(number.count) && (after.hasPrefix(". ") || after.hasPrefix(") "))
    }

    /// The line below the head of a table of GitHub's Markdown: `| --- | :-: |`.
    private static func isTableRule(_ line: Substring) -> Bool {
        line.contains("|") && line.contains("--") && line.allSatisfy { "|-: ".contains($0) }
    }
}
