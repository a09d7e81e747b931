import HTTPTypes
package import Hummingbird
package import Logging
import NIOCore
import Swarm
import SwarmCore
import WireFormats

/// Turns whatever leaves a handler into the clients' error form; nothing else writes error bodies.
package struct ErrorMiddleware<Context: RequestContext>: RouterMiddleware {
    private let logger: Logger
    private let maximumBodySize: Int

    package init(logger: Logger, maximumBodySize: Int) {
        self.logger = logger
        self.maximumBodySize = maximumBodySize
    }

    package func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch is CancellationError {
            // Mostly nobody is there any more. Who closed only one half of the connection, or is cut off by the end of the
            // server, is told in a form it can read: Hummingbird would send an empty 500.
            var response = Response(WireError.stopping, isAnthropic: Paths.isAnthropic(request.uri.path))
            response.headers[.connection] = "close"
            return response
        } catch let error as BrokenRequest {
            throw error.cause
        } catch {
            let closing = error as? ClosingError
            let error = closing?.cause ?? error
            let wire = wireError(for: error, request: request)
            let id = RandomName.request("req_")
            logger.log(
                level: wire.status >= 500 ? .warning : .info,
                "refused",
                metadata: [
                    "request.id": "\(id)", "http.status": "\(wire.status)", "http.path": "\(request.uri.path)",
                    "error": "\(error)",
                ]
            )
            var response = Response(wire, id: id, isAnthropic: Paths.isAnthropic(request.uri.path))
            if closing != nil { response.headers[.connection] = "close" }
            // What is behind the head of such a reply is the next one: RFC 9110, section 9.3.2.
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    private func wireError(for error: any Error, request: Request) -> WireError {
        switch error {
        case let error as WireError: return error
        case let error as PlanError: return WireError(error)
        case let error as SourceError: return WireError(error)
        case let error as any HTTPResponseError:
            switch error.status {
            case .notFound: return .known(path: request.uri.path, method: request.method)
            case .contentTooLarge: return .bodyTooLarge(limit: maximumBodySize)
            default: return .unsupported(parameter: nil, reason: "The request cannot be read: \(error)")
            }
        default: return .internalFailure
        }
    }
}

extension WireError {
    /// A path that exists with another method is told apart from one that does not exist.
    static func known(path: String, method: HTTPRequest.Method) -> WireError {
        guard let allowed = Paths.methods(at: path), !allowed.contains(method.rawValue) else {
            return .notFound(method: method.rawValue, path: path)
        }
        return .methodNotAllowed(method: method.rawValue, path: path, allowed: allowed)
    }
}
