package import SwarmCore

/// Writes the answers to the prompts of one request as a stream of `text_completion` events.
///
/// Each choice gets its texts, then an empty one with the finish reason. A chunk of token counts over all prompts
/// follows when asked for, then `[DONE]`. The `swarm` report, of several prompts a list of reports, is in the last chunk
/// before `[DONE]`, whichever it is. Plain text has no reasoning and no tool calls; they are left out.
package struct CompletionStreamEncoder: Sendable {
    private struct Choice {
        /// Those that wait for their text.
        var logprobs = CompletionLogprobs()
        var isFinished = false
    }

    private let frame: ChunkFrame
    private let includeUsage: Bool
    private var batch: CompletionBatch
    private var choices: [Int: Choice] = [:]
    /// A finish that waits for the report, which has to travel with it when no chunk of token counts follows.
    private var held: (index: Int, reason: FinishReason)?
    private var isDone = false

    /// - Parameter identity: its id begins with `cmpl-`.
    /// - Parameter prompts: how many there are, at least one.
    package init(_ identity: ChatIdentity, prompts: Int, choicesPerPrompt: Int, includeUsage: Bool) {
        self.frame = ChunkFrame(identity, object: "text_completion")
        self.batch = CompletionBatch(prompts: prompts, choicesPerPrompt: choicesPerPrompt)
        self.includeUsage = includeUsage
    }

    /// The bytes to send for an event; empty when there is nothing to say, and after the end there never is.
    package mutating func encode(_ event: AnswerEvent, ofPrompt prompt: Int) -> [UInt8] {
        guard !isDone, batch.isRunning(prompt) else { return [] }
        var out: [UInt8] = []
        switch event {
        case .phase(let phase): return ServerSentEvent.keepAlive(phase)
        case .prompt(let text, let scores):
            for index in batch.indices(ofPrompt: prompt) { echo(text, scores, in: index, to: &out) }
        case .delta(let choice, let delta):
            if let index = batch.index(of: choice, ofPrompt: prompt) { encode(delta, of: index, to: &out) }
        case .choiceFinished(let choice, let reason):
            if let index = batch.index(of: choice, ofPrompt: prompt) { finish(index, reason, to: &out) }
        case .finished(let summary):
            if let end = batch.end(prompt, summary) { finish(end, to: &out) }
        }
        return out
    }

    /// The bytes that end a stream which cannot go on; the response headers are long gone.
    package mutating func fail(_ error: WireError) -> [UInt8] {
        guard !isDone else { return [] }
        isDone = true
        return ServerSentEvent.data(error.openAIEnvelope) + ServerSentEvent.done
    }

    private mutating func echo(_ text: String, _ scores: [TokenScore], in index: Int, to out: inout [UInt8]) {
        guard choices[index] == nil else { return }
        var choice = Choice(logprobs: CompletionLogprobs(echoing: text, scores))
        if !text.isEmpty { write(index, text, logprobs: choice.logprobs.take(), to: &out) }
        choices[index] = choice
    }

    private mutating func encode(_ delta: AnswerDelta, of index: Int, to out: inout [UInt8]) {
        var choice = choices[index, default: Choice()]
        guard !choice.isFinished else { return }
        switch delta {
        case .content(let text):
            if !text.isEmpty { write(index, text, logprobs: choice.logprobs.take(), to: &out) }
        case .logprobs(let scores): choice.logprobs.append(scores)
        case .reasoning, .toolCall, .toolArguments: break
        }
        choices[index] = choice
    }

    private mutating func finish(_ index: Int, _ reason: FinishReason, to out: inout [UInt8]) {
        var choice = choices[index, default: Choice()]
        guard !choice.isFinished else { return }
        choice.isFinished = true
        if !choice.logprobs.isEmpty { write(index, logprobs: choice.logprobs.take(), to: &out) }
        choices[index] = choice
        let reason = reason.consistent(withCalls: false)
        if includeUsage {
            write(index, reason: reason, to: &out)
        } else {
            if let held { write(held.index, reason: held.reason, to: &out) }
            held = (index, reason)
        }
    }

    private mutating func finish(_ end: CompletionEnd, to out: inout [UInt8]) {
        isDone = true
        var last = JSON.Object()
        if includeUsage { last["usage"] = end.usage }
        last["swarm"] = end.swarm
        if let held {
            write(held.index, reason: held.reason, beside: last, to: &out)
        } else {
            frame.write(beside: last, to: &out)
        }
        out.append(contentsOf: ServerSentEvent.done)
    }

    private func write(
        _ index: Int,
        _ text: String = "",
        logprobs: JSON = .null,
        reason: FinishReason? = nil,
        beside members: JSON.Object = JSON.Object(),
        to out: inout [UInt8]
    ) {
        frame.write(beside: members, to: &out) { out in
            out.append(contentsOf: #"{"index":\#(index),"#.utf8)
            out.append(key: "text", string: text)
            out.append(contentsOf: #","logprobs":"#.utf8)
            logprobs.write(to: &out)
            out.append(contentsOf: #","finish_reason":"#.utf8)
            JSON(reason).write(to: &out)
            out.append(UInt8(ascii: "}"))
        }
    }
}
