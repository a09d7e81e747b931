import HTTPTypes
import Hummingbird
import WireFormats

/// Lets in who may use the server, and answers browsers that ask what they may send.
struct AccessMiddleware<Context: RequestContext>: RouterMiddleware {
    let policy: AccessPolicy

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let isPreflight = request.method == .options
        let facts = AccessPolicy.Request(
            host: request.head.authority,
            origin: request.headers[.origin],
            keys: request.headers.keys,
            isOpen: isPreflight || request.uri.path.isHealth
        )
        if let refusal = policy.refusal(of: facts) { throw refusal }
        return isPreflight ? preflight(request) : try await next(request, context)
    }

    /// A browser asks what it may send before it sends it.
    private func preflight(_ request: Request) -> Response {
        var headers: HTTPFields = [
            .accessControlAllowMethods: "GET, POST, DELETE, OPTIONS", .accessControlMaxAge: "600",
            .allow: "GET, POST, DELETE, OPTIONS",
        ]
        headers[.accessControlAllowHeaders] =
            request.headers[.accessControlRequestHeaders] ?? "authorization, content-type, x-api-key"
        if let ask = HTTPField.Name("access-control-request-private-network"), request.headers[ask] == "true",
            let grant = HTTPField.Name("access-control-allow-private-network")
        {
            headers[grant] = "true"
        }
        return Response(status: .noContent, headers: headers)
    }
}

extension HTTPFields {
    /// The API keys of a request: clients disagree on the field.
    fileprivate var keys: [String] {
        let bearer = self[.authorization].flatMap { value in
            value.lowercased().hasPrefix("bearer ") ? value.dropFirst(7).trimmed : nil
        }
        let others = ["x-api-key", "api-key"].compactMap { HTTPField.Name($0).flatMap { self[$0] } }
        return [bearer].compactMap { $0 } + others
    }
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

extension String {
    /// `/health`, with or without `/v1` and a slash at its end.
    var isHealth: Bool { split(separator: "/") == ["health"] || split(separator: "/") == ["v1", "health"] }
}
