package import SwarmCore

/// Collects one answer into the body of a whole reply of the Messages API.
package struct MessagesReplyEncoder: AnswerReplyEncoder {
    private let identity: MessagesIdentity
    private var content = ""
    private var reasoning = ""
    private var calls: [Int: ToolCall] = [:]
    private var reason = FinishReason.stop

    package init(_ identity: MessagesIdentity) { self.identity = identity }

    /// Takes an event; the last one gives the body.
    package mutating func encode(_ event: AnswerEvent) -> JSON? {
        switch event {
        case .delta(choice: 0, let delta): take(delta)
        case .choiceFinished(choice: 0, let reason): self.reason = reason
        case .finished(let summary): return body(summary)
        case .phase, .prompt, .delta, .choiceFinished: break
        }
        return nil
    }

    private mutating func take(_ delta: AnswerDelta) {
        switch delta {
        case .reasoning(let text): reasoning += text
        case .content(let text): content += text
        case .logprobs: break
        case .toolCall(let index, let id, let name):
            if calls[index] == nil { calls[index] = ToolCall(id: id, name: name, arguments: "") }
        case .toolArguments(let index, let text): calls[index]?.arguments += text
        }
    }

    private func body(_ summary: AnswerSummary) -> JSON {
        let stop = reason.anthropic(withCalls: !calls.isEmpty)
        var body = identity.message(content: blocks, stopReason: stop, usage: summary.usage)
        body["swarm"] = summary.swarmReport
        return .object(body)
    }

    private var blocks: [JSON] {
        var blocks: [JSON] = []
        if !reasoning.isEmpty {
            blocks.append(MessagesBlock.thinking(reasoning, signature: MessagesBlock.signature))
        }
        if !content.isEmpty { blocks.append(MessagesBlock.text(content)) }
        for (_, call) in calls.sorted(by: { $0.key < $1.key }) {
            blocks.append(MessagesBlock.toolUse(id: call.id, name: call.name, input: call.input))
        }
        // Clients take the first block for granted.
        return blocks.isEmpty ? [MessagesBlock.text("")] : blocks
    }
}

extension ToolCall {
    /// The arguments as an object; arguments that were cut off have none.
    fileprivate var input: JSON {
        guard let value = try? JSON(parsing: arguments), value.objectValue != nil else { return [:] }
        return value
    }
}
