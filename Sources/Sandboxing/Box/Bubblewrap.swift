import Foundation

/// Boxes made of Linux namespaces by bubblewrap, with limits set by util-linux inside.
struct Bubblewrap: Walls {
    /// The system as every box sees it, read-only.
    enum SystemPart: Equatable {
        case folder(String)
        /// Such as `/bin` on systems where it is `usr/bin`.
        case link(String, to: String)
    }

    let bubblewrap: String
    let system: [SystemPart]
    /// The user inside the box when this process is the machine's root, else `nil`.
    ///
    /// The kernel's limit on processes does not bind root whatever it is called inside a namespace, so the box is given
    /// a number that nobody else has, and its processes are counted alone.
    let stranger: (@Sendable () -> Int)?

    private static let places = ["/usr/bin", "/bin", "/usr/local/bin"]

    private static func tool(_ name: String) throws(SandboxMissing) -> String {
        let paths = places.map { "\($0)/\(name)" }
        guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            let package = name == "bwrap" ? "bubblewrap" : "util-linux"
            throw SandboxMissing(reason: "\(name) is not installed (package \(package))")
        }
        return path
    }

    static func find() throws(SandboxMissing) -> Bubblewrap {
        let bubblewrap = try tool("bwrap")
        _ = try tool("prlimit")
        _ = try tool("choom")
        guard isMachineRoot else { return Bubblewrap(bubblewrap: bubblewrap, system: systemParts(), stranger: nil) }
        _ = try tool("setpriv")
        return Bubblewrap(bubblewrap: bubblewrap, system: systemParts()) {
            Int.random(in: 1_900_000_000..<2_000_000_000)
        }
    }

    /// Root of the machine, and not merely of a container with its own users.
    private static var isMachineRoot: Bool {
        guard geteuid() == 0 else { return false }
        let map = (try? String(contentsOfFile: "/proc/self/uid_map", encoding: .utf8)) ?? ""
        return map.split(whereSeparator: \.isWhitespace) == ["0", "0", "4294967295"]
    }

    private static func systemParts() -> [SystemPart] {
        let files = FileManager.default
        let folders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store"]
        let settings = ["/etc/alternatives", "/etc/ld.so.cache"]
        return (folders + settings).compactMap { path in
            if let target = try? files.destinationOfSymbolicLink(atPath: path) { return .link(path, to: target) }
            return files.fileExists(atPath: path) ? .folder(path) : nil
        }
    }

    func makeFolder() throws(SandboxMissing) -> String { "/tmp" }
    func removeFolder(_ folder: String) {}
    func environment(for job: Job, folder: String) -> [String: String] { job.variables }

    func command(for job: Job, folder: String) -> [String] {
        guard let stranger else { return [bubblewrap] + ownUser + namespaces(job) + room(for: job) + limited(job) }
        // Files in writable folders belong to their owner, as if that user had run the job.
        let owner = job.writable.isEmpty ? nil : job.owner
        let user = String(owner?.user ?? stranger())
        let group = owner.map { String($0.group) } ?? user
        // Two layers: the outer one may still become another user, which the inner one is.
        return [bubblewrap] + namespaces(job) + room(for: job)
            + ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP", "--", "setpriv"]
            + ["--reuid", user, "--regid", group, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--"]
            + [bubblewrap] + ownUser + ["--dev-bind", "/", "/", "--chdir", job.folder ?? "/tmp", "--die-with-parent"]
            + ["--cap-drop", "ALL"] + limited(job)
    }

    /// A user namespace in which no further ones can be made: most of the kernel's privileged code stays out of reach.
    private var ownUser: [String] { ["--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534"] }

    /// As root of the machine, a job that changes files must run as whom they belong to.
    func refusal(of job: Job) -> String? {
        guard stranger != nil, let folder = job.writable.first else { return nil }
        guard let owner = job.owner else { return "nobody is named to whom \(folder) belongs" }
        guard owner.user == 0 || owner.group == 0 else { return nil }
        return "\(folder) belongs to root, whose processes the kernel does not count; give it to a user and a group "
            + "that are not root (chown -R USER: \(folder)), or start the server as a user"
    }

    private func namespaces(_ job: Job) -> [String] {
        ["--unshare-ipc", "--unshare-pid"] + (job.hasNetwork ? [] : ["--unshare-net"]) + [
            "--unshare-uts", "--unshare-cgroup-try",
            "--hostname", "box", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        ]
    }

    /// What programs need to find hosts and to check whom they talk to.
    private static let network = [
        "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/ssl", "/etc/ca-certificates", "/etc/pki",
    ]

    private func room(for job: Job) -> [String] {
        var words: [String] = []
        for part in system {
            switch part {
            case .folder(let path): words += shown(path)
            case .link(let path, let target): words += ["--symlink", target, path]
            }
        }
        words += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--size", "1048576", "--tmpfs", "/dev/shm"]
        // Before what may be read, which may lie in the host's `/tmp`.
        words += ["--perms", "1777", "--size", String(job.limits.folder), "--tmpfs", "/tmp"]
        if job.hasNetwork { words += Bubblewrap.network.flatMap { shown($0, by: "--ro-bind-try") } }
        words += job.readable.flatMap { shown($0) }
        // Last, since they may lie in what may only be read.
        words += job.writable.flatMap { shown($0, by: "--bind") }
        return words + ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", job.folder ?? "/tmp"]
    }

    /// A path of the host at the same place in the box, below folders that anybody may pass.
    private func shown(_ path: String, by mount: String = "--ro-bind") -> [String] {
        let names = path.split(separator: "/").dropLast()
        let above = names.indices.map { "/" + names[...$0].joined(separator: "/") }.filter { $0 != "/tmp" }
        // Bubblewrap would make them for root alone.
        return above.flatMap { ["--perms", "0755", "--dir", $0] } + [mount, path, path]
    }

    private func limited(_ job: Job) -> [String] {
        let limits = job.limits
        return [
            // When memory runs out, the kernel takes the box before anything else.
            "--", "choom", "--adjust", "1000", "--",
            "prlimit", "--cpu=\(limits.processorSeconds)", "--as=\(limits.memory)", "--nproc=\(limits.processes)",
            "--fsize=\(limits.file)", "--nofile=\(limits.files)", "--core=0", "--memlock=65536", "--msgqueue=0", "--",
            job.executable,
        ] + job.arguments
    }

    func complaint(about result: BoxResult) -> String {
        let said = String(decoding: result.error, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if said.contains("Unknown option") { return "bubblewrap is older than 0.8: \(said)" }
        if said.contains("namespace") || said.contains("uid map") || said.contains("ermission")
            || said.contains("permitted")
        {
            return "this system does not let bubblewrap make its namespaces: \(said)"
        }
        return "a trial run of bubblewrap failed: \(said.isEmpty ? "\(result.exit)" : said)"
    }
}
