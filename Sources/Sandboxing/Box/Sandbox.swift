import Foundation

/// Why programs cannot be boxed on this machine, in words for the operator.
package struct SandboxMissing: Error, Sendable, Equatable, CustomStringConvertible {
    package var reason: String

    package init(reason: String) { self.reason = reason }

    package var description: String { reason }
}

/// A box for programs nobody has looked at: no network, a read-only system, a private `/tmp`, and limits on everything.
///
/// A value of this type exists only where a box was seen to work.
package struct Sandbox: Sendable {
    private let walls: any Walls

    init(walls: any Walls) { self.walls = walls }

    /// Looks for bubblewrap on Linux and for `sandbox-exec` on macOS, and tries it once.
    /// - Throws: ``SandboxMissing`` when it is not there or does not work.
    package static func find() async throws(SandboxMissing) -> Sandbox {
        // A job that ends before it has read its input must not take this process with it.
        _ = signal(SIGPIPE, SIG_IGN)
        #if os(Linux)
        let sandbox = Sandbox(walls: try Bubblewrap.find())
        #else
        let sandbox = Sandbox(walls: try Seatbelt.find())
        #endif
        let result = await sandbox.run(Job(executable: "/bin/sh", arguments: ["-c", "exit 42"]))
        guard result.exit == .code(42) else { throw SandboxMissing(reason: sandbox.walls.complaint(about: result)) }
        return sandbox
    }

    /// Runs one job to its end.
    ///
    /// Whatever the program does is a result. Cancelling the task kills everything in the box.
    package func run(_ job: Job) async -> BoxResult {
        if let reason = walls.refusal(of: job) { return BoxResult(exit: .notStarted(reason)) }
        let folder: String
        do throws(SandboxMissing) {
            folder = try walls.makeFolder()
        } catch {
            return BoxResult(exit: .notStarted(error.reason))
        }
        defer { walls.removeFolder(folder) }
        return await Launch(
            command: walls.command(for: job, folder: folder),
            environment: walls.environment(for: job, folder: folder),
            input: job.input,
            time: job.limits.time,
            output: job.limits.output,
            keptEnds: job.keptEnds
        ).run()
    }
}

/// What a platform has to keep a program in.
protocol Walls: Sendable {
    /// A folder for one job on the host's side, where the platform needs one.
    func makeFolder() throws(SandboxMissing) -> String
    func removeFolder(_ folder: String)
    /// The command line that builds the box and runs the job in it; the first word is an absolute path.
    func command(for job: Job, folder: String) -> [String]
    func environment(for job: Job, folder: String) -> [String: String]
    /// Why a job cannot be boxed here; `nil` when it can.
    func refusal(of job: Job) -> String?
    /// Why the trial run failed, in words for the operator.
    func complaint(about result: BoxResult) -> String
}

extension Walls {
    func refusal(of job: Job) -> String? { nil }
}
