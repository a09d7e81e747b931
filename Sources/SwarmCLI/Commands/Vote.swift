import ArgumentParser
import Consensus
import Foundation
import Logging
import SwarmCore

/// The `swarm vote` command.
struct Vote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Count stored ballots again, without a model.",
        discussion: """
            Every line of the file is one ballot:
              {"id": "1", "prompt": "6 x 7?", "candidates": [{"text": "42"}, {"text": "41"}, {"text": "Answer: 42"}]}
            Optional: "messages" in place of "prompt", "tools" and "response_format" as in the chat API, "kind" \
            (\(TurnKind.allCases.map(\.rawValue).joined(separator: ", "))), "tests" (assertions of unknown truth). A \
            candidate has "text" or "tool_calls" (as in the chat API), and may have "finish", "logprob", \
            "self_certainty", "source", "seconds".

            The answer to a ballot is one line: which candidate wins, of what kind it is, how many agree, and how many \
            candidates were needed when they come one after the other in the order of the file.

            Examples:
              swarm vote ballots.jsonl
              swarm vote --strategy majority --json ballots.jsonl
              swarm votes export | swarm vote --sandbox -
            """
    )

    @Argument(help: ArgumentHelp("The file of ballots; - reads standard input.", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "\(VoteStrategy.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "name"
        )
    )
    var strategy = "auto"

    @Flag(help: "Run programs in the sandbox to compare what they do.")
    var sandbox = false

    @Flag(help: "Decide early only when the lead cannot be overturned, never by probability.")
    var exact = false

    @Option(
        help: ArgumentHelp(
            "How often a source is right, 0 to 1; once per source (default for weighted_vote: from their agreement).",
            valueName: "source=share"
        )
    )
    var reliability: [String] = []

    @Flag(help: "Print one JSON object per ballot.")
    var json = false

    func validate() throws {
        guard VoteStrategy(rawValue: strategy) != nil else {
            let names = VoteStrategy.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--strategy \(strategy): must be one of \(names)")
        }
        _ = try shares()
    }

    func run() async throws {
        try await Launch.run(config: nil, flags: [:], level: .warning) { launch in
            let voting = Voting(
                launch: launch,
                strategy: VoteStrategy(rawValue: strategy) ?? .auto,
                usesBeta: !exact,
                runsCode: sandbox,
                accuracies: try shares(),
                wantsJSON: json
            )
            try await voting.run(file == "-" ? nil : launch.folders.expand(file))
        }
    }

    private func shares() throws -> [SourceID: Double] {
        var shares: [SourceID: Double] = [:]
        for pair in reliability {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let share = Double(parts[1]), (0...1).contains(share) else {
                throw ValidationError("--reliability \(pair): must look like source=0.8")
            }
            shares[SourceID(rawValue: String(parts[0]))] = share
        }
        return shares
    }
}
