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

    @Option(help: ArgumentHelp("The model to load, a .gguf file (default: the bundled model).", valueName: "file"))
    var model: String?

    @Option(help: ArgumentHelp("What clients call the model (default: its file name).", valueName: "name"))
    var modelName: String?

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp(
            "Candidates per answer, 1 to 32; 1 is no vote (default: what was measured best here).",
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
            "KV cells for all conversations together, at least 512 (default: what half of the free memory allows).",
            valueName: "count"
        )
    )
    var cells: Int?

    @Option(help: ArgumentHelp("Threads that compute, 1 to 1024 (default: measured).", valueName: "count"))
    var threads: Int?

    @Option(help: ArgumentHelp("Layers on the GPU, 0 for none (default: as many as it takes).", valueName: "count"))
    var gpuLayers: Int?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical (default: info for serve, warning for run).",
            valueName: "level"
        )
    )
    var logLevel: String?

    @Option(help: ArgumentHelp("text, or json for one object per line (default: text).", valueName: "format"))
    var logFormat: String?

    @Flag(help: "Do not show on the terminal what is being generated.")
    var noStatus = false

    /// What was given, as settings.
    var flags: [SettingKey: String] {
        let given: [SettingKey: String?] = [
            .modelPath: model, .modelName: modelName, .candidates: candidates.map(String.init),
            .context: context.map(String.init), .cells: cells.map(String.init), .threads: threads.map(String.init),
            .gpuLayers: gpuLayers.map(String.init), .logLevel: logLevel, .logFormat: logFormat,
            .status: noStatus ? "off" : nil,
        ]
        return given.compactMapValues { $0 }
    }
}
