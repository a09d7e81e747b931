import HTTPAPI
import Hummingbird
import LlamaEngine
import Logging
import Observability
import ServiceLifecycle
import Swarm
import SwarmCore

/// The life of a server, from loading to the last answer.
struct Serving: Sendable {
    let launch: Launch

    func run() async throws {
        let interrupts = Interrupts(terminal: launch.terminal)
        try await interrupts.guarding { try await serve(interrupts) }
    }

    private func serve(_ interrupts: Interrupts) async throws {
        let settings = launch.settings
        let logger = launch.logger
        if PortProbe.isTaken(host: settings.host, port: settings.port) { throw portTaken }
        let node = try await compose(launch, keepsPrefixes: true) { logger.info("\($0)") }
        let application = node.server.application { port in
            launch.terminal.say(greeting(of: node, port: port ?? settings.port).text)
        }
        // Started in this order, stopped in reverse: no new requests, then the last answers, then the engine.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: EngineService(engine: node.engine))
        ]
        if launch.showsStatus { services.append(.init(service: StatusService(status: node.status))) }
        if let voteLog = node.voteLog { services.append(.init(service: VoteLogService(writer: voteLog))) }
        services.append(.init(service: application))
        // The library's own life story is for developers.
        var quiet = logger
        if logger.logLevel > .debug { quiet.logLevel = max(logger.logLevel, .warning) }
        var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(settings.gracePeriod)
        let group = ServiceGroup(configuration: configuration)
        interrupts.onNext {
            logger.notice(
                "stopping; a second signal stops at once",
                metadata: [
                    "running": "\(node.swarm.activity.snapshot.count)", "grace_seconds": "\(settings.gracePeriod)",
                ]
            )
            await group.triggerGracefulShutdown()
        }
        do {
            try await group.run()
        } catch {
            if PortProbe.isTaken(host: settings.host, port: settings.port) { throw portTaken }
            throw error
        }
        logger.info("stopped")
    }

    private var portTaken: Failure {
        Failure(
            "port \(launch.settings.port) on \(launch.settings.host) is already in use, perhaps by another swarm; choose "
                + "another with --port, \(SettingKey.port.variable), or \(SettingKey.port.rawValue) in the configuration file"
        )
    }

    private func greeting(of node: Node, port: Int) -> Greeting {
        Greeting(
            model: node.swarm.model.card,
            path: node.modelPath,
            threads: node.engine.measurements.threads,
            promptThreads: node.engine.measurements.batchThreads,
            candidates: node.swarm.candidates,
            curve: node.engine.measurements.curve,
            host: launch.settings.host,
            port: port
        )
    }
}
