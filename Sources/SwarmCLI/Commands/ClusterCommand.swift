import ArgumentParser
import Foundation
import Observability

/// The `swarm cluster` command.
struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Make a cluster of machines that trust each other, join or leave one.",
        discussion: """
            One machine makes a cluster and prints its join code; every other one joins with that code. Whoever has the \
            code can join, so keep it as you keep a password.

            Secrets are in ~/.local/share/local-swarm/cluster, for this user's eyes only.

            Examples:
              swarm cluster create
              swarm cluster join -
              swarm cluster show
            """,
        subcommands: [Create.self, Join.self, ShowMembership.self, Leave.self],
        defaultSubcommand: ShowMembership.self
    )

    /// Runs what the command is for.
    fileprivate static func run(_ body: (Clustering) throws -> Void) async throws {
        try await Launch.plain { terminal, folders in
            let host = ProcessInfo.processInfo.hostName
            try body(Clustering(folder: folders.cluster, terminal: terminal, hostName: host))
            if terminal.hasLostOutput { throw Failure("the result could not be written to standard output") }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a cluster and print its join code.",
            discussion: "The code goes to standard output; on a terminal a QR code of it is shown as well."
        )

        @Option(help: ArgumentHelp("What the cluster is called here.", valueName: "name")) var name = "swarm"
        @Flag(help: "Leave the cluster this machine is in.") var replace = false

        func run() async throws {
            try await ClusterCommand.run { try $0.create(name: name, replaces: replace) }
        }
    }

    struct Join: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Join the cluster of a join code.",
            discussion: """
                With - in place of the code it is read from standard input, and so does not stay in the shell's history. \
                Case, spaces and dashes do not matter.
                """
        )

        @Argument(help: ArgumentHelp("The join code, or - to read it from standard input.", valueName: "code"))
        var code: String

        @Option(help: ArgumentHelp("What the cluster is called here.", valueName: "name")) var name = "swarm"
        @Flag(help: "Leave the cluster this machine is in.") var replace = false

        func run() async throws {
            try await ClusterCommand.run { clustering in
                var code = code
                if code == "-" {
                    if isatty(FileHandle.standardInput.fileDescriptor) == 1 {
                        clustering.terminal.prompt("join code: ")
                    }
                    code = readLine() ?? ""
                }
                try clustering.join(code, name: name, replaces: replace)
            }
        }
    }

    struct ShowMembership: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show this machine's cluster, node id and fingerprint (default)."
        )

        @Flag(help: "Print the join code as well.") var code = false

        func run() async throws {
            try await ClusterCommand.run { try $0.show(hasCode: code) }
        }
    }

    struct Leave: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Leave the cluster; this machine forgets its secret."
        )

        func run() async throws {
            try await ClusterCommand.run { try $0.leave() }
        }
    }
}
