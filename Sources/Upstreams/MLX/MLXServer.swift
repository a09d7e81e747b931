package import Logging
import NIOCore
import NIOPosix
import Subprocess
import SwarmCore

/// A server of mlx-lm as a child of this process: started, watched, started again when it ends, and stopped.
///
/// It serves only this machine. `run` is its life; whoever runs it waits for `ready` beside it.
package final class MLXServer: Sendable {
    package let folder: MLXModelFolder
    private let program: MLXProgram
    private let port: Int
    private let maxTokens: Int
    private let startTime: Int
    private let environment: [String: String]
    private let pause: Duration
    private let patience: Duration
    private let logger: Logger
    private let lastWords = Locked("nothing")

    /// Starts the program given as arguments, and ends it when standard input ends.
    ///
    /// So it does not outlive this process, however that ends. A signal to end is the program's own affair; the script waits for what comes of it.
    private static let guardian = """
        exec 3<&0
        "$@" 3<&- </dev/null & program=$!
        (while read -r _ <&3; do :; done; kill "$program" 2>/dev/null) & watch=$!
        trap : TERM
        wait "$program"; status=$?
        while kill -0 "$program" 2>/dev/null; do wait "$program"; status=$?; done
        kill "$watch" 2>/dev/null
        exit "$status"
        """

    /// Most bytes of one line of its log.
    private static let lineLimit = 2048

    /// - Parameters:
    ///   - maxTokens: most tokens of an answer; its own default is 512.
    ///   - startTime: seconds it has for loading the model.
    ///   - environment: variables for it beside those of this process.
    ///   - pause: before it is started again for the first time.
    ///   - patience: how long it has to end when it is asked to.
    /// - Throws: `MLXError.port`.
    package init(
        _ program: MLXProgram,
        folder: MLXModelFolder,
        maxTokens: Int,
        startTime: Int = 600,
        environment: [String: String] = [:],
        pause: Duration = .seconds(1),
        patience: Duration = .seconds(5),
        logger: Logger
    ) async throws(MLXError) {
        self.program = program
        self.folder = folder
        self.maxTokens = maxTokens
        self.startTime = startTime
        self.environment = environment
        self.pause = pause
        self.patience = patience
        self.logger = logger
        port = try await Self.freePort()
    }

    /// Where it answers.
    ///
    /// A seed per sample would switch its batching off, so none is sent; and it lists models of other programs, so its own
    /// is asked for under the name that always means what it was started with.
    package func settings(timeout: Int, limit: Int, candidates: Int?, contextLength: Int) -> UpstreamSettings {
        UpstreamSettings(
            address: "http://127.0.0.1:\(port)/v1",
            model: "default_model",
            timeout: timeout,
            limit: limit,
            candidates: candidates,
            contextLength: contextLength,
            maxTokens: maxTokens,
            sendsSeed: false
        )
    }

    /// Runs the server until the task is cancelled; then it is asked to end (SIGTERM), and when its time is over made to
    /// (SIGKILL), with everything it started.
    /// - Throws: `MLXError.died` when it ends again and again, `CancellationError` when it was to stop.
    package func run() async throws {
        var restarts = Restarts(pause: pause)
        while true {
            let began = ContinuousClock.now
            let end = await live()
            try Task.checkCancellation()
            switch restarts.ended(after: .now - began) {
            case .giveUp(let times): throw MLXError.died(times: times, lastWords.withLock { $0 })
            case .startAgain(let pause):
                logger.warning(
                    "mlx_lm.server ended and is started again",
                    metadata: [
                        "end": "\(end)", "pause": "\(pause)", "said": "\(lastWords.withLock { $0 })",
                    ]
                )
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Waits until the model answers.
    ///
    /// - Parameter report: what is being waited for, in words for the user.
    /// - Throws: `MLXError.silent`, or `CancellationError`.
    package func ready(report: (String) -> Void = { _ in }) async throws {
        let client = UpstreamClient(settings(timeout: startTime, limit: 1, candidates: nil, contextLength: 64))
        let began = ContinuousClock.now
        do {
            var seconds = 0
            while !(await client.isHealthy) {
                try await Task.sleep(for: .milliseconds(200))
                let waited = Int((ContinuousClock.now - began).seconds)
                if waited >= startTime { throw MLXError.silent(seconds: startTime) }
                if waited / 5 > seconds / 5 { report("waiting for mlx_lm.server, \(waited) s") }
                seconds = waited
            }
            // It is healthy before the model is loaded; the first token says that it is.
            report("loading the model")
            while !(await client.answers) {
                try await Task.sleep(for: .milliseconds(200))
                if (ContinuousClock.now - began).seconds >= Double(startTime) {
                    throw MLXError.silent(seconds: startTime)
                }
            }
        } catch {
            await client.shutDown()
            throw error
        }
        await client.shutDown()
    }

    /// One life of the child.
    /// - Returns: how it ended, in words.
    private func live() async -> String {
        var options = PlatformOptions()
        // A session of its own: one signal reaches all it started, and Ctrl-C on the terminal does not.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: patience),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero),
        ]
        let own = [
            "--model", folder.path, "--host", "127.0.0.1", "--port", "\(port)", "--max-tokens", "\(maxTokens)",
        ]
        var variables: [Environment.Key: String?] = ["PYTHONUNBUFFERED": "1"]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        do {
            let result = try await Subprocess.run(
                .name("sh"),
                arguments: Arguments(["-c", Self.guardian, "sh", program.path] + program.arguments + own),
                environment: .inherit.updating(variables),
                platformOptions: options,
                input: .inputWriter,
                output: .sequence,
                error: .sequence
            ) { execution in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await self.log(execution.standardOutput) }
                    group.addTask { await self.log(execution.standardError) }
                }
                try? await execution.standardInputWriter.finish()
            }
            return "\(result.terminationStatus)"
        } catch {
            lastWords.withLock { $0 = "\(error)" }
            return "not started"
        }
    }

    /// Passes its lines on to the log, at the level debug; what is longer than a line should be is cut.
    private func log(_ output: SubprocessOutputSequence) async {
        var line: [UInt8] = []
        func end() {
            let text = String(decoding: line, as: UTF8.self)
            line = []
            guard text.contains(where: { !$0.isWhitespace }) else { return }
            lastWords.withLock { $0 = text }
            logger.debug("mlx_lm.server: \(text)")
        }
        do {
            for try await buffer in output {
                let bytes = Span<UInt8>(_bytes: buffer.bytes)
                for place in bytes.indices {
                    let byte = bytes[place]
                    if byte == UInt8(ascii: "\n") {
                        end()
                    } else if line.count < Self.lineLimit {
                        line.append(byte)
                    }
                }
            }
        } catch {
            // The pipe was closed because the program was stopped: there is no more to read.
        }
        end()
    }

    private static func freePort() async throws(MLXError) -> Int {
        do {
            let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .bind(host: "127.0.0.1", port: 0).get()
            let port = channel.localAddress?.port
            try await channel.close().get()
            guard let port else { throw MLXError.port("it has no number") }
            return port
        } catch {
            throw (error as? MLXError) ?? .port("\(error)")
        }
    }
}
