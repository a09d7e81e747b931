import Hardware
import SwarmCore
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

/// A row of the table: what the machine has, and how the layers go.
struct Placing: Sendable {
    var accelerators: [Accelerator]
    var layers: Int
    var includesOutput: Bool
    var counts: [Int]
}

/// 32 layers of 256 MiB, of which KV memory is a half; 1 GiB of output; no overhead.
private let need = DeviceSplit.Need(
    layers: 32,
    bytesPerLayer: MiB(128),
    kvBytes: GiB(4),
    otherBytes: GiB(1),
    overhead: 0
)

@Suite("Where layers go")
struct DeviceSplitTests {
    @Test(arguments: [
        Placing(accelerators: [], layers: 0, includesOutput: false, counts: []),
        Placing(accelerators: [card(24)], layers: 32, includesOutput: true, counts: [32]),
        Placing(accelerators: [card(9)], layers: 32, includesOutput: true, counts: [32]),
        // Without room for the output the layers still fit.
        Placing(accelerators: [card(8)], layers: 32, includesOutput: false, counts: [32]),
        Placing(accelerators: [card(24, free: 4)], layers: 16, includesOutput: false, counts: [16]),
        Placing(accelerators: [card(0)], layers: 0, includesOutput: false, counts: [0]),
        // One that holds everything is better than two.
        Placing(accelerators: [card(6), card(24)], layers: 32, includesOutput: true, counts: [0, 32]),
        Placing(accelerators: [card(24, free: 10), card(12)], layers: 32, includesOutput: true, counts: [0, 32]),
        Placing(accelerators: [card(6), card(6)], layers: 32, includesOutput: true, counts: [16, 16]),
        Placing(
            accelerators: [card(8, free: 6), card(8, free: 3)],
            layers: 32,
            includesOutput: false,
            counts: [22, 10]
        ),
        Placing(accelerators: [card(2), card(2)], layers: 16, includesOutput: false, counts: [8, 8]),
        Placing(
            accelerators: (0..<8).map { _ in card(80) },
            layers: 32,
            includesOutput: true,
            counts: [32, 0, 0, 0, 0, 0, 0, 0]
        ),
        // Too old for llama.cpp's CUDA.
        Placing(
            accelerators: [card(24, capability: "3.5"), card(4)],
            layers: 16,
            includesOutput: false,
            counts: [0, 16]
        ),
        Placing(accelerators: [card(24, capability: nil)], layers: 32, includesOutput: true, counts: [32]),
        // Graphics that share the processor's memory stand back.
        Placing(accelerators: [integrated(.intel, 32), card(4)], layers: 16, includesOutput: false, counts: [0, 16]),
        Placing(accelerators: [integrated(.amd)], layers: 32, includesOutput: true, counts: [32]),
        Placing(accelerators: [integrated(.nvidia)], layers: 32, includesOutput: true, counts: [32]),
        Placing(accelerators: [integrated(.other)], layers: 0, includesOutput: false, counts: [0]),
        Placing(accelerators: [integrated(.apple, 4)], layers: 32, includesOutput: true, counts: [32]),
    ])
    func followsFreeMemory(row: Placing) {
        let split = DeviceSplit.decide(machine(row.accelerators), need)
        #expect(split.layers == row.layers)
        #expect(split.includesOutput == row.includesOutput)
        #expect(DeviceSplit.counts(split.layers, split.shares) == row.counts)
        #expect(split.gpuLayers == row.layers + (row.includesOutput ? 1 : 0))
        #expect(!split.reason.isEmpty)
    }

    @Test(arguments: 0..<300)
    func noAcceleratorIsEverOverfull(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let accelerators = (0..<Int.random(in: 0...8, using: &random)).map { _ in
            Accelerator(
                maker: .nvidia,
                name: "GPU",
                total: UInt64.random(in: 0...GiB(80), using: &random),
                free: Bool.random(using: &random) ? UInt64.random(in: 0...GiB(80), using: &random) : nil
            )
        }
        let need = DeviceSplit.Need(
            layers: Int.random(in: 0...130, using: &random),
            bytesPerLayer: UInt64.random(in: 0...GiB(2), using: &random),
            kvBytes: UInt64.random(in: 0...GiB(40), using: &random),
            otherBytes: UInt64.random(in: 0...GiB(4), using: &random),
            overhead: UInt64.random(in: 0...GiB(1), using: &random)
        )
        let split = DeviceSplit.decide(machine(accelerators), need)
        #expect((0...need.layers).contains(split.layers))
        let counts = DeviceSplit.counts(split.layers, split.shares)
        #expect(counts.reduce(0, +) == split.layers)
        let sum = split.shares.reduce(0, +)
        #expect(split.layers == 0 ? sum == 0 : abs(sum - 1) < 1e-9)
        let last = counts.lastIndex { $0 > 0 }
        for (place, count) in counts.enumerated() where count > 0 {
            let free = min(accelerators[place].free ?? .max, accelerators[place].total)
            let other = split.includesOutput && place == last ? need.otherBytes : 0
            #expect(UInt64(count) * need.perLayer + other + need.overhead <= free)
        }
    }

    @Test func sizesBeyondAllReasonFitNowhere() {
        let need = DeviceSplit.Need(layers: 3, bytesPerLayer: .max, kvBytes: .max, otherBytes: .max, overhead: .max)
        #expect(DeviceSplit.decide(machine([card(24)]), need).layers == 0)
        #expect(
            DeviceSplit.decide(machine([card(24)]), DeviceSplit.Need(layers: 0, bytesPerLayer: 0, kvBytes: 0)).layers
                == 0
        )
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
