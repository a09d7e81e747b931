package import SwarmCore

/// Collects the answers to the prompts of one request into the body of a `text_completion` reply.
package struct CompletionReplyEncoder: Sendable {
    private struct Choice {
        var text = ""
        var logprobs = CompletionLogprobs()
        var reason = FinishReason.stop
    }

    private let identity: ChatIdentity
    private var batch: CompletionBatch
    private var choices: [Int: Choice] = [:]

    /// - Parameter identity: its id begins with `cmpl-`.
    /// - Parameter prompts: how many there are, at least one.
    package init(_ identity: ChatIdentity, prompts: Int, choicesPerPrompt: Int) {
        self.identity = identity
        self.batch = CompletionBatch(prompts: prompts, choicesPerPrompt: choicesPerPrompt)
    }

    /// Takes an event; the end of the last prompt gives the body.
    package mutating func encode(_ event: AnswerEvent, ofPrompt prompt: Int) -> JSON? {
        guard batch.isRunning(prompt) else { return nil }
        switch event {
        case .phase: return nil
        case .prompt(let text, let scores):
            for index in batch.indices(ofPrompt: prompt) where choices[index] == nil {
                choices[index] = Choice(text: text, logprobs: CompletionLogprobs(echoing: text, scores))
            }
        case .delta(let choice, let delta):
            if let index = batch.index(of: choice, ofPrompt: prompt) { take(delta, of: index) }
        case .choiceFinished(let choice, let reason):
            guard let index = batch.index(of: choice, ofPrompt: prompt) else { return nil }
            choices[index, default: Choice()].reason = reason.consistent(withCalls: false)
        case .finished(let summary): return batch.end(prompt, summary).map { body($0) }
        }
        return nil
    }

    private mutating func take(_ delta: AnswerDelta, of index: Int) {
        switch delta {
        case .content(let text): choices[index, default: Choice()].text += text
        case .logprobs(let scores): choices[index, default: Choice()].logprobs.append(scores)
        case .reasoning, .toolCall, .toolArguments: break
        }
    }

    private func body(_ end: CompletionEnd) -> JSON {
        var body = identity.opening(object: "text_completion")
        body["choices"] = .array(
            choices.sorted { $0.key < $1.key }.map { index, choice in
                var logprobs = choice.logprobs
                return [
                    "index": .integer(index),
                    "text": .string(choice.text),
                    "logprobs": logprobs.take(),
                    "finish_reason": JSON(choice.reason),
                ]
            }
        )
        body["usage"] = end.usage
        body["swarm"] = end.swarm
        return .object(body)
    }
}
