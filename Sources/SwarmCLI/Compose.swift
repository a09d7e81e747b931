import Foundation
import HTTPAPI
import Hardware
import LlamaEngine
import Logging
import ModelStore
import Observability
import Sandboxing
import Swarm
import SwarmCore

/// The parts of a running program, put together.
struct Node: Sendable {
    let engine: LlamaEngine
    let modelPath: String
    let swarm: Swarm
    let server: HTTPServer
    let status: LiveStatus
    /// Runs programs in answers; `nil` when that is not allowed or not possible.
    let examiner: SandboxedExaminer?
    /// Records votes; `nil` when that is not asked for.
    let voteLog: VoteLogWriter?
    /// Keeps the model from being removed from the store.
    let lease: Store.Lease?

    /// Ends what does not end by itself.
    func shutDown() async { await engine.shutDown() }
}

/// Puts the program together: the one place that knows every part.
///
/// - Parameters:
///   - isMeasuring: neither goes by what was measured nor records votes.
///   - keepsPrefixes: long prefixes may be kept on disk; worth it for a server only.
///   - report: what is being waited for, in words for the user.
/// - Throws: `ModelFileError`, `EngineError`, or `StoreError` when votes are to be recorded and cannot be.
func compose(
    _ launch: Launch,
    isMeasuring: Bool = false,
    keepsPrefixes: Bool = false,
    report: @escaping @Sendable (String) -> Void
) async throws -> Node {
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
            // The other half is for other programs.
            memoryBudget: await MemoryProbe().look(at: LiveFacts()).memory.map { $0.available / 2 },
            measurementsPath: launch.folders.cache + "/measurements.json",
            prefixes: keepsPrefixes && settings.keepsPrefixes
                ? PrefixSettings(folder: launch.folders.cache + "/prefixes", maximumBytes: settings.prefixSize << 20)
                : nil,
            embeddingModelPath: settings.embeddingModelPath.map(launch.folders.expand),
            version: Version.llamaCpp
        ),
        logger: launch.logger,
        report: report
    )
    let activity = Activity()
    let examiner = await codeExaminer(launch)
    let voteLog =
        settings.logsVotes && !isMeasuring
        ? VoteLogWriter(
            VoteLog(try Database(path: launch.databasePath), logger: launch.logger),
            logger: launch.logger
        ) : nil
    let gates =
        settings.usesGate && !isMeasuring
        ? Gates(path: launch.databasePath, model: engine.model.card.fingerprint, logger: launch.logger) : nil
    let canRun = examiner?.runnable.isEmpty == false
    let keepsText = settings.logsText
    let swarm = Swarm(
        model: engine.model,
        sources: [engine],
        votes: VoteSettings(
            candidates: settings.candidates,
            strategy: settings.strategy,
            isStrict: settings.isStrict,
            streaming: settings.streaming,
            // Programs are measured with a sandbox: without one the finding says nothing.
            gate: { $0 != .code || canRun ? await gates?.measurement(of: $0) : nil }
        ),
        context: settings.contextMode,
        examiner: examiner,
        toolPrompt: PromptFile(
            folder: settings.promptFolder.map(launch.folders.expand) ?? launch.folders.configuration + "/prompts",
            logger: launch.logger
        ),
        record: { vote in
            if let voteLog, let entry = LoggedVote(vote, keepsText: keepsText) { voteLog.record(entry) }
        },
        activity: activity
    )
    let server = HTTPServer(
        swarm: swarm,
        settings: HTTPSettings(settings),
        embed: { inputs throws(SourceError) in try await engine.embed(inputs) },
        engineStatus: { engine.status.json },
        logger: launch.logger
    )
    let origin = ContinuousClock.now
    let status = LiveStatus(terminal: launch.terminal) {
        StatusSnapshot(activity, engine: engine.status, origin: origin)
    }
    return Node(
        engine: engine,
        modelPath: file.path,
        swarm: swarm,
        server: server,
        status: status,
        examiner: examiner,
        voteLog: voteLog,
        lease: Store.lease(file.path)
    )
}

/// The examiner of programs, if the operator allows it and there is a sandbox; else the log says once why not.
private func codeExaminer(_ launch: Launch) async -> SandboxedExaminer? {
    guard launch.settings.runsCode else { return nil }
    do {
        return await SandboxedExaminer(sandbox: try await Sandbox.find(), logger: launch.logger)
    } catch {
        launch.logger.warning("programs in answers are not run: there is no sandbox", metadata: ["reason": "\(error)"])
        return nil
    }
}

extension HTTPSettings {
    /// What the settings say of the API.
    init(_ settings: Settings) {
        self.init(
            host: settings.host,
            port: settings.port,
            fingerprint: "local-swarm-\(Version.number)-\(Version.llamaCpp)",
            version: Version.number,
            access: AccessPolicy(keys: settings.apiKeys, origins: settings.origins, names: settings.names)
        )
    }
}
