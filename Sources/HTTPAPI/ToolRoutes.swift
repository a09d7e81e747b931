import HTTPTypes
import Hummingbird
import SwarmCore
import WireFormats

/// `GET /v1/tools` and `POST /v1/tools/execute`: the tools of this server, for other servers of the same program.
struct ToolRoutes: Sendable {
    /// `nil` where this server has none of its own.
    let executor: (any ToolExecutor)?

    /// Largest body, in bytes: a file of the largest size that can be written, in JSON.
    static let limit = 32 << 20

    func add(to router: Router<BasicRequestContext>, under prefix: String) {
        router.get("\(prefix)/tools", use: list)
        router.post("\(prefix)/tools/execute", use: execute)
    }

    @Sendable func list(_ request: Request, context: some RequestContext) async -> Response {
        Response(json: ToolList.json(await executor?.offered() ?? []))
    }

    /// Cancelled as soon as the client leaves.
    @Sendable func execute(_ request: Request, context: some RequestContext) async throws -> Response {
        let host = try host
        let watched = try await WatchedRequest(request, limit: Self.limit)
        let invocation = try ToolInvocation.decode(watched.body)
        let outcome = try await watched.whileConnected { await host.execute(invocation) }
        return Response(headers: [.connection: "close"], json: outcome.json)
    }

    private var host: any ToolExecutor {
        get throws(WireError) {
            guard let executor else {
                throw .unsupported(
                    parameter: nil,
                    reason: "this server runs no tools; `swarm serve --tools` and `swarm tools serve` do"
                )
            }
            return executor
        }
    }
}
