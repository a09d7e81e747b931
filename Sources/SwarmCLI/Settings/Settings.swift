package import Federation
package import Logging
package import Observability
package import SwarmCore
package import Upstreams

/// How to run, decided once at the start.
///
/// Each value is the first that is given of: its flag, its environment variable (`http.port` is `LOCAL_SWARM_HTTP_PORT`),
/// the configuration file, its default.
package struct Settings: Sendable, Equatable {
    /// Whether the live status is shown.
    package enum StatusDisplay: String, Sendable, CaseIterable {
        /// On terminals.
        case auto
        case off
    }

    /// What has the model.
    package enum Backend: String, Sendable, CaseIterable {
        /// This process, by llama.cpp.
        case llama
        /// A child process, `mlx_lm.server`.
        case mlx
        /// The first server named by `upstream.url`.
        case upstream
    }

    /// `model.backend`: what has the model; default llama.
    package var backend = Backend.llama
    /// `upstream.url`, and the other settings under `upstream`: servers that give candidates; default none.
    package var upstreams: [UpstreamSettings] = []
    /// `mlx.program`: `mlx_lm.server`, or a Python that has mlx-lm; default found.
    package var mlxProgram: String?
    /// `model.path`: a .gguf file, a name of the catalogue, or `hf:owner/name/file.gguf`, for the backend mlx a folder; default
    /// the best that is here.
    package var modelPath: String?
    /// `model.auto`: the best model for this machine is chosen, and fetched if need be; default off.
    package var choosesModel = false
    /// `model.offline`: no hub is asked; default off.
    package var isOffline = false
    /// `model.name`: what clients call the model; default from the file name.
    package var modelName: String?
    /// `model.embedding`: a .gguf file that makes the embeddings; default the model itself.
    package var embeddingModelPath: String?
    /// `engine.context`: most tokens of one conversation, 64…16777216; default the model's own, at most 32768.
    package var context: Int?
    /// `engine.cells`: KV cells in all, 512…16777216; default what fits.
    package var cells: Int?
    /// `engine.threads`: threads that compute, 1…1024; default measured.
    package var threads: Int?
    /// `engine.gpu-layers`: layers on the GPU, 0…10000; default as many as fit.
    package var gpuLayers: Int?
    /// `engine.sequences`: most sequences in memory at once, 2…256; default 64.
    package var sequences = 64
    /// `engine.queue`: most requests that wait for memory, 0…100000; default 64.
    package var queue = 64
    /// `swarm.candidates`: candidates per answer, 1…32; default measured.
    package var candidates: Int?
    /// `swarm.strategy`: how a winner is found; default auto.
    package var strategy = VoteStrategy.auto
    /// `swarm.streaming`: what a client sees of a running vote; default by the kind of answer.
    package var streaming: StreamingPolicy?
    /// `swarm.strict`: the same seed gives the same answer; default off.
    package var isStrict = false
    /// `swarm.gate`: no swarm where it was measured not to pay; default on.
    package var usesGate = true
    /// `swarm.run-code`: programs are run in a sandbox to compare them; default off.
    package var runsCode = false
    /// `federation.enabled`: other machines of the cluster vote with this one; default where there is a cluster.
    package var federates: Bool?
    /// `federation.name`: what other machines call this one; default its host name.
    package var nodeName: String?
    /// `federation.port`: where other machines come in, 1…65535; default 17617.
    package var peerPort = PeerAddress.defaultPort
    /// `federation.hosts`: addresses to listen on for them; default those in private networks.
    package var peerHosts: [String]?
    /// `federation.peers`: machines that are not found by themselves; default none.
    package var peers: [PeerAddress] = []
    /// `federation.timeout`: seconds after which a machine's candidates are given up, 1…3600, and others by name; default 60.
    package var peerTimeout = 60
    package var peerTimeouts: [String: Int] = [:]
    /// `federation.discovery`: machines are looked for on the network; default on.
    package var discoversPeers = true
    /// `votes.log`: every vote is recorded; default off.
    package var logsVotes = false
    /// `votes.text`: prompts are recorded as text and not only by their hash; default off.
    package var logsText = false
    /// `votes.database`: the SQLite file of votes and measurements; default in the data folder.
    package var database: String?
    /// `http.host`: a loopback address, or with API keys any; default 127.0.0.1.
    package var host = "127.0.0.1"
    /// `http.lan`: the server listens on this machine's address in its private network, which needs API keys; default off.
    package var isOnLAN = false
    /// `http.port`: 0…65535, 0 takes any free one; default 17615.
    package var port = 17_615
    /// `http.grace-period`: seconds that running answers have to finish after a stop, 0…3600; default 20.
    package var gracePeriod = 20
    /// `http.api-key`: keys any of which lets a request in; default none, and everybody on this machine is let in.
    package var apiKeys: [String] = []
    /// `http.origins`: origins of web pages that may use the server; default none.
    package var origins: [String] = []
    /// `http.names`: names of this machine beside localhost; default none.
    package var names: [String] = []
    /// `context.mode`: how a conversation that is too long is made to fit; default auto.
    package var contextMode = ContextMode.auto
    /// `prefixes.disk`: long prefixes are kept on disk; default on.
    package var keepsPrefixes = true
    /// `prefixes.size`: most megabytes (2^20 bytes) of prefixes on disk, 16…16777216; default 4096.
    package var prefixSize = 4096
    /// `prompts.folder`: texts that replace those of the program; default in the configuration folder.
    package var promptFolder: String?
    /// The settings under `tools`; default none run.
    package var tools = ToolSettings()
    /// `log.level`: default info for `serve`, warning for `run`.
    package var logLevel: Logger.Level?
    /// `log.format`: default text.
    package var logFormat = LogFormat.text
    /// `status`: default auto.
    package var status = StatusDisplay.auto

    /// Reads every setting.
    /// - Throws: when a value is not one of those allowed.
    package init(_ layers: Layers) throws(SettingsError) {
        backend = try layers.choice(.backend, of: Backend.self) ?? backend
        upstreams = try Self.upstreams(layers)
        mlxProgram = try layers.string(.mlxProgram)
        modelPath = try layers.string(.modelPath)
        choosesModel = try layers.isOn(.modelAuto) ?? choosesModel
        isOffline = try layers.isOn(.offline) ?? isOffline
        modelName = try layers.value(.modelName, allowed: "a name without spaces, at most 200 characters") { name in
            let isName = !name.isEmpty && name.count <= 200 && !name.contains { $0.isWhitespace }
            return isName && SafeText.line(name) == name ? name : nil
        }
        embeddingModelPath = try layers.string(.embeddingModel)
        context = try layers.int(.context, in: 64...1 << 24)
        cells = try layers.int(.cells, in: 512...1 << 24)
        threads = try layers.int(.threads, in: 1...1024)
        gpuLayers = try layers.int(.gpuLayers, in: 0...10_000)
        sequences = try layers.int(.sequences, in: 2...256) ?? sequences
        queue = try layers.int(.queue, in: 0...100_000) ?? queue
        candidates = try layers.int(.candidates, in: 1...32)
        strategy = try layers.choice(.strategy, of: VoteStrategy.self) ?? strategy
        streaming = try layers.choice(.streaming, of: StreamingPolicy.self)
        isStrict = try layers.isOn(.strict) ?? isStrict
        usesGate = try layers.isOn(.gate) ?? usesGate
        runsCode = try layers.isOn(.runCode) ?? runsCode
        try readFederation(layers)
        logsVotes = try layers.isOn(.voteLog) ?? logsVotes
        logsText = try layers.isOn(.voteText) ?? logsText
        database = try layers.string(.database)
        apiKeys = try layers.value(.apiKey, allowed: Self.keysAllowed, isSecret: true, Self.keys) ?? apiKeys
        let isOpen = !apiKeys.isEmpty
        host = try layers.value(.host, allowed: Self.loopbackOnly) { isOpen || Self.isLoopback($0) ? $0 : nil } ?? host
        isOnLAN =
            try layers.value(.lan, allowed: "off unless there are API keys: set http.api-key as well") { text in
                switch text.lowercased() {
                case "on", "true", "yes", "1": isOpen ? true : nil
                case "off", "false", "no", "0": false
                default: nil
                }
            } ?? isOnLAN
        origins = try layers.value(.origins, allowed: Self.originsAllowed, Self.origins) ?? origins
        names = try layers.value(.names, allowed: "host names, separated by commas", Self.list) ?? names
        contextMode = try layers.choice(.contextMode, of: ContextMode.self) ?? contextMode
        keepsPrefixes = try layers.isOn(.prefixDisk) ?? keepsPrefixes
        prefixSize = try layers.int(.prefixSize, in: 16...1 << 24) ?? prefixSize
        promptFolder = try layers.string(.promptFolder)
        port = try layers.int(.port, in: 0...65_535) ?? port
        gracePeriod = try layers.int(.gracePeriod, in: 0...3600) ?? gracePeriod
        tools = try ToolSettings(layers)
        logLevel = try layers.choice(.logLevel, of: Logger.Level.self)
        logFormat = try layers.choice(.logFormat, of: LogFormat.self) ?? logFormat
        status = try layers.choice(.status, of: StatusDisplay.self) ?? status
    }

    private static let loopbackOnly = """
        a loopback address (127.0.0.1, ::1 or localhost) unless there are API keys: without them anyone on the network \
        could use the server. Set http.api-key as well
        """
    private static let keysAllowed = "keys of 8 to 200 characters without white space, separated by commas"
    private static let originsAllowed = "origins such as https://app.example, separated by commas, or * for all"

    private static let upstreamsAllowed = """
        addresses such as http://127.0.0.1:8080/v1, each perhaps with = and the name of a model, separated by commas; \
        keys go into upstream.key
        """

    /// Servers with what all of them have in common; each has a key of its own, so that no server learns another's.
    private static func upstreams(_ layers: Layers) throws(SettingsError) -> [UpstreamSettings] {
        let found = try layers.value(.upstreamURL, allowed: upstreamsAllowed) { text in
            list(text).flatMap { parts in
                let read = parts.compactMap(UpstreamSettings.init(parsing:))
                return read.count == parts.count ? read : nil
            }
        }
        var upstreams = found ?? []
        let count = upstreams.count
        let keys = try layers.value(
            .upstreamKey,
            allowed: "keys without white space, separated by commas: one for each address, in their order, or nothing",
            isSecret: true
        ) { text in
            let keys = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return keys.count == count && !keys.contains { $0.contains(where: \.isWhitespace) } ? keys : nil
        }
        let timeout = try layers.int(.upstreamTimeout, in: 1...3600)
        let limit = try layers.int(.upstreamLimit, in: 1...256)
        let candidates = try layers.int(.upstreamCandidates, in: 1...16)
        for place in upstreams.indices {
            if let key = keys?[place], !key.isEmpty { upstreams[place].key = key }
            upstreams[place].timeout = timeout ?? upstreams[place].timeout
            upstreams[place].limit = limit ?? upstreams[place].limit
            upstreams[place].candidates = candidates
        }
        return upstreams
    }

    /// The parts of a list; `nil` when there is none, or one is empty or has white space in it.
    static func list(_ text: String) -> [String]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
        return parts.contains { $0.isEmpty || $0.contains(where: \.isWhitespace) } ? nil : parts
    }

    private static func keys(_ text: String) -> [String]? {
        list(text).flatMap { keys in keys.allSatisfy { (8...200).contains($0.count) } ? keys : nil }
    }

    private static func origins(_ text: String) -> [String]? {
        list(text).flatMap { origins in
            origins.allSatisfy { origin in
                // A scheme, a name and perhaps a port: what browsers send, without a path.
                let parts = origin.split(separator: "/", omittingEmptySubsequences: false)
                return origin == "*" || origin == "null"
                    || parts.count == 3 && parts[0].hasSuffix(":") && parts[0].count > 1 && parts[1].isEmpty
                        && !parts[2].isEmpty
            } ? origins : nil
        }
    }

    /// Whether only this machine can reach an address: 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1 (RFC 4291 §2.5.3), or the name
    /// reserved for them (RFC 6761 §6.3).
    package static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
