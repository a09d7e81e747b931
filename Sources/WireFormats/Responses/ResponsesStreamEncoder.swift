package import SwarmCore

/// Writes one answer as a stream of Responses API events.
///
/// `response.created` and `response.in_progress` come first, also before a sign of life; then what is told of the
/// items; then `response.completed`, `response.incomplete` when the answer was cut off, or `response.failed`. Events are
/// numbered from 0. The last one holds token counts and the `swarm` object; there is no `[DONE]`. Only choice 0 counts.
package struct ResponsesStreamEncoder: AnswerStreamEncoder {
    private let identity: ResponsesIdentity
    private var output: ResponsesOutput
    private var number = 0
    private var isDone = false
    /// What there is to keep of the answer; `nil` until it has ended well.
    package private(set) var outcome: ResponsesOutcome?

    package init(_ identity: ResponsesIdentity) {
        self.identity = identity
        self.output = ResponsesOutput(identity)
    }

    /// The bytes to send for an event; empty when there is nothing to say, and after the end there never is.
    package mutating func encode(_ event: AnswerEvent) -> [UInt8] {
        guard !isDone else { return [] }
        var out = begin()
        switch event {
        case .phase(let phase): out += ServerSentEvent.keepAlive(phase)
        case .delta(0, let delta): write(output.take(delta), to: &out)
        case .choiceFinished(0, let reason): write(output.finish(reason), to: &out)
        case .finished(let summary):
            isDone = true
            write(output.finish(.stop), to: &out)
            let ended = ResponsesOutcome(identity, output, summary)
            let isCut = output.reason == .length
            write(isCut ? "response.incomplete" : "response.completed", [("response", ended.response)], to: &out)
            outcome = ended
        case .prompt, .delta, .choiceFinished: break
        }
        return out
    }

    /// The bytes that end a stream which cannot go on; the response headers are long gone.
    ///
    /// What is half written is not declared complete: a client might act on it.
    package mutating func fail(_ error: WireError) -> [UInt8] {
        guard !isDone else { return [] }
        var out = begin()
        isDone = true
        let items = output.items.filter { !$0.isOpen }
        write("response.failed", [("response", identity.response(.failed(items, error)))], to: &out)
        return out
    }

    private mutating func begin() -> [UInt8] {
        guard number == 0 else { return [] }
        var out: [UInt8] = []
        let response = identity.response(.inProgress)
        write("response.created", [("response", response)], to: &out)
        write("response.in_progress", [("response", response)], to: &out)
        return out
    }

    private mutating func write(_ events: [ResponsesEvent], to out: inout [UInt8]) {
        for event in events { write(event.type, event.members, to: &out) }
    }

    private mutating func write(_ type: String, _ members: [(key: String, value: JSON)], to out: inout [UInt8]) {
        let frame = [(key: "type", value: JSON.string(type))] + members + [("sequence_number", .integer(number))]
        number += 1
        out.append(contentsOf: "event: \(type)\ndata: ".utf8)
        JSON.object(JSON.Object(frame)).write(to: &out)
        out.append(contentsOf: "\n\n".utf8)
    }
}

/// What is kept of an answer, so that it can be asked for again and continued.
package struct ResponsesOutcome: Sendable, Equatable {
    /// The response's id.
    package let id: String
    /// The response object.
    package let response: JSON
    /// The answer as a turn of the conversation.
    package let message: Message

    init(_ identity: ResponsesIdentity, _ output: ResponsesOutput, _ summary: AnswerSummary) {
        self.id = identity.id
        self.response = identity.response(.ended(output.items, output.reason ?? .stop, summary))
        self.message = output.message
    }
}
