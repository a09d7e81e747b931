import ArgumentParser
import Foundation
import Hardware
import Logging
import ModelCatalog
import ModelStore
import Observability
import SwarmCore

/// The `swarm models` command.
struct Models: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the models that are known by name, and which of them fit this machine.",
        discussion: """
            Entries of your own in ~/.config/local-swarm/models.yaml replace those of the same name or add to them; \
            docs/models.md has the format. Sizes with ~ before them are reckoned and not looked up.

            Examples:
              swarm models
              swarm models --all --json
              swarm fit qwen2.5-coder:7b
            """,
        subcommands: [Known.self, Verify.self],
        defaultSubcommand: Known.self
    )

    struct Known: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List them, the most suitable first (default)."
        )

        @OptionGroup var wish: WishOptions
        @Flag(help: "Every quantisation of every model, also those that do not fit.") var all = false
        @Flag(help: "Print one JSON object; sizes in bytes.") var json = false

        func run() async throws {
            try await Launch.run(config: nil, flags: [:], level: .warning) { launch in
                let machine = await Detection(logger: launch.logger).usable
                let table = try FitTable(try launch.catalogue(), on: machine, wish.wish, isWhole: all)
                launch.terminal.say((json ? table.json.text : table.lines.joined(separator: "\n")) + "\n")
                if launch.terminal.hasLostOutput { throw Failure("the result could not be written to standard output") }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask the hub whether every known model is there, and how large it is.",
            discussion: """
                With --write the answers go into a file that replaces what the program knows of these models; put it at \
                ~/.config/local-swarm/models.yaml to use it. The exit code is 1 when an entry is wrong or could not be \
                checked.
                """
        )

        @Option(help: ArgumentHelp("Write a catalogue with sizes and hashes.", valueName: "file")) var write: String?

        func run() async throws {
            try await Launch.run(config: nil, flags: [:], level: .warning) { launch in
                let catalogue = try launch.catalogue()
                let terminal = launch.terminal
                let isLive = launch.showsStatus
                let settings = try launch.hubSettings()
                let check = try await Hub.open(settings, logger: launch.logger) { hub throws(PullError) in
                    try await CatalogueCheck.run(catalogue, hub: hub) { name in
                        if isLive { terminal.show(["asking for \(name) …"]) }
                    }
                }
                terminal.show([])
                terminal.say(check.lines.joined(separator: "\n") + "\n")
                if let write {
                    let path = launch.folders.expand(write)
                    let text = CatalogueText(check.verified(catalogue)).text
                    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
                    terminal.note("wrote \(path)")
                }
                if terminal.hasLostOutput { throw Failure("the result could not be written to standard output") }
                guard check.wrong + check.unknown == 0 else {
                    throw Failure(
                        "of \(check.entries.count) entries \(check.wrong) are wrong and \(check.unknown) could not be checked"
                    )
                }
            }
        }
    }
}
