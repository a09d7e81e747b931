import ArgumentParser

/// The options of every command that loads a model.
///
/// None has a default here: what is not given is looked up elsewhere.
struct CommonOptions: ParsableArguments {
    @Option(
        name: [.long],
        help: ArgumentHelp(
            "A YAML file of settings (default: ~/.config/local-swarm/config.yaml, if it exists).",
            valueName: "file"
        )
    )
    var config: String?

    @Option(
        help: ArgumentHelp(
            """
            The model: a .gguf file, a name such as qwen2.5-coder:7b (`swarm models` lists them), or \
            hf:owner/name/file.gguf; with --backend mlx a folder. It is fetched if it is not here (default: the best that is here, else the bundled one).
            """,
            valueName: "model"
        )
    )
    var model: String?

    @Flag(help: "Fetch nothing; the same as HF_HUB_OFFLINE=1.")
    var offline = false

    @Option(
        help: ArgumentHelp(
            "What has the model: llama (this process), mlx (mlx_lm.server) or upstream (default: llama).",
            valueName: "name"
        )
    )
    var backend: String?

    @Option(
        help: ArgumentHelp(
            """
            Another OpenAI-compatible server that gives candidates, such as http://127.0.0.1:8080/v1, perhaps with = and \
            its model's name; may be given several times. Keys go into LOCAL_SWARM_UPSTREAM_KEY.
            """,
            valueName: "url"
        )
    )
    var upstream: [String] = []

    @Option(
        help: ArgumentHelp(
            "Keys of those servers, separated by commas. Other users of this machine can see options.",
            valueName: "keys"
        )
    )
    var upstreamKey: String?

    @Option(
        help: ArgumentHelp(
            "Seconds without a sign of life after which such a server's candidates are given up, 1 to 3600 (default: 60).",
            valueName: "seconds"
        )
    )
    var upstreamTimeout: Int?

    @Option(help: ArgumentHelp("Most requests such a server gets at once, 1 to 256 (default: 8).", valueName: "count"))
    var upstreamLimit: Int?

    @Option(
        help: ArgumentHelp(
            "Candidates of each such server in a vote, 1 to 16 (default: as many as of the model here).",
            valueName: "count"
        )
    )
    var upstreamCandidates: Int?

    @Option(
        help: ArgumentHelp("mlx_lm.server, or a Python that has mlx-lm (default: found).", valueName: "file")
    )
    var mlxProgram: String?

    @Option(help: ArgumentHelp("What clients call the model (default: its file name).", valueName: "name"))
    var modelName: String?

    @Option(
        help: ArgumentHelp(
            "How a conversation that is too long is made to fit: auto, full, compact or minimal (default: auto).",
            valueName: "mode"
        )
    )
    var contextMode: String?

    @Flag(help: "Show tools to the model exactly as the client sent them; the same as --context-mode full.")
    var useOpencodeTools = false

    @Option(
        help: ArgumentHelp(
            "Texts that replace those of the program, such as tools.txt (default: ~/.config/local-swarm/prompts).",
            valueName: "folder"
        )
    )
    var prompts: String?

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp(
            "Candidates per answer, 1 to 32; 1 is no vote (default: by the kind of answer, 3 to 8, and by `swarm eval`).",
            valueName: "count"
        )
    )
    var candidates: Int?

    @Option(
        help: ArgumentHelp(
            "Most tokens of one conversation, at least 64 (default: the model's own, at most 32768).",
            valueName: "tokens"
        )
    )
    var context: Int?

    @Option(
        help: ArgumentHelp(
            "KV cells for all conversations together, at least 512 (default: what fits into memory).",
            valueName: "count"
        )
    )
    var cells: Int?

    @Option(help: ArgumentHelp("Threads that compute, 1 to 1024 (default: measured).", valueName: "count"))
    var threads: Int?

    @Option(help: ArgumentHelp("Layers on the GPU, 0 for none (default: as many as fit).", valueName: "count"))
    var gpuLayers: Int?

    @Option(
        help: ArgumentHelp(
            "auto, majority, similarity, quality, fastest, best_of_n, weighted_vote or first_valid (default: auto).",
            valueName: "name"
        )
    )
    var strategy: String?

    @Flag(help: "The same seed gives the same answer: requests run alone, no vote ends early.")
    var strict = false

    @Flag(help: "Use a swarm also for kinds of answer where `swarm eval` found that it does not pay.")
    var noGate = false

    @Flag(
        help: """
            Run programs in answers to compare what they do, in a sandbox without network (bubblewrap on Linux, \
            sandbox-exec on macOS).
            """
    )
    var runCode = false

    @Flag(help: "Record every vote with all answers, the prompt as a hash only; `swarm votes` lists and explains them.")
    var voteLog = false

    @Flag(help: "With --vote-log: record the question and the tools as text too.")
    var voteLogText = false

    @Option(
        help: ArgumentHelp(
            "The SQLite file of votes and measurements (default: ~/.local/share/local-swarm/swarm.db).",
            valueName: "file"
        )
    )
    var database: String?

    @OptionGroup var logging: LogOptions

    @Flag(help: "Do not show on the terminal what is being generated.")
    var noStatus = false

    /// What was given, as settings.
    var flags: [SettingKey: String] {
        let given: [SettingKey: String?] = [
            .modelPath: model, .offline: offline ? "on" : nil, .modelName: modelName,
            .candidates: candidates.map(String.init),
            .context: context.map(String.init), .cells: cells.map(String.init), .threads: threads.map(String.init),
            .gpuLayers: gpuLayers.map(String.init),
            .status: noStatus ? "off" : nil, .strategy: strategy, .strict: strict ? "on" : nil,
            .gate: noGate ? "off" : nil, .runCode: runCode ? "on" : nil, .voteLog: voteLog ? "on" : nil,
            .voteText: voteLogText ? "on" : nil, .database: database,
            .backend: backend, .upstreamURL: upstream.isEmpty ? nil : upstream.joined(separator: ","),
            .upstreamKey: upstreamKey, .upstreamTimeout: upstreamTimeout.map(String.init),
            .upstreamLimit: upstreamLimit.map(String.init),
            .upstreamCandidates: upstreamCandidates.map(String.init), .mlxProgram: mlxProgram,
            .contextMode: contextMode ?? (useOpencodeTools ? "full" : nil), .promptFolder: prompts,
        ]
        return logging.flags.merging(given.compactMapValues { $0 }) { $1 }
    }
}
