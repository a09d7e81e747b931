#if os(Linux)
import Foundation
package import Subprocess
package import SwarmTestSupport

/// Machines made of network namespaces, connected by a bridge in a namespace of its own: nothing leaves them.
package struct Namespaces: Sendable {
    package let prefix: String
    package let count: Int

    /// Makes the machines, and takes them away again whatever happens. They have the addresses 10.78.0.1, 10.78.0.2 …
    package static func with(
        _ count: Int,
        _ body: @Sendable (Namespaces) async throws -> Void
    ) async throws {
        let network = Namespaces(prefix: "mdns\(UInt32.random(in: 0...0xFFFFFF))", count: count)
        do {
            try await network.build()
            try await body(network)
        } catch {
            await network.tearDown()
            throw error
        }
        await network.tearDown()
    }

    package func name(_ number: Int) -> String { "\(prefix)-\(number)" }

    private func build() async throws {
        try await ip("netns add \(name(0))")
        try await ip("-n \(name(0)) link add br0 type bridge mcast_snooping 0")
        try await ip("-n \(name(0)) link set br0 up")
        for number in 1...count {
            try await ip("netns add \(name(number))")
            try await ip("-n \(name(0)) link add v\(number) type veth peer name eth0 netns \(name(number))")
            try await ip("-n \(name(0)) link set v\(number) master br0 up")
            try await ip("-n \(name(number)) link set lo up")
            try await ip("-n \(name(number)) link set eth0 up")
            try await ip("-n \(name(number)) addr add 10.78.0.\(number)/24 dev eth0")
        }
    }

    private func tearDown() async {
        for number in 0...count { try? await ip("netns del \(name(number))") }
    }

    /// Runs `ip` with these words.
    package func ip(_ words: String) async throws {
        let result = try await Tool.run("ip", words.split(separator: " ").map(String.init))
        guard result.isSuccess else { throw Tool.Failure(description: "ip \(words): \(result.errors)") }
    }

    /// Runs a program in a namespace to its end.
    package func run(in number: Int, _ program: String, _ arguments: [String]) async throws -> Tool.Ended {
        try await Tool.run("ip", ["netns", "exec", name(number), program] + arguments)
    }

    /// Has a machine lose 30 % of the packets and get or send the rest late: by netem, else by nftables and a slow line.
    ///
    /// - Returns: how; `nil`, with the reason on standard error, where this system can do neither.
    package func degrade(_ number: Int) async throws -> String? {
        let delayed = try await run(
            in: number,
            "tc",
            "qdisc add dev eth0 root netem loss 30% delay 40ms".split(separator: " ").map(String.init)
        )
        if delayed.isSuccess { return "netem" }
        let rules = """
            add table inet loss; add chain inet loss in { type filter hook input priority 0 ; }; \
            add rule inet loss in iifname eth0 numgen random mod 100 < 30 counter drop
            """
        let lost = try await run(in: number, "nft", [rules])
        // 47 ms for a packet of 1,500 bytes, and the queue before it.
        let slow = try await run(
            in: number,
            "tc",
            "qdisc add dev eth0 root tbf rate 256kbit burst 1540 latency 400ms".split(separator: " ").map(String.init)
        )
        if lost.isSuccess, slow.isSuccess { return "nftables and a token bucket" }
        let reason = "no packets are lost here: \(delayed.errors)\(lost.errors)\(slow.errors)\n"
        FileHandle.standardError.write(Data(reason.utf8))
        return nil
    }

    /// How many packets were lost, where `degrade` uses nftables.
    package func lost(by number: Int) async throws -> Int? {
        let listed = try await run(in: number, "nft", ["list", "chain", "inet", "loss", "in"])
        let words = listed.output.split(separator: " ")
        guard let place = words.firstIndex(of: "packets"), place + 1 < words.endIndex else { return nil }
        return Int(words[place + 1])
    }

    /// Whether this process may make namespaces, looked for once.
    package static var works: Bool { get async { await found.value } }

    private static let found = Task { () async -> Bool in
        let name = "mdnstry\(UInt32.random(in: 0...0xFFFFFF))"
        let made = try? await Tool.run("ip", ["netns", "add", name])
        let isMade = made?.isSuccess ?? false
        if isMade { _ = try? await Tool.run("ip", ["netns", "del", name]) }
        if !isMade {
            let reason = made?.errors ?? "there is no ip"
            FileHandle.standardError.write(Data("discovery is not tested on a network: \(reason)\n".utf8))
        }
        return isMade
    }
}

/// Programs of this machine.
package enum Tool {
    package struct Ended: Sendable {
        package var isSuccess: Bool
        package var output: String
        package var errors: String
    }

    package static func run(_ name: String, _ arguments: [String]) async throws -> Ended {
        let result = try await Subprocess.run(
            .name("env"),
            arguments: Arguments([name] + arguments),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        return Ended(
            isSuccess: result.terminationStatus.isSuccess,
            output: result.standardOutput,
            errors: result.standardError
        )
    }

    /// What a test cannot go on without did not work.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// Whether a command runs without an error.
    package static func works(_ name: String, _ arguments: [String]) async -> Bool {
        (try? await run(name, arguments))?.isSuccess ?? false
    }
}

/// A program that runs in a namespace and writes lines.
package struct Running: Sendable {
    package let lines: Observed<[String]>
    private let write: @Sendable (String) async throws -> Void

    /// Runs it until the body returns, then closes its input, and ends it when that is not enough.
    package static func program(
        _ words: [String],
        in namespace: String,
        environment: Environment = .inherit,
        endsByItself: Bool = true,
        _ body: @Sendable (Running) async throws -> Void
    ) async throws {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(3))]
        _ = try await Subprocess.run(
            .name("ip"),
            arguments: Arguments(["netns", "exec", namespace] + words),
            environment: environment,
            platformOptions: options,
            input: .inputWriter,
            output: .sequence,
            error: .discarded
        ) { execution in
            let lines = Observed<[String]>([])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await line in execution.standardOutput.strings() { lines.change { $0.append(line) } }
                }
                let writer = execution.standardInputWriter
                try await body(Running(lines: lines) { _ = try await writer.write($0 + "\n") })
                try? await writer.finish()
                if !endsByItself { try? execution.send(signal: .terminate) }
                try await group.waitForAll()
            }
        }
    }

    package func say(_ line: String) async throws { try await write(line) }

    /// Waits for a line, for as long as is allowed.
    package func line(within limit: Duration = .seconds(10), where condition: @escaping @Sendable (String) -> Bool)
        async throws
        -> String
    {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await lines.wait { $0.contains(where: condition) } }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        guard let line = lines.value.first(where: condition) else {
            throw Tool.Failure(description: "not among \(lines.value)")
        }
        return line
    }
}
#endif
