/// The control groups a process is in, version 1 and 2 (cgroups(7), the kernel's cgroup-v2.rst).
///
/// A limit of any group above it binds a process too, so all of them are read.
package struct ControlGroups {
    package struct MemoryLimit: Sendable, Equatable {
        package var limit: UInt64
        /// Without the caches of files, which are given up when memory is wanted.
        package var used: UInt64

        package init(limit: UInt64, used: UInt64) {
            self.limit = limit
            self.used = used
        }
    }

    /// From the innermost group to the outermost.
    package var memory: [MemoryLimit] = []
    /// Cores' worth of time the tightest quota allows; `nil` when there is none.
    package var cores: Double?

    package init() {}

    package init(facts: any FactSource) {
        let groups = Self.groups(facts.text(of: "/proc/self/cgroup") ?? "")
        let mounts = Self.mounts(facts.text(of: "/proc/self/mountinfo") ?? "")
        for mount in mounts {
            let path = mount.isVersion2 ? groups[""] : mount.controllers.lazy.compactMap { groups[$0] }.first
            for folder in Self.folders(of: path ?? "/", in: mount) {
                if mount.isVersion2 {
                    readVersion2(folder, facts)
                } else {
                    if mount.controllers.contains("memory") { readMemory1(folder, facts) }
                    if mount.controllers.contains("cpu") { readQuota1(folder, facts) }
                }
            }
        }
    }

    // MARK: - Where the groups are

    /// Paths of /proc/PID/cgroup by controller; version 2 has the empty name.
    package static func groups(_ text: String) -> [String: String] {
        var groups: [String: String] = [:]
        for line in Scan.lines(text) {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, fields[2].hasPrefix("/") else { continue }
            for controller in fields[1].split(separator: ",", omittingEmptySubsequences: false) {
                groups[String(controller)] = String(fields[2])
            }
        }
        return groups
    }

    package struct Mount: Sendable, Equatable {
        /// The part of the hierarchy that is seen there.
        package var root: String
        package var place: String
        package var isVersion2: Bool
        package var controllers: [String]
    }

    /// The mounted hierarchies of /proc/PID/mountinfo (proc_pid_mountinfo(5)).
    package static func mounts(_ text: String) -> [Mount] {
        Scan.lines(text).compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 6, let dash = fields[6...].firstIndex(of: "-"), fields.indices.contains(dash + 1)
            else { return nil }
            let kind = fields[dash + 1]
            guard kind == "cgroup2" || kind == "cgroup" else { return nil }
            let options =
                fields.indices.contains(dash + 3) ? fields[dash + 3].split(separator: ",").map(String.init) : []
            return Mount(
                root: String(fields[3]),
                place: String(fields[4]),
                isVersion2: kind == "cgroup2",
                controllers: kind == "cgroup2" ? [] : options
            )
        }
    }

    /// A group's folder and those above it, as far as they are mounted.
    package static func folders(of path: String, in mount: Mount) -> [String] {
        var inside = path
        if mount.root != "/" {
            if inside == mount.root || inside.hasPrefix(mount.root + "/") {
                inside = String(inside.dropFirst(mount.root.count))
            } else {
                // The path is that of another namespace: what is mounted is the group itself.
                inside = "/"
            }
        }
        var parts = inside.split(separator: "/").prefix(64).map(String.init)
        if parts.contains("..") { parts = [] }
        return (0...parts.count).reversed().map { count in
            ([mount.place] + parts.prefix(count)).joined(separator: "/")
        }
    }

    // MARK: - What they say

    private mutating func readVersion2(_ folder: String, _ facts: any FactSource) {
        let limits = ["/memory.max", "/memory.high"].compactMap { facts.number(of: folder + $0) }
        if let limit = limits.min() {
            let used = facts.number(of: folder + "/memory.current") ?? 0
            let caches = Self.fileCaches(
                facts.text(of: folder + "/memory.stat") ?? "",
                ["inactive_file", "active_file"]
            )
            memory.append(MemoryLimit(limit: limit, used: used - min(used, caches)))
        }
        if let quota = facts.line(of: folder + "/cpu.max").flatMap(Self.quota(version2:)) { tighten(quota) }
    }

    private mutating func readMemory1(_ folder: String, _ facts: any FactSource) {
        guard let limit = facts.number(of: folder + "/memory.limit_in_bytes"), limit < UInt64(Int64.max) / 4096 * 4096
        else { return }
        let used = facts.number(of: folder + "/memory.usage_in_bytes") ?? 0
        let caches = Self.fileCaches(
            facts.text(of: folder + "/memory.stat") ?? "",
            ["total_inactive_file", "total_active_file"]
        )
        memory.append(MemoryLimit(limit: limit, used: used - min(used, caches)))
    }

    private mutating func readQuota1(_ folder: String, _ facts: any FactSource) {
        guard
            let quota = facts.number(of: folder + "/cpu.cfs_quota_us"),
            let period = facts.number(of: folder + "/cpu.cfs_period_us"), quota > 0, period > 0
        else { return }
        tighten(Double(quota) / Double(period))
    }

    private mutating func tighten(_ quota: Double) { cores = min(cores ?? quota, quota) }

    /// Two numbers of `cpu.max`, or `max` and a number, as cores.
    package static func quota(version2 line: String) -> Double? {
        let numbers = Scan.words(line).map { UInt64($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else {
            return nil
        }
        return Double(quota) / Double(period)
    }

    /// Bytes of `memory.stat` that hold files.
    package static func fileCaches(_ text: String, _ keys: [String]) -> UInt64 {
        var sum: UInt64 = 0
        for line in Scan.lines(text) {
            let words = Scan.words(line)
            guard words.count == 2, keys.contains(words[0]), let bytes = UInt64(words[1]) else { continue }
            sum = sum.addingReportingOverflow(bytes).overflow ? .max : sum + bytes
        }
        return sum
    }
}
