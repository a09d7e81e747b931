import ArgumentParser
import Foundation
import Logging

/// The `swarm run` command.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask one question without a server.",
        discussion: """
            The answer goes to standard output, everything else to standard error. With one candidate the answer appears \
            as it is generated, and so does prose; other answers of several appear once the vote is decided.

            Examples:
              swarm run "What is 12 + 30?"
              swarm run -n 1 --temperature 0 "Spell the word bumble."
              git diff | swarm run --system "Write a commit message for this diff." -
            """
    )

    @Argument(
        help: ArgumentHelp(
            "What to ask; - reads it from standard input, and so does no question at all in a pipe.",
            valueName: "question"
        )
    )
    var question: [String] = []

    @OptionGroup(title: "Common options") var common: CommonOptions

    @Option(help: ArgumentHelp("How freely to sample, 0 to 2 (default: the model's own).", valueName: "value"))
    var temperature: Double?

    @Option(help: ArgumentHelp("Makes the answer repeatable (default: drawn at random).", valueName: "number"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Instructions for the model, before the question (default: none).", valueName: "text"))
    var system: String?

    @Option(help: ArgumentHelp("Most tokens per candidate (default: as many as fit).", valueName: "count"))
    var maxTokens: Int?

    @Flag(help: "Print the answer and how it was found as one JSON object.")
    var json = false

    func validate() throws {
        if let temperature, !(0...2).contains(temperature) {
            throw ValidationError("--temperature \(temperature): must be between 0 and 2")
        }
        if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens \(maxTokens): must be at least 1") }
        if question.isEmpty, isatty(FileHandle.standardInput.fileDescriptor) == 1 {
            throw ValidationError("there is no question; for example: swarm run \"What is 12 + 30?\"")
        }
    }

    func run() async throws {
        try await Launch.run(common, level: .warning) { launch in
            var asking = Asking(launch: launch, question: try readQuestion())
            asking.temperature = temperature
            asking.seed = seed
            asking.system = system
            asking.maxTokens = maxTokens
            asking.wantsJSON = json
            try await asking.run()
        }
    }

    private func readQuestion() throws -> String {
        guard question.isEmpty || question == ["-"] else { return question.joined(separator: " ") }
        let data = try FileHandle.standardInput.readToEnd() ?? Data()
        let text = String(decoding: data, as: UTF8.self)
        guard text.contains(where: { !$0.isWhitespace }) else { throw Failure("standard input holds no question") }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
