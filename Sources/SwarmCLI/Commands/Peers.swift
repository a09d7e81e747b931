import ArgumentParser
import Federation
import Foundation
import Logging
import Observability
import SwarmCore

/// The `swarm peers` command.
struct Peers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the machines that vote with this one, and revoke them.",
        discussion: """
            While a server runs here, it is asked what it sees at the moment; otherwise the machines that were paired with \
            are listed. `swarm doctor --network` says why a machine is not seen or not used.

            Examples:
              swarm peers
              swarm peers --json
              swarm peers forget attic
            """,
        subcommands: [List.self, Forget.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List machines (default).")

        @OptionGroup(visibility: .hidden) var serve: Serve
        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws {
            try await Launch.run(config: serve.common.config, flags: serve.flags, level: .warning) { launch in
                let (answer, isLive) = try await peers(launch)
                if json {
                    launch.terminal.say(answer.pretty() + "\n")
                    return
                }
                let entries = answer["peers"]?.arrayValue ?? []
                guard !entries.isEmpty else {
                    launch.terminal.note(
                        isLive
                            ? "no other machine was found; `swarm doctor --network` looks for the reason"
                            : "no machine was paired with; `swarm cluster` makes or joins a cluster"
                    )
                    return
                }
                launch.terminal.say(PeerTableWords.lines(answer).joined(separator: "\n") + "\n")
                if !isLive { launch.terminal.note("no server runs here: this is what is remembered") }
            }
        }

        /// What a running server sees, or else what is remembered.
        private func peers(_ launch: Launch) async throws -> (JSON, isLive: Bool) {
            if let live = try await NetworkQuestion(launch: launch).ask("peers"), live["peers"] != nil {
                return (live, true)
            }
            guard FileManager.default.fileExists(atPath: launch.databasePath) else { return (["peers": []], false) }
            let rows = try await PeerStore(try Database(path: launch.databasePath)).peers()
            let entries = rows.map { row -> JSON in
                var object = row.statistics.objectValue ?? JSON.Object()
                object["id"] = .string(String(row.fingerprint.prefix(16)))
                object["name"] = .string(row.name)
                object["standing"] = "away"
                object["address"] = row.address.map { .string($0) }
                object["latencies"] = nil
                return .object(object)
            }
            return (["peers": .array(entries)], false)
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a machine: it is not used any more.",
            discussion: """
                A running server notices within seconds. The machine still knows the cluster's secret and could pair again: \
                to keep it out for good, make a new cluster with `swarm cluster create --replace` and join the others to it.
                """
        )

        @OptionGroup var place: Votes.Place
        @Argument(help: "Its name or its id, or the beginning of the id.") var name: String

        func run() async throws {
            let flags = place.database.map { [SettingKey.database: $0] } ?? [:]
            try await Launch.run(config: nil, flags: flags, level: .warning) { launch in
                guard FileManager.default.fileExists(atPath: launch.databasePath) else {
                    throw Failure("no machine was paired with")
                }
                let store = PeerStore(try Database(path: launch.databasePath))
                let all = try await store.peers()
                let named = all.filter { $0.name == name }
                let found = named.isEmpty ? all.filter { $0.fingerprint.hasPrefix(name.lowercased()) } : named
                guard let peer = found.first else {
                    let names = all.map(\.name).joined(separator: ", ")
                    throw Failure("no machine \(name) was paired with" + (all.isEmpty ? "" : "; there are \(names)"))
                }
                guard found.count == 1 else {
                    let ids = found.map { String($0.fingerprint.prefix(16)) }.joined(separator: ", ")
                    throw Failure("several machines are called \(name); say which by its id: \(ids)")
                }
                try await store.forget(peer.fingerprint)
                launch.terminal.note("\(peer.name) (\(peer.fingerprint.prefix(16))) is forgotten")
            }
        }
    }
}
