import Foundation
import HTTPAPI
import LlamaEngine
import Logging
import Observability
import Swarm
import SwarmCore

/// The parts of a running program, put together.
struct Node: Sendable {
    let engine: LlamaEngine
    let modelPath: String
    let swarm: Swarm
    let server: HTTPServer
    let status: LiveStatus
}

/// Puts the program together: the one place that knows every part.
///
/// - Parameter report: what is being waited for, in words for the user.
/// - Throws: `ModelFileError` or `EngineError`.
func compose(_ launch: Launch, report: @escaping @Sendable (String) -> Void) async throws -> Node {
    let settings = launch.settings
    let file = try ModelFile.find(
        settings.modelPath,
        folders: launch.folders,
        executable: Bundle.main.executablePath ?? CommandLine.arguments[0]
    )
    let modelID = ModelID(rawValue: settings.modelName ?? file.name)
    report("loading \(modelID)")
    let engine = try await LlamaEngine.load(
        EngineSettings(
            modelPath: file.path,
            modelID: modelID,
            contextLength: settings.context,
            cells: settings.cells,
            threads: settings.threads,
            gpuLayers: settings.gpuLayers,
            sequences: settings.sequences,
            queueDepth: settings.queue,
            memoryBudget: AvailableMemory.budget,
            measurementsPath: launch.folders.cache + "/measurements.json"
        ),
        logger: launch.logger,
        report: report
    )
    let activity = Activity()
    let swarm = Swarm(
        model: engine.model,
        sources: [engine],
        candidates: settings.candidates,
        activity: activity
    )
    let server = HTTPServer(
        swarm: swarm,
        settings: HTTPSettings(
            host: settings.host,
            port: settings.port,
            fingerprint: "local-swarm-\(Version.number)-\(Version.llamaCpp)"
        ),
        engineStatus: { engine.status.json },
        logger: launch.logger
    )
    let origin = ContinuousClock.now
    let status = LiveStatus(terminal: launch.terminal) {
        StatusSnapshot(activity, engine: engine.status, origin: origin)
    }
    return Node(engine: engine, modelPath: file.path, swarm: swarm, server: server, status: status)
}
