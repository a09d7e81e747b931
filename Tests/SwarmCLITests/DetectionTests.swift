import Hardware
import SwarmCLI
import SwarmCore
import Testing

private func machine(_ accelerators: [Accelerator] = [], surroundings: OperatingSystem.Surroundings = .bareMetal)
    -> Machine
{
    Machine(
        system: OperatingSystem(name: "Debian GNU/Linux 12", kernel: "6.1.0", surroundings: surroundings),
        processor: Processor(
            name: "Core i9",
            architecture: "x86_64",
            cores: 24,
            threads: 32,
            performanceCores: 8,
            features: ["avx", "avx2", "avx_vnni", "sse3"]
        ),
        memory: Memory(total: 8 << 30, available: 6 << 30, limit: 8 << 30),
        accelerators: accelerators
    )
}

private let processor = EngineDevice(
    name: "CPU",
    description: "Core i9",
    kind: .cpu,
    totalBytes: 8 << 30,
    freeBytes: 6 << 30
)

private let card = Accelerator(
    maker: .nvidia,
    name: "NVIDIA GeForce RTX 4090",
    total: 24 << 30,
    free: 23 << 30,
    capability: "8.9",
    driver: "550.67"
)

@Suite("What swarm detect shows")
struct DetectionTests {
    @Test func aScreenSaysWhatThereIsAndWhatToDo() {
        let detection = Detection(machine: machine([card], surroundings: .container("docker")), devices: [processor])
        let expected = """
            machine       Debian GNU/Linux 12, kernel 6.1.0, in a container (docker)
            processor     Core i9 (x86_64)
                          24 cores, 8 of them fast, 32 threads
                          computes with AVX2, 8-bit dot products
            memory        6.0 GiB available of 8.0 GiB (a control group's limit)
            accelerators  NVIDIA GeForce RTX 4090: 23.0 GiB free of 24.0 GiB, CUDA capability 8.9, driver 550.67
            llama.cpp     CPU: Core i9, 6.0 GiB free of 8.0 GiB
            notes         llama.cpp: there is NVIDIA GeForce RTX 4090, but this build of llama.cpp has no CUDA
                            and computes on the processor: install the CUDA toolkit (nvcc) and run make again
            """
        #expect(detection.lines(width: 100).joined(separator: "\n") == expected)
    }

    @Test func textOfToolsReachesNoTerminalRaw() {
        var odd = card
        odd.name = "RTX\u{1B}[31m\u{202E}4090\n"
        var house = machine([odd])
        house.notes.append(Machine.Note(probe: "nvidia", text: "a\u{7}b"))
        let lines = Detection(machine: house, devices: [processor]).lines(width: 100)
        for scalar in lines.joined().unicodeScalars { #expect(scalar.value >= 0x20 && scalar.value != 0x202E) }
    }

    @Test func sizesNobodyTellsAreSaidToBeUnknown() {
        let blank = Accelerator(maker: .nvidia, name: "vGPU", total: 0)
        var house = machine([blank])
        house.memory = Memory(total: 0, available: 0)
        let text = Detection(machine: house, devices: nil).lines(width: 100).joined(separator: "\n")
        #expect(text.contains("vGPU: memory unknown"))
        #expect(text.contains("memory        unknown"))
        #expect(text.contains("did not answer within 20 seconds"))
    }

    @Test func programsGetBytesAndNames() throws {
        let detection = Detection(machine: machine([card], surroundings: .virtualMachine("kvm")), devices: [processor])
        let json = try JSON(parsing: detection.json.text)
        #expect(json["system"]?["surroundings"] == "virtual_machine")
        #expect(json["system"]?["surroundings_name"] == "kvm")
        #expect(json["processor"]?["performance_cores"]?.intValue == 8)
        #expect(json["memory"]?["limit"]?.intValue == 8 << 30)
        #expect(json["accelerators"]?.arrayValue?.first?["free"]?.intValue == 23 << 30)
        #expect(json["llama_cpp"]?["devices"]?.arrayValue?.first?["kind"] == "cpu")
        #expect(json["notes"]?.arrayValue?.count == 1)
    }

    @Test func whatLlamaCannotUseIsNotCountedOn() {
        #expect(Detection(machine: machine([card]), devices: [processor]).usable.accelerators.isEmpty)
        #expect(Detection(machine: machine([card]), devices: nil).usable.accelerators.isEmpty)
    }
}
