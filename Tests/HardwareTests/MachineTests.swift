import Hardware
import Testing

@Suite struct MachineTests {
    @Test func aMachineWithoutAcceleratorsHasNone() {
        let machine = Machine(
            system: OperatingSystem(name: "Debian", kernel: "6.1", surroundings: .bareMetal),
            processor: Processor(name: "EPYC", architecture: "x86_64", cores: 2, threads: 2),
            memory: Memory(total: 1, available: 1)
        )
        #expect(machine.accelerators.isEmpty)
    }
}
