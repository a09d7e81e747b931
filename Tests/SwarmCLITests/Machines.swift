import Hardware

extension Machine {
    /// Eight cores and no accelerator; an eighth of the memory is taken.
    static func laptop(_ gigabytes: UInt64) -> Machine {
        let bytes = gigabytes << 30
        return Machine(
            system: OperatingSystem(name: "Debian", kernel: "6.1", surroundings: .bareMetal),
            processor: Processor(name: "Ryzen", architecture: "x86_64", cores: 8, threads: 16, features: ["avx2"]),
            memory: Memory(total: bytes, available: bytes - bytes / 8)
        )
    }
}
