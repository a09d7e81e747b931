import SwarmCore

/// Turns the growing text of one candidate into the deltas a client sees, while it is generated.
///
/// Deltas are never taken back: what a partial reading shows and a later one denies is held until the end.
struct LiveChoice {
    let choice: Int
    private let isPlainText: Bool
    private let wantsScores: Bool
    private let repair: CallRepair
    private let makeCallID: () -> String
    private var sent = ParsedAnswer()
    /// Some of the reasoning was sent.
    var hasShownReasoning: Bool { !sent.reasoning.isEmpty }
    private var nextReading = ContinuousClock.now
    /// Reading starts over from the beginning of the text each time: not more often than this.
    private static let readingInterval = Duration.milliseconds(30)

    init(
        choice: Int,
        prompt: Prompt,
        wantsScores: Bool,
        repair: CallRepair,
        makeCallID: @escaping () -> String
    ) {
        self.choice = choice
        self.isPlainText = prompt.reading.isPlainText
        self.wantsScores = wantsScores
        self.repair = repair
        self.makeCallID = makeCallID
    }

    /// What to send after more text.
    mutating func deltas(after delta: TextDelta, of recorder: CandidateRecorder) -> [AnswerDelta] {
        let scores: [AnswerDelta] = wantsScores && !delta.tokens.isEmpty ? [.logprobs(delta.tokens)] : []
        if isPlainText, !recorder.isTakenApart {
            sent.content += delta.text
            return delta.text.isEmpty ? scores : scores + [.content(delta.text)]
        }
        guard ContinuousClock.now >= nextReading, let answer = try? recorder.read(isPartial: true) else {
            return scores
        }
        nextReading = ContinuousClock.now + Self.readingInterval
        return scores + advance(to: answer, isFinal: false)
    }

    /// What is left to send of the ended candidate.
    mutating func deltas(atEndOf candidate: Candidate) -> [AnswerDelta] { advance(to: candidate.answer, isFinal: true) }

    private mutating func advance(to answer: ParsedAnswer, isFinal: Bool) -> [AnswerDelta] {
        var deltas: [AnswerDelta] = []
        if let more = answer.reasoning.addition(to: sent.reasoning, isFinal: isFinal) {
            sent.reasoning += more
            deltas.append(.reasoning(more))
        }
        if let more = answer.content.addition(to: sent.content, isFinal: isFinal) {
            sent.content += more
            deltas.append(.content(more))
        }
        for (index, call) in answer.toolCalls.enumerated() where !call.name.isEmpty {
            if index == sent.toolCalls.count {
                // A call is announced once its arguments have begun, so that its name is whole.
                guard isFinal || !call.arguments.isEmpty else { break }
                let id = call.id.isEmpty ? makeCallID() : call.id
                sent.toolCalls.append(ToolCall(id: id, name: call.name, arguments: ""))
                deltas.append(.toolCall(index: index, id: id, name: call.name))
            }
            // Arguments that may be repaired are certain when they are whole.
            guard isFinal || !repair.concerns(call.name) else { continue }
            if let more = call.arguments.addition(to: sent.toolCalls[index].arguments, isFinal: isFinal) {
                sent.toolCalls[index].arguments += more
                deltas.append(.toolArguments(index: index, more))
            }
        }
        return deltas
    }
}

extension String {
    /// What this text has beyond one that was sent; `nil` when nothing, or when they have parted ways.
    ///
    /// White space at the end may still turn out to belong to markup: it waits for what follows.
    fileprivate func addition(to sent: String, isFinal: Bool) -> String? {
        let stable =
            isFinal ? self[...] : self[..<(lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? startIndex)]
        guard stable.utf8.count > sent.utf8.count, stable.utf8.starts(with: sent.utf8) else { return nil }
        return String(decoding: stable.utf8.dropFirst(sent.utf8.count), as: UTF8.self)
    }
}
