package import SwarmCore

/// Says what kind of answer a candidate gives, and its canonical key where the kind has one.
package struct Classifier: Sendable {
    private let format: ResponseFormat
    private let options: Options
    /// What the request is likely to be answered with.
    private let prior: TurnKind
    private let asksForJSON: Bool

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
        prior = TurnPrior.kind(of: request)
        asksForJSON =
            request.messages.last { $0.role == .user }.map { RequestText($0.content).asksForJSON } ?? false
    }

    /// Reads one answer, its tool calls and its content; reasoning does not count.
    ///
    /// In this order: tool calls; JSON asked for, or nothing but JSON; a patch, or code where code was asked for; an
    /// announced or bare choice or number; code that makes up half of the answer; an announced short answer, or one line
    /// of at most twelve words; else prose. Text that looks like a tool call is none.
    package func read(_ answer: ParsedAnswer) -> Reading {
        if !answer.toolCalls.isEmpty {
            return Reading(kind: .toolCall, key: CanonicalKey.toolCalls(answer.toolCalls))
        }
        let content = String(answer.content.trimmed())
        let fences = Fences(content)
        if let value = json(content, fences) { return Reading(kind: .json, key: CanonicalKey.json(value)) }
        if format != .text { return Reading(kind: .json, key: nil) }

        let isCode = CodeText.isMost(of: content, fences)
        // Code is full of what looks like announcements: comments, output, labels.
        if isCode, prior == .code || CodeText.isPatch(content) { return Reading(kind: .code, key: nil) }
        let stated = stated(in: fences.blocks.isEmpty ? content : fences.marked)
        if isCode { return stated.flatMap { $0.kind == .short ? nil : $0 } ?? Reading(kind: .code, key: nil) }
        if let stated { return stated }
        if isShort(content) { return Reading(kind: .short, key: CanonicalKey.short(content)) }
        return Reading(kind: .prose, key: nil)
    }

    /// The answer's JSON: all of it, the one fenced block it consists of, or the one it has where JSON was asked for in
    /// words.
    private func json(_ content: String, _ fences: Fences) -> JSON? {
        var text = content
        if let block = fences.blocks.first, fences.blocks.count == 1 {
            let isAll = fences.outside.allSatisfy(\.isWhitespace)
            if isAll ? block.language == "json" || format != .text : asksForJSON && format == .text {
                text = block.code
            }
        }
        guard let value = try? JSON(parsing: text) else { return nil }
        switch value {
        case .array, .object: return value
        case .null, .bool, .number, .string:
            // Only a schema can ask for less than an array or an object.
            if case .jsonSchema = format { return value }
            return nil
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
            if let key = NumberText.key(of: answer.value, unitWords: Classifier.unitWords.announced, readsWords: true) {
                return Reading(kind: .number, key: key)
            }
        }
        // A question for a number announces it too.
        if isShort(content),
            let key = NumberText.key(
                of: content,
                unitWords: Classifier.unitWords.alone,
                readsWords: prior == .number
            )
        {
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
}
