/// How much memory there is and how much of it is free, limits of control groups included.
package struct MemoryProbe: Probe {
    package let name = "memory"

    package init() {}

    package func look(at facts: any FactSource) async -> Findings {
        let memory = await Self.memory(facts)
        guard let memory else { return Findings(notes: ["the system does not say how much memory there is"]) }
        return Findings(memory: memory)
    }

    /// The memory alone, for probes of devices that share it.
    static func memory(_ facts: any FactSource) async -> Memory? {
        switch facts.platform.family {
        case .linux:
            guard let info = facts.text(of: "/proc/meminfo").flatMap(MemoryInfo.parse) else { return nil }
            return limited(info, by: ControlGroups(facts: facts).memory)
        case .macos:
            async let sizes = facts.run("sysctl", ["hw.memsize"])
            async let statistics = facts.run("vm_stat", [])
            guard let text = await sizes.text, let total = Sysctl(text).number("hw.memsize") else { return nil }
            // Half is what can be counted on where nothing is told.
            let available = await statistics.text.flatMap(MemoryInfo.available(vmStat:)) ?? total / 2
            return Memory(total: total, available: min(available, total))
        }
    }

    /// What is left of a machine's memory under limits.
    package static func limited(_ memory: Memory, by limits: [ControlGroups.MemoryLimit]) -> Memory {
        var memory = memory
        for limit in limits {
            if limit.limit < memory.total {
                memory.total = limit.limit
                memory.limit = limit.limit
            }
            let free = limit.limit - min(limit.limit, limit.used)
            memory.available = min(memory.available, free)
        }
        return memory
    }
}

/// The system's own account of its memory.
package enum MemoryInfo {
    /// Reads /proc/meminfo (proc_meminfo(5)).
    ///
    /// Kernels before 3.14 have no `MemAvailable`; then free memory and the caches of files count.
    package static func parse(_ text: String) -> Memory? {
        let table = Scan.table(text, ":")
        func bytes(_ key: String) -> UInt64? {
            let words = Scan.words(table[key] ?? "")
            guard words.count == 2, words[1] == "kB" else { return nil }
            return Scan.product(UInt64(words[0]), 1024)
        }
        guard let total = bytes("MemTotal"), total > 0 else { return nil }
        let parts = ["MemFree", "Buffers", "Cached"].compactMap(bytes)
        let sum = parts.reduce(UInt64(0)) { sum, part in
            let (next, isTooLarge) = sum.addingReportingOverflow(part)
            return isTooLarge ? total : next
        }
        return Memory(total: total, available: min(total, bytes("MemAvailable") ?? sum))
    }

    /// Reads what macOS's `vm_stat` prints: pages that are free or can be taken without writing anything to disk first.
    package static func available(vmStat text: String) -> UInt64? {
        let lines = Scan.lines(text)
        guard
            let heading = lines.first?.components(after: "page size of "),
            let size = Scan.words(heading).first.flatMap(UInt64.init)
        else { return nil }
        let table = Scan.table(text, ":")
        let pages = ["Pages free", "Pages inactive", "Pages speculative"].compactMap { key in
            table[key].flatMap { UInt64($0.filter { $0 != "." }) }
        }
        guard !pages.isEmpty else { return nil }
        var sum: UInt64 = 0
        for count in pages {
            let (next, isTooLarge) = sum.addingReportingOverflow(count)
            if isTooLarge { return nil }
            sum = next
        }
        return Scan.product(sum, size)
    }
}

extension Substring {
    /// What follows a word in a line.
    func components(after word: String) -> Substring? {
        firstRange(of: word).map { self[$0.upperBound...] }
    }
}
