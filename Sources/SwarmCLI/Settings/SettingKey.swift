import SwarmCore

/// Everything that can be set, by the name it has in a configuration file.
package enum SettingKey: String, Sendable, CaseIterable {
    case modelPath = "model.path"
    case modelAuto = "model.auto"
    case offline = "model.offline"
    case backend = "model.backend"
    case modelName = "model.name"
    case embeddingModel = "model.embedding"
    case context = "engine.context"
    case cells = "engine.cells"
    case threads = "engine.threads"
    case gpuLayers = "engine.gpu-layers"
    case sequences = "engine.sequences"
    case queue = "engine.queue"
    case candidates = "swarm.candidates"
    case strategy = "swarm.strategy"
    case streaming = "swarm.streaming"
    case strict = "swarm.strict"
    case gate = "swarm.gate"
    case runCode = "swarm.run-code"
    case upstreamURL = "upstream.url"
    case upstreamKey = "upstream.key"
    case upstreamTimeout = "upstream.timeout"
    case upstreamLimit = "upstream.limit"
    case upstreamCandidates = "upstream.candidates"
    case mlxProgram = "mlx.program"
    case voteLog = "votes.log"
    case voteText = "votes.text"
    case database = "votes.database"
    case host = "http.host"
    case port = "http.port"
    case gracePeriod = "http.grace-period"
    case apiKey = "http.api-key"
    case origins = "http.origins"
    case names = "http.names"
    case contextMode = "context.mode"
    case prefixDisk = "prefixes.disk"
    case prefixSize = "prefixes.size"
    case promptFolder = "prompts.folder"
    case logLevel = "log.level"
    case logFormat = "log.format"
    case status = "status"

    /// The command-line option.
    package var flag: String {
        switch self {
        case .modelPath: "--model"
        case .modelAuto: "--auto"
        case .offline: "--offline"
        case .backend: "--backend"
        case .modelName: "--model-name"
        case .embeddingModel: "--embedding-model"
        case .context: "--context"
        case .cells: "--cells"
        case .threads: "--threads"
        case .gpuLayers: "--gpu-layers"
        case .sequences: "--sequences"
        case .queue: "--queue"
        case .candidates: "--candidates"
        case .strategy: "--strategy"
        case .streaming: "--streaming"
        case .strict: "--strict"
        case .gate: "--no-gate"
        case .runCode: "--run-code"
        case .upstreamURL: "--upstream"
        case .upstreamKey: "--upstream-key"
        case .upstreamTimeout: "--upstream-timeout"
        case .upstreamLimit: "--upstream-limit"
        case .upstreamCandidates: "--upstream-candidates"
        case .mlxProgram: "--mlx-program"
        case .voteLog: "--vote-log"
        case .voteText: "--vote-log-text"
        case .database: "--database"
        case .host: "--host"
        case .port: "--port"
        case .gracePeriod: "--grace-period"
        case .apiKey: "--api-key"
        case .origins: "--origins"
        case .names: "--names"
        case .contextMode: "--context-mode"
        case .prefixDisk: "--no-prefix-files"
        case .prefixSize: "--prefix-size"
        case .promptFolder: "--prompts"
        case .logLevel: "--log-level"
        case .logFormat: "--log-format"
        case .status: "--no-status"
        }
    }

    /// The environment variable.
    package var variable: String {
        "LOCAL_SWARM_" + rawValue.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 }
    }

    /// The known key that a misspelt one is most like; `nil` when none is near.
    package static func nearest(to name: String) -> SettingKey? {
        let distances = allCases.map { (key: $0, distance: editDistance(name.lowercased(), $0.rawValue)) }
        return distances.filter { $0.distance <= max(2, name.count / 3) }.min { $0.distance < $1.distance }?.key
    }
}
