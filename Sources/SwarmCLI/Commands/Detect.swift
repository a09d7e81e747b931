import ArgumentParser
import Logging
import Observability
import SwarmCore

/// The `swarm detect` command.
struct Detect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what this machine has and what llama.cpp can use of it.",
        discussion: """
            Lists the processor, the memory, the accelerators, and the devices llama.cpp sees, and says where these do not \
            agree and what to do about it. Asks the tools that are installed (nvidia-smi, amd-smi, rocm-smi, sycl-ls, \
            xpu-smi, vulkaninfo), each for at most two seconds; a missing or broken one is no error.

            Examples:
              swarm detect
              swarm detect --json
            """
    )

    @Flag(help: "Print one JSON object; sizes in bytes.")
    var json = false

    func run() async throws {
        try await Launch.run(config: nil, flags: [:], level: .warning) { launch in
            let detection = await Detection(logger: launch.logger)
            let text =
                json ? detection.json.text : detection.lines(width: launch.terminal.width).joined(separator: "\n")
            launch.terminal.say(text + "\n")
            if launch.terminal.hasLostOutput { throw Failure("the result could not be written to standard output") }
        }
    }
}
