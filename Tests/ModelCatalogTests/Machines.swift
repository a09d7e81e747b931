import Hardware
import ModelCatalog

/// Machines as people have them, with what is usually free on them.
enum Machines {
    private static func machine(
        _ name: String,
        _ surroundings: OperatingSystem.Surroundings = .bareMetal,
        architecture: String = "x86_64",
        cores: Int,
        features: Set<String> = ["avx2"],
        total: UInt64,
        available: UInt64,
        _ accelerators: [Accelerator] = []
    ) -> Machine {
        Machine(
            system: OperatingSystem(name: "test", kernel: "6", surroundings: surroundings),
            processor: Processor(
                name: name,
                architecture: architecture,
                cores: cores,
                threads: 2 * cores,
                features: features
            ),
            memory: Memory(total: total << 30, available: available << 20),
            accelerators: accelerators
        )
    }

    private static func card(_ maker: Accelerator.Maker, _ name: String, _ total: UInt64, free: UInt64? = nil)
        -> Accelerator
    {
        Accelerator(maker: maker, name: name, total: total << 30, free: (free ?? total << 10 - 512) << 20)
    }

    private static func apple(_ name: String, cores: Int, total: UInt64, usable: UInt64, available: UInt64) -> Machine {
        machine(
            name,
            architecture: "arm64",
            cores: cores,
            features: ["neon", "dotprod"],
            total: total,
            available: available,
            [Accelerator(maker: .apple, name: name, total: usable << 20, isUnified: true)]
        )
    }

    static let laptop4 = machine("Pentium", cores: 2, total: 4, available: 2300)
    static let laptop8 = machine("Core i5", cores: 4, total: 8, available: 5200)
    static let laptop16 = machine("Core i7", cores: 8, total: 16, available: 12_000)
    static let bigProcessor = machine("EPYC", cores: 64, features: ["avx2", "avx512f"], total: 512, available: 480_000)
    static let rtx4090 = machine(
        "Ryzen",
        cores: 16,
        total: 64,
        available: 56_000,
        [card(.nvidia, "NVIDIA GeForce RTX 4090", 24)]
    )
    static let rtx3060 = machine(
        "Ryzen",
        cores: 6,
        total: 32,
        available: 26_000,
        [card(.nvidia, "NVIDIA GeForce RTX 3060", 12)]
    )
    static let gtx1650 = machine(
        "Core i5",
        cores: 4,
        total: 16,
        available: 11_000,
        [card(.nvidia, "NVIDIA GeForce GTX 1650", 4)]
    )
    static let h100s = machine(
        "EPYC",
        cores: 96,
        features: ["avx2", "avx512f"],
        total: 1024,
        available: 900_000,
        [card(.nvidia, "NVIDIA H100 80GB HBM3", 80), card(.nvidia, "NVIDIA H100 80GB HBM3", 80)]
    )
    static let m1 = apple("Apple M1", cores: 8, total: 8, usable: 5461, available: 4800)
    static let m4Max = apple("Apple M4 Max", cores: 16, total: 128, usable: 98_304, available: 110_000)
    static let phone = machine(
        "Snapdragon",
        .termux,
        architecture: "arm64",
        cores: 8,
        features: ["neon", "dotprod"],
        total: 8,
        available: 3600
    )
    static let tiny = machine("Atom", cores: 1, features: [], total: 1, available: 400)

    static let all = [
        laptop4, laptop8, laptop16, bigProcessor, rtx4090, rtx3060, gtx1650, h100s, m1, m4Max, phone, tiny,
    ]
}

/// The built-in catalogue, read once.
enum BuiltIn {
    static let catalogue: Result<Catalogue, CatalogueError> = Result { () throws(CatalogueError) in
        try Catalogue.builtIn()
    }
}
