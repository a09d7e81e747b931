import Hardware
import ModelCatalog
import Testing

@testable import SwarmCLI

/// With what context a model runs.
@Suite struct RunPlanTests {
    private func machine(_ megabytes: UInt64) -> Machine {
        Machine(
            system: OperatingSystem(name: "Debian", kernel: "6.1", surroundings: .bareMetal),
            processor: Processor(name: "Ryzen", architecture: "x86_64", cores: 8, threads: 16),
            memory: Memory(total: megabytes << 20, available: megabytes << 20)
        )
    }

    private func shape(_ id: String) throws -> ModelShape {
        try #require(try Catalogue.builtIn().entries.first { $0.id == id }).shape
    }

    private func plan(_ megabytes: UInt64, _ given: RunPlan.Given = .init()) throws -> RunPlan {
        try RunPlan.make(for: shape("qwen2.5-coder:7b:q4_k_m"), named: "coder", on: machine(megabytes), given: given)
    }

    @Test func whereThereIsRoomTheContextIsWhatAgentsNeed() throws {
        let plan = try plan(32 << 10)
        #expect(plan.context == 32_768)
        #expect(!plan.isShortened)
        #expect(plan.gpuLayers == nil)
    }

    @Test func whereThereIsLittleTheContextGivesWay() throws {
        let little = try plan(6 << 10)
        #expect(little.context < 32_768)
        #expect(little.isShortened)
        #expect(little.fit.verdict.fits)
    }

    @Test func aContextThatWasSetIsKeptOrRefused() throws {
        #expect(try plan(32 << 10, .init(context: 5000)).context == 5000)
        let error = #expect(throws: Misfit.self) { try plan(6 << 10, .init(context: 32_768)) }
        let misfit = try #require(error)
        #expect(misfit.shorter != nil)
        #expect(misfit.description.contains("--context"))
    }

    @Test func whatDoesNotFitAtAllSaysWhatIsLacking() throws {
        let error = #expect(throws: Misfit.self) { try plan(2 << 10) }
        let misfit = try #require(error)
        #expect(misfit.missing > 1 << 30)
        #expect(misfit.shorter == nil)
    }
}
