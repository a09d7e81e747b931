import ArgumentParser
import Foundation
import Logging
import Observability
import SwarmCore
import ToolRuntime

/// The `swarm tools` command.
struct Tools: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run tools for the models of other servers, and see what tools did.",
        discussion: """
            A server that is started with --tools reads, changes and runs things in one folder for its model. A tool host \
            does only that, for several such servers.

            Examples:
              swarm serve --tools --workspace ~/project
              LOCAL_SWARM_HTTP_API_KEY=$(openssl rand -hex 16) swarm tools serve --host 0.0.0.0 --workspace ~/project
              LOCAL_SWARM_TOOLS_KEY=... swarm serve --tool-host http://192.168.1.5:17616
              swarm tools log
            """,
        subcommands: [Serve.self, List.self, Log.self],
        defaultSubcommand: List.self
    )

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run tools for other servers, until it is stopped.",
            discussion: """
                Listens on http://127.0.0.1:17616 for `POST /v1/tools/execute` and `GET /v1/tools`. Other machines are let \
                in only with API keys: whoever has one may read, change and run things in the workspace.
                """
        )

        @Option(help: ArgumentHelp("A YAML file of settings.", valueName: "file")) var config: String?

        @OptionGroup var listening: ListenOptions

        @Option(
            name: [.long, .customLong("tool-port")],
            help: ArgumentHelp("The port to listen on; 0 takes any free one (default: 17616).", valueName: "port")
        )
        var port: Int?

        @OptionGroup var logging: LogOptions

        @OptionGroup(title: "Tools") var tooling: ToolHostOptions

        private var flags: [SettingKey: String] {
            let given = port.map { [SettingKey.toolPort: String($0)] } ?? [:]
            return tooling.flags.merging(listening.flags) { $1 }.merging(logging.flags) { $1 }.merging(given) { $1 }
        }

        func run() async throws {
            try await Launch.run(config: config, flags: flags, level: .info) { launch in
                try await ToolServing(launch: launch).run()
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the tools there are, with their parameters (default)."
        )

        func run() async throws {
            try await Launch.plain { terminal, _ in
                let rows = ToolDefinition.all.map { [$0.usage, $0.summary] }
                let lines = Columns(sides: [.left, .left]).lines(rows)
                terminal.say(lines.joined(separator: "\n") + "\n")
            }
        }
    }

    struct Log: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what tools did, the newest first.",
            discussion: "Neither arguments nor results are recorded: only what a call was about, and hashes."
        )

        @Option(
            help: ArgumentHelp("The SQLite file (default: ~/.local/share/local-swarm/swarm.db).", valueName: "file")
        )
        var database: String?

        @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var limit = 20

        @Option(help: ArgumentHelp("Only calls of this tool.", valueName: "name")) var tool: String?

        @Flag(help: "Print one JSON object per line, with hashes and sessions.") var json = false

        func run() async throws {
            let flags = database.map { [SettingKey.database: $0] } ?? [:]
            try await Launch.run(config: nil, flags: flags, level: .warning) { launch in
                guard FileManager.default.fileExists(atPath: launch.databasePath) else {
                    throw Failure("no calls are recorded in \(launch.databasePath); `swarm serve --tools` records them")
                }
                let log = ToolLog(try Database(path: launch.databasePath), logger: launch.logger)
                let audits = try await log.list(limit: limit, tool: tool)
                guard !audits.isEmpty else { throw Failure("there are no such calls") }
                let lines = json ? audits.map(\.json.text) : audits.table()
                launch.terminal.say(lines.joined(separator: "\n") + "\n")
            }
        }
    }
}

extension ToolAudit {
    fileprivate var json: JSON {
        [
            "time": .double(time), "tool": .string(tool), "status": .string(status.rawValue),
            "seconds": .double((seconds * 1000).rounded() / 1000), "subject": .string(subject),
            "caller": .string(caller), "session": .string(session.rawValue), "arguments_sha256": .string(argumentsHash),
            "result_sha256": .string(resultHash),
        ]
    }
}
