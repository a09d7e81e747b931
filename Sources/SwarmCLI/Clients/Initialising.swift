import Foundation
import Hardware
import ModelCatalog
import Observability
import SwarmCore
import WireFormats

/// Tells a client about this server: prints the configuration, or merges it into the client's own.
struct Initialising: Sendable {
    let launch: Launch
    let client: Client
    var writes = false
    var replaces = false
    var file: String?
    /// Where the server is reached; `nil` for what the settings say.
    var address: String?

    func run() async throws {
        let terminal = launch.terminal
        let target = try await target()
        let places = ClientPlaces(
            home: launch.folders.home,
            working: FileManager.default.currentDirectoryPath,
            environment: ProcessInfo.processInfo.environment
        )
        let files = client.files(
            for: target,
            named: file.map(launch.folders.expand),
            places: places,
            exists: FileManager.default.fileExists(atPath:)
        )
        if writes {
            try write(files, for: target)
        } else {
            for file in files {
                terminal.note("\(client.rawValue) reads this from \(file.path); --write merges it into what is there")
                terminal.say(try plan(file, for: target, old: nil).text)
            }
        }
        for note in client.notes(for: target) { terminal.note(SafeText.line(note)) }
    }

    /// What would be written into one file.
    private struct Plan {
        var path: String
        var old: String?
        var text: String
        var changes: [String]
        var kept: [ClientMerge.Kept]
    }

    /// All files are looked at before one is written.
    private func write(_ files: [Client.File], for target: ClientTarget) throws {
        let terminal = launch.terminal
        var plans: [Plan] = []
        for file in files {
            do {
                plans.append(try plan(file, for: target, old: try AtomicFile.text(of: file.path)))
            } catch {
                throw Failure(
                    "\(file.path) is left as it is: \(words(for: error)); `swarm init \(client.rawValue)` prints the "
                        + "configuration to copy from"
                )
            }
        }
        for plan in plans {
            for kept in plan.kept {
                let words = "\(plan.path): \(kept.path) stays \(ClientMerge.short(kept.theirs)); "
                terminal.note(SafeText.line(words + "--replace makes it \(ClientMerge.short(kept.ours))"))
            }
            guard plan.text != plan.old else {
                terminal.note("\(plan.path): nothing to change")
                continue
            }
            for change in plan.changes { terminal.note(SafeText.line("\(plan.path): \(change)")) }
            let copy = try AtomicFile.keepCopy(of: plan.path)
            try AtomicFile.write(plan.text, to: plan.path)
            terminal.note("written: \(plan.path)" + (copy.map { "; what it was is in \($0)" } ?? ""))
        }
    }

    private func plan(_ file: Client.File, for target: ClientTarget, old: String?) throws -> Plan {
        switch file.content {
        case .settings(let settings, let format):
            let merge = try ClientMerge(settings, into: old, format: format, replaces: replaces)
            return Plan(path: file.path, old: old, text: merge.text, changes: merge.changes, kept: merge.kept)
        case .codex:
            let text = try CodexFile.text(old ?? "", for: target, replaces: replaces)
            let root = CodexConfiguration.root(target).map { "\($0.key): \($0.value.text)" }
            let table = CodexConfiguration.provider(target).map {
                "\(CodexConfiguration.table).\($0.key): \($0.value.text)"
            }
            return Plan(path: file.path, old: old, text: text, changes: root + table, kept: [])
        }
    }

    /// The server, as it says itself, or as the settings say where none answers.
    private func target() async throws -> ClientTarget {
        let settings = launch.settings
        guard let base = address ?? ServerAddress.local(host: settings.host, port: settings.port) else {
            throw Failure(
                "http.port is 0, which takes any free port; name the server's with --url http://127.0.0.1:PORT"
            )
        }
        let answer = await ServerQuestion(base: base, key: settings.apiKeys.first).models()
        switch answer {
        case .served(let model):
            return ClientTarget(model: model, base: base, needsKey: !settings.apiKeys.isEmpty)
        case .needsKey:
            let model = try await configuredModel()
            launch.terminal.note("the server on \(base) wants a key; the limits are those of the settings")
            return ClientTarget(model: model, base: base, needsKey: true)
        case .stranger:
            launch.terminal.note("what answers on \(base) is no Local Swarm; the limits are those of the settings")
        case .starting:
            launch.terminal.note("the server on \(base) is not ready yet; the limits are those of the settings")
        case .nobody:
            launch.terminal.note("no server answers on \(base); the limits are those of the settings")
        }
        return ClientTarget(model: try await configuredModel(), base: base, needsKey: !settings.apiKeys.isEmpty)
    }

    /// The model as the settings name it, as far as it is known before it is loaded.
    private func configuredModel() async throws -> ServedModel {
        let settings = launch.settings
        let unknown = Failure(
            "what the model is called and can hold is not known before it is loaded; start the server first"
        )
        let machine = await Detection(logger: launch.logger).usable
        let file: ModelFile
        switch await launch.sight(on: machine) {
        case .file(let found): file = found
        case .away(let name): return try served(name, unlessKnown: unknown)
        case .elsewhere: throw unknown
        case .none(let words): throw Failure(words)
        }
        // As the engine will decide it, unless there is too little memory.
        let trained = try? ModelShape(GGUFFile.headers(of: file.path)).contextLength
        if trained == nil { launch.terminal.note("the header of \(file.path) cannot be read; 32768 tokens are taken") }
        return ServedModel(id: settings.modelName ?? file.name, contextLength: min(trained ?? 32_768, longest))
    }

    private var longest: Int { launch.settings.context ?? FitRequest.defaultContext }

    /// A model of the catalogue that is not here yet.
    private func served(_ name: String, unlessKnown unknown: Failure) throws -> ServedModel {
        let catalogue = try launch.catalogue()
        guard case .catalogue(let query) = try ModelReference(name, aliases: catalogue.aliases) else { throw unknown }
        let entries = try catalogue.entries(matching: query, format: query.quantisation?.format ?? .gguf)
        guard let entry = entries.first, entries.allSatisfy({ $0.served == entry.served }) else { throw unknown }
        return ServedModel(
            id: launch.settings.modelName ?? entry.served,
            contextLength: min(entry.size.context, longest),
            supportsTools: entry.size.abilities.contains(.tools)
        )
    }
}
