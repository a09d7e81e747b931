import HTTPAPI
import Hummingbird
import Logging
import Observability
import ServiceLifecycle
import SwarmCore
import ToolRuntime

/// The life of a tool host, from the open port to the last result.
struct ToolServing: Sendable {
    let launch: Launch

    func run() async throws {
        let interrupts = Interrupts(terminal: launch.terminal)
        try await interrupts.guarding { try await serve(interrupts) }
    }

    private func serve(_ interrupts: Interrupts) async throws {
        var settings = HTTPSettings(launch.settings)
        settings.port = launch.settings.tools.port
        let (host, port) = (settings.host, settings.port)
        if PortProbe.isTaken(host: host, port: port) { throw portTaken }
        let toolbox = try await launch.localToolbox()
        let server = ToolHost(executor: toolbox.executor, settings: settings, logger: launch.logger)
        let door = FrontDoor(settings: settings, logger: launch.logger)
        door.open(server) { bound in
            let base = "http://\(host.contains(":") ? "[\(host)]" : host):\(bound ?? port)"
            launch.terminal.say(
                """
                The tool host is ready on \(base)

                  tools       on \(toolbox.words)
                  use it      swarm serve --tool-host \(base)


                """
            )
        }
        // Stopped in reverse: no new calls and the last results, then the record.
        var services: [any Service] = []
        if let log = toolbox.log { services.append(ToolLogService(writer: log)) }
        services.append(door.application())
        var quiet = launch.logger
        if quiet.logLevel > .debug { quiet.logLevel = max(quiet.logLevel, .warning) }
        var configuration = ServiceGroupConfiguration(services: services.map { .init(service: $0) }, logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(launch.settings.gracePeriod)
        let group = ServiceGroup(configuration: configuration)
        interrupts.onNext {
            launch.logger.notice("stopping; a second signal stops at once")
            await group.triggerGracefulShutdown()
            return .stop
        }
        try await group.run()
        launch.logger.info("stopped")
    }

    private var portTaken: Failure {
        let tools = launch.settings.tools
        return Failure(
            "port \(tools.port) on \(launch.settings.host) is already in use, perhaps by another tool host; choose another "
                + "with --port, \(SettingKey.toolPort.variable), or \(SettingKey.toolPort.rawValue) in the configuration file"
        )
    }
}

/// Writes calls of tools down behind the answers, the last ones after the last answer.
struct ToolLogService: Service {
    let writer: ToolLogWriter

    func run() async throws {
        await withGracefulShutdownHandler {
            await writer.run()
        } onGracefulShutdown: {
            writer.finish()
        }
    }
}
