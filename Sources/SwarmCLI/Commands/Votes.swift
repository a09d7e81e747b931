import ArgumentParser
import Foundation
import Logging
import Observability
import SwarmCore

/// The `swarm votes` command.
struct Votes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List and explain recorded votes.",
        discussion: """
            A server started with --vote-log records every vote in a SQLite file of this user's. Prompts are kept as a \
            hash unless it was started with --vote-log-text; the candidates' answers are kept, so that votes can be \
            counted again.

            Examples:
              swarm votes
              swarm votes show chatcmpl-4f
              swarm votes export | swarm vote --strategy majority -
            """,
        subcommands: [List.self, Show.self, Export.self, Forget.self],
        defaultSubcommand: List.self
    )

    /// Where the votes are.
    struct Place: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The SQLite file (default: ~/.local/share/local-swarm/swarm.db).",
                valueName: "file"
            )
        )
        var database: String?

        func open(_ body: @Sendable (VoteLog, Launch) async throws -> Void) async throws {
            let flags = database.map { [SettingKey.database: $0] } ?? [:]
            try await Launch.run(config: nil, flags: flags, level: .warning) { launch in
                guard FileManager.default.fileExists(atPath: launch.databasePath) else {
                    let path = launch.databasePath
                    throw Failure("no votes are recorded in \(path); `swarm serve --vote-log` records them")
                }
                try await body(VoteLog(try Database(path: launch.databasePath), logger: launch.logger), launch)
                if launch.terminal.hasLostOutput { throw Failure("the result could not be written to standard output") }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List votes, the newest first (default).")

        @OptionGroup var place: Place
        @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var limit = 20
        @Option(help: ArgumentHelp("Only votes on this kind of answer.", valueName: "kind")) var kind: String?
        @Option(help: ArgumentHelp("Only votes before this one.", valueName: "id")) var before: String?

        func validate() throws {
            if let kind, TurnKind(rawValue: kind) == nil {
                let kinds = TurnKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--kind \(kind): must be one of \(kinds)")
            }
        }

        func run() async throws {
            try await place.open { log, launch in
                let kind = kind.flatMap(TurnKind.init(rawValue:))
                let votes = try await log.list(limit: limit, kind: kind, before: before)
                guard !votes.isEmpty else { throw Failure("there are no such votes") }
                launch.terminal.say(votes.table(width: launch.terminal.width).joined(separator: "\n") + "\n")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Explain one vote: who said what, and why it ended.")

        @OptionGroup var place: Place
        @Argument(help: "The vote's id, or the beginning of it.") var id: String

        func run() async throws {
            try await place.open { log, launch in
                let lines = try await log.vote(id).explanation(width: launch.terminal.width)
                launch.terminal.say(lines.joined(separator: "\n") + "\n")
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print votes as ballots that `swarm vote` reads.")

        @OptionGroup var place: Place

        func run() async throws {
            try await place.open { log, launch in
                for try await line in log.export() {
                    launch.terminal.say(line + "\n")
                    if launch.terminal.hasLostOutput { return }
                }
            }
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget votes older than some days.")

        @OptionGroup var place: Place
        @Option(help: ArgumentHelp("Forget what is older; 0 forgets all.", valueName: "days")) var olderThan: Int

        func run() async throws {
            try await place.open { log, launch in
                let border = Int(Date().timeIntervalSince1970) + 1 - olderThan * 86_400
                let count = try await log.prune(olderThan: border)
                launch.terminal.note("\(count) vote\(count == 1 ? "" : "s") forgotten")
            }
        }
    }
}
