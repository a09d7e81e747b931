import Foundation

/// Boxes made by macOS's `sandbox-exec`, with limits set by a shell inside.
///
/// Written from the documentation: nothing of this has been run on a Mac. Memory, the number of processes and the size
/// of the private folder are not limited there: macOS does not enforce a limit on address space, and counts processes
/// per user. A process that leaves its session outlives the kill, in the same confinement.
struct Seatbelt: Walls {
    static let program = "/usr/bin/sandbox-exec"

    static func find() throws(SandboxMissing) -> Seatbelt {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw SandboxMissing(reason: "\(program) is not there")
        }
        return Seatbelt()
    }

    func makeFolder() throws(SandboxMissing) -> String {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "box-\(UUID().uuidString)").path(percentEncoded: false)
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw SandboxMissing(reason: "no folder for the box: \(error.localizedDescription)")
        }
        return folder
    }

    func removeFolder(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }

    func environment(for job: Job, folder: String) -> [String: String] {
        job.variables.merging(["HOME": folder, "TMPDIR": folder]) { $1 }
    }

    func command(for job: Job, folder: String) -> [String] {
        let limits = job.limits
        let script = """
            ulimit -c 0; ulimit -n \(limits.files); ulimit -t \(limits.processorSeconds); ulimit -f \(limits.file / 512); \
            cd "$1"; shift; exec "$@"
            """
        return [
            Self.program, "-p",
            Self.profile(
                folder: folder,
                readable: job.readable,
                writable: job.writable,
                hasNetwork: job.hasNetwork
            ), "/bin/sh", "-c", script, "sh",
        ]
            + [job.folder ?? folder, job.executable] + job.arguments
    }

    /// The rules of one box in seatbelt's language: what is not allowed is denied.
    static func profile(
        folder: String,
        readable: [String],
        writable: [String] = [],
        hasNetwork: Bool = false
    ) -> String {
        let system = ["/usr", "/bin", "/sbin", "/System", "/Library", "/opt/homebrew", "/private/var/db/dyld"]
        let visible = (system + readable + writable + [folder]).map { "(subpath \(quoted($0)))" }.joined(separator: " ")
        let changeable = ([folder] + writable).map { "(subpath \(quoted($0)))" }.joined(separator: " ")
        return """
            (version 1)
            (deny default)
            (allow process-fork)
            (allow process-exec)
            (allow signal (target same-sandbox))
            (allow sysctl-read)
            (allow file-read-metadata)
            (allow file-read* (literal "/") (literal "/dev/null") (literal "/dev/urandom") \(visible))
            (allow file-write* (literal "/dev/null") \(changeable))
            (\(hasNetwork ? "allow" : "deny") network*)
            """
    }

    private static func quoted(_ path: String) -> String {
        "\"" + path.replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#) + "\""
    }

    func complaint(about result: BoxResult) -> String {
        let said = String(decoding: result.error, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return "a trial run of sandbox-exec failed: \(said.isEmpty ? "\(result.exit)" : said)"
    }
}
