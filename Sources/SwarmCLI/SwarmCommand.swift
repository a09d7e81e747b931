package import ArgumentParser
import Logging
import Observability

/// The program.
@main
package struct SwarmCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "swarm",
        abstract: "Answers from a local model that votes with itself.",
        discussion: """
            Several candidates are generated together in one batch, and the answer most of them agree on is returned.

            Choose a model from a menu, and serve it:
              swarm

            Serve the APIs of OpenAI and Anthropic on this machine:
              swarm serve                (or options alone: swarm --auto)
              swarm serve --model ~/models/qwen2.5-coder-7b-q4_k_m.gguf

            Ask one question without a server:
              swarm run "What is 12 + 30?"

            Find out where a swarm pays on this machine:
              swarm eval

            See what this machine has, and what does not work:
              swarm detect
              swarm doctor

            Make a coding agent use the server:
              swarm init opencode --write
            """,
        version: Version.text,
        subcommands: [
            Serve.self, Run.self, Init.self, Config.self, Doctor.self, Detect.self, Models.self, FitCommand.self,
            Pull.self, List.self, Show.self, Remove.self, Eval.self, Vote.self, Votes.self,
            ClusterCommand.self, Peers.self, Tools.self,
        ]
    )

    package init() {}

    package static func main() async { await main(Arguments.completed(Array(CommandLine.arguments.dropFirst()))) }

    /// On a terminal the menu, then the server; elsewhere the help.
    package func run() async throws {
        guard Keyboard.isTerminal, Keyboard.showsErrors else { throw CleanExit.helpRequest() }
        try await Launch.run(config: nil, flags: [:], level: .info) { launch in
            guard let answer = try await FirstRun(launch: launch).choose() else {
                launch.terminal.note("nothing was chosen; `swarm --help` shows what else there is")
                return
            }
            var launch = launch
            launch.settings.modelPath = answer.model
            launch.settings.candidates = answer.candidates
            launch.settings.context = answer.context
            try await Serving(launch: launch).run()
        }
    }
}
