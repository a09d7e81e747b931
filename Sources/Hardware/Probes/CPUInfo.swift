/// What Linux writes about the processor in /proc/cpuinfo; its form differs by architecture.
package struct CPUInfo: Sendable, Equatable {
    /// One thread of one core.
    package struct Thread: Sendable, Equatable {
        package var number: Int
        package var socket: Int?
        package var core: Int?
        /// The name of its kind of core, on ARM.
        package var kind: String?

        package init(number: Int, socket: Int? = nil, core: Int? = nil, kind: String? = nil) {
            self.number = number
            self.socket = socket
            self.core = core
            self.kind = kind
        }
    }

    /// As the maker calls it, on x86.
    package var model: String?
    /// What it is built into, such as `Raspberry Pi 5 Model B Rev 1.0`.
    package var board: String?
    package var threads: [Thread] = []
    /// Of the first thread.
    package var flags: Set<String> = []

    package static func parse(_ text: String) -> CPUInfo {
        var info = CPUInfo()
        var thread: Thread?
        var implementer: UInt64?
        func close() {
            if let thread { info.threads.append(thread) }
            thread = nil
            implementer = nil
        }
        for line in Scan.lines(text) {
            guard let (key, value) = Scan.pair(line, ":"), !value.isEmpty else { continue }
            switch key {
            case "processor":
                // Some 32-bit kernels have a second line of this name, with words in it.
                guard let number = Int(value), number >= 0 else { continue }
                close()
                thread = Thread(number: number)
            case "physical id": thread?.socket = Int(value)
            case "core id": thread?.core = Int(value)
            case "CPU implementer": implementer = Scan.number(value[...])
            case "CPU part": thread?.kind = ARMCores.name(implementer: implementer, part: Scan.number(value[...]))
            case "model name", "cpu", "cpu model", "uarch": info.model = info.model ?? value
            case "Model": info.board = value
            case "Hardware": info.board = info.board ?? value
            case "flags", "Features", "isa": if info.flags.isEmpty { info.flags = flags(value, key: key) }
            default: continue
            }
        }
        close()
        return info
    }

    private static func flags(_ value: String, key: String) -> Set<String> {
        guard key == "isa" else { return Set(Scan.words(value.lowercased())) }
        // `rv64imafdcv_zicsr`: single letters, then names.
        let parts = value.lowercased().split(separator: "_").map(String.init)
        let letters = parts.first.map { $0.dropFirst(4).map(String.init) } ?? []
        return Set(letters + parts.dropFirst())
    }

    /// What computes several numbers at once, by llama.cpp's names in lower case.
    package static func features(flags: Set<String>) -> Set<String> {
        var features = Set(
            [
                "pni": "sse3", "ssse3": "ssse3", "avx": "avx", "avx2": "avx2", "f16c": "f16c", "fma": "fma",
                "bmi2": "bmi2", "avx_vnni": "avx_vnni", "avx512f": "avx512", "avx512vbmi": "avx512_vbmi",
                "avx512_vnni": "avx512_vnni", "avx512_bf16": "avx512_bf16", "amx_int8": "amx_int8",
                "neon": "neon", "asimd": "neon", "asimdhp": "fp16_va", "asimddp": "dotprod", "i8mm": "matmul_int8",
                "sve": "sve", "sve2": "sve2", "sme": "sme", "vsx": "vsx", "vxe": "vxe",
            ].filter { flags.contains($0.key) }.values
        )
        if flags.contains("v") { features.insert("rvv") }
        return features
    }
}
