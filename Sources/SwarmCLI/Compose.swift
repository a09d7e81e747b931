import Federation
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
import Upstreams

/// The parts of a running program, put together.
struct Node: Sendable {
    /// The model in this process; `nil` where another server has it.
    let engine: LlamaEngine?
    /// A path, or the address of the server that has it.
    let modelPath: String
    /// Other servers that give candidates, in words.
    let others: [String]
    let swarm: Swarm
    let server: HTTPServer
    let status: LiveStatus
    /// Tells what is measured of this swarm from what is measured of others.
    let fingerprint: String
    /// Runs programs in answers; `nil` when that is not allowed or not possible.
    let examiner: SandboxedExaminer?
    /// Records votes; `nil` when that is not asked for.
    let voteLog: VoteLogWriter?
    /// Other machines; `nil` where there are none.
    let federation: Federation?
    /// Tools that it runs for the model; `nil` where it runs none.
    let toolbox: Toolbox?
    /// Keeps the model from being removed from the store.
    let lease: Store.Lease?
}

/// Puts the program together, runs the body with it, and ends what does not end by itself: the one place that knows every
/// part.
///
/// - Parameters:
///   - isMeasuring: neither goes by what was measured nor records votes.
///   - mayFetch: a model that nobody named may be fetched.
///   - isServing: it answers others: long prefixes may be kept on disk, the model may have tools, and other machines vote along.
///   - report: what is being waited for, in words for the user.
/// - Throws: what the body throws; what `ModelChooser` throws, `EngineError`, `MLXError`, or `StoreError` when votes are to be
///   recorded and cannot be.
func withNode<R: Sendable>(
    _ launch: Launch,
    isMeasuring: Bool = false,
    mayFetch: Bool = false,
    isServing: Bool = false,
    report: @escaping @Sendable (String) -> Void,
    _ body: @escaping @Sendable (Node) async throws -> R
) async throws -> R {
    // Before the model is loaded: what is wrong with the workspace or the cluster is told at once.
    let toolbox = isServing ? try await launch.toolbox() : nil
    do {
        let federation = isServing ? try await launch.federation() : nil
        let result = try await withBackends(launch, mayFetch: mayFetch, keepsPrefixes: isServing, report: report) {
            try await body(try await compose(launch, $0, toolbox, federation, isMeasuring: isMeasuring))
        }
        await toolbox?.shutDown()
        return result
    } catch {
        await toolbox?.shutDown()
        throw error
    }
}

private func compose(
    _ launch: Launch,
    _ backends: Backends,
    _ toolbox: Toolbox?,
    _ federation: Federation?,
    isMeasuring: Bool
) async throws -> Node {
    let settings = launch.settings
    let engine = backends.engine
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
        ? Gates(path: launch.databasePath, model: backends.fingerprint, logger: launch.logger) : nil
    let canRun = examiner?.runnable.isEmpty == false
    let keepsText = settings.logsText
    let local = backends.sources.first?.id
    let swarm = Swarm(
        model: backends.model,
        sources: backends.sources,
        joining: { federation?.sources ?? [] },
        votes: VoteSettings(
            candidates: settings.candidates,
            strategy: settings.strategy,
            isStrict: settings.isStrict,
            streaming: settings.streaming,
            // Programs are measured with a sandbox: without one the finding says nothing.
            gate: { $0 != .code || canRun ? await gates?.measurement(of: $0) : nil },
            accuracies: { kind in local.flatMap { federation?.accuracies(kind, local: $0) } ?? [:] }
        ),
        context: settings.contextMode,
        examiner: examiner,
        toolPrompt: PromptFile(
            folder: settings.promptFolder.map(launch.folders.expand) ?? launch.folders.configuration + "/prompts",
            logger: launch.logger
        ),
        record: { vote in
            if let local { federation?.note(vote, local: local) }
            if let voteLog, let entry = LoggedVote(vote, keepsText: keepsText) { voteLog.record(entry) }
        },
        activity: activity,
        hands: toolbox.map { Hands(executor: $0.executor, limits: HandsLimits(settings.tools)) }
    )
    let server = HTTPServer(
        swarm: swarm,
        settings: HTTPSettings(settings),
        embed: backends.embed,
        engineStatus: { engine?.status.json ?? .null },
        peers: federation.map { federation in { @Sendable in federation.answer($0) } },
        tools: toolbox?.local,
        logger: launch.logger
    )
    let origin = ContinuousClock.now
    let status = LiveStatus(terminal: launch.terminal) {
        StatusSnapshot(activity, engine: engine?.status, origin: origin)
    }
    return Node(
        engine: engine,
        modelPath: backends.place,
        others: backends.others.map { "\($0.id)" },
        swarm: swarm,
        server: server,
        status: status,
        fingerprint: backends.fingerprint,
        examiner: examiner,
        voteLog: voteLog,
        federation: federation,
        toolbox: toolbox,
        lease: Store.lease(backends.place)
    )
}

extension Federation {
    /// What is told of other machines over the API.
    fileprivate func answer(_ question: PeerQuestion) -> JSON {
        switch question {
        case .health: healthJSON
        case .peers: peersJSON
        case .diagnostics: diagnosticsJSON
        }
    }
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
