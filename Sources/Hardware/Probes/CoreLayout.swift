/// How the threads of a processor are spread over its cores, and which cores are fast.
package struct CoreLayout: Sendable, Equatable {
    package var cores: Int
    package var threads: Int
    package var performanceCores: Int?

    package init(cores: Int, threads: Int, performanceCores: Int? = nil) {
        self.cores = cores
        self.threads = threads
        self.performanceCores = performanceCores
    }

    /// - Parameters:
    ///   - siblings: per thread the list of threads on its core, where /proc/cpuinfo does not tell the cores.
    ///   - allowed: the threads this process may run on; `nil` for all.
    ///   - fast: the threads of fast cores, where the system names them.
    ///   - speeds: per thread a number that is larger for faster cores, where it does not.
    ///   - quota: how many cores' worth of time may be used.
    package init(
        of all: [CPUInfo.Thread],
        siblings: [Int: String] = [:],
        allowed: Set<Int>? = nil,
        fast: Set<Int> = [],
        speeds: [Int: UInt64] = [:],
        quota: Double? = nil
    ) {
        var usable = all.filter { allowed?.contains($0.number) ?? true }
        // A list that excludes every thread was not meant for this processor.
        if usable.isEmpty { usable = all }
        let fast = fast.isEmpty ? Self.fast(speeds) : fast
        func cores(_ threads: [CPUInfo.Thread]) -> Int { Set(threads.map { Self.core(of: $0, siblings) }).count }
        self.cores = max(1, cores(usable))
        threads = max(1, usable.count)
        let quick = usable.filter { fast.contains($0.number) }
        performanceCores = quick.isEmpty || quick.count == usable.count ? nil : cores(quick)
        guard let quota, quota.isFinite, quota > 0, quota < Double(threads) else { return }
        let bound = max(1, Int(quota))
        self.cores = min(self.cores, bound)
        threads = min(threads, bound)
        performanceCores = performanceCores.map { min($0, bound) }
    }

    private static func core(of thread: CPUInfo.Thread, _ siblings: [Int: String]) -> String {
        if let core = thread.core { return "\(thread.socket ?? 0).\(core)" }
        return siblings[thread.number] ?? "thread \(thread.number)"
    }

    /// The threads of all but the slowest class of cores; none when they differ by less than a fifth, which is within what
    /// makers sort equal cores by.
    package static func fast(_ speeds: [Int: UInt64]) -> Set<Int> {
        guard let slowest = speeds.values.min(), let fastest = speeds.values.max() else { return [] }
        guard Double(slowest) < 0.8 * Double(fastest) else { return [] }
        return Set(speeds.filter { Double($0.value) > 1.1 * Double(slowest) }.keys)
    }
}
