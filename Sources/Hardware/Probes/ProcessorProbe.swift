/// The processor: name, cores, and what it can compute with.
package struct ProcessorProbe: Probe {
    package let name = "processor"

    package init() {}

    package func look(at facts: any FactSource) async -> Findings {
        switch facts.platform.family {
        case .linux: linux(facts)
        case .macos: await macos(facts)
        }
    }

    // MARK: - Linux

    private static let folder = "/sys/devices/system/cpu"

    private func linux(_ facts: any FactSource) -> Findings {
        var info = CPUInfo.parse(facts.text(of: "/proc/cpuinfo") ?? "")
        var notes: [String] = []
        if info.threads.isEmpty {
            let numbers = facts.names(in: Self.folder).compactMap { Scan.index($0, after: "cpu") }
            info.threads = numbers.map { CPUInfo.Thread(number: $0) }
            if numbers.isEmpty { notes.append("the system does not say how many cores there are; one is assumed") }
        }
        let numbers = info.threads.map(\.number)
        func perThread<Value>(_ file: String, _ read: (String) -> Value?) -> [Int: Value] {
            Dictionary(numbers.map { ($0, read("\(Self.folder)/cpu\($0)/\(file)")) }) { first, _ in first }
                .compactMapValues { $0 }
        }
        let tellsCores = info.threads.allSatisfy { $0.core != nil }
        // Mixed processors of Intel name their fast cores; ARM systems weigh theirs.
        let fast = facts.line(of: "/sys/devices/cpu_core/cpus").map { Scan.processorList($0) } ?? []
        var speeds = tellsCores ? [:] : perThread("cpu_capacity", facts.number)
        if speeds.isEmpty, !tellsCores { speeds = perThread("cpufreq/cpuinfo_max_freq", facts.number) }
        let status = Scan.table(facts.text(of: "/proc/self/status") ?? "", ":")
        let layout = CoreLayout(
            of: info.threads,
            siblings: tellsCores ? [:] : perThread("topology/thread_siblings_list", facts.line),
            allowed: status["Cpus_allowed_list"].map { Scan.processorList($0) },
            fast: fast,
            speeds: speeds,
            quota: ControlGroups(facts: facts).cores
        )
        if facts.platform.architecture == "arm", info.board?.contains("Raspberry Pi") == true {
            notes.append(
                "the system is a 32-bit one, in which a model may have 3 GiB at most: install the 64-bit system"
            )
        }
        let processor = Processor(
            name: Self.name(info, device: facts.line(of: "/proc/device-tree/model")),
            architecture: facts.platform.architecture,
            cores: layout.cores,
            threads: layout.threads,
            performanceCores: layout.performanceCores,
            features: CPUInfo.features(flags: info.flags)
        )
        return Findings(processor: processor, notes: notes)
    }

    /// The maker's name, or what it is built into and which cores it has.
    package static func name(_ info: CPUInfo, device: String?) -> String {
        var kinds: [String] = []
        var counts: [String: Int] = [:]
        for kind in info.threads.compactMap(\.kind) {
            if counts[kind] == nil { kinds.append(kind) }
            counts[kind, default: 0] += 1
        }
        let cores = kinds.map { "\(counts[$0, default: 0]) × \($0)" }.joined(separator: " + ")
        let board = device ?? info.board
        if cores.isEmpty { return info.model ?? board ?? "unknown processor" }
        return board.map { "\($0), \(cores)" } ?? cores
    }

    // MARK: - macOS

    private func macos(_ facts: any FactSource) async -> Findings {
        let answer = await facts.run("sysctl", ["hw", "machdep.cpu", "kern.hv_vmm_present"])
        var findings = Findings()
        findings.note(answer, of: "sysctl")
        findings.processor = Self.processor(Sysctl(answer.text ?? ""), architecture: facts.platform.architecture)
        if answer.text == nil {
            findings.notes.append("the system does not say how many cores there are; one is assumed")
        }
        return findings
    }

    /// The processor of a Mac by what `sysctl hw machdep.cpu` lists.
    package static func processor(_ values: Sysctl, architecture: String) -> Processor {
        let cores = values.count("hw.physicalcpu") ?? 1
        let fast = (values.number("hw.nperflevels") ?? 1) > 1 ? values.count("hw.perflevel0.physicalcpu") : nil
        var features: Set<String> = []
        for (name, feature) in [
            ("hw.optional.neon", "neon"), ("hw.optional.AdvSIMD", "neon"), ("hw.optional.arm.FEAT_FP16", "fp16_va"),
            ("hw.optional.neon_fp16", "fp16_va"), ("hw.optional.arm.FEAT_DotProd", "dotprod"),
            ("hw.optional.arm.FEAT_I8MM", "matmul_int8"), ("hw.optional.arm.FEAT_SME", "sme"),
        ] where values.isSet(name) {
            features.insert(feature)
        }
        let flags = values.words("machdep.cpu.features") + values.words("machdep.cpu.leaf7_features")
        let linux = ["avx1.0": "avx", "sse3": "pni", "avx512vnni": "avx512_vnni"]
        features.formUnion(CPUInfo.features(flags: Set(flags.map { linux[$0.lowercased()] ?? $0.lowercased() })))
        return Processor(
            name: values.text("machdep.cpu.brand_string") ?? "unknown processor",
            architecture: architecture,
            cores: cores,
            threads: max(cores, values.count("hw.logicalcpu") ?? cores),
            performanceCores: fast.flatMap { $0 < cores ? $0 : nil },
            features: features
        )
    }
}
