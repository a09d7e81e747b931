package import Hummingbird
package import Logging
import SwarmCore
import WireFormats

/// The open port of a server, from before its model is loaded: until then every request is told to come back.
///
/// Clients that find no port give up; most of those that are told 503 with `retry-after` come back.
package final class FrontDoor: HTTPResponder, Sendable {
    package typealias Context = BasicRequestContext

    private struct State {
        var inside: (any HTTPResponder<BasicRequestContext>)?
        var port: Int?
        /// Waits for the port, to be told which it is.
        var waiting: (@Sendable (Int?) -> Void)?
    }

    private let settings: HTTPSettings
    private let logger: Logger
    private let state = Locked(State())

    package init(settings: HTTPSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    package func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        if let inside = state.withLock({ $0.inside }) {
            return try await inside.respond(to: request, context: context)
        }
        let path = request.uri.path
        if path.isHealth { return Response(status: .serviceUnavailable, json: ["status": "loading"]) }
        return Response(WireError.loading, isAnthropic: Paths.isAnthropic(path))
    }

    /// Lets requests in.
    /// - Parameter ready: called once, with the port, when both the port and the model are there.
    package func open(_ server: HTTPServer, ready: @escaping @Sendable (Int?) -> Void) {
        open(server.responder, ready: ready)
    }

    /// Lets requests in that a server without a model answers.
    /// - Parameter ready: called once, with the port, when it is there.
    package func open(_ host: ToolHost, ready: @escaping @Sendable (Int?) -> Void) {
        open(host.responder, ready: ready)
    }

    private func open(
        _ responder: any HTTPResponder<BasicRequestContext>,
        ready: @escaping @Sendable (Int?) -> Void
    ) {
        let port = state.withLock { state -> Int? in
            state.inside = responder
            if state.port == nil { state.waiting = ready }
            return state.port
        }
        if let port { ready(port) }
    }

    private func bound(to port: Int?) {
        let waiting = state.withLock { state in
            state.port = port ?? settings.port
            return state.waiting.take()
        }
        waiting?(port ?? settings.port)
    }

    /// The service to run; it has no services of its own.
    package func application() -> some ApplicationProtocol {
        // Hummingbird's own start and stop lines would repeat those of the program, and so do its errors when it is stopped.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .critical)
        return Application(
            responder: self,
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                serverName: "local-swarm"
            ),
            onServerRunning: { [self] channel in bound(to: channel.localAddress?.port) },
            logger: quiet
        )
    }
}
