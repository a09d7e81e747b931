extension SettingKey {
    /// What holds when it is set nowhere, in words.
    package var defaultWords: String {
        switch self {
        case .modelPath: "the best that is on this machine"
        case .modelAuto: "off"
        case .offline: "off"
        case .backend: "llama"
        case .modelName: "from the file name"
        case .embeddingModel: "the model itself"
        case .context: "the model's own, at most 32768, as far as it fits"
        case .cells: "what fits into memory"
        case .threads: "measured"
        case .gpuLayers: "as many as fit"
        case .sequences: "64"
        case .queue: "64"
        case .candidates: "by the kind of answer, 3 to 8"
        case .strategy: "auto"
        case .streaming: "by the kind of answer"
        case .strict: "off"
        case .gate: "on"
        case .runCode: "off"
        case .upstreamURL: "none"
        case .upstreamKey: "none"
        case .upstreamTimeout: "60"
        case .upstreamLimit: "8"
        case .upstreamCandidates: "as many as of the head"
        case .mlxProgram: "found"
        case .voteLog: "off"
        case .voteText: "off"
        case .database: "swarm.db in the data folder"
        case .host: "127.0.0.1"
        case .port: "17615"
        case .gracePeriod: "20"
        case .apiKey: "none"
        case .origins: "none"
        case .names: "none"
        case .contextMode: "auto"
        case .prefixDisk: "on"
        case .prefixSize: "4096"
        case .promptFolder: "prompts in the configuration folder"
        case .tools: "off; on with tools.host"
        case .toolWorkspace: "the project around the current folder"
        case .toolHost: "this process"
        case .toolKey: "none"
        case .toolPort: "17616"
        case .toolOffer: "all"
        case .toolPolicy: "every call is allowed"
        case .toolSandbox: "on"
        case .toolNetwork: "off"
        case .toolPlaces: "none"
        case .toolTime: "30"
        case .toolLongTime: "300"
        case .toolSteps: "24"
        case .toolLoopTime: "900"
        case .toolBudget: "200000"
        case .toolAudit: "on"
        case .logLevel: "info for serve, else warning"
        case .logFormat: "text"
        case .status: "auto"
        }
    }

    /// The value is not for other eyes.
    package var isSecret: Bool {
        let words = rawValue.split { $0 == "." || $0 == "-" }.map(String.init)
        return words.contains { ["key", "keys", "token", "tokens", "secret", "secrets", "password"].contains($0) }
    }
}
