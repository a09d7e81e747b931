import Foundation
import HTTPAPI
import Hardware
import LlamaEngine
import Logging
import SwarmCore
import Upstreams

/// What candidates come from.
struct Backends: Sendable {
    /// What prompts are made for.
    let model: any ChatModel
    let engine: LlamaEngine?
    /// The source of that model, where it is not in this process.
    let head: UpstreamSource?
    let others: [UpstreamSource]
    /// A path or an address.
    let place: String
    let embed: Embed

    var sources: [any CandidateSource] {
        let first: [any CandidateSource] = engine.map { [$0] } ?? head.map { [$0] } ?? []
        return first + others
    }

    /// Of the model, and of all others that vote with it.
    var fingerprint: String {
        ([model.card.fingerprint] + others.map { "\($0.client.settings)" }).joined(separator: " + ")
    }

    /// Ends what does not end by itself.
    fileprivate func shutDown() async {
        await engine?.shutDown()
        await head?.shutDown()
        for other in others { await other.shutDown() }
    }
}

/// Starts what candidates come from, and ends it when the body returns or throws.
func withBackends<R: Sendable>(
    _ launch: Launch,
    mayFetch: Bool,
    keepsPrefixes: Bool,
    report: @escaping @Sendable (String) -> Void,
    _ body: @escaping @Sendable (Backends) async throws -> R
) async throws -> R {
    switch launch.settings.backend {
    case .llama:
        let backends = try await llama(launch, mayFetch: mayFetch, keepsPrefixes: keepsPrefixes, report: report)
        return try await ending(backends, body)
    case .upstream: return try await ending(try await upstream(launch, report: report), body)
    case .mlx:
        let server = try await mlxServer(launch)
        report("starting mlx_lm.server with \(server.folder.path)")
        return try await alongside({ try await server.run() }) {
            try await server.ready(report: report)
            return try await ending(await mlx(server, launch), body)
        }
    }
}

private func ending<R: Sendable>(
    _ backends: Backends,
    _ body: @Sendable (Backends) async throws -> R
) async throws -> R {
    do {
        let result = try await body(backends)
        await backends.shutDown()
        return result
    } catch {
        await backends.shutDown()
        throw error
    }
}

/// Runs the body while something else runs, whose failure ends it.
private func alongside<R: Sendable>(
    _ other: @escaping @Sendable () async throws -> Void,
    _ body: @escaping @Sendable () async throws -> R
) async throws -> R {
    try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask {
            try await other()
            return nil
        }
        group.addTask { try await body() }
        defer { group.cancelAll() }
        for try await result in group {
            if let result { return result }
        }
        throw CancellationError()
    }
}

/// A model in this process.
private func llama(
    _ launch: Launch,
    mayFetch: Bool,
    keepsPrefixes: Bool,
    report: @escaping @Sendable (String) -> Void
) async throws -> Backends {
    let settings = launch.settings
    let chosen = try await ModelChooser(launch: launch, mayFetch: mayFetch, report: report).choose()
    let file = chosen.file
    let modelID = ModelID(rawValue: settings.modelName ?? file.name)
    report("loading \(modelID)")
    let engine = try await LlamaEngine.load(
        EngineSettings(
            modelPath: file.path,
            modelID: modelID,
            contextLength: settings.context ?? chosen.plan?.context,
            cells: settings.cells ?? chosen.plan?.cells,
            threads: settings.threads,
            threadChoices: chosen.threadChoices,
            gpuLayers: settings.gpuLayers ?? chosen.plan?.gpuLayers,
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
    return Backends(
        model: engine.model,
        engine: engine,
        head: nil,
        others: await others(launch, settings.upstreams[...], taken: [engine.id]),
        place: file.path,
        embed: { inputs throws(SourceError) in try await engine.embed(inputs) }
    )
}

/// A model that only another server has: the first one named.
private func upstream(_ launch: Launch, report: (String) -> Void) async throws -> Backends {
    let settings = launch.settings
    guard let first = settings.upstreams.first else {
        throw Failure("the backend upstream needs a server: give its address with --upstream URL")
    }
    warn(of: first, launch.logger)
    report("asking \(first.host) for its model")
    let head = UpstreamSource(first, isHead: true, logger: launch.logger)
    let entry: UpstreamSource.Entry?
    do throws(SourceError) {
        entry = try await head.client.discover()
    } catch {
        // Without a list it can still answer, if its model is named.
        guard first.model != nil else {
            await head.shutDown()
            throw Failure(
                "\(first.address) does not list its models: \(words(for: error)). Name one: \(first.address)=MODEL"
            )
        }
        launch.logger.warning(
            "an upstream does not list its models",
            metadata: ["source": "\(head.id)", "error": "\(words(for: error))"]
        )
        entry = nil
    }
    guard let name = settings.modelName ?? head.client.model else {
        await head.shutDown()
        throw Failure("\(first.address) lists no models; name one: \(first.address)=MODEL")
    }
    let model = UpstreamModel(
        id: ModelID(rawValue: name),
        entry: entry,
        contextLength: settings.context,
        candidates: first.candidates,
        fingerprint: "upstream \(first)"
    )
    return Backends(
        model: model,
        engine: nil,
        head: head,
        others: await others(launch, settings.upstreams.dropFirst(), taken: [head.id]),
        place: first.address,
        embed: { inputs throws(SourceError) in try await head.client.embed(inputs) }
    )
}

/// A child process that has the model.
private func mlxServer(_ launch: Launch) async throws -> MLXServer {
    let settings = launch.settings
    guard let path = settings.modelPath.map(launch.folders.expand) else {
        throw Failure("the backend mlx needs the folder of a model in MLX format: give it with --model FOLDER")
    }
    let folder = try MLXModelFolder(path: path)
    let program = try MLXProgram.find(
        setting: settings.mlxProgram.map(launch.folders.expand),
        environment: ProcessInfo.processInfo.environment,
        isExecutable: { FileManager.default.isExecutableFile(atPath: $0) }
    )
    return try await MLXServer(
        program,
        folder: folder,
        maxTokens: context(of: folder, settings),
        logger: launch.logger
    )
}

private func context(of folder: MLXModelFolder, _ settings: Settings) -> Int {
    let trained = folder.contextLength ?? UpstreamModel.defaultContext
    return min(settings.context ?? UpstreamModel.defaultContext, trained)
}

private func mlx(_ server: MLXServer, _ launch: Launch) async -> Backends {
    let settings = launch.settings
    let folder = server.folder
    let own = server.settings(
        timeout: 600,
        limit: settings.sequences,
        candidates: nil,
        contextLength: context(of: folder, settings)
    )
    let head = UpstreamSource(own, id: SourceID(rawValue: "mlx"), isHead: true, logger: launch.logger)
    let name = settings.modelName ?? String(folder.path.split(separator: "/").last ?? "mlx")
    return Backends(
        model: UpstreamModel(folder, id: ModelID(rawValue: name), contextLength: context(of: folder, settings)),
        engine: nil,
        head: head,
        others: await others(launch, settings.upstreams[...], taken: [head.id]),
        place: folder.path,
        embed: { _ throws(SourceError) in
            throw .unusable(parameter: "model", reason: "the backend mlx makes no embeddings")
        }
    )
}

/// Servers that give candidates beside the head; one that cannot be reached now may be later.
private func others(
    _ launch: Launch,
    _ settings: ArraySlice<UpstreamSettings>,
    taken: Set<SourceID>
) async -> [UpstreamSource] {
    var taken = taken
    var sources: [UpstreamSource] = []
    for settings in settings {
        warn(of: settings, launch.logger)
        var id = SourceID(rawValue: settings.host)
        var number = 2
        while !taken.insert(id).inserted {
            id = SourceID(rawValue: "\(settings.host)#\(number)")
            number += 1
        }
        let source = UpstreamSource(settings, id: id, logger: launch.logger)
        do throws(SourceError) {
            try await source.client.discover()
        } catch {
            launch.logger.warning(
                "an upstream does not answer yet",
                metadata: ["source": "\(id)", "error": "\(words(for: error))"]
            )
        }
        sources.append(source)
    }
    return sources
}

private func warn(of settings: UpstreamSettings, _ logger: Logger) {
    guard settings.exposesKey else { return }
    logger.warning("a key is sent unencrypted; https would protect it", metadata: ["upstream": "\(settings)"])
}
