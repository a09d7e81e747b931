import Foundation
import Hardware
import LlamaEngine
import Logging
import ModelCatalog
import ModelStore
import NIOCore
import Observability
import Sandboxing
import SwarmCore
import Upstreams
import WireFormats

/// Gathers what `swarm doctor` judges.
struct Examination: Sendable {
    /// With the settings that would be started with, or the defaults where these cannot be used.
    let launch: Launch
    /// What is wrong with the configuration; `nil` when it can be used.
    let complaint: String?
    /// The model is loaded to see its abilities.
    let loads: Bool

    private var settings: Settings { launch.settings }
    private var folders: Folders { launch.folders }
    private var logger: Logger { launch.logger }
    private var configurationPath: String { launch.configurationPath }
    private var databasePath: String { launch.databasePath }

    private static let hubPatience = Duration.seconds(3)

    func facts() async -> DoctorFacts {
        async let detection = Detection(logger: logger)
        async let hub = hub()
        async let sandbox = sandbox()
        async let python = Interpreter.python()?.executable
        async let database = database()
        async let upstreams = upstreams()
        async let tools = launch.toolFacts()
        let isTaken = PortProbe.isTaken(host: settings.host, port: settings.port)
        let server = await server(isTaken: isTaken)
        let found = await detection
        let sight = await launch.sight(on: found.usable)
        let shape = shape(of: sight)
        let template = await template(sight, server: server)
        return DoctorFacts(
            configurationPath: configurationPath,
            configuration: configuration,
            host: settings.host,
            port: settings.port,
            keys: settings.apiKeys,
            runsCode: settings.runsCode,
            isPortTaken: isTaken,
            server: server,
            folders: [
                Self.folder("settings", folders.configuration), Self.folder("prefixes", folders.cache),
                Self.folder("models and votes", folders.data),
            ],
            databasePath: databasePath,
            database: await database,
            prefixes: settings.keepsPrefixes
                ? (Self.bytes(in: folders.cache + "/prefixes"), UInt64(settings.prefixSize) << 20) : nil,
            model: Self.model(sight, shape),
            fit: fit((try? shape?.get()) ?? nil, on: found.usable),
            template: template,
            upstreams: await upstreams,
            detection: found,
            sandbox: await sandbox,
            python: await python,
            tools: await tools,
            now: Int(Date().timeIntervalSince1970),
            newestFile: newestFile,
            hubAddress: (try? launch.hubSettings())?.address.endpoint ?? "the hub",
            hub: await hub
        )
    }

    private var configuration: DoctorFacts.Configuration {
        if let complaint { return .broken(complaint) }
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: configurationPath) else {
            return .none
        }
        let text = (try? AtomicFile.text(of: configurationPath)) ?? ""
        let file = (try? YAMLText(text))?.value ?? .null
        return .usable(
            permissions: (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0,
            holdsKeys: SettingKey.allCases.contains { $0.isSecret && SettingEdit.path(of: $0, in: file) != nil }
        )
    }

    private func server(isTaken: Bool) async -> ServerQuestion.Answer {
        guard isTaken, let base = ServerAddress.local(host: settings.host, port: settings.port) else { return .nobody }
        return await ServerQuestion(base: base, key: settings.apiKeys.first).models()
    }

    private func upstreams() async -> [DoctorFacts.Upstream] {
        await withTaskGroup(of: (Int, DoctorFacts.Upstream).self) { group in
            for (place, upstream) in settings.upstreams.enumerated() {
                group.addTask {
                    let headers = upstream.key.map { [("authorization", "Bearer \($0)")] } ?? []
                    let answer = try? await HTTPQuestion.ask(
                        upstream.address + "/models",
                        headers: headers,
                        limit: .seconds(3)
                    )
                    return (place, DoctorFacts.Upstream(address: upstream.address, isReached: answer != nil))
                }
            }
            var found: [(Int, DoctorFacts.Upstream)] = []
            for await one in group { found.append(one) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func hub() async -> DoctorFacts.Hub {
        do throws(PullError) {
            try await Hub.open(launch.hubSettings(), logger: logger) { hub throws(PullError) in
                try await hub.reach(within: Self.hubPatience)
            }
            return .reached
        } catch {
            return switch error {
            case .offline: .offline
            case .givenUp(let reason, _): .unreachable(reason)
            default: .unreachable(error.description)
            }
        }
    }

    private func sandbox() async -> String? {
        do throws(SandboxMissing) {
            _ = try await Sandbox.find()
            return nil
        } catch {
            return error.reason
        }
    }

    private func database() async -> DoctorFacts.Database {
        guard FileManager.default.fileExists(atPath: databasePath) else { return .none }
        do throws(StoreError) {
            try await Database.check(databasePath)
            return .sound
        } catch {
            return .broken(error.description)
        }
    }
}

// MARK: - The model

extension Examination {
    fileprivate typealias Shape = Result<ModelShape, GGUFError>

    private func shape(of sight: ModelSight) -> Shape? {
        guard case .file(let file) = sight else { return nil }
        do throws(GGUFError) {
            return .success(try ModelShape(GGUFFile.headers(of: file.path)))
        } catch {
            return .failure(error)
        }
    }

    private static func model(_ sight: ModelSight, _ shape: Shape?) -> DoctorFacts.Model {
        switch sight {
        case .none(let reason): return .none(reason)
        case .away(let name): return .away(name)
        case .elsewhere(let place): return .elsewhere(place)
        case .file(let file):
            switch shape {
            case .success(let shape)?:
                return .readable(path: file.path, bytes: shape.fileBytes, context: shape.contextLength)
            case .failure(let error)?: return .unreadable(path: file.path, reason: error.description)
            case nil: return .unreadable(path: file.path, reason: "it was not read")
            }
        }
    }

    private func fit(_ shape: ModelShape?, on machine: Machine) -> Fit? {
        guard let shape, machine.memory.total > 0 else { return nil }
        return Fit.of(
            shape,
            on: machine,
            FitRequest(
                context: settings.context,
                candidates: settings.candidates ?? 5,
                cells: settings.cells,
                gpuLayers: settings.gpuLayers,
                sequences: settings.sequences
            )
        )
    }

    private func template(_ sight: ModelSight, server: ServerQuestion.Answer) async -> DoctorFacts.Template {
        if case .served(let model) = server { return .tools(model.supportsTools) }
        guard loads, case .file(let file) = sight else { return .notAsked }
        do {
            let engine = try await LlamaEngine.load(
                EngineSettings(
                    modelPath: file.path,
                    modelID: ModelID(rawValue: file.name),
                    contextLength: settings.context,
                    cells: settings.cells,
                    threads: settings.threads,
                    gpuLayers: settings.gpuLayers,
                    sequences: settings.sequences,
                    memoryBudget: await MemoryProbe().look(at: LiveFacts()).memory.map { $0.available / 2 },
                    measurementsPath: folders.cache + "/measurements.json",
                    version: Version.llamaCpp
                ),
                logger: logger,
                report: { _ in }
            )
            let supportsTools = engine.model.card.supportsTools
            await engine.shutDown()
            return .tools(supportsTools)
        } catch {
            return .failed(words(for: error))
        }
    }
}

// MARK: - The disk

extension Examination {
    /// The folder as it is, or as it could be made in the nearest one above it that is there.
    private static func folder(_ name: String, _ path: String) -> DoctorFacts.Folder {
        let files = FileManager.default
        var place = URL(fileURLWithPath: path)
        while !files.fileExists(atPath: place.path), place.pathComponents.count > 1 { place.deleteLastPathComponent() }
        var isFolder: ObjCBool = false
        let isThere = exists(place.path, &isFolder)
        let free = (try? files.attributesOfFileSystem(forPath: place.path))?[.systemFreeSize] as? NSNumber
        return DoctorFacts.Folder(
            name: name,
            path: path,
            isWritable: isThere && isFolder.boolValue && files.isWritableFile(atPath: place.path),
            free: free?.uint64Value
        )
    }

    private static func bytes(in folder: String) -> UInt64 {
        let files = FileManager.default
        let names = (try? files.contentsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            let size = (try? files.attributesOfItem(atPath: folder + "/" + name))?[.size] as? NSNumber
            return sum + (size?.uint64Value ?? 0)
        }
    }

    /// When a file of this program's was last changed: itself, its settings, its database.
    private var newestFile: Int {
        let paths = [Bundle.main.executablePath ?? CommandLine.arguments[0], configurationPath, databasePath]
        let times = paths.compactMap { path in
            (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
        }
        return times.map { Int($0.timeIntervalSince1970) }.max() ?? 0
    }
}
