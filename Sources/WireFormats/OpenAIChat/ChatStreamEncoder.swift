package import SwarmCore

/// Writes one answer as a stream of `chat.completion.chunk` events.
///
/// Each choice gets a chunk with its role, then its deltas, then one empty delta with the finish reason. A chunk of
/// token counts follows when asked for, then `[DONE]`. The `swarm` object is in the last chunk before `[DONE]`,
/// whichever it is. A delta holds one of content, reasoning and tool calls, and no key of it is ever `null`.
package struct ChatStreamEncoder: AnswerStreamEncoder {
    private struct Choice {
        /// Indices of the calls that were begun: a call's arguments may only follow its name.
        var calls: Set<Int> = []
        /// Log-probabilities that wait for their text.
        var scores: [TokenScore] = []
        var isFinished = false
    }

    private let frame: ChunkFrame
    private let includeUsage: Bool
    private var choices: [Int: Choice] = [:]
    /// A finish that waits for the report, which has to travel with it when no chunk of token counts follows.
    private var held: (choice: Int, reason: FinishReason)?
    private var isDone = false

    package init(_ identity: ChatIdentity, includeUsage: Bool) {
        self.frame = ChunkFrame(identity, object: "chat.completion.chunk")
        self.includeUsage = includeUsage
    }

    /// The bytes to send for an event; empty when there is nothing to say, and after the end there never is.
    package mutating func encode(_ event: AnswerEvent) -> [UInt8] {
        guard !isDone else { return [] }
        var out: [UInt8] = []
        switch event {
        case .phase(let phase): return ServerSentEvent.keepAlive(phase)
        case .prompt: break
        case .delta(let choice, let delta): encode(delta, of: choice, to: &out)
        case .choiceFinished(let choice, let reason): finish(choice, reason, to: &out)
        case .finished(let summary): finish(summary, to: &out)
        }
        return out
    }

    /// The bytes that end a stream which cannot go on; the response headers are long gone.
    package mutating func fail(_ error: WireError) -> [UInt8] {
        guard !isDone else { return [] }
        isDone = true
        return ServerSentEvent.data(error.openAIEnvelope) + ServerSentEvent.done
    }

    private mutating func encode(_ delta: AnswerDelta, of index: Int, to out: inout [UInt8]) {
        var choice = open(index, to: &out)
        guard !choice.isFinished else { return }
        defer { choices[index] = choice }
        switch delta {
        case .reasoning(let text):
            if !text.isEmpty { write(index, to: &out) { $0.append(key: "reasoning_content", string: text) } }
        case .content(let text):
            guard !text.isEmpty else { return }
            write(index, scores: choice.scores, to: &out) { $0.append(key: "content", string: text) }
            choice.scores = []
        case .logprobs(let scores):
            choice.scores += scores
        case .toolCall(let call, let id, let name):
            guard choice.calls.insert(call).inserted else { return }
            write(index, to: &out) { out in
                out.append(contentsOf: #""tool_calls":[{"index":\#(call),"#.utf8)
                out.append(key: "id", string: id)
                out.append(contentsOf: #","type":"function","function":{"#.utf8)
                out.append(key: "name", string: name)
                out.append(contentsOf: #","arguments":""}}]"#.utf8)
            }
        case .toolArguments(let call, let text):
            guard choice.calls.contains(call), !text.isEmpty else { return }
            write(index, to: &out) { out in
                out.append(contentsOf: #""tool_calls":[{"index":\#(call),"function":{"#.utf8)
                out.append(key: "arguments", string: text)
                out.append(contentsOf: "}}]".utf8)
            }
        }
    }

    /// The state of a choice, after its first chunk if this is the first that is heard of it.
    private mutating func open(_ index: Int, to out: inout [UInt8]) -> Choice {
        if let choice = choices[index] { return choice }
        write(index, to: &out) { $0.append(contentsOf: #""role":"assistant","content":"""#.utf8) }
        choices[index] = Choice()
        return Choice()
    }

    private mutating func finish(_ index: Int, _ reason: FinishReason, to out: inout [UInt8]) {
        let choice = open(index, to: &out)
        guard !choice.isFinished else { return }
        choices[index]?.isFinished = true
        if !choice.scores.isEmpty {
            write(index, scores: choice.scores, to: &out) { $0.append(key: "content", string: "") }
        }
        let reason = reason.consistent(withCalls: !choice.calls.isEmpty)
        if includeUsage {
            write(index, reason: reason, to: &out)
        } else {
            if let held { write(held.choice, reason: held.reason, to: &out) }
            held = (index, reason)
        }
    }

    private mutating func finish(_ summary: AnswerSummary, to out: inout [UInt8]) {
        isDone = true
        var last = JSON.Object()
        if includeUsage { last["usage"] = summary.usage.openAI }
        last["swarm"] = summary.swarmReport
        if let held {
            write(held.choice, reason: held.reason, beside: last, to: &out)
        } else {
            frame.write(beside: last, to: &out)
        }
        out.append(contentsOf: ServerSentEvent.done)
    }

    private func write(
        _ index: Int,
        scores: [TokenScore] = [],
        reason: FinishReason? = nil,
        beside members: JSON.Object = JSON.Object(),
        to out: inout [UInt8],
        delta: (inout [UInt8]) -> Void = { _ in }
    ) {
        frame.write(beside: members, to: &out) { out in
            out.append(contentsOf: #"{"index":\#(index),"delta":{"#.utf8)
            delta(&out)
            out.append(contentsOf: #"},"logprobs":"#.utf8)
            scores.openAI.write(to: &out)
            out.append(contentsOf: #","finish_reason":"#.utf8)
            JSON(reason).write(to: &out)
            out.append(UInt8(ascii: "}"))
        }
    }
}
