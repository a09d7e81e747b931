/// What this machine has, as far as it could be found out.
package struct Machine: Sendable, Equatable {
    package var system: OperatingSystem
    package var processor: Processor
    package var memory: Memory
    /// In the order in which their tools list them; empty where there is only the processor.
    package var accelerators: [Accelerator]
    /// What could not be found out or does not fit together, each with its cure where there is one.
    package var notes: [Note]

    package init(
        system: OperatingSystem,
        processor: Processor,
        memory: Memory,
        accelerators: [Accelerator] = [],
        notes: [Note] = []
    ) {
        self.system = system
        self.processor = processor
        self.memory = memory
        self.accelerators = accelerators
        self.notes = notes
    }

    /// Something about the detection that the user should know.
    package struct Note: Sendable, Equatable {
        /// The probe that says it, for example `nvidia`.
        package var probe: String
        package var text: String

        package init(probe: String, text: String) {
            self.probe = probe
            self.text = text
        }
    }
}

/// What runs on the machine, and in what kind of house.
package struct OperatingSystem: Sendable, Equatable {
    /// Where the system itself runs.
    package enum Surroundings: Sendable, Equatable {
        case bareMetal
        /// With the hypervisor's name where it is told, such as `kvm`.
        case virtualMachine(String)
        /// With the runtime's name where it is told, such as `docker`.
        case container(String)
        case windowsSubsystem
        case termux
    }

    /// For example `Debian GNU/Linux 12` or `macOS 15.1`.
    package var name: String
    package var kernel: String
    package var surroundings: Surroundings

    package init(name: String, kernel: String, surroundings: Surroundings) {
        self.name = name
        self.kernel = kernel
        self.surroundings = surroundings
    }
}

/// The processor.
package struct Processor: Sendable, Equatable {
    package var name: String
    /// As the compiler calls it: `x86_64`, `arm64`.
    package var architecture: String
    /// Cores, not threads of cores; of a container with a quota the cores it may use, at least 1.
    package var cores: Int
    package var threads: Int
    /// Fast ones of a mixed processor; `nil` when all are alike or it is not told.
    package var performanceCores: Int?
    /// What computes several numbers at once, by the names llama.cpp uses in lower case: `avx2`, `avx512`, `neon`, `sve`.
    package var features: Set<String>

    package init(
        name: String,
        architecture: String,
        cores: Int,
        threads: Int,
        performanceCores: Int? = nil,
        features: Set<String> = []
    ) {
        self.name = name
        self.architecture = architecture
        self.cores = cores
        self.threads = threads
        self.performanceCores = performanceCores
        self.features = features
    }
}

/// The memory of the processor, in bytes; limits of containers are already in it.
package struct Memory: Sendable, Equatable {
    package var total: UInt64
    /// What programs can take now without pushing others out.
    package var available: UInt64
    /// The limit of a control group when it is what bounds `total`.
    package var limit: UInt64?

    package init(total: UInt64, available: UInt64, limit: UInt64? = nil) {
        self.total = total
        self.available = available
        self.limit = limit
    }
}

/// A device beside the processor that a model can run on.
package struct Accelerator: Sendable, Equatable {
    package enum Maker: String, Sendable, CaseIterable {
        case apple, nvidia, amd, intel, qualcomm
        /// Known only through Vulkan.
        case other
    }

    /// Not below CUDA's capability 5.0, for which llama.cpp is not built, and not graphics that only Vulkan knows and that
    /// share the processor's memory.
    package var isWorthUsing: Bool {
        if maker == .other, isUnified { return false }
        guard maker == .nvidia, let capability = capability.flatMap({ Double($0) }) else { return true }
        return capability >= 5
    }

    package var maker: Maker
    package var name: String
    /// Bytes it can use: of its own, or of unified memory what it may take.
    package var total: UInt64
    /// Bytes that are free now; `nil` when its tool does not say.
    package var free: UInt64?
    /// It shares the processor's memory: what a model takes here is gone there.
    package var isUnified: Bool
    /// For example `8.9` of CUDA, or `gfx1100` of ROCm.
    package var capability: String?
    package var driver: String?

    package init(
        maker: Maker,
        name: String,
        total: UInt64,
        free: UInt64? = nil,
        isUnified: Bool = false,
        capability: String? = nil,
        driver: String? = nil
    ) {
        self.maker = maker
        self.name = name
        self.total = total
        self.free = free
        self.isUnified = isUnified
        self.capability = capability
        self.driver = driver
    }
}
