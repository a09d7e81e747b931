package import SwarmCore

extension WireError {
    /// The body of an error reply as OpenAI writes it; all four keys are always there.
    package var openAIEnvelope: JSON {
        [
            "error": [
                "message": .string(isPermanent ? message.withoutRetryCodes : message),
                "type": isPermanent ? "invalid_request_error" : "server_error",
                "param": parameter.map { .string($0.withoutRetryCodes) } ?? .null,
                "code": .string(code),
            ]
        ]
    }

    /// What happened, for people; clients recognise an overflow by the very words used here.
    package var message: String {
        switch self {
        case .malformedJSON(let error): "The request body is not valid JSON: \(error)."
        case .invalidParameter(let name, let reason): "Invalid value for \(name): \(reason)."
        case .unsupported(_, let reason): "Not supported: \(reason)."
        case .unauthenticated: "Incorrect API key provided."
        case .forbidden(let reason): "Not allowed: \(reason)."
        case .modelNotFound(let asked, let loaded): "The model `\(asked)` does not exist. Loaded is `\(loaded)`."
        case .contextLengthExceeded(let needed, let limit):
            "This model's maximum context length is \(limit) tokens. However, your messages resulted in "
                + "\(needed) tokens. Please reduce the length of the messages."
        case .notFound(let method, let path): "There is nothing at \(method) \(path)."
        case .methodNotAllowed(let method, let path, _): "\(path) does not take \(method)."
        case .bodyTooLarge(let limit): "The request body is larger than \(limit) bytes."
        case .saturated: "The server is busy. Try again later."
        case .stopping: "The server is stopping. Try again later."
        case .loading: "The model is being loaded. Try again later."
        case .modelFailed(let reason): "The model stopped working: \(reason)."
        case .internalFailure: "Internal error."
        }
    }

    private var parameter: String? {
        switch self {
        case .invalidParameter(let name, _): name
        case .unsupported(let parameter, _): parameter
        case .modelNotFound: "model"
        case .contextLengthExceeded: "messages"
        default: nil
        }
    }

    private var code: String {
        switch self {
        case .malformedJSON: "invalid_json"
        case .invalidParameter: "invalid_value"
        case .unsupported: "unsupported_value"
        case .unauthenticated: "invalid_api_key"
        case .forbidden: "forbidden"
        case .modelNotFound: "model_not_found"
        case .contextLengthExceeded: "context_length_exceeded"
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .bodyTooLarge: "payload_too_large"
        case .saturated: "server_busy"
        case .stopping: "server_stopping"
        case .loading: "model_loading"
        case .modelFailed: "server_error"
        case .internalFailure: "internal_error"
        }
    }
}

extension String {
    /// The text with an invisible word joiner (U+2060) inside every digit group that makes a client retry.
    ///
    /// The coding client opencode repeats a failed request when these digits occur anywhere in the reply, so that a
    /// token count of 15031, which contains 503, would turn a final refusal into a loop. The text looks the same.
    var withoutRetryCodes: String {
        let codes: Set<Substring> = ["429", "500", "502", "503", "504", "524"]
        var out = ""
        for at in unicodeScalars.indices {
            out.unicodeScalars.append(unicodeScalars[at])
            if codes.contains(Substring(unicodeScalars[at...].prefix(3))) { out.unicodeScalars.append("\u{2060}") }
        }
        return out
    }
}
