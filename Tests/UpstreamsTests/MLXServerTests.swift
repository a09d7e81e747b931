import Foundation
import InMemoryLogging
import Logging
import Subprocess
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing
import Upstreams

/// mlx-lm as it is installed here, with the bundled model in its format.
enum MLX {
    static let program: MLXProgram? = {
        var environment = ProcessInfo.processInfo.environment
        if let venv = environment["LOCAL_SWARM_TEST_MLX"] { environment["VIRTUAL_ENV"] = venv }
        return try? MLXProgram.find(setting: nil, environment: environment) {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }()

    static let isThere = program != nil
    static let reason: Comment = """
        mlx-lm is not installed: put mlx_lm.server in PATH, or name a virtual environment with mlx-lm, mlx[cpu], gguf and \
        safetensors in LOCAL_SWARM_TEST_MLX
        """

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Converts the bundled model.
    static func model() async throws -> MLXModelFolder {
        let program = try #require(program)
        let folder = root + "/.build/bumble-mlx"
        if !FileManager.default.fileExists(atPath: folder + "/model.safetensors") {
            let python = program.path.split(separator: "/").dropLast().joined(separator: "/")
            let result = try await Subprocess.run(
                .name("env"),
                arguments: ["/" + python + "/python", root + "/scripts/bumble-to-mlx.py", folder],
                output: .string(limit: 1 << 16),
                error: .string(limit: 1 << 16)
            )
            try #require(result.terminationStatus == .exited(0), "\(result.standardError)")
        }
        return try MLXModelFolder(path: folder)
    }
}

@Suite(.timeLimit(.minutes(5)), .serialized)
struct MLXServerTests {
    @Test(.enabled(if: MLX.isThere, MLX.reason))
    func aChildServesTheModelToManyAtOnceAndEndsWithItsTask() async throws {
        let handler = InMemoryLogHandler()
        let logger = Logger(label: "mlx") { _ in
            var handler = handler
            handler.logLevel = .trace
            return handler
        }
        let server = try await MLXServer(
            try #require(MLX.program),
            folder: try await MLX.model(),
            maxTokens: 64,
            startTime: 120,
            environment: ["HF_HUB_OFFLINE": "1"],
            logger: logger
        )
        let settings = server.settings(timeout: 60, limit: 8, candidates: nil, contextLength: 2048)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await server.ready()
            try await UpstreamSource.with(settings, isHead: true) { source in
                let model = UpstreamModel(server.folder, id: ModelID(rawValue: "bumble"), contextLength: 2048)
                #expect(model.card.trainedContextLength == 2048)
                let swarm = Swarm(model: model, sources: [source])
                var request = ChatRequest(
                    id: RequestID(rawValue: "r"),
                    messages: [Message(role: .user, content: "What is 12 + 30?")],
                    policy: .vote(candidates: 4)
                )
                // A request with a seed would be answered alone.
                request.sampling.seed = 7
                var content = ""
                let summary = try await swarm.answer(try await swarm.plan(request), logger: silentLogger) { event in
                    if case .delta(_, .content(let text)) = event { content += text }
                }
                #expect(content.contains("42"))
                #expect((summary.report?.finished ?? 0) >= 2)
                #expect(summary.usage.promptTokens > 0)
            }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(await UpstreamClient(settings).isGone)
        #expect(handler.entries.contains { "\($0.message)".hasPrefix("mlx_lm.server: ") && $0.level == .debug })
        #expect(!handler.entries.contains { $0.level > .debug })
    }

    @Test func aServerThatDiesAgainAndAgainIsGivenUpInItsOwnWords() async throws {
        // Not mlx-lm, but a program that ends at once, which is all that counts here.
        let folder = try FakeModel()
        let program = try folder.program("echo \"cannot load $2\" >&2; exit 3")
        let server = try await MLXServer(
            program,
            folder: try MLXModelFolder(path: folder.path),
            maxTokens: 64,
            pause: .milliseconds(1),
            logger: silentLogger
        )
        await #expect(throws: MLXError.died(times: 5, "cannot load \(folder.path)")) { try await server.run() }
    }

    @Test func aServerThatDiesOnceIsStartedAgain() async throws {
        let folder = try FakeModel()
        let mark = folder.path + "/lives"
        let program = try folder.program(
            "echo x >> '\(mark)'; [ \"$(wc -l < '\(mark)')\" -ge 3 ] && exec sleep 1000; exit 1"
        )
        let server = try await MLXServer(
            program,
            folder: try MLXModelFolder(path: folder.path),
            maxTokens: 64,
            pause: .milliseconds(1),
            logger: silentLogger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            while (try? String(contentsOfFile: mark, encoding: .utf8))?.split(separator: "\n").count != 3 {
                try await Task.sleep(for: .milliseconds(5))
            }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }

    @Test func whatTheServerStartedEndsWithIt() async throws {
        let folder = try FakeModel()
        let pid = folder.path + "/pid"
        // A child of its own, which does not heed SIGTERM, and neither does the server.
        let program = try folder.program("trap '' TERM; sleep 1000 & echo $! > '\(pid)'; wait")
        let server = try await MLXServer(
            program,
            folder: try MLXModelFolder(path: folder.path),
            maxTokens: 64,
            patience: .milliseconds(100),
            logger: silentLogger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            while (try? String(contentsOfFile: pid, encoding: .utf8))?.hasSuffix("\n") != true {
                try await Task.sleep(for: .milliseconds(5))
            }
            group.cancelAll()
            _ = try? await group.next()
        }
        let text = try String(contentsOfFile: pid, encoding: .utf8)
        let child = try #require(Int32(text.dropLast()))
        // It is gone once the system has taken note of it.
        while kill(child, 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(errno == ESRCH)
    }

    @Test(
        arguments: [
            (["/bin/mlx_lm.server"], nil, ["PATH": "/usr/bin:/bin"], "/bin/mlx_lm.server", []),
            (
                ["/v/bin/mlx_lm.server", "/bin/mlx_lm.server"], nil, ["PATH": "/bin", "VIRTUAL_ENV": "/v"],
                "/v/bin/mlx_lm.server", []
            ),
            (["/p/python3.12"], "/p/python3.12", [:], "/p/python3.12", ["-m", "mlx_lm", "server"]),
            (["/p/serve"], "/p/serve", [:], "/p/serve", []),
        ] as [([String], String?, [String: String], String, [String])]
    )
    func theProgramIsFound(
        there: [String],
        setting: String?,
        environment: [String: String],
        path: String,
        arguments: [String]
    ) throws {
        let found = try MLXProgram.find(setting: setting, environment: environment) { there.contains($0) }
        #expect(found == MLXProgram(path: path, arguments: arguments))
    }

    @Test func aProgramThatIsNotThereSaysHowToGetIt() {
        for setting in [nil, "/nowhere"] {
            let error = #expect(throws: MLXError.self) {
                try MLXProgram.find(setting: setting, environment: ["PATH": "relative:/bin"]) { _ in false }
            }
            #expect(error?.description.contains("pip install mlx-lm") == true)
        }
    }

    @Test func restartsPauseLongerAndEnd() {
        var restarts = Restarts()
        #expect(restarts.ended(after: .seconds(1)) == .startAgain(after: .seconds(1)))
        #expect(restarts.ended(after: .seconds(1)) == .startAgain(after: .seconds(2)))
        #expect(restarts.ended(after: .seconds(1)) == .startAgain(after: .seconds(4)))
        #expect(restarts.ended(after: .seconds(1)) == .startAgain(after: .seconds(8)))
        #expect(restarts.ended(after: .seconds(1)) == .giveUp(times: 5))
        restarts = Restarts()
        for _ in 0..<20 {
            #expect(restarts.ended(after: .seconds(60)) == .startAgain(after: .seconds(1)))
            #expect(restarts.ended(after: .seconds(1)) == .startAgain(after: .seconds(2)))
        }
    }

    @Test(arguments: ["", "config", "weights", "garbage"])
    func aFolderWithoutAModelIsRefused(holds: String) throws {
        let folder = try FakeModel(
            config: holds == "weights" ? nil : holds == "garbage" ? "[" : "{}",
            weights: holds != "config"
        )
        if holds.isEmpty { try FileManager.default.removeItem(atPath: folder.path) }
        #expect(throws: MLXError.self) { try MLXModelFolder(path: folder.path) }
    }
}

/// A folder that looks like a model, removed with it.
final class FakeModel: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/swarm-mlx-" + UUID().uuidString

    init(config: String? = #"{"max_position_embeddings":128}"#, weights: Bool = true) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if let config { try config.write(toFile: path + "/config.json", atomically: true, encoding: .utf8) }
        if weights { try "x".write(toFile: path + "/model.safetensors", atomically: true, encoding: .utf8) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A shell script in place of the server.
    func program(_ script: String) throws -> MLXProgram {
        let file = path + "/server"
        try ("#!/bin/sh\n" + script + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        return MLXProgram(path: file, arguments: [])
    }
}

extension UpstreamClient {
    /// Whether nobody answers any more; closes its connections.
    fileprivate var isGone: Bool {
        get async {
            let isGone = (try? await discover()) == nil
            await shutDown()
            return isGone
        }
    }
}
