import SwarmCore

/// One request while a model works with the server's tools: takes its turns and what came of its calls, and says what is
/// to be done next.
///
/// A state machine without waiting, as `Round` is: the owner carries out its actions and tells the client its notes. Only
/// calls that a turn makes in the model's own tool format are carried out; text is never looked at.
struct ToolLoop: Sendable {
    /// What the owner is to do.
    enum Action: Sendable {
        /// Have the model write its next turn, and hand it to `take`.
        case generate(ChatRequest)
        /// Carry out these calls side by side, and hand over what came of them.
        case run([ToolInvocation])
        case end(End)
    }

    /// What the client gets as content.
    enum End: Sendable, Equatable {
        /// That of the last turn.
        case answer
        /// Something else.
        case words(String)
        /// A question, to which the mark of this loop is added.
        case question(String)
    }

    /// One call of the turn that is being carried out.
    private struct Slot: Sendable {
        var call: ToolCall
        var key = ""
        var effect = ToolEffect.looks
        /// `nil` once it is settled.
        var invocation: ToolInvocation?
        var result: String?
    }

    private(set) var request: ChatRequest
    private let effects: [String: ToolEffect]
    private let limits: HandsLimits
    private var slots: [Slot] = []
    private var running: [Int] = []
    private var history = CallHistory()
    private(set) var report = ToolReport(steps: 0)
    private var tokens = 0
    /// The model was told that it goes round in circles; a second time ends its work.
    private var isWarned = false
    private var disagreements = 0
    /// No more calls are carried out: the next turn is the answer.
    private var isClosing = false
    private var notes: [String] = []

    /// - Parameter request: with the server's tools as its own.
    init(_ request: ChatRequest, offered: [OfferedTool], limits: HandsLimits) {
        self.request = request
        self.limits = limits
        effects = Dictionary(offered.map { ($0.spec.name, $0.effect) }) { first, _ in first }
    }

    /// What happened since it was last asked, a line each.
    mutating func takeNotes() -> [String] {
        defer { notes = [] }
        return notes
    }

    /// Of the conversation, about: what there is to be kept.
    var bytes: Int {
        request.messages.reduce(0) { sum, message in
            sum + message.content.utf8.count + (message.reasoning?.utf8.count ?? 0)
                + message.toolCalls.reduce(0) { $0 + $1.arguments.utf8.count }
        }
    }

    /// The first thing to do.
    func begin() -> Action { .generate(request) }

    // MARK: A turn

    /// Takes a turn of the model.
    /// - Parameter elapsed: since the first turn began.
    mutating func take(_ turn: LoopTurn, after elapsed: Duration) -> Action {
        report.steps += 1
        tokens += turn.tokens
        let calls = turn.answer.toolCalls
        guard !calls.isEmpty, !isClosing else {
            let isEmpty = turn.answer.content.trimmed.isEmpty
            return .end(isEmpty && isClosing ? .words(LoopWords.stopped(report.stop)) : .answer)
        }
        let changes = calls.contains { effects[$0.name] == .changes && Self.arguments(of: $0) != nil }
        if changes, !turn.isAgreed, !turn.wasVote {
            // One candidate decides on nothing that cannot be taken back: several are asked the same.
            return .generate(voting)
        }
        request.messages.append(
            Message(
                role: .assistant,
                content: turn.answer.content,
                reasoning: turn.answer.reasoning.isEmpty ? nil : turn.answer.reasoning,
                toolCalls: calls
            )
        )
        if changes, !turn.isAgreed {
            disagreements += 1
            if disagreements > 1 { close(.disagreement) }
            slots = []
            for call in calls {
                let slot = settled(call, LoopWords.disagreement)
                slots.append(slot)
            }
            return proceed(after: elapsed)
        }
        if changes { disagreements = 0 }
        fill(calls)
        return proceed(after: elapsed)
    }

    /// The same request, decided on by several candidates.
    private var voting: ChatRequest {
        var voting = request
        voting.policy = .vote(candidates: limits.voters)
        return voting
    }

    private mutating func fill(_ calls: [ToolCall]) {
        slots = []
        for (place, call) in calls.enumerated() {
            let next = place < limits.callsPerTurn ? slot(call) : settled(call, LoopWords.tooMany(limits.callsPerTurn))
            slots.append(next)
        }
    }

    /// A call that is to be carried out, or what there is to say about it instead.
    private mutating func slot(_ call: ToolCall) -> Slot {
        guard let effect = effects[call.name] else {
            return settled(call, LoopWords.unknown(call.name, among: request.tools.map(\.name)))
        }
        guard let arguments = Self.arguments(of: call) else { return settled(call, LoopWords.malformed) }
        let key = CallHistory.key(call.name, arguments)
        if slots.contains(where: { $0.key == key && $0.invocation != nil }) { return settled(call, LoopWords.twice) }
        if let circle = history.circle(of: key) {
            if isWarned { close(.repetition) }
            isWarned = true
            return settled(call, LoopWords.circle(circle))
        }
        return Slot(
            call: call,
            key: key,
            effect: effect,
            invocation: ToolInvocation(
                id: call.id,
                name: call.name,
                arguments: arguments,
                session: request.session ?? SessionKey(rawValue: request.id.rawValue),
                caller: request.id.rawValue,
                folder: request.folder ?? "."
            )
        )
    }

    /// The arguments object; none at all are an empty one.
    private static func arguments(of call: ToolCall) -> JSON? {
        let text = call.arguments.trimmed
        guard let arguments = try? JSON(parsing: text.isEmpty ? "{}" : text), case .object = arguments else {
            return nil
        }
        return arguments
    }

    private mutating func settled(_ call: ToolCall, _ words: String) -> Slot {
        report.runs.append(ToolReport.Run(name: call.name, status: .notRun, seconds: 0))
        notes.append(LoopWords.note(call, .notRun, words))
        return Slot(call: call, result: words)
    }

    // MARK: Its calls

    /// The next calls: those that only look run side by side, each other one by itself, in the order of the turn.
    private mutating func proceed(after elapsed: Duration) -> Action {
        guard let first = slots.firstIndex(where: { $0.invocation != nil }) else { return finish(after: elapsed) }
        running = [first]
        if slots[first].effect == .looks {
            let looking = slots.indices.dropFirst(first).prefix {
                slots[$0].invocation == nil || slots[$0].effect == .looks
            }
            running = looking.filter { slots[$0].invocation != nil }
        }
        return .run(running.compactMap { slots[$0].invocation })
    }

    /// Takes what came of the calls that were to be run, in their order.
    /// - Parameter elapsed: since the first turn began.
    mutating func take(_ outcomes: [(outcome: ToolOutcome, seconds: Double)], after elapsed: Duration) -> Action {
        var asking: Int?
        for (place, (outcome, seconds)) in zip(running, outcomes) {
            let slot = slots[place]
            let status = ToolReport.Run.Status(outcome.status)
            report.runs.append(ToolReport.Run(name: slot.call.name, status: status, seconds: seconds))
            notes.append(LoopWords.note(slot.call, status, outcome.text))
            if outcome.status == .asks {
                // One question at a time: another call that asks is carried out, and asks, after the answer to this one.
                if asking == nil {
                    asking = place
                    slots[place].result = outcome.text
                }
                continue
            }
            slots[place].invocation = nil
            slots[place].result = outcome.text
            history.add(slot.key, effect: slot.effect, result: outcome.text)
        }
        guard let asking else { return proceed(after: elapsed) }
        running = [asking]
        report.stop = .question
        return .end(.question(LoopWords.question(outcomes, of: slots[asking].call.name)))
    }

    /// Ends the turn: the model reads what came of its calls, and writes the next.
    private mutating func finish(after elapsed: Duration) -> Action {
        if report.steps >= limits.steps { close(.steps) }
        if elapsed >= limits.time { close(.time) }
        if tokens >= limits.tokens { close(.tokens) }
        for (place, slot) in slots.enumerated() {
            var text = slot.result ?? ""
            if isClosing, place == slots.count - 1 { text += "\n" + LoopWords.answerNow }
            request.messages.append(
                Message(role: .tool, content: text, toolCallID: slot.call.id, name: slot.call.name)
            )
        }
        slots = []
        running = []
        if isClosing { request.toolChoice = .none }
        return .generate(request)
    }

    private mutating func close(_ reason: ToolReport.Stop) {
        isClosing = true
        report.stop = report.stop ?? reason
    }

    // MARK: Interruptions

    /// Goes on with what a person said to the question this loop ended with.
    /// - Parameter next: the request that brings the answer; the conversation is the one that is here.
    mutating func resume(_ said: String, with next: ChatRequest) -> Action {
        let messages = request.messages
        request = next
        request.messages = messages
        report = ToolReport(steps: 0)
        tokens = 0
        guard let place = running.first, slots.indices.contains(place), var invocation = slots[place].invocation else {
            return .generate(request)
        }
        invocation.caller = request.id.rawValue
        if effects[invocation.name] == .asks {
            slots[place].invocation = nil
            slots[place].result = LoopWords.answered(said)
            return proceed(after: .zero)
        }
        switch PersonsAnswer(said) {
        case .allow:
            invocation.isApproved = true
            slots[place].invocation = invocation
            return .run([invocation])
        case .deny: slots[place].result = LoopWords.denied(nil)
        case .words(let words): slots[place].result = LoopWords.denied(words)
        }
        slots[place].invocation = nil
        return proceed(after: .zero)
    }

    /// Ends the work because what was found out no longer fits the model's context.
    mutating func overflow(limit: Int) -> Action {
        close(.context)
        return .end(.words(LoopWords.overflow(limit: limit)))
    }
}
