import Foundation
import Sandboxing
import SwarmCore

/// Runs the commands of models.
struct ShellTool: Sendable {
    let workspace: Workspace
    let ground: ShellGround
    let settings: ShellSettings
    private let turnstile: Turnstile

    init(workspace: Workspace, ground: ShellGround, settings: ShellSettings) {
        self.workspace = workspace
        self.ground = ground
        self.settings = settings
        turnstile = Turnstile(width: max(1, settings.width))
    }

    /// Output that is read at all, and that is kept of each of its ends, in bytes.
    private static let read = 256 << 20, kept = 32_768
    /// How often the disk is looked at.
    private static let watch = Duration.milliseconds(200)

    var isUsable: Bool { if case .none = ground { false } else { true } }

    /// - Parameter folder: where the command starts, from the workspace.
    func run(_ command: String, in folder: String) async -> ToolOutcome {
        if case .none(let reason) = ground { return ToolOutcome(.refused, "bash cannot run here: \(reason).") }
        guard !command.utf8.contains(0) else { return ToolOutcome(.failed, "The command holds a zero byte.") }
        let time = CommandTime.isLong(command) ? settings.longTime : settings.time
        let job = job(command, in: folder, time: time)
        let outcome = await turnstile.pass { await run(job, time: time) }
        return outcome ?? ToolOutcome(.failed, "The command was not run.")
    }

    private func run(_ job: Job, time: Duration) async -> ToolOutcome {
        let isDiskFull = Locked(false)
        let result = await withTaskGroup(of: BoxResult?.self) { group in
            group.addTask { await start(job) }
            group.addTask {
                await watchDisk()
                if !Task.isCancelled { isDiskFull.withLock { $0 = true } }
                return nil
            }
            var result: BoxResult?
            for await ended in group {
                // The first end of either ends the other: the command, or the room on the disk.
                if let ended { result = ended }
                group.cancelAll()
            }
            return result
        }
        guard let result else { return ToolOutcome(.failed, "The command was not run.") }
        return outcome(of: result, time: time, isDiskFull: isDiskFull.withLock { $0 })
    }

    private func job(_ command: String, in folder: String, time: Duration) -> Job {
        let shell = FileManager.default.isExecutableFile(atPath: "/bin/bash") ? "/bin/bash" : "/bin/sh"
        let seconds = Int(time.seconds.rounded(.up))
        return Job(
            executable: "/bin/sh",
            // One stream, in the order in which it was written.
            arguments: ["-c", #"exec "$@" 2>&1 </dev/null"#, "sh", shell, "-c", command],
            environment: [
                "PATH": settings.searchPath, "TERM": "dumb", "NO_COLOR": "1", "PAGER": "cat", "GIT_PAGER": "cat",
                "GIT_TERMINAL_PROMPT": "0", "DEBIAN_FRONTEND": "noninteractive", "CI": "1",
                // Python takes compiled code for current when a file was changed within the same second.
                "PYTHONDONTWRITEBYTECODE": "1",
            ].merging(settings.environment) { $1 },
            readable: settings.readable,
            writable: [workspace.path],
            folder: folder == "." ? workspace.path : workspace.path + "/" + folder,
            hasNetwork: settings.hasNetwork,
            owner: workspace.owner,
            keptEnds: ShellTool.kept,
            limits: Limits(
                time: time,
                // Of each process, which may have several threads.
                processorSeconds: seconds * max(1, ProcessInfo.processInfo.activeProcessorCount),
                memory: settings.memory,
                processes: settings.processes,
                file: settings.file,
                folder: settings.folder,
                output: ShellTool.read,
                files: 1024
            )
        )
    }

    private func start(_ job: Job) async -> BoxResult {
        switch ground {
        case .sandbox(let sandbox): await sandbox.run(job)
        case .open(let ground): await ground.run(job)
        case .none(let reason): BoxResult(exit: .notStarted(reason))
        }
    }

    /// Returns when the disk has become too full, or when the task is cancelled.
    private func watchDisk() async {
        guard let before = try? Posix.freeBytes(at: workspace.root) else {
            // Without a number there is nothing to watch.
            while (try? await Task.sleep(for: .seconds(3600))) != nil {}
            return
        }
        while (try? await Task.sleep(for: ShellTool.watch)) != nil {
            guard let free = try? Posix.freeBytes(at: workspace.root) else { continue }
            if before - free > settings.disk { return }
        }
    }

    private func outcome(of result: BoxResult, time: Duration, isDiskFull: Bool) -> ToolOutcome {
        var text = shown(result)
        if text.isEmpty { text = "(no output)" }
        func ended(_ words: String) -> ToolOutcome {
            ToolOutcome(.failed, text + (text.hasSuffix("\n") ? "" : "\n") + "[\(words)]")
        }
        if isDiskFull { return ended("stopped: it filled the disk by more than \(settings.disk >> 20) MiB") }
        return switch result.exit {
        case .code(0): ToolOutcome(.done, text)
        case .code(let code): ended("exit code \(code)")
        case .signal(let signal): ended("killed by signal \(signal)")
        case .timeout: ended("stopped after \(Int(time.seconds)) s; it was still running")
        case .outputLimit: ended("stopped: it wrote more than \(ShellTool.read >> 20) MiB")
        case .cancelled: ended("cancelled")
        case .notStarted(let reason): ToolOutcome(.failed, "bash cannot run here: \(reason)")
        }
    }

    private func shown(_ result: BoxResult) -> String {
        let limit = settings.output
        if result.lost == 0 {
            return ShellOutput.shortened(ShellOutput.plain(result.output + result.outputEnd), limit: limit)
        }
        let head = result.output.prefix(UTF8Cut.prefix(result.output, result.output.count - 3))
        let tail = result.outputEnd.suffix(UTF8Cut.suffix(result.outputEnd, result.outputEnd.count - 3))
        return ShellOutput.shortened(
            head: ShellOutput.plain(Array(head)),
            tail: ShellOutput.plain(Array(tail)),
            lost: result.lost,
            limit: limit
        )
    }
}
