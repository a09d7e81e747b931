import ArgumentParser
import Foundation
import Logging
import ModelCatalog
import ModelStore
import Observability
import SwarmCore

/// The `swarm show` command.
struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what a model on this machine is.",
        discussion: """
            Reads the head of its file. What it says of the template's abilities is read off the template's text.

            Examples:
              swarm show qwen2.5-coder-7b-instruct-q4_k_m
              swarm show ~/models/some.gguf
            """
    )

    @Argument(help: ArgumentHelp("Its name as swarm list shows it, the end of it, or a path.", valueName: "model"))
    var model: String

    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        try await Launch.run(config: nil, flags: [:], level: .warning) { launch in
            var facts = try await facts(launch)
            if let shape = facts.shape {
                let wanted = FitRequest(context: launch.settings.context, candidates: launch.settings.candidates ?? 5)
                facts.fit = Fit.of(shape, on: await Detection(logger: launch.logger).usable, wanted)
            }
            launch.terminal.say((json ? facts.json.text : facts.lines().joined(separator: "\n")) + "\n")
            if launch.terminal.hasLostOutput { throw Failure("the result could not be written to standard output") }
        }
    }

    private func facts(_ launch: Launch) async throws -> ModelFacts {
        let path = launch.folders.expand(model)
        var isFolder: ObjCBool = false
        if model.contains("/") || model.hasSuffix(".gguf"), !model.hasPrefix("hf:"),
            exists(path, &isFolder), !isFolder.boolValue
        {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return try ModelFacts(name: model, path: path, bytes: (attributes[.size] as? NSNumber)?.uint64Value ?? 0)
        }
        do {
            let stored = try await launch.stored(model)
            return try ModelFacts(name: stored.name, path: stored.path, bytes: stored.bytes, stored: stored)
        } catch let failure as Failure {
            // What other programs have put there has the names that they give it.
            let found = await launch.finder.find().models.filter {
                $0.name == model || $0.name.hasSuffix("/" + model)
            }
            guard found.count == 1, let one = found.first else { throw failure }
            return try ModelFacts(name: one.name, path: one.paths[0], bytes: one.bytes)
        }
    }
}
