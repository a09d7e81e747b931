package import SwarmCore

/// Writes one answer as the named events of Anthropic's Messages API.
///
/// A message has blocks of thinking, text and tool calls, strictly one after the other. A piece of another block than the
/// open one ends that, except inside a call whose arguments are not whole: a call cannot be gone back to, so that
/// everything else waits for the end of the answer. The `swarm` object is in `message_delta`, beside `usage`.
package struct MessagesStreamEncoder: AnswerStreamEncoder {
    fileprivate enum Block: Equatable {
        case thinking, text
        case call(Int)
    }

    private let identity: MessagesIdentity
    private let promptTokens: Int
    private var hasBegun = false
    /// How many blocks there are; the open one is the last.
    private var blocks = 0
    private var open: Block?
    /// Indices of the calls that were begun: a call's arguments may only follow its name.
    private var calls: Set<Int> = []
    /// What was sent of the open call.
    private var arguments = ""
    /// What came while a call was open.
    private var waiting: [AnswerDelta] = []
    private var reason: FinishReason?
    private var isDone = false

    /// The prompt's tokens are told first, before it is known how many of them are in memory.
    package init(_ identity: MessagesIdentity, promptTokens: Int) {
        self.identity = identity
        self.promptTokens = promptTokens
    }

    /// The bytes to send for an event; empty when there is nothing to say, and after the end there never is.
    package mutating func encode(_ event: AnswerEvent) -> [UInt8] {
        guard !isDone else { return [] }
        var out: [UInt8] = []
        begin(to: &out)
        switch event {
        case .phase(let phase):
            // Every reader skips comments, and people can read them. But some clients count events alone as signs of
            // life, and `ping` is the one they know; once there is content, its pieces are signs enough.
            out += ServerSentEvent.keepAlive(phase)
            if blocks == 0 { out += Self.frame("ping") }
        case .delta(choice: 0, let delta): take(delta, to: &out)
        case .choiceFinished(choice: 0, let reason): end(reason, to: &out)
        case .finished(let summary): finish(summary, to: &out)
        case .prompt, .delta, .choiceFinished: break
        }
        return out
    }

    /// The bytes that end a stream which cannot go on; the response headers are long gone.
    package mutating func fail(_ error: WireError) -> [UInt8] {
        guard !isDone else { return [] }
        isDone = true
        return ServerSentEvent.message(event: "error", data: error.anthropicEnvelope().text).utf8
    }

    private mutating func begin(to out: inout [UInt8]) {
        guard !hasBegun else { return }
        hasBegun = true
        let message = identity.message(content: [], stopReason: .null, usage: Usage(promptTokens: promptTokens))
        out += Self.frame("message_start", ["message": .object(message)])
    }

    private mutating func take(_ delta: AnswerDelta, to out: inout [UInt8]) {
        guard reason == nil, let block = delta.block else { return }
        switch delta {
        case .toolCall(let call, _, _): guard calls.insert(call).inserted else { return }
        case .toolArguments(let call, _): guard calls.contains(call) else { return }
        case .reasoning, .content, .logprobs: break
        }
        if block == open || waiting.isEmpty && !isInsideCall {
            write(delta, to: &out)
        } else {
            waiting.append(delta)
        }
    }

    /// Whether more arguments of the open call may come.
    private var isInsideCall: Bool {
        guard case .call = open else { return false }
        do throws(JSONSyntaxError) { _ = try JSON(parsing: arguments) } catch { return true }
        return false
    }

    private mutating func write(_ delta: AnswerDelta, to out: inout [UInt8]) {
        switch delta {
        case .reasoning(let text):
            open(.thinking, as: MessagesBlock.thinking("", signature: ""), to: &out)
            add(["type": "thinking_delta", "thinking": .string(text)], to: &out)
        case .content(let text):
            open(.text, as: MessagesBlock.text(""), to: &out)
            add(["type": "text_delta", "text": .string(text)], to: &out)
        case .toolCall(let call, let id, let name):
            open(.call(call), as: MessagesBlock.toolUse(id: id, name: name, input: [:]), to: &out)
            arguments = ""
        case .toolArguments(let call, let text):
            // White space behind whole arguments may come too late.
            guard open == .call(call) else { return }
            arguments += text
            add(["type": "input_json_delta", "partial_json": .string(text)], to: &out)
        case .logprobs: break
        }
    }

    private mutating func open(_ block: Block, as start: JSON, to out: inout [UInt8]) {
        guard open != block else { return }
        close(to: &out)
        out += Self.frame("content_block_start", ["index": .integer(blocks), "content_block": start])
        open = block
        blocks += 1
    }

    private func add(_ delta: JSON, to out: inout [UInt8]) {
        out += Self.frame("content_block_delta", ["index": .integer(blocks - 1), "delta": delta])
    }

    private mutating func close(to out: inout [UInt8]) {
        guard let block = open else { return }
        if block == .thinking {
            add(["type": "signature_delta", "signature": .string(MessagesBlock.signature)], to: &out)
        }
        out += Self.frame("content_block_stop", ["index": .integer(blocks - 1)])
        open = nil
    }

    /// Writes what had to wait, each call together with all of its arguments.
    private mutating func end(_ reason: FinishReason, to out: inout [UInt8]) {
        guard self.reason == nil else { return }
        self.reason = reason
        for delta in waiting {
            write(delta, to: &out)
            guard case .toolCall(let call, _, _) = delta else { continue }
            let text = waiting.map { $0.arguments(of: call) }.joined()
            if !text.isEmpty { write(.toolArguments(index: call, text), to: &out) }
            close(to: &out)
        }
        waiting = []
        // Clients take the first block for granted.
        if blocks == 0 { open(.text, as: MessagesBlock.text(""), to: &out) }
        close(to: &out)
    }

    private mutating func finish(_ summary: AnswerSummary, to out: inout [UInt8]) {
        let reason = reason ?? .stop
        end(reason, to: &out)
        isDone = true
        let stop = reason.anthropic(withCalls: !calls.isEmpty)
        out += Self.frame(
            "message_delta",
            [
                "delta": ["stop_reason": stop, "stop_sequence": .null],
                "usage": summary.usage.anthropic,
                "swarm": summary.swarmReport,
            ]
        )
        out += Self.frame("message_stop")
    }

    /// Clients choose by the name of the event, which the data repeats.
    private static func frame(_ type: String, _ members: KeyValuePairs<String, JSON> = [:]) -> [UInt8] {
        let data = JSON.Object([(key: "type", value: .string(type))] + members)
        return ServerSentEvent.message(event: type, data: JSON.object(data).text).utf8
    }
}

extension AnswerDelta {
    /// The block it belongs to; `nil` when there is nothing in it for this format.
    fileprivate var block: MessagesStreamEncoder.Block? {
        switch self {
        case .reasoning(let text): text.isEmpty ? nil : .thinking
        case .content(let text): text.isEmpty ? nil : .text
        case .toolCall(let call, _, _): .call(call)
        case .toolArguments(let call, let text): text.isEmpty ? nil : .call(call)
        case .logprobs: nil
        }
    }

    fileprivate func arguments(of call: Int) -> String {
        if case .toolArguments(call, let text) = self { text } else { "" }
    }
}
