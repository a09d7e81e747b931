import LlamaEngine
import Observability
import ServiceLifecycle

/// Keeps the engine until everything above it has stopped.
struct EngineService: Service {
    let engine: LlamaEngine

    func run() async throws {
        // Cancellation is a reason to stop the engine too.
        try? await gracefulShutdown()
        await engine.shutDown()
    }
}

/// Shows what is being generated, also while the server is finishing its last answers.
struct StatusService: Service {
    let status: LiveStatus

    func run() async throws {
        await cancelWhenGracefulShutdown { await status.run() }
        // Where no status can be shown it has nothing to do but must not end before the others.
        try? await gracefulShutdown()
    }
}

/// Writes votes down behind the answers, the last ones after the last answer.
struct VoteLogService: Service {
    let writer: VoteLogWriter

    func run() async throws {
        await withGracefulShutdownHandler {
            await writer.run()
        } onGracefulShutdown: {
            writer.finish()
        }
    }
}
