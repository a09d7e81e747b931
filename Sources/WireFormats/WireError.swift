package import SwarmCore

/// Every failure a client can see.
///
/// What it looks like on the wire is decided here and in its envelope, and nowhere else.
package enum WireError: Error, Sendable, Equatable {
    /// The body is not JSON.
    case malformedJSON(JSONSyntaxError)
    /// A field of the request is missing, of the wrong type or out of range; `name` is its path.
    case invalidParameter(name: String, reason: String)
    /// The request is well-formed but asks for something this server does not do.
    case unsupported(parameter: String?, reason: String)
    case unauthenticated
    /// The request comes from a web page, or under a name, that is not let in; the text says which.
    case forbidden(String)
    case modelNotFound(asked: ModelID, loaded: ModelID)
    /// Both in tokens.
    case contextLengthExceeded(needed: Int, limit: Int)
    case notFound(method: String, path: String)
    case methodNotAllowed(method: String, path: String, allowed: [String])
    /// The limit is in bytes.
    case bodyTooLarge(limit: Int)
    /// No memory now and too many wait already.
    case saturated(retryAfterSeconds: Int)
    case stopping
    /// The model is not there yet.
    case loading
    /// Generation broke off; the text says how.
    case modelFailed(String)
    /// A defect of the server; clients learn no more than that.
    case internalFailure

    /// The client's view of a request that cannot be answered.
    package init(_ error: PlanError) {
        self =
            switch error {
            case .contextLengthExceeded(let needed, let limit): .contextLengthExceeded(needed: needed, limit: limit)
            case .unusable(let parameter, let reason): .invalidParameter(name: parameter, reason: reason)
            case .saturated(let seconds): .saturated(retryAfterSeconds: seconds)
            case .stopping: .stopping
            }
    }

    /// The client's view of a request whose candidates were all lost.
    package init(_ error: SourceError) {
        self =
            switch error {
            case .shed: .saturated(retryAfterSeconds: 1)
            case .saturated(let seconds): .saturated(retryAfterSeconds: seconds)
            case .contextLength(let needed, let limit): .contextLengthExceeded(needed: needed, limit: limit)
            case .grammar(let reason): .unsupported(parameter: nil, reason: reason)
            case .cancelled: .stopping
            case .unusable(let parameter, let reason): .invalidParameter(name: parameter, reason: reason)
            case .backend(let reason): .modelFailed(reason)
            }
    }
}

extension WireError {
    /// The HTTP status code.
    ///
    /// A full server says 503 and not 429: some clients give up on 429, and all of them come back after 503.
    package var status: Int {
        switch self {
        case .malformedJSON, .invalidParameter, .unsupported, .contextLengthExceeded: 400
        case .unauthenticated: 401
        case .forbidden: 403
        case .modelNotFound, .notFound: 404
        case .methodNotAllowed: 405
        case .bodyTooLarge: 413
        case .modelFailed, .internalFailure: 500
        case .saturated, .stopping, .loading: 503
        }
    }

    /// Header fields beside the content's own, names in lower case.
    ///
    /// `allow` and `www-authenticate` are what RFC 9110, sections 15.5.6 and 15.5.2, demands; `retry-after-ms` is read
    /// by some clients before `retry-after`.
    package var headers: [(name: String, value: String)] {
        switch self {
        case .unauthenticated: [("www-authenticate", "Bearer")]
        case .methodNotAllowed(_, _, let allowed): [("allow", allowed.joined(separator: ", "))]
        case .saturated(let seconds): Self.retry(after: seconds)
        case .stopping, .loading: Self.retry(after: 5)
        default: []
        }
    }

    private static func retry(after seconds: Int) -> [(name: String, value: String)] {
        [("retry-after", "\(seconds)"), ("retry-after-ms", "\(seconds)000")]
    }

    /// Whether the same request will fail again, so that a client must not repeat it.
    package var isPermanent: Bool { status < 500 }
}
