package import SwarmCore

/// Says what kind of answer a candidate gives, and its canonical key where the kind has one.
package struct Classifier: Sendable {
    private let format: ResponseFormat
    private let options: Options

    /// Most words of an answer that counts as short.
    private static let shortWords = 12
    /// Most words of unit after a number that is announced, and after one that stands alone.
    private static let unitWords = (announced: 6, alone: 2)

    /// A candidate's kind and key.
    package struct Reading: Sendable, Equatable {
        package var kind: TurnKind
        /// `nil` for code and prose, which have none, and for JSON and tool calls that cannot be parsed.
        package var key: String?

        package init(kind: TurnKind, key: String?) {
            self.kind = kind
            self.key = key
        }

        /// The answer is in a form that must parse, and does not.
        var isMalformed: Bool { key == nil && (kind == .json || kind == .toolCall) }
    }

    package init(request: ChatRequest) {
        format = request.responseFormat
        options = Options(in: request.messages)
    }

    /// Reads one answer.
    ///
    /// In this order: tool calls; JSON asked for, or nothing but JSON; an announced or bare choice or number; code that
    /// makes up half of the answer, or a patch; one line of at most twelve words; else prose.
    package func read(_ answer: ParsedAnswer) -> Reading {
        if !answer.toolCalls.isEmpty {
            return Reading(kind: .toolCall, key: CanonicalKey.toolCalls(answer.toolCalls))
        }
        let content = String(answer.content.trimmed())
        let fences = Fences(content)
        if let value = json(content, fences) { return Reading(kind: .json, key: CanonicalKey.json(value)) }
        if format != .text { return Reading(kind: .json, key: nil) }

        let prose = fences.blocks.isEmpty ? content : fences.outside
        if let stated = stated(in: prose) { return stated }
        if isCode(content, fences) { return Reading(kind: .code, key: nil) }
        if isShort(content) { return Reading(kind: .short, key: CanonicalKey.short(content)) }
        return Reading(kind: .prose, key: nil)
    }

    /// The answer's JSON: all of it, or the one fenced block it consists of.
    private func json(_ content: String, _ fences: Fences) -> JSON? {
        var text = content
        if let block = fences.blocks.first, fences.blocks.count == 1, fences.outside.allSatisfy(\.isWhitespace),
            block.language == "json" || format != .text
        {
            text = block.code
        }
        guard let value = try? JSON(parsing: text) else { return nil }
        switch value {
        case .array, .object: return value
        case .null, .bool, .number, .string: return nil
        }
    }

    private func stated(in text: String) -> Reading? {
        let content = String(text.trimmed())
        let stated = Array(StatedAnswer.all(in: content).reversed())

        if !options.isEmpty {
            let values = stated.map(\.value) + (isShort(content) ? [content] : [])
            if let letter = values.lazy.compactMap(choice).first { return Reading(kind: .choice, key: String(letter)) }
        }
        for answer in stated {
            if let key = NumberText.key(of: answer.value, unitWords: Classifier.unitWords.announced) {
                return Reading(kind: .number, key: key)
            }
        }
        if isShort(content), let key = NumberText.key(of: content, unitWords: Classifier.unitWords.alone) {
            return Reading(kind: .number, key: key)
        }
        // "The answer is" begins many sentences that announce nothing; the other forms are unmistakable.
        guard let answer = stated.first(where: { $0.form != .sentence || isShort(content) }), isShort(answer.value)
        else {
            return nil
        }
        let isFormal = answer.form == .boxed || answer.form == .lastLine
        return Reading(kind: isFormal ? .number : .short, key: CanonicalKey.short(answer.value))
    }

    private func choice(_ value: String) -> Character? { options.letter(of: value) }

    private func isShort(_ text: String) -> Bool {
        !text.isEmpty && !text.contains(where: \.isNewline)
            && text.split(maxSplits: Classifier.shortWords, whereSeparator: \.isWhitespace).count
                <= Classifier.shortWords
    }

    private func isCode(_ content: String, _ fences: Fences) -> Bool {
        let code = fences.blocks.reduce(0) { $0 + $1.code.utf8.count }
        if !fences.blocks.isEmpty, code * 2 >= content.utf8.count { return true }
        if content.hasPrefix("diff --git ") { return true }
        let lines = content.split(separator: "\n")
        return lines.contains { $0.hasPrefix("--- ") } && lines.contains { $0.hasPrefix("+++ ") }
            && lines.contains { $0.hasPrefix("@@ ") }
    }
}
