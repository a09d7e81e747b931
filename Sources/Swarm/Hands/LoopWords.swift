import SwarmCore

/// What models and clients are told about calls of the server's tools, in few words: models read them all.
enum LoopWords {
    static let answerNow = "[No more tools: answer now.]"
    static let malformed = "The arguments are not a JSON object. The call was not carried out."
    static let twice = "The same call stands before this one; its result is there."
    static let disagreement =
        "Not carried out: the candidates did not agree on this change. Look first, or take a smaller step."

    static func unknown(_ name: String, among names: [String]) -> String {
        "There is no tool \(JSON.string(String(name.prefix(64))).text). Tools: \(names.joined(separator: ", "))."
    }

    static func tooMany(_ most: Int) -> String { "Not carried out: at most \(most) calls in one turn." }

    static func circle(_ circle: CallHistory.Circle) -> String {
        switch circle {
        case .repeated:
            "Not carried out: you made this call before, and nothing changed since. Use its result, or answer."
        case .pingPong: "Not carried out: you go back and forth between two calls. Try something else, or answer."
        }
    }

    static func answered(_ words: String) -> String { "The user answered: \(words)" }

    static func denied(_ words: String?) -> String {
        "The user did not allow it" + (words.map { " and said: \($0)" } ?? ".")
    }

    static func overflow(limit: Int) -> String {
        "What the tools found no longer fits the context of \(limit) tokens. Ask for less at once."
    }

    /// What stands for an answer that the model did not give.
    static func stopped(_ reason: ToolReport.Stop?) -> String {
        let because =
            switch reason {
            case .steps: "so many steps were taken"
            case .time: "the time is over"
            case .tokens: "so many tokens were generated"
            case .repetition: "the model repeated itself"
            case .disagreement: "the candidates did not agree on a change"
            case .question, .context, nil: "there was nothing more to do"
            }
        return "The work with tools was stopped without an answer: \(because)."
    }

    /// The first question among what came of some calls, with the answers there are.
    static func question(_ outcomes: [(outcome: ToolOutcome, seconds: Double)], of tool: String) -> String {
        guard let outcome = outcomes.first(where: { $0.outcome.status == .asks })?.outcome else { return "" }
        let question = outcome.question ?? ToolQuestion(text: outcome.text)
        guard !question.options.isEmpty else { return question.text }
        return question.text + "\n\nAnswer: " + question.options.joined(separator: " | ")
    }

    /// One line on one call, such as `list src → 3 lines`.
    static func note(_ call: ToolCall, _ status: ToolReport.Run.Status, _ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
        let first = lines.first.map(String.init) ?? "nothing"
        let came =
            switch status {
            case .done: lines.count > 1 ? "\(lines.count) lines" : short(first, 80)
            case .failed: "failed: " + short(status == .failed ? lines.last.map(String.init) ?? first : first, 80)
            case .refused: "refused: " + short(first, 80)
            case .asks: "asks"
            case .notRun: "not carried out: " + short(first, 80)
            }
        let subject = subject(of: call)
        return "\(short(call.name, 64))\(subject.isEmpty ? "" : " " + subject) → \(came)"
    }

    /// What a call is about: the first of its arguments that is a text.
    private static func subject(of call: ToolCall) -> String {
        let members = (try? JSON(parsing: call.arguments))?.objectValue?.members ?? []
        return members.lazy.compactMap { $0.value.stringValue }.first.map { short($0, 60) } ?? ""
    }

    private static func short(_ text: String, _ most: Int) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > most ? line.prefix(most - 1) + "…" : line
    }
}
