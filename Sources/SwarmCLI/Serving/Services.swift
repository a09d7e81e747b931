import Federation
import HTTPAPI
import Logging
import Observability
import ServiceLifecycle

/// Loads the model behind an open port, and keeps everything that belongs to it until after the last answer.
struct NodeService: Service {
    let launch: Launch
    let door: FrontDoor
    /// Called once the model answers, with the port.
    let ready: @Sendable (Node, Int) -> Void

    func run() async throws {
        try await withNode(launch, mayFetch: launch.mayFetch, isServing: true) {
            launch.logger.info("\($0)")
        } _: { node in
            door.open(node.server) { port in ready(node, port ?? launch.settings.port) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                if launch.showsStatus { group.addTask { try await StatusService(status: node.status).run() } }
                if let voteLog = node.voteLog { group.addTask { try await VoteLogService(writer: voteLog).run() } }
                if let federation = node.federation {
                    group.addTask { await cancelWhenGracefulShutdown { await federation.run(serving: node.swarm) } }
                }
                if let log = node.toolbox?.log { group.addTask { try await ToolLogService(writer: log).run() } }
                // Cancellation is a reason to stop too.
                try? await gracefulShutdown()
                for try await _ in group {}
            }
        }
    }
}

/// Shows what is being generated, also while the server is finishing its last answers.
struct StatusService {
    let status: LiveStatus

    func run() async throws {
        await cancelWhenGracefulShutdown { await status.run() }
        // Where no status can be shown it has nothing to do but must not end before the others.
        try? await gracefulShutdown()
    }
}

/// Writes votes down behind the answers, the last ones after the last answer.
struct VoteLogService {
    let writer: VoteLogWriter

    func run() async throws {
        await withGracefulShutdownHandler {
            await writer.run()
        } onGracefulShutdown: {
            writer.finish()
        }
    }
}
