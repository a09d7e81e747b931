import ArgumentParser
import Foundation
import Logging
import ModelCatalog
import ModelStore
import Observability
import SwarmCore

/// The `swarm list` command.
struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the models on this machine.",
        discussion: """
            Those that were pulled, those that are not all there yet, and those that Hugging Face's tools, Ollama, LM Studio, \
            Jan and GPT4All have put on this machine: these are used where they are.
            """
    )

    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        try await Launch.run(config: nil, flags: [:], level: .warning) { launch in
            let store = launch.store
            let list = ModelList(
                stored: await store.list(),
                partials: await store.partials(),
                found: await launch.finder.find()
            )
            let terminal = launch.terminal
            if json {
                terminal.say(list.json.text + "\n")
            } else {
                let lines = list.lines(home: launch.folders.home)
                if lines.isEmpty {
                    terminal.note("there are no models but the bundled one; swarm pull fetches one")
                } else {
                    terminal.say(lines.joined(separator: "\n") + "\n")
                }
                for note in list.notes { terminal.note(note) }
            }
            if terminal.hasLostOutput { throw Failure("the result could not be written to standard output") }
        }
    }
}
