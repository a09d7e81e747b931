package import SwarmCore

extension WireError {
    /// The body of an error reply as Anthropic writes it; inside a stream it names no request.
    package func anthropicEnvelope(requestID: RequestID? = nil) -> JSON {
        let text = anthropicMessage
        var body = JSON.Object([
            (key: "type", value: "error"),
            (
                key: "error",
                value: [
                    "type": .string(anthropicType), "message": .string(isPermanent ? text.withoutRetryCodes : text),
                ]
            ),
        ])
        body["request_id"] = requestID.map { .string($0.rawValue) }
        return .object(body)
    }

    /// Clients of this format recognise an overflow by other words.
    private var anthropicMessage: String {
        guard case .contextLengthExceeded(let needed, let limit) = self else { return message }
        return "prompt is too long: \(needed) tokens > \(limit) maximum"
    }

    private var anthropicType: String {
        switch self {
        case .malformedJSON, .invalidParameter, .unsupported, .contextLengthExceeded, .methodNotAllowed:
            "invalid_request_error"
        case .unauthenticated: "authentication_error"
        case .forbidden: "permission_error"
        case .modelNotFound, .notFound: "not_found_error"
        case .bodyTooLarge: "request_too_large"
        case .saturated, .stopping, .loading: "overloaded_error"
        case .modelFailed, .internalFailure: "api_error"
        }
    }
}
