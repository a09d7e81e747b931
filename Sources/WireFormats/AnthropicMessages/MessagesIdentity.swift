package import SwarmCore

/// What every reply to one request of the Messages API has in common.
package struct MessagesIdentity: Sendable, Equatable {
    /// `msg_` and something unique.
    package var id: String
    /// The model's name as the client wrote it.
    package var model: String

    package init(id: String, model: String) {
        self.id = id
        self.model = model
    }

    /// The identity of a reply to a request: what is unique of its id, behind `msg_`.
    package init(_ request: RequestID, model: String) {
        self.init(id: "msg_" + (request.rawValue.split(separator: "-").last ?? ""), model: model)
    }

    /// A message with these blocks, as it is at the beginning of a stream or in a whole reply.
    func message(content: [JSON], stopReason: JSON, usage: Usage) -> JSON.Object {
        JSON.Object([
            (key: "id", value: .string(id)),
            (key: "type", value: "message"),
            (key: "role", value: "assistant"),
            (key: "model", value: .string(model)),
            (key: "content", value: .array(content)),
            (key: "stop_reason", value: stopReason),
            // Which stop string it was is not known: such an answer ends like any other.
            (key: "stop_sequence", value: .null),
            (key: "usage", value: usage.anthropic),
        ])
    }
}

/// The blocks of a message.
enum MessagesBlock {
    /// Stands where the API proves that thoughts are its own: clients drop thoughts without one.
    static let signature = "bG9jYWw="

    static func thinking(_ text: String, signature: String) -> JSON {
        ["type": "thinking", "thinking": .string(text), "signature": .string(signature)]
    }

    static func text(_ text: String) -> JSON { ["type": "text", "text": .string(text)] }

    static func toolUse(id: String, name: String, input: JSON) -> JSON {
        ["type": "tool_use", "id": .string(MessagesToolID.wireID(of: id)), "name": .string(name), "input": input]
    }
}

extension Usage {
    /// Anthropic's `usage` object, which counts a prompt's tokens either as read or as found in memory.
    var anthropic: JSON {
        [
            "input_tokens": .integer(max(0, promptTokens - cachedTokens)),
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": .integer(cachedTokens),
            "output_tokens": .integer(completionTokens),
            "output_tokens_details": ["thinking_tokens": .integer(reasoningTokens)],
        ]
    }
}

extension FinishReason {
    /// Anthropic's `stop_reason`; `tool_use` only when calls were sent.
    func anthropic(withCalls hasCalls: Bool) -> JSON {
        switch consistent(withCalls: hasCalls) {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        }
    }
}
