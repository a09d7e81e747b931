import Foundation
import Hardware
import Testing

/// What must be found out about a recorded machine.
struct Known: Sendable, CustomTestStringConvertible {
    var folder: String
    var system: String
    var surroundings = OperatingSystem.Surroundings.bareMetal
    var processor: String
    var cores: Int
    var threads: Int
    var fast: Int?
    /// Some of its features.
    var features: Set<String>
    var memory: Memory
    var accelerators: [Accelerator] = []
    /// A part of each note, in order.
    var notes: [String] = []

    var testDescription: String { folder }
}

@Suite("Recorded machines")
struct RecordedMachineTests {
    @Test(arguments: Known.all)
    func isFoundOutAsItIs(known: Known) async throws {
        let machine = try await Recorded.machine(known.folder)
        #expect(machine.system.name == known.system)
        #expect(machine.system.surroundings == known.surroundings)
        #expect(machine.processor.name == known.processor)
        #expect(machine.processor.cores == known.cores)
        #expect(machine.processor.threads == known.threads)
        #expect(machine.processor.performanceCores == known.fast)
        #expect(machine.processor.features.isSuperset(of: known.features), "\(machine.processor.features.sorted())")
        #expect(machine.memory == known.memory)
        #expect(machine.accelerators == known.accelerators)
        #expect(machine.notes.count == known.notes.count, "\(machine.notes.map(\.text))")
        for (note, part) in zip(machine.notes, known.notes) { #expect(note.text.contains(part)) }
    }

    @Test func everyRecordedMachineIsKnown() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: try Recorded.folder)
        #expect(Set(folders) == Set(Known.all.map(\.folder)))
        #expect(folders.count >= 25)
    }

    @Test func featuresOfAnOldProcessorAreNotThoseOfANewOne() async throws {
        let old = try await Recorded.machine("gtx-1060-old-laptop").processor.features
        #expect(old.contains("avx2") && !old.contains("avx512"))
        let pi = try await Recorded.machine("raspberry-pi-4-32bit").processor.features
        #expect(pi == ["neon"])
    }

    @Test func toolsThatPrintGarbageGiveNotesAndNoDevices() async throws {
        let machine = try await Recorded.machine("tools-garbage")
        #expect(machine.accelerators.isEmpty)
        #expect(Set(machine.notes.map(\.probe)).isSuperset(of: ["processor", "memory", "nvidia", "amd"]))
    }
}
