import ArgumentParser
import Logging

/// The `swarm init` command.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a coding agent or editor use this server.",
        discussion: """
            Prints the configuration of opencode, aider, continue, codex, claude-code or zed, with the model and its limits as \
            the running server tells them, or as the settings do where none runs. It takes the options of `swarm serve`.

            With --write it goes into the client's own file. What is there stays: other settings, their order, comments. \
            What changes is said, and the old file is kept as NAME.bak. Nothing is written where a value of yours stands in the \
            way, unless --replace says so.

            Examples:
              swarm init opencode > opencode.json
              swarm init opencode --write
              swarm init claude-code --write --replace
              swarm init zed --url http://192.168.1.20:17615
            """
    )

    @Argument(help: "The client: \(Client.allCases.map(\.rawValue).joined(separator: ", ")).") var client: Client

    @Flag(help: "Merge the configuration into the client's own file.") var write = false

    @Flag(help: "Print the configuration (default).") var print = false

    @Flag(help: "With --write: values of yours that stand in the way give way.") var replace = false

    @Option(
        help: ArgumentHelp(
            "With --write: the file (default: the project's in this folder, if there is one, else the user's).",
            valueName: "file"
        )
    )
    var file: String?

    @Option(help: ArgumentHelp("Where the server is reached (default: as the settings say).", valueName: "address"))
    var url: String?

    @OptionGroup(visibility: .hidden) var serve: Serve

    func validate() throws {
        if write, print { throw ValidationError("--write and --print: only one of them can be meant") }
        if replace, !write { throw ValidationError("--replace is for --write") }
        if let url, ServerAddress.base(url) == nil {
            throw ValidationError("--url \(url): must be an address such as http://192.168.1.20:17615")
        }
    }

    func run() async throws {
        try await Launch.run(config: serve.common.config, flags: serve.flags, level: .warning) { launch in
            var initialising = Initialising(launch: launch, client: client)
            initialising.writes = write
            initialising.replaces = replace
            initialising.file = file
            initialising.address = url.flatMap(ServerAddress.base)
            try await initialising.run()
        }
    }
}
