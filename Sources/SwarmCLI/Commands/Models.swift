import ArgumentParser
import Foundation
import Logging
import ModelCatalog
import ModelStore
import Observability

/// The `swarm models` command.
struct Models: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the models that are known by name.",
        subcommands: [Verify.self]
    )

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
