package import SwarmCore

/// Collects one answer into the body of a `chat.completion` reply.
package struct ChatResponseEncoder: AnswerReplyEncoder {
    fileprivate struct Choice {
        var content = ""
        var reasoning = ""
        var calls: [Int: ToolCall] = [:]
        var scores: [TokenScore] = []
        var reason = FinishReason.stop
    }

    private let identity: ChatIdentity
    private var choices: [Int: Choice] = [:]

    package init(_ identity: ChatIdentity) { self.identity = identity }

    /// Takes an event; the last one gives the body.
    package mutating func encode(_ event: AnswerEvent) -> JSON? {
        switch event {
        case .phase, .prompt: return nil
        case .delta(let choice, let delta): choices[choice, default: Choice()].take(delta)
        case .choiceFinished(let choice, let reason): choices[choice, default: Choice()].reason = reason
        case .finished(let summary): return body(summary)
        }
        return nil
    }

    private func body(_ summary: AnswerSummary) -> JSON {
        var body = identity.opening(object: "chat.completion")
        body["choices"] = .array(choices.sorted { $0.key < $1.key }.map { $0.value.json(index: $0.key) })
        body["usage"] = summary.usage.openAI
        body["swarm"] = summary.swarmReport
        return .object(body)
    }
}

extension ChatResponseEncoder.Choice {
    fileprivate mutating func take(_ delta: AnswerDelta) {
        switch delta {
        case .reasoning(let text): reasoning += text
        case .content(let text): content += text
        case .logprobs(let more): scores += more
        case .toolCall(let index, let id, let name):
            if calls[index] == nil { calls[index] = ToolCall(id: id, name: name, arguments: "") }
        case .toolArguments(let index, let text): calls[index]?.arguments += text
        }
    }

    fileprivate func json(index: Int) -> JSON {
        [
            "index": .integer(index),
            "message": message,
            "logprobs": scores.openAI,
            "finish_reason": .string(reason.consistent(withCalls: !calls.isEmpty).rawValue),
        ]
    }

    private var message: JSON {
        var message = JSON.Object()
        message["role"] = "assistant"
        message["content"] = content.isEmpty && !calls.isEmpty ? .null : .string(content)
        message["refusal"] = .null
        message["annotations"] = []
        if !reasoning.isEmpty { message["reasoning_content"] = .string(reasoning) }
        if !calls.isEmpty {
            message["tool_calls"] = .array(calls.sorted { $0.key < $1.key }.map { $0.value.json })
        }
        return .object(message)
    }
}

extension ToolCall {
    fileprivate var json: JSON {
        ["id": .string(id), "type": "function", "function": ["name": .string(name), "arguments": .string(arguments)]]
    }
}
