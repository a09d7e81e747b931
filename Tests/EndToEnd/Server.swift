import HTTPTestSupport
import Subprocess
import SwarmCore
import SwarmTestSupport
import Testing

/// A running `swarm serve`.
struct Server: Sendable {
    let api: APIClient
    let port: Int
    /// The process, by the system's number.
    let process: Int
    /// Its lines on standard error so far.
    let notes: Observed<[String]>
    private let signal: @Sendable () throws -> Void
    private let isStopping: Observed<Bool>

    /// Serves the bundled model on a free port until the body returns, then stops it if the body did not.
    static func run(
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        _ body: @Sendable (Server) async throws -> Void
    ) async throws -> Program.Ended {
        let output = Observed<[String]>([])
        let notes = Observed<[String]>([])
        let hasEnded = Observed(false)
        let isStopping = Observed(false)
        let result = try await Subprocess.run(
            .name("swarm"),
            arguments: Arguments(["serve", "--model", "bumble", "--port", "0", "--candidates", "4"] + arguments),
            environment: try Program.environment(with: environment),
            platformOptions: Program.ownSession,
            input: .none,
            output: .sequence,
            error: .sequence
        ) { execution in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await line in execution.standardOutput.strings() { output.change { $0.append(line) } }
                    hasEnded.open()
                }
                group.addTask {
                    for try await line in execution.standardError.strings() { notes.change { $0.append(line) } }
                }
                let port = try await port(of: output, orEnd: hasEnded, notes: notes)
                let server = Server(
                    api: APIClient(port: port),
                    port: port,
                    process: Int(execution.processIdentifier.value),
                    notes: notes,
                    signal: { try execution.send(signal: .terminate) },
                    isStopping: isStopping
                )
                try await body(server)
                if !isStopping.value { try server.terminate() }
                try await group.waitForAll()
            }
        }
        return Program.Ended(
            status: result.terminationStatus,
            output: output.value.joined(separator: "\n"),
            notes: notes.value.joined(separator: "\n")
        )
    }

    /// Sends SIGTERM.
    func terminate() throws {
        isStopping.open()
        try signal()
    }

    /// The port is in the line that says it is ready.
    private static func port(of output: Observed<[String]>, orEnd hasEnded: Gate, notes: Observed<[String]>)
        async throws -> Int
    {
        await withTaskGroup { group in
            group.addTask { await output.wait { $0.contains { $0.contains(" is ready on ") } } }
            group.addTask { await hasEnded.passed() }
            await group.next()
            group.cancelAll()
        }
        let line = output.value.first { $0.contains(" is ready on ") }
        let text = try #require(line, "it ended early: \(notes.value.joined())").split(separator: ":").last
        return try #require(text.flatMap { Int($0.prefix { $0.isNumber }) })
    }
}

extension JSON {
    /// A question as a chat request with more members.
    static func asking(_ question: String = "What is 12 + 30?", _ members: [(String, JSON)] = []) -> JSON {
        let messages: JSON = [["role": "user", "content": .string(question)]]
        return .object(Object([(key: "messages", value: messages)] + members.map { (key: $0.0, value: $0.1) }))
    }

    /// A request whose candidates go on until they have this many tokens.
    static func endless(tokens: Int, _ members: [(String, JSON)] = []) -> JSON {
        let bias = Bumble.endless.keys.sorted().map { (key: String($0), value: JSON.integer(-100)) }
        return .asking(
            "Count.",
            [("max_tokens", .integer(tokens)), ("logit_bias", .object(Object(bias)))] + members
        )
    }
}
