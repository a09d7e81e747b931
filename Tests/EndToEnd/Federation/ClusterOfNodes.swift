#if os(Linux)
import Foundation
import NamespaceTestSupport
import Subprocess
import SwarmCore
import SwarmTestSupport
import Testing

extension Trait where Self == ConditionTrait {
    /// Makes machines of network namespaces, which takes root.
    static var withNamespaces: Self { .enabled("no network namespaces can be made here") { await Namespaces.works } }
}

/// Servers on machines of their own in one network, which know nothing of each other but a join code.
struct ClusterOfNodes: Sendable {
    let network: Namespaces
    let nodes: [Node]

    /// One server.
    struct Node: Sendable {
        let number: Int
        let network: Namespaces
        /// The process of the server.
        let process: Int
        let log: Observed<[String]>

        var name: String { "node\(number)" }

        /// Asks its API.
        func ask(_ path: String, _ body: JSON? = nil, limit: Int = 60) async throws -> (text: String, isSuccess: Bool) {
            var words = ["-sS", "-N", "--max-time", "\(limit)", "http://127.0.0.1:17615/v1/\(path)"]
            if let body { words += ["-H", "content-type: application/json", "-d", body.text] }
            let ended = try await network.run(in: number, "curl", words)
            return (ended.output, ended.isSuccess)
        }

        func chat(_ body: JSON, limit: Int = 60) async throws -> JSON {
            let answer = try await ask("chat/completions", body, limit: limit)
            return try JSON(parsing: answer.text)
        }

        /// Peers that vote with it.
        var ready: Set<String> {
            get async {
                guard let answer = try? await ask("federation/peers", limit: 5),
                    let json = try? JSON(parsing: answer.text)
                else { return [] }
                let peers = (json["peers"]?.arrayValue ?? []).filter { $0["standing"] == "ready" }
                return Set(peers.compactMap { $0["name"]?.stringValue })
            }
        }

        func signal(_ name: String) async throws {
            let ended = try await Tool.run("kill", ["-\(name)", "\(process)"])
            #expect(ended.isSuccess)
        }
    }

    /// Starts servers on so many machines, with one join code, and ends them.
    ///
    /// - Parameters:
    ///   - codes: which join code a node gets, by its number; those of the same name are of one cluster.
    static func with(
        _ count: Int,
        cluster: @Sendable (Int) -> String = { _ in "home" },
        arguments: @Sendable (Int) -> [String] = { _ in [] },
        _ body: @escaping @Sendable (ClusterOfNodes) async throws -> Void
    ) async throws {
        try await Namespaces.with(count) { network in
            let folder = FileManager.default.temporaryDirectory.path + "/\(network.prefix)"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            var codes: [String: String] = [:]
            for number in 1...count {
                let environment = try environment(folder, number)
                if let code = codes[cluster(number)] {
                    try await command(["cluster", "join", code], environment)
                } else {
                    try await command(["cluster", "create", "--name", cluster(number)], environment)
                    let shown = try await command(["cluster", "show", "--code"], environment)
                    let code = shown.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("swarm-") }
                    codes[cluster(number)] = String(try #require(code, "no code in \(shown)"))
                }
            }
            let more = (1...count).map(arguments)
            try await start(1, of: count, network, folder, more, []) { nodes in
                try await body(ClusterOfNodes(network: network, nodes: nodes))
            }
        }
    }

    @discardableResult
    private static func command(_ words: [String], _ environment: Environment) async throws -> String {
        let result = try await Subprocess.run(
            .name("swarm"),
            arguments: Arguments(words),
            environment: environment,
            output: .string(limit: 1 << 16),
            error: .string(limit: 1 << 16)
        )
        #expect(result.terminationStatus.isSuccess, "\(words): \(result.standardError)")
        return result.standardOutput
    }

    /// Folders of its own, apart from what can be measured once for all.
    private static func environment(_ folder: String, _ number: Int) throws -> Environment {
        let own = "\(folder)/\(number)"
        return try Program.environment(
            with: [
                "HOME": own, "XDG_CONFIG_HOME": own + "/config", "XDG_DATA_HOME": own + "/data",
                "LOCAL_SWARM_FEDERATION_NAME": "node\(number)",
            ],
            tools: "/usr/sbin:/usr/bin:/sbin:/bin"
        )
    }

    private static func start(
        _ number: Int,
        of count: Int,
        _ network: Namespaces,
        _ folder: String,
        _ arguments: [[String]],
        _ started: [Node],
        _ body: @escaping @Sendable ([Node]) async throws -> Void
    ) async throws {
        guard number <= count else { return try await body(started) }
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(2))]
        let words = ["netns", "exec", network.name(number), "swarm", "serve", "--model", "bumble", "--candidates", "6"]
        _ = try await Subprocess.run(
            .name("ip"),
            arguments: Arguments(
                words + ["--no-status", "--threads", "1", "--grace-period", "1"] + arguments[number - 1]
            ),
            environment: try environment(folder, number),
            platformOptions: options,
            input: .none,
            output: .sequence,
            error: .sequence
        ) { execution in
            let log = Observed<[String]>([])
            let isReady = Gate()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await line in execution.standardError.strings() { log.change { $0.append(line) } }
                }
                group.addTask {
                    for try await line in execution.standardOutput.strings() where line.contains(" is ready on ") {
                        isReady.open()
                    }
                    isReady.open()
                }
                await isReady.passed()
                let node = Node(
                    number: number,
                    network: network,
                    process: Int(execution.processIdentifier.value),
                    log: log
                )
                try await start(number + 1, of: count, network, folder, arguments, started + [node], body)
                try? execution.send(signal: .resume)
                try? execution.send(signal: .terminate)
                try await group.waitForAll()
            }
        }
    }

    /// Waits until every node sees every other one.
    func meet(within limit: Duration = .seconds(20)) async -> Bool {
        let names = Set(nodes.map(\.name))
        return await eventually(within: limit) {
            for node in nodes where await node.ready != names.subtracting([node.name]) { return false }
            return true
        }
    }
}

/// Looks again and again whether something has come true.
func eventually(within limit: Duration, _ condition: @Sendable () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(100))
    }
    return await condition()
}
#endif
