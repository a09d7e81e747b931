import SwarmCore

/// What every reply to one chat request has in common.
package struct ChatIdentity: Sendable, Equatable {
    /// `chatcmpl-` and something unique.
    package var id: String
    /// Unix time of the reply in seconds; the same in all chunks of a stream.
    package var created: Int
    /// The model's name as the client wrote it.
    package var model: String
    /// Changes when the same seed may give another answer: model file, engine version.
    package var fingerprint: String

    package init(id: String, created: Int, model: String, fingerprint: String) {
        self.id = id
        self.created = created
        self.model = model
        self.fingerprint = fingerprint
    }

    /// The members that come first in a reply or a chunk.
    func opening(object: String) -> JSON.Object {
        JSON.Object([
            (key: "id", value: .string(id)),
            (key: "object", value: .string(object)),
            (key: "created", value: .integer(created)),
            (key: "model", value: .string(model)),
            (key: "system_fingerprint", value: .string(fingerprint)),
        ])
    }
}

extension Usage {
    /// OpenAI's `usage` object.
    var openAI: JSON {
        [
            "prompt_tokens": .integer(promptTokens),
            "completion_tokens": .integer(completionTokens),
            "total_tokens": .integer(promptTokens + completionTokens),
            "prompt_tokens_details": ["cached_tokens": .integer(cachedTokens)],
            "completion_tokens_details": ["reasoning_tokens": .integer(reasoningTokens)],
        ]
    }
}

extension FinishReason {
    /// `tool_calls` exactly when calls were sent: clients stop too early or wait for ever when the two disagree.
    func consistent(withCalls hasCalls: Bool) -> FinishReason {
        switch self {
        case .length: .length
        case .stop, .toolCalls: hasCalls ? .toolCalls : .stop
        }
    }
}

extension [TokenScore] {
    /// OpenAI's `logprobs` object of a choice; `null` when there are none.
    var openAI: JSON {
        if isEmpty { return .null }
        let content = map { score in
            var token = entry(score.bytes, score.logprob)
            token["top_logprobs"] = .array(score.alternatives.map { .object(entry($0.bytes, $0.logprob)) })
            return JSON.object(token)
        }
        return ["content": .array(content), "refusal": .null]
    }

    private func entry(_ bytes: [UInt8], _ logprob: Float) -> JSON.Object {
        JSON.Object([
            (key: "token", value: .string(String(decoding: bytes, as: UTF8.self))),
            (key: "logprob", value: .logprob(logprob)),
            (key: "bytes", value: .array(bytes.map { .integer($0) })),
        ])
    }
}

extension JSON {
    /// A log-probability; JSON has no infinity, and −9999 is what OpenAI writes for an impossible token.
    static func logprob(_ value: Float) -> JSON { .number(value.isFinite ? "\(value)" : "-9999.0") }
}
