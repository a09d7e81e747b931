import SwarmCore

/// What every event of one response, or the whole reply, has in common.
package struct ResponsesIdentity: Sendable, Equatable {
    /// `resp_` and something unique, which the ids of its items share.
    package let id: String
    /// Unix time of the response in seconds.
    package let created: Int
    /// The model's name as the client wrote it.
    package let model: String
    let echo: JSON.Object
    let customTools: Set<String>

    /// The identity of the response to a request; its id has the end of the request's.
    package init(_ body: ResponsesBody, created: Int, model: String) {
        let request = body.request.id.rawValue
        let tail = request.split { $0 == "-" || $0 == "_" }.last ?? ""
        self.id = "resp_\(tail)"
        self.created = created
        self.model = model
        self.echo = body.echo
        self.customTools = body.customTools
    }

    /// The id of an item at a place in the output.
    func itemID(_ prefix: String, at place: Int) -> String { "\(prefix)_\(id.dropFirst("resp_".count))\(place)" }
}

/// How far a response is.
enum ResponsesState {
    case inProgress
    case ended([ResponsesItem], FinishReason, AnswerSummary)
    case failed([ResponsesItem], WireError)
}

extension ResponsesIdentity {
    /// The response object, which is the reply and stands in the first and last events of a stream.
    func response(_ state: ResponsesState) -> JSON {
        var status: JSON = "in_progress"
        var (error, incomplete, usage) = (JSON.null, JSON.null, JSON.null)
        var output: [ResponsesItem] = []
        var report: JSON?
        switch state {
        case .inProgress: break
        case .ended(let items, let reason, let summary):
            status = reason == .length ? "incomplete" : "completed"
            if reason == .length { incomplete = ["reason": "max_output_tokens"] }
            (output, usage, report) = (items, summary.usage.responses, summary.swarmReport)
        case .failed(let items, let failure):
            status = "failed"
            (output, error) = (items, failure.responsesError)
        }
        var object = JSON.Object([
            (key: "id", value: .string(id)),
            (key: "object", value: "response"),
            (key: "created_at", value: .integer(created)),
            (key: "status", value: status),
            (key: "error", value: error),
            (key: "incomplete_details", value: incomplete),
            (key: "model", value: .string(model)),
            (key: "output", value: .array(output.map(\.json))),
            (key: "usage", value: usage),
            (key: "background", value: false),
        ])
        for member in echo.members { object[member.key] = member.value }
        object["swarm"] = report
        return .object(object)
    }
}

extension Usage {
    /// The `usage` object of a response; nothing is charged for filling the cache.
    fileprivate var responses: JSON {
        [
            "input_tokens": .integer(promptTokens),
            "input_tokens_details": ["cached_tokens": .integer(cachedTokens), "cache_write_tokens": 0],
            "output_tokens": .integer(completionTokens),
            "output_tokens_details": ["reasoning_tokens": .integer(reasoningTokens)],
            "total_tokens": .integer(promptTokens + completionTokens),
        ]
    }
}

extension WireError {
    /// The `error` of a failed response.
    ///
    /// The coding client Codex goes by the code: it shortens the conversation, waits as long as the message says, gives
    /// up on `invalid_prompt`, and repeats the request on anything else.
    var responsesError: JSON {
        let code: JSON
        var text = isPermanent ? message.withoutRetryCodes : message
        switch self {
        case .contextLengthExceeded: code = "context_length_exceeded"
        case .saturated(let seconds):
            code = "rate_limit_exceeded"
            text = "The server is busy. Please try again in \(seconds)s."
        case .stopping, .loading, .modelFailed, .internalFailure: code = "server_error"
        case .malformedJSON, .invalidParameter, .unsupported, .unauthenticated, .forbidden, .modelNotFound, .notFound,
            .methodNotAllowed, .bodyTooLarge:
            code = "invalid_prompt"
        }
        return ["code": code, "message": .string(text)]
    }
}
