import HTTPTypes
import Hummingbird

/// Tells browsers which pages may read the replies (CORS, WHATWG Fetch 3.3).
///
/// Stands around everything that replies, errors included: a page that cannot read an error takes the server for dead.
struct OriginMiddleware<Context: RequestContext>: RouterMiddleware {
    let policy: AccessPolicy

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let origin = request.headers[.origin] else { return response }
        response.headers[.vary] = "Origin"
        guard policy.allows(origin, host: request.head.authority) else { return response }
        response.headers[.accessControlAllowOrigin] = origin
        // Beside these, browsers show pages only what describes the body.
        response.headers[.accessControlExposeHeaders] =
            "allow, request-id, retry-after, retry-after-ms, www-authenticate, x-request-id"
        return response
    }
}
