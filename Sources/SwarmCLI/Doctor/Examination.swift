import Foundation
import Hardware
import LlamaEngine
import Logging
import ModelCatalog
import ModelStore
import Observability
import Sandboxing
import SwarmCore
import WireFormats

/// Gathers what `swarm doctor` judges.
struct Examination: Sendable {
    /// What the program would be started with; the defaults where these cannot be used.
    let settings: Settings
    /// What is wrong with the configuration; `nil` when it can be used.
    let complaint: String?
    let configurationPath: String
    let folders: Folders
    let environment: [String: String]
    /// The model is loaded to see its abilities.
    let loads: Bool
    let logger: Logger

    private static let hubPatience = Duration.seconds(3)

    func facts() async -> DoctorFacts {
        async let detection = Detection(logger: logger)
        async let hub = hub()
        async let sandbox = sandbox()
        async let python = Interpreter.python()?.executable
        async let database = database()
        let isTaken = PortProbe.isTaken(host: settings.host, port: settings.port)
        let server = await server(isTaken: isTaken)
        let file = modelFile
        let shape = shape(of: file)
        let found = await detection
        let template = await template(file, server: server)
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
            model: Self.model(file, shape),
            fit: fit((try? shape?.get()) ?? nil, on: found.usable),
            template: template,
            detection: found,
            sandbox: await sandbox,
            python: await python,
            now: Int(Date().timeIntervalSince1970),
            newestFile: newestFile,
            hubAddress: (try? hubSettings)?.address.endpoint ?? "the hub",
            hub: await hub
        )
    }

    private var databasePath: String { settings.database.map(folders.expand) ?? folders.data + "/swarm.db" }

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

    private var hubSettings: HubSettings {
        get throws(PullError) { try HubSettings(environment: environment, home: folders.home) }
    }

    private func hub() async -> DoctorFacts.Hub {
        do throws(PullError) {
            try await Hub.open(hubSettings, logger: logger) { hub throws(PullError) in
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

    private var modelFile: Result<ModelFile, ModelFileError> {
        do throws(ModelFileError) {
            let executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
            return .success(try ModelFile.find(settings.modelPath, folders: folders, executable: executable))
        } catch {
            return .failure(error)
        }
    }

    private func shape(of file: Result<ModelFile, ModelFileError>) -> Shape? {
        guard case .success(let file) = file else { return nil }
        do throws(GGUFError) {
            return .success(try ModelShape(GGUFFile.headers(of: file.path)))
        } catch {
            return .failure(error)
        }
    }

    private static func model(_ file: Result<ModelFile, ModelFileError>, _ shape: Shape?) -> DoctorFacts.Model {
        switch (file, shape) {
        case (.failure(let error), _): .none(error.description)
        case (.success(let file), .success(let shape)?):
            .readable(path: file.path, bytes: shape.fileBytes, context: shape.contextLength)
        case (.success(let file), .failure(let error)?): .unreadable(path: file.path, reason: error.description)
        case (.success(let file), nil): .unreadable(path: file.path, reason: "it was not read")
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

    private func template(
        _ file: Result<ModelFile, ModelFileError>,
        server: ServerQuestion.Answer
    ) async -> DoctorFacts.Template {
        if case .served(let model) = server { return .tools(model.supportsTools) }
        guard loads, case .success(let file) = file else { return .notAsked }
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
