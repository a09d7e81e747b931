import ArgumentParser
import Foundation
import Logging
import Observability
import Probes
import SwarmCore

/// The `swarm eval` command.
struct Eval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure where a swarm pays, and let the server use it.",
        discussion: """
            Asks the model questions whose answers are known: once greedily, once at its own temperature, and with swarms \
            of several sizes. For each kind of answer the result is kept, and `swarm serve` then answers with one \
            candidate where a swarm was not found to pay. Kinds: \
            \(ProbeSet.kinds.map(\.rawValue).joined(separator: ", ")). Prose has no right answer and is not measured. \
            Code is measured only with --run-code, since its tests must be run.

            Examples:
              swarm eval
              swarm eval --kind number --kind tool_call --items 40
              swarm eval --file questions.jsonl
              swarm eval --show
            A line of a file of one's own looks like one of these:
              {"id": "a", "kind": "number", "prompt": "6 x 7?", "answer": "42"}
              {"id": "b", "kind": "tool_call", "prompt": "Read a.txt", "tools": [...], \
            "calls": [{"name": "read", "arguments": {"path": "a.txt"}}]}
              {"id": "c", "kind": "code", "prompt": "Write f(x) that doubles x.", "entry": "f", \
            "tests": ["assert f(2) == 4"]}
            """
    )

    @OptionGroup(title: "Common options") var common: CommonOptions

    @Option(help: ArgumentHelp("Only this kind of answer; may be given several times.", valueName: "kind"))
    var kind: [String] = []

    @Option(help: ArgumentHelp("At most so many questions per kind (default: all).", valueName: "count"))
    var items: Int?

    @Option(
        help: ArgumentHelp(
            "Swarm sizes to measure, separated by commas; --candidates has no say here.",
            valueName: "counts"
        )
    )
    var swarms = "3,5,8"

    @Option(help: ArgumentHelp("Questions of your own in place of the built-in ones, JSON lines.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("Most tokens per candidate.", valueName: "count"))
    var maxTokens = 512

    @Flag(help: "Show what was measured before, and measure nothing.")
    var show = false

    @Flag(help: "Measure and print, but do not keep the result.")
    var dry = false

    func validate() throws {
        for name in kind where !ProbeSet.kinds.contains(where: { $0.rawValue == name }) {
            let kinds = ProbeSet.kinds.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--kind \(name): must be one of \(kinds)")
        }
        if let items, items < 1 { throw ValidationError("--items \(items): must be at least 1") }
        if maxTokens < 1 { throw ValidationError("--max-tokens \(maxTokens): must be at least 1") }
        _ = try sizes()
    }

    func run() async throws {
        try await Launch.run(common, level: .warning) { launch in
            if show {
                try await printKept(launch)
            } else {
                let evaluating = Evaluating(
                    launch: launch,
                    kinds: kind.compactMap(TurnKind.init(rawValue:)),
                    items: items,
                    sizes: try sizes(),
                    file: file,
                    maxTokens: maxTokens,
                    // The server goes by what was measured of its own way to vote.
                    keeps: !dry && launch.settings.strategy == .auto
                )
                try await evaluating.run()
            }
        }
    }

    private func sizes() throws -> [Int] {
        let sizes = swarms.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
        let wrong = ValidationError("--swarms \(swarms): must be whole numbers from 2 to 32, separated by commas")
        return try sizes.map { size in
            guard let size, (2...32).contains(size) else { throw wrong }
            return size
        }
    }

    private func printKept(_ launch: Launch) async throws {
        guard FileManager.default.fileExists(atPath: launch.databasePath) else {
            throw Failure("nothing was measured yet; `swarm eval` measures and keeps it in \(launch.databasePath)")
        }
        let kept = try await GateStore(try Database(path: launch.databasePath), logger: launch.logger).all()
        guard !kept.isEmpty else { throw Failure("nothing was measured yet; `swarm eval` measures") }
        launch.terminal.say(kept.table().joined(separator: "\n") + "\n")
    }
}
