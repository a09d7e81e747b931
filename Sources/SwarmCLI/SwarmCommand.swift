package import ArgumentParser

/// The program.
@main
package struct SwarmCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "swarm",
        abstract: "Answers from a local model that votes with itself.",
        discussion: """
            Several candidates are generated together in one batch, and the answer most of them agree on is returned.

            Serve the APIs of OpenAI and Anthropic on this machine:
              swarm serve
              swarm serve --model ~/models/qwen2.5-coder-7b-q4_k_m.gguf

            Ask one question without a server:
              swarm run "What is 12 + 30?"

            Find out where a swarm pays on this machine:
              swarm eval

            See what this machine has and what llama.cpp can use of it:
              swarm detect
            """,
        version: Version.text,
        subcommands: [
            Serve.self, Run.self, Pull.self, List.self, Show.self, Remove.self, Models.self, Eval.self, Vote.self,
            Votes.self, Detect.self,
        ]
    )

    package init() {}
}
