import ArgumentParser
import Foundation
import Hardware
import Logging
import ModelCatalog
import ModelStore
import Observability
import SwarmCore

/// The `swarm fit` command.
struct FitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Show the arithmetic of a model's memory on this machine.",
        discussion: """
            Without a model: every model and quantisation that is known by name. With one: all terms. A file on this \
            machine, or on the hub, is read for its header only; a name from the catalogue is reckoned from published \
            facts.

            Examples:
              swarm fit
              swarm fit qwen2.5-coder:7b:q4_k_m --context 65536 --n 8
              swarm fit ~/models/some.gguf
              swarm fit hf:Qwen/Qwen2.5-Coder-7B-Instruct-GGUF/qwen2.5-coder-7b-instruct-q4_k_m.gguf
            """
    )

    @Argument(help: ArgumentHelp("A path, family:size:quant, or hf:owner/name/file.gguf.", valueName: "model"))
    var model: String?

    @OptionGroup var wish: WishOptions
    @Flag(help: "Print one JSON object; sizes in bytes.") var json = false

    func run() async throws {
        try await Launch.run(config: nil, flags: [:], level: .warning) { launch in
            let machine = await Detection(logger: launch.logger).usable
            let catalogue = try launch.catalogue()
            if let model {
                let report = try await report(model, catalogue, machine, launch)
                launch.terminal.say((json ? report.json.text : report.lines.joined(separator: "\n")) + "\n")
            } else {
                let table = try FitTable(catalogue, on: machine, wish.wish, isWhole: true)
                launch.terminal.say((json ? table.json.text : table.lines.joined(separator: "\n")) + "\n")
            }
            if launch.terminal.hasLostOutput { throw Failure("the result could not be written to standard output") }
        }
    }

    private func report(
        _ name: String,
        _ catalogue: Catalogue,
        _ machine: Machine,
        _ launch: Launch
    ) async throws -> FitReport {
        let request = wish.request
        switch try ModelReference(name, aliases: catalogue.aliases) {
        case .path(let path):
            let full = launch.folders.expand(path)
            do {
                let shape = try ModelShape(GGUFFile.headers(of: full))
                return FitReport(name: path, fit: .of(shape, on: machine, request), machine: machine)
            } catch {
                throw Failure("\(path): \(error)")
            }
        case .catalogue(let query):
            return try report(query, catalogue, machine)
        case .hub(let hub):
            guard let file = hub.file else {
                throw Failure("\(hub) may be any of several files; name one: hf:\(hub.repository)/file.gguf")
            }
            let artifact = ModelArtifact(
                format: .gguf,
                repository: hub.repository,
                revision: hub.revision,
                files: [ModelArtifact.File(name: file)]
            )
            let headers = try await Hub.open(launch.hubSettings(), logger: launch.logger) { hub throws(PullError) in
                try await hub.headers(of: artifact)
            }
            do {
                return FitReport(name: name, fit: .of(try ModelShape(headers), on: machine, request), machine: machine)
            } catch {
                throw Failure("\(name): \(error)")
            }
        }
    }

    /// Of what the name leaves open, the best that fits; if none does, the smallest, to show what it lacks.
    private func report(_ query: CatalogueQuery, _ catalogue: Catalogue, _ machine: Machine) throws -> FitReport {
        var wish = wish.wish
        wish.only = query
        if let choice = try Selection.choose(catalogue, on: machine, wish).first {
            return FitReport(name: choice.entry.id, fit: choice.fit, machine: machine, reasons: choice.reasons)
        }
        let entries = try catalogue.entries(matching: query, format: wish.format)
        guard let entry = entries.min(by: { $0.bytes.count < $1.bytes.count }) else {
            throw Failure("there is no \(query)")
        }
        let refusal = try Selection.refusal(catalogue, on: machine, wish)
        return FitReport(
            name: entry.id,
            fit: .of(entry.shape, on: machine, self.wish.request),
            machine: machine,
            reasons: refusal.map { [$0] } ?? []
        )
    }
}
