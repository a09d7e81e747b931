package import SwarmCore

/// One line of the reply to a vote: JSON, ended by a line feed.
///
/// Log-probabilities are not among it: a head does not believe what a peer says of its own confidence.
package enum VoteLine: Sendable, Equatable {
    /// Something happened to a candidate: text, or its end.
    case candidate(Int, CandidateEvent)
    /// A sign of life.
    case alive

    /// As it is sent; `nil` for events that are not told.
    package var bytes: [UInt8]? {
        guard let json else { return nil }
        return json.utf8 + [UInt8(ascii: "\n")]
    }

    private var json: JSON? {
        switch self {
        case .alive: return ["alive": true]
        case .candidate(_, .phase), .candidate(_, .prompt): return nil
        case .candidate(let index, .text(let delta)):
            var object = JSON.Object([("candidate", .integer(index))])
            switch delta.channel {
            case .markup, .content: object["content"] = .string(delta.text)
            case .reasoning: object["reasoning"] = .string(delta.text)
            case .call(let number, let name):
                object["call"] = .integer(number)
                object["name"] = .string(name)
                object["arguments"] = .string(delta.text)
            }
            return .object(object)
        case .candidate(let index, .finished(let outcome)):
            return [
                "candidate": .integer(index), "end": .string(outcome.reason.rawValue),
                "prompt_tokens": .integer(outcome.usage.promptTokens),
                "completion_tokens": .integer(outcome.usage.completionTokens),
                "cached_tokens": .integer(outcome.usage.cachedTokens),
                "reasoning_tokens": .integer(outcome.usage.reasoningTokens),
            ]
        case .candidate(let index, .failed(let error)):
            return ["candidate": .integer(index), "error": .string(error.code), "reason": .string(error.reason)]
        }
    }
}

extension SourceError {
    fileprivate var code: String {
        switch self {
        case .shed: "shed"
        case .saturated: "saturated"
        case .contextLength: "context_length"
        case .unusable: "unusable"
        case .grammar: "grammar"
        case .cancelled: "cancelled"
        case .backend: "backend"
        }
    }

    /// What a peer says of a lost candidate; nothing of it is acted on but that it is lost.
    package static func told(code: String, reason: String) -> SourceError {
        switch code {
        case "shed": .shed
        case "saturated": .saturated(retryAfterSeconds: 2)
        case "cancelled": .cancelled
        default: .backend(String(reason.prefix(300)))
        }
    }
}
