import ArgumentParser
import Foundation
import Logging
import ModelCatalog
import ModelStore
import Observability

/// The `swarm rm` command.
struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove models from the store.",
        discussion: """
            Only what was pulled is removed, never what other programs have put on this machine. A model that a server \
            has loaded stays.

            Examples:
              swarm rm qwen2.5-coder-7b-instruct-q4_k_m
              swarm rm --partial 7
            """
    )

    @Argument(help: ArgumentHelp("Its name as swarm list shows it, or the end of it.", valueName: "model"))
    var model: String?

    @Flag(help: "Do not ask.") var yes = false

    @Option(
        name: .customLong("partial"),
        help: ArgumentHelp("Remove what was begun and not gone on with for so many days; 0 for all.", valueName: "days")
    )
    var partialDays: Int?

    func validate() throws {
        if (model == nil) == (partialDays == nil) { throw ValidationError("name a model, or give --partial") }
        if let partialDays, partialDays < 0 { throw ValidationError("--partial \(partialDays): must be at least 0") }
    }

    func run() async throws {
        try await Launch.run(config: nil, flags: [:], level: .warning) { launch in
            let store = launch.store
            let terminal = launch.terminal
            if let partialDays {
                let now = Int(Date().timeIntervalSince1970)
                let freed = try await store.prune(
                    olderThan: partialDays * 86_400,
                    now: now + (partialDays == 0 ? 1 : 0)
                )
                terminal.note(freed == 0 ? "there was nothing to remove" : "\(Amount.words(freed)) became free")
                return
            }
            let name = model ?? ""
            if let partial = await store.partials().first(where: { "hf:\($0.repository)/\($0.file)" == name }) {
                try await store.remove(partial)
                terminal.note("removed what there was of \(name)")
                return
            }
            let found = try await launch.stored(name)
            guard yes || confirm(found, terminal) else { throw Failure("nothing was removed; --yes does not ask") }
            try await store.remove(found)
            terminal.note("removed \(found.name), \(Amount.words(found.bytes))")
        }
    }

    /// Asks, where there is somebody to ask.
    private func confirm(_ model: StoredModel, _ terminal: Terminal) -> Bool {
        guard isatty(FileHandle.standardInput.fileDescriptor) == 1 else { return false }
        terminal.note("remove \(model.name), \(Amount.words(model.bytes))? [y/N]")
        let answer = readLine()?.lowercased() ?? ""
        return answer == "y" || answer == "yes"
    }
}
