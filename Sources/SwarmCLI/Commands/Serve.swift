import ArgumentParser
import Logging

/// The `swarm serve` command.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the APIs of OpenAI and Anthropic on this machine.",
        discussion: """
            Loads a model and answers on http://127.0.0.1:17615/v1 until it is stopped. The first Ctrl-C lets running \
            answers finish, the second stops at once.

            Examples:
              swarm serve
              swarm serve --model ~/models/qwen2.5-coder-7b-q4_k_m.gguf --candidates 4
              LOCAL_SWARM_HTTP_PORT=8080 swarm serve --log-format json
              LOCAL_SWARM_HTTP_API_KEY=$(openssl rand -hex 16) swarm serve --host 0.0.0.0
              swarm serve --tools --workspace ~/project

            Every setting can be given as an option, as an environment variable, or in the configuration file; the first \
            of these that has it counts. The keys of the file are
            \(SettingKey.allCases.map { "  " + $0.rawValue }.joined(separator: "\n"))
            and the variable of http.port is LOCAL_SWARM_HTTP_PORT. A file looks like this:
              http:
                port: 8080
              swarm:
                candidates: 4
            """
    )

    @OptionGroup(title: "Common options") var common: CommonOptions

    @OptionGroup(title: "Tools of the server") var hands: HandsOptions

    @OptionGroup(title: "Tools of the server") var tooling: ToolHostOptions

    @Flag(help: ArgumentHelp("The same as `swarm tools serve`.", visibility: .hidden))
    var toolServer = false

    @Flag(help: "Choose the best model for this machine, and fetch it if it is not here.")
    var auto = false

    @Option(
        help: ArgumentHelp("Most sequences in memory at once, 2 to 256 (default: 64).", valueName: "count")
    )
    var sequences: Int?

    @Option(help: ArgumentHelp("Most requests that wait for memory, 0 to 100000 (default: 64).", valueName: "count"))
    var queue: Int?

    @Option(
        help: ArgumentHelp(
            "What clients see of a running vote: burst, leader or reasoning_leader (default: by the kind of answer).",
            valueName: "policy"
        )
    )
    var streaming: String?

    @OptionGroup var listening: ListenOptions

    @Option(
        help: ArgumentHelp(
            "Origins of web pages that may use the server, separated by commas; * lets in all (default: none).",
            valueName: "origins"
        )
    )
    var origins: String?

    @Option(
        help: ArgumentHelp("A .gguf file that makes the embeddings (default: the model itself).", valueName: "file")
    )
    var embeddingModel: String?

    @Flag(help: "Keep no prefixes of long prompts on disk: after a restart they are read again.")
    var noPrefixFiles = false

    @Option(
        help: ArgumentHelp("Most megabytes of prefixes on disk, at least 16 (default: 4096).", valueName: "megabytes")
    )
    var prefixSize: Int?

    @Option(help: ArgumentHelp("The port to listen on; 0 takes any free one (default: 17615).", valueName: "port"))
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "Seconds that running answers have to finish after a stop, 0 to 3600 (default: 20).",
            valueName: "seconds"
        )
    )
    var gracePeriod: Int?

    @Flag(
        help: "Listen on this machine's address in its private network; other machines are let in only with API keys."
    )
    var lan = false

    @OptionGroup(title: "Other machines") var peers: PeerOptions

    /// What was given, as settings.
    var flags: [SettingKey: String] {
        let given: [SettingKey: String?] = [
            .modelAuto: auto ? "on" : nil, .sequences: sequences.map(String.init), .queue: queue.map(String.init),
            .port: port.map(String.init), .gracePeriod: gracePeriod.map(String.init), .streaming: streaming,
            .origins: origins, .embeddingModel: embeddingModel,
            .prefixDisk: noPrefixFiles ? "off" : nil, .prefixSize: prefixSize.map(String.init),
            .lan: lan ? "on" : nil,
        ]
        return common.flags.merging(listening.flags) { $1 }.merging(peers.flags) { $1 }.merging(hands.flags) { $1 }
            .merging(tooling.flags) { $1 }
            .merging(given.compactMapValues { $0 }) { $1 }
    }

    func run() async throws {
        try await Launch.run(config: common.config, flags: flags, level: .info) { launch in
            var launch = launch
            if launch.settings.isOnLAN { launch.settings.host = try Launch.lanAddress() }
            if toolServer {
                try await ToolServing(launch: launch).run()
            } else {
                try await Serving(launch: launch).run()
            }
        }
    }
}
