import Hardware
import Testing

private func machine(_ accelerators: [Accelerator], cores: Int = 8, fast: Int? = nil) -> Machine {
    Machine(
        system: OperatingSystem(name: "Debian", kernel: "6.1", surroundings: .bareMetal),
        processor: Processor(
            name: "A",
            architecture: "x86_64",
            cores: cores,
            threads: 2 * cores,
            performanceCores: fast
        ),
        memory: Memory(total: GiB(64), available: GiB(60)),
        accelerators: accelerators
    )
}

private func card(_ total: UInt64, free: UInt64? = nil, capability: String? = "8.9", _ name: String = "RTX")
    -> Accelerator
{
    Accelerator(maker: .nvidia, name: name, total: GiB(total), free: free.map(GiB), capability: capability)
}

private func integrated(_ maker: Accelerator.Maker, _ total: UInt64 = 16) -> Accelerator {
    Accelerator(maker: maker, name: "integrated", total: GiB(total), isUnified: true)
}

@Suite("What a model can run on")
struct AbilityTests {
    @Test(arguments: [
        (card(24), true), (card(24, capability: nil), true), (card(24, capability: "5.0"), true),
        // Too old for llama.cpp's CUDA.
        (card(24, capability: "3.5"), false), (integrated(.intel), true), (integrated(.apple), true),
        // Known to Vulkan alone, and sharing the processor's memory: slower than the processor.
        (integrated(.other), false),
    ])
    func oldCardsAndUnknownGraphicsAreNotUsed(accelerator: Accelerator, isUsed: Bool) {
        #expect(accelerator.isWorthUsing == isUsed)
    }
}

@Suite("How many threads are worth measuring")
struct ThreadChoiceTests {
    @Test(
        arguments: [
            (1, nil, [1]), (2, nil, [1, 2]), (4, nil, [1, 2, 3, 4]), (8, nil, [1, 4, 6, 7, 8]),
            (12, 4, [1, 2, 3, 4, 5]),
            (64, nil, [1, 32, 48, 63, 64]), (8, 5, [1, 2, 3, 4, 5, 6]),
        ] as [(Int, Int?, [Int])]
    )
    func smallMachinesLeaveRoomForTheServer(cores: Int, fast: Int?, candidates: [Int]) {
        #expect(machine([], cores: cores, fast: fast).processor.threadCandidates == candidates)
    }

    @Test func oneCoreOfFewIsTheServers() {
        #expect(machine([], cores: 4).processor.mostThreads == 3)
        #expect(machine([], cores: 8).processor.mostThreads == 8)
        #expect(machine([], cores: 1).processor.mostThreads == 1)
    }
}

@Suite("What llama.cpp sees")
struct ReconciliationTests {
    private func device(
        _ name: String,
        _ description: String,
        _ total: UInt64 = 24,
        free: UInt64? = nil,
        kind: EngineDevice.Kind = .gpu
    ) -> EngineDevice {
        EngineDevice(
            name: name,
            description: description,
            kind: kind,
            totalBytes: GiB(total),
            freeBytes: GiB(free ?? total)
        )
    }

    private let processor = EngineDevice(name: "CPU", description: "AMD EPYC", kind: .cpu, totalBytes: 1, freeBytes: 1)

    private func notes(_ accelerators: [Accelerator], _ devices: [EngineDevice]) -> [String] {
        let notes = machine(accelerators).reconciled(with: devices).notes
        #expect(notes.allSatisfy { $0.probe == "llama.cpp" })
        return notes.map(\.text)
    }

    @Test func nothingIsSaidWhereBothAgree() {
        let cards = [card(24, "NVIDIA GeForce RTX 4090"), card(12, "NVIDIA GeForce RTX 3060")]
        let devices = [
            processor, device("CUDA0", "NVIDIA GeForce RTX 3060", 12), device("CUDA1", "NVIDIA GeForce RTX 4090"),
        ]
        #expect(notes(cards, devices).isEmpty)
        #expect(notes([], [processor]).isEmpty)
    }

    @Test func aCardThatTheBuildCannotUseIsSaidWithItsCure() throws {
        let said = notes([card(24, "NVIDIA GeForce RTX 4090"), card(24, "NVIDIA GeForce RTX 4090")], [processor])
        #expect(said.count == 1)
        #expect(try #require(said.first).contains("2 × NVIDIA GeForce RTX 4090"))
        #expect(try #require(said.first).contains("no CUDA") && said[0].contains("nvcc"))
        #expect(notes([integrated(.apple)], [processor])[0].contains("no Metal"))
        #expect(notes([integrated(.qualcomm)], [processor])[0].contains("OpenCL"))
    }

    @Test func aCardThatIsHiddenFromABuildThatCouldUseItIsSaid() {
        let cards = [card(24, "NVIDIA GeForce RTX 4090"), card(12, "NVIDIA GeForce RTX 3060")]
        let said = notes(cards, [processor, device("CUDA0", "NVIDIA GeForce RTX 4090")])
        #expect(said.count == 1 && said[0].contains("RTX 3060") && said[0].contains("CUDA_VISIBLE_DEVICES"))
    }

    @Test func aDeviceThatNoProbeFoundIsSaid() {
        let said = notes([], [device("Vulkan0", "Mystery 9000")])
        #expect(said == ["llama.cpp uses Mystery 9000 (Vulkan0), which no probe found"])
    }

    @Test func sizesThatDifferAreSaidAndTheSmallerOneCounts() {
        let said = notes([card(24, "RTX 4090")], [device("CUDA0", "RTX 4090", 12)])
        #expect(said == ["of RTX 4090 llama.cpp sees 12.0 GiB, its tool 24.0 GiB; the smaller one counts"])
        let usable = machine([card(24, free: 20, "RTX 4090")]).usable(by: [device("CUDA0", "RTX 4090", 12, free: 11)])
        #expect(usable.accelerators == [card(12, free: 11, "RTX 4090")])
    }

    @Test func oneCardThroughTwoPartsOfLlamaIsOneCard() {
        let devices = [device("CUDA0", "NVIDIA GeForce RTX 4090"), device("Vulkan0", "NVIDIA GeForce RTX 4090")]
        #expect(notes([card(24, "NVIDIA GeForce RTX 4090")], devices).isEmpty)
    }

    @Test func whatTheBuildCannotUseGetsNoLayers() {
        let cards = machine([card(24, "NVIDIA GeForce RTX 4090"), integrated(.intel)])
        #expect(cards.usable(by: [processor]).accelerators.isEmpty)
        let seen = cards.usable(by: [processor, device("Vulkan0", "Intel(R) UHD Graphics", 8, kind: .igpu)])
        #expect(seen.accelerators.map(\.maker) == [.intel])
        #expect(seen.accelerators[0].total == GiB(8))
        let unknown = machine([]).usable(by: [device("Vulkan0", "AMD Radeon RX 6800 (RADV NAVI21)", 16, free: 15)])
        #expect(unknown.accelerators.map(\.maker) == [.amd])
        #expect(unknown.accelerators[0].free == GiB(15))
    }

    @Test(arguments: [
        ("CUDA0", "Orin", Accelerator.Maker.nvidia), ("MTL0", "M2", .apple), ("ROCm1", "gfx1100", .amd),
        ("Vulkan3", "Adreno 740", .qualcomm), ("Vulkan0", "Intel(R) Arc(tm) A770", .intel), ("Vulkan0", "Mali", .other),
    ])
    func theMakerIsKnownByBackendOrName(name: String, description: String, maker: Accelerator.Maker) {
        #expect(device(name, description).maker == maker)
    }
}
