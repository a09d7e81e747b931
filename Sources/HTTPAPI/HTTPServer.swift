import HTTPTypes
package import Hummingbird
package import Logging
package import Swarm
package import SwarmCore
import WireFormats

/// Where and how the API is served.
package struct HTTPSettings: Sendable, Equatable {
    package var host: String
    /// 0 lets the system choose, for tests.
    package var port: Int
    /// Largest request body, in bytes.
    package var maximumBodySize: Int
    /// Tells clients when the same seed may give another answer.
    package var fingerprint: String

    package init(
        host: String = "127.0.0.1",
        port: Int = 17_615,
        maximumBodySize: Int = 32 << 20,
        fingerprint: String = "local-swarm"
    ) {
        self.host = host
        self.port = port
        self.maximumBodySize = maximumBodySize
        self.fingerprint = fingerprint
    }
}

/// The OpenAI-compatible API over HTTP/1.1.
package struct HTTPServer: Sendable {
    private let swarm: Swarm
    private let settings: HTTPSettings
    private let engineStatus: @Sendable () -> JSON
    private let logger: Logger

    /// - Parameter engineStatus: what `/health` says about the engine.
    package init(
        swarm: Swarm,
        settings: HTTPSettings,
        engineStatus: @escaping @Sendable () -> JSON,
        logger: Logger
    ) {
        self.swarm = swarm
        self.settings = settings
        self.engineStatus = engineStatus
        self.logger = logger
    }

    /// The service to run; it has no services of its own.
    ///
    /// - Parameter onServerRunning: called once the port is open, with the port.
    package func application(
        onServerRunning: @escaping @Sendable (Int?) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        // Hummingbird's own start and stop lines would repeat those of the program.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        return Application(
            router: router(),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                serverName: "local-swarm"
            ),
            onServerRunning: { channel in await onServerRunning(channel.localAddress?.port) },
            logger: quiet
        )
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        let chat = ChatRoute(swarm: swarm, settings: settings, logger: logger)
        let models = ModelRoutes(swarm: swarm)
        router.add(middleware: ErrorMiddleware(logger: logger, maximumBodySize: settings.maximumBodySize))
        // Clients disagree on whether the base URL ends in /v1.
        for prefix in ["", "/v1"] {
            router.post("\(prefix)/chat/completions", use: chat.handle)
            router.get("\(prefix)/models", use: models.list)
            router.get("\(prefix)/models/:id", use: models.one)
            router.get("\(prefix)/health") { [swarm, engineStatus] _, _ in
                Response(
                    json: ["status": "ok", "model": .string(swarm.model.card.id.rawValue), "engine": engineStatus()]
                )
            }
        }
        return router
    }
}
