import Hardware
import ModelCatalog
import SwarmCLI
import SwarmCore
import Testing

struct FitWordsTests {
    static let machine = Machine(
        system: OperatingSystem(name: "test", kernel: "6", surroundings: .bareMetal),
        processor: Processor(name: "Ryzen", architecture: "x86_64", cores: 8, threads: 16, features: ["avx2"]),
        memory: Memory(total: 32 << 30, available: 24 << 30),
        accelerators: [Accelerator(maker: .nvidia, name: "RTX 3060", total: 12 << 30, free: 11 << 30)]
    )

    private func report(_ family: String, _ size: String) throws -> FitReport {
        let entry = try #require(
            try Catalogue.builtIn().entries(
                matching: .init(family: family, size: size, quantisation: Quantisation("q4_k_m"))
            ).first
        )
        return FitReport(name: entry.id, fit: .of(entry.shape, on: Self.machine), machine: Self.machine)
    }

    @Test func theArithmeticIsShownPlaceByPlace() throws {
        let lines = try report("qwen2.5-coder", "7b").lines
        #expect(lines[0] == "qwen2.5-coder:7b:q4_k_m: fits on the accelerator, likely fast")
        #expect(lines[1].hasPrefix("32768 tokens of context, 5 candidates, "))
        #expect(lines.contains("RTX 3060"))
        #expect(lines.contains("memory"))
        #expect(lines.filter { $0.hasPrefix("  needed") }.count == 2)
        #expect(lines.contains { $0.hasPrefix("  KV memory") && $0.contains("cells of 57344 bytes") })
    }

    @Test func whatDoesNotFitSaysHowMuchIsLacking() throws {
        let entry = try #require(
            try Catalogue.builtIn().entries(
                matching: .init(family: "qwen2.5-coder", size: "32b", quantisation: Quantisation("q8_0"))
            ).first
        )
        let report = FitReport(name: entry.id, fit: .of(entry.shape, on: Self.machine), machine: Self.machine)
        #expect(report.lines[0].contains("does not fit, "))
        #expect(report.json["fits"] == false)
        #expect((report.json["missing"]?.intValue ?? 0) > 0)
    }

    @Test func namesOfDevicesCannotSteerTheTerminal() throws {
        var machine = Self.machine
        machine.accelerators[0].name = "RTX\u{1B}[31m"
        let entry = try #require(try Catalogue.builtIn().entries(matching: .init(family: "qwen3", size: "4b")).first)
        let report = FitReport(name: "x\u{1B}", fit: .of(entry.shape, on: machine), machine: machine)
        #expect(!report.lines.joined().contains("\u{1B}"))
    }

    @Test func theTableHasOneRowPerModelOrPerQuantisation() throws {
        let catalogue = try Catalogue.builtIn()
        let short = try FitTable(catalogue, on: Self.machine, Wish(), isWhole: false)
        let sizes = catalogue.families.reduce(0) { $0 + $1.sizes.count }
        #expect(short.rows.count == sizes)
        let whole = try FitTable(catalogue, on: Self.machine, Wish(), isWhole: true)
        #expect(whole.rows.count == catalogue.entries.filter { $0.format == .gguf }.count)
        #expect(whole.rows.filter(\.isChosen).count == 1)
        #expect(whole.rows.first?.isChosen == true)
        #expect(short.lines.last?.hasPrefix("* would be chosen here") == true)
        #expect(short.lines.count == sizes + 3)
        #expect(whole.json["models"]?.arrayValue?.count == whole.rows.count)
    }
}
