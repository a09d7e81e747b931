import Logging
import Observability
import SwarmCLI
import SwarmCore
import Testing
import Upstreams

@Suite("Settings")
struct SettingsTests {
    private func settings(
        flags: [SettingKey: String] = [:],
        environment: [String: String] = [:],
        yaml: String? = nil
    ) throws -> Settings {
        let file = try yaml.map { try ConfigurationFile(yaml: $0, path: "/etc/swarm.yaml") }
        return try Settings(Layers(flags: flags, environment: environment, file: file))
    }

    @Test func defaultsHoldWhenNothingIsGiven() throws {
        let settings = try settings()
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 17_615)
        #expect(settings.gracePeriod == 20)
        #expect(settings.sequences == 64)
        #expect(settings.queue == 64)
        #expect(settings.candidates == nil)
        #expect(settings.modelPath == nil)
        #expect(settings.logLevel == nil)
        #expect(settings.logFormat == .text)
        #expect(settings.status == .auto)
        #expect(settings.strategy == .auto)
        #expect(settings.streaming == nil)
        #expect(!settings.isStrict && settings.usesGate)
        #expect(!settings.runsCode && !settings.logsVotes && !settings.logsText)
    }

    @Test func flagsWinOverEnvironmentOverFile() throws {
        let yaml = "http:\n  port: 1\n  grace-period: 1\nengine:\n  queue: 1\n"
        let environment = ["LOCAL_SWARM_HTTP_PORT": "2", "LOCAL_SWARM_HTTP_GRACE_PERIOD": "2"]
        let settings = try settings(flags: [.port: "3"], environment: environment, yaml: yaml)
        #expect(settings.port == 3)
        #expect(settings.gracePeriod == 2)
        #expect(settings.queue == 1)
    }

    @Test func everyKeyCanComeFromTheEnvironmentAndFromTheFile() throws {
        let values: [SettingKey: String] = [
            .modelPath: "/m.gguf", .modelName: "m", .context: "100", .cells: "1000", .threads: "3", .gpuLayers: "4",
            .sequences: "5", .queue: "6", .candidates: "7", .host: "::1", .port: "8", .gracePeriod: "9",
            .logLevel: "debug", .logFormat: "json", .status: "off", .strategy: "best_of_n", .streaming: "burst",
            .strict: "on", .gate: "off", .runCode: "yes", .voteLog: "true", .voteText: "1", .database: "/d.db",
            .embeddingModel: "/e.gguf", .apiKey: "sk-12345678, other-key", .origins: "https://a.example",
            .names: "box.lan", .contextMode: "compact", .prefixDisk: "off", .prefixSize: "100", .promptFolder: "/p",
            .modelAuto: "on", .offline: "on", .backend: "upstream", .upstreamURL: "http://a:1, https://b/v1=m",
            .upstreamKey: ",sk-b",
            .upstreamTimeout: "5", .upstreamLimit: "6", .upstreamCandidates: "7", .mlxProgram: "/mlx",
            .federates: "off", .nodeName: "attic", .peerPort: "4711", .peerHosts: "10.0.0.1,fe80::1%eth0",
            .peers: "a.lan, [::1]:5", .peerTimeout: "30,attic=90", .peerDiscovery: "off", .lan: "on",
            .tools: "on", .toolWorkspace: "/w", .toolHost: "http://h:1", .toolKey: "sk-h", .toolPort: "2",
            .toolOffer: "read,bash", .toolPolicy: "ask bash; deny read(*.env)", .toolSandbox: "off", .toolNetwork: "on",
            .toolPlaces: "127.0.0.1:8000", .toolTime: "3", .toolLongTime: "4", .toolSteps: "5", .toolLoopTime: "6",
            .toolBudget: "700", .toolAudit: "off",
        ]
        #expect(Set(values.keys) == Set(SettingKey.allCases))
        let environment = Dictionary(uniqueKeysWithValues: values.map { ($0.key.variable, $0.value) })
        // YAML allows keys with dots in them, and the reader takes both spellings.
        let yaml = values.map { "\($0.key.rawValue): '\($0.value)'" }.joined(separator: "\n")
        let fromFlags = try settings(flags: values)
        #expect(fromFlags.candidates == 7)
        #expect(fromFlags.logLevel == .debug)
        #expect(fromFlags.gpuLayers == 4)
        #expect(try settings(environment: environment) == fromFlags)
        #expect(try settings(yaml: yaml) == fromFlags)
    }

    @Test func everyUpstreamHasAKeyOfItsOwnAndTheRestInCommon() throws {
        let given: [SettingKey: String] = [
            .upstreamURL: "http://a:1,http://b/v1=m", .upstreamKey: ",sk-b", .upstreamTimeout: "5",
        ]
        let upstreams = try settings(flags: given).upstreams
        #expect(upstreams.map(\.address) == ["http://a:1/v1", "http://b/v1"])
        #expect(upstreams.map(\.model) == [nil, "m"])
        #expect(upstreams.map(\.key) == [nil, "sk-b"])
        #expect(upstreams.map(\.timeout) == [5, 5])
        #expect(upstreams.map(\.limit) == [8, 8])
        for keys in ["sk-secret", "sk-secret,b,c", "sk-secret,b c"] {
            let error = try #require(throws: SettingsError.self) {
                try settings(flags: given.merging([.upstreamKey: keys]) { $1 })
            }
            #expect(!error.description.contains("secret"))
        }
    }

    @Test(arguments: [
        (SettingKey.port, "80x80"), (.port, "65536"), (.port, "-1"), (.candidates, "0"), (.candidates, "33"),
        (.context, "63"), (.sequences, "1"), (.sequences, "257"), (.gracePeriod, "1.5"), (.logLevel, "loud"),
        (.strategy, "best"), (.streaming, "slow"), (.strict, "maybe"), (.runCode, "2"),
        (.logFormat, "xml"), (.status, "maybe"), (.modelName, "two words"), (.host, "0.0.0.0"), (.host, "192.168.1.2"),
        (.host, "127.0.0.1.example.org"), (.host, "::"), (.backend, "vllm"), (.upstreamURL, "a:1"),
        (.upstreamURL, "http://a:1,"), (.upstreamTimeout, "0"), (.upstreamLimit, "0"), (.upstreamCandidates, "17"),
    ])
    func aValueThatCannotBeUsedIsAnErrorNamingKeyValueAndOrigin(key: SettingKey, value: String) throws {
        let fromFlag = try #require(throws: SettingsError.self) { try settings(flags: [key: value]) }
        #expect(fromFlag.isUsage)
        #expect(fromFlag.description.hasPrefix("\(key.flag) \(value): must be "))
        let fromEnvironment = try #require(throws: SettingsError.self) {
            try settings(environment: [key.variable: value])
        }
        #expect(!fromEnvironment.isUsage)
        #expect(fromEnvironment.description.hasPrefix("\(key.rawValue) is \"\(value)\" in \(key.variable): must be "))
        let fromFile = try #require(throws: SettingsError.self) { try settings(yaml: "\(key.rawValue): '\(value)'") }
        #expect(fromFile.description.hasPrefix("\(key.rawValue) is \"\(value)\" in /etc/swarm.yaml: must be "))
    }

    @Test func aWrongValueOfALowerLayerIsNotReadWhenAHigherOneHasTheKey() throws {
        #expect(try settings(flags: [.port: "5"], environment: ["LOCAL_SWARM_HTTP_PORT": "x"]).port == 5)
    }

    @Test func anEmptyVariableCountsAsNotSet() throws {
        #expect(try settings(environment: ["LOCAL_SWARM_HTTP_PORT": ""]).port == 17_615)
    }

    @Test func aListWhereOneValueBelongsIsAnError() throws {
        let error = try #require(throws: SettingsError.self) { try settings(yaml: "http:\n  port: [1, 2]") }
        #expect(error.description.hasPrefix("http.port is \"a list\" in /etc/swarm.yaml: must be "))
    }

    @Test(arguments: ["127.0.0.1", "127.8.9.255", "::1", "localhost"])
    func loopbackAddressesAreAllowed(host: String) throws {
        #expect(try settings(flags: [.host: host]).host == host)
    }
}
