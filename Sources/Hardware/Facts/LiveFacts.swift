import Foundation
import Subprocess

/// The machine this program runs on.
package struct LiveFacts: FactSource {
    package let platform: Platform
    package let environment: [String: String]
    private let time: Duration
    private let output: Int

    /// Where tools lie that are often not on the search path: WSL's, ROCm's, Android's.
    private static let otherFolders = [
        "/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/lib/wsl/lib",
        "/opt/rocm/bin", "/opt/intel/oneapi/compiler/latest/bin", "/system/bin", "/vendor/bin",
    ]

    /// - Parameters:
    ///   - time: how long a tool may take.
    ///   - output: how many bytes it may write.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        platform: Platform = .current,
        time: Duration = FactLimits.time,
        output: Int = FactLimits.output
    ) {
        self.environment = environment
        self.platform = platform
        self.time = time
        self.output = output
    }

    package func bytes(of path: String) -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: FactLimits.file) else { return nil }
        return Array(data)
    }

    package func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    package func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    package func run(_ tool: String, _ arguments: [String]) async -> ToolOutput {
        guard let path = find(tool) else { return .missing }
        return await withTaskGroup(of: ToolOutput.self) { group in
            group.addTask { await start(path, arguments) }
            group.addTask {
                try? await Task.sleep(for: time)
                return .tookTooLong
            }
            // Cancelling the first task kills what it started; cancelling the second ends its wait.
            let first = await group.next() ?? .tookTooLong
            group.cancelAll()
            return first
        }
    }

    private var folders: [String] {
        let search = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return search.filter { $0.hasPrefix("/") } + Self.otherFolders
    }

    private func find(_ tool: String) -> String? {
        folders.lazy.map { $0 + "/" + tool }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private func start(_ path: String, _ arguments: [String]) async -> ToolOutput {
        var options = PlatformOptions()
        // A session of its own, so that one signal reaches everything the tool started.
        options.createSession = true
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        do {
            let result = try await Subprocess.run(
                // The shell is what is waited for: a tool that hangs inside its driver cannot be killed, the shell can.
                .name("sh"),
                arguments: Arguments(["-c", #""$0" "$@"; exit $?"#, path] + arguments),
                // Numbers with points, words in English; the shell, and the interpreters of tools that are scripts.
                environment: .inherit.updating(["LC_ALL": "C", "PATH": folders.joined(separator: ":")]),
                platformOptions: options,
                output: .bytes(limit: output),
                error: .bytes(limit: output)
            )
            let status: Int =
                switch result.terminationStatus {
                case .exited(let code): Int(code)
                case .signaled(let signal): 128 + Int(signal)
                }
            let text = String(decoding: result.standardOutput, as: UTF8.self)
            let errors = String(decoding: result.standardError, as: UTF8.self)
            return .ended(status: status, text: Scan.trimmed(text).isEmpty ? errors : text)
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .saidTooMuch
        } catch {
            return .notStarted("\(error)")
        }
    }
}
