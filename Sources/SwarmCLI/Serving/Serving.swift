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
        let door = FrontDoor(settings: HTTPSettings(settings), logger: logger)
        let running = Locked<Node?>(nil)
        // Started in this order, stopped in reverse: no new requests and the last answers, then the engine.
        let services: [any Service] = [
            NodeService(launch: launch, door: door) { node, port in
                running.withLock { $0 = node }
                launch.terminal.say(greeting(of: node, port: port).text)
            },
            door.application(),
        ]
        // The library's own life story is for developers.
        var quiet = logger
        if logger.logLevel > .debug { quiet.logLevel = max(logger.logLevel, .warning) }
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            logger: quiet
        )
        configuration.maximumGracefulShutdownDuration = .seconds(settings.gracePeriod)
        let group = ServiceGroup(configuration: configuration)
        interrupts.onNext {
            // Nothing is lost by a model that is not loaded to the end, and loading cannot be stopped.
            guard let node = running.withLock({ $0 }) else { return .leave }
            logger.notice(
                "stopping; a second signal stops at once",
                metadata: [
                    "running": "\(node.swarm.activity.snapshot.count)", "grace_seconds": "\(settings.gracePeriod)",
                ]
            )
            await group.triggerGracefulShutdown()
            return .stop
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
            threads: node.engine?.measurements.threads,
            promptThreads: node.engine?.measurements.batchThreads,
            candidates: node.swarm.candidates,
            curve: node.engine?.measurements.curve ?? [:],
            others: node.others,
            tools: node.toolbox?.words,
            host: launch.settings.host,
            port: port
        )
    }
}
