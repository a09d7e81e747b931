import Hardware
import ModelCatalog
import Testing

@testable import SwarmCLI

/// With what context a model runs.
@Suite struct RunPlanTests {
    private func shape(_ id: String) throws -> ModelShape {
        try #require(try Catalogue.builtIn().entries.first { $0.id == id }).shape
    }

    private func plan(_ gigabytes: UInt64, _ given: RunPlan.Given = .init()) throws -> RunPlan {
        try RunPlan.make(for: shape("qwen2.5-coder:7b:q4_k_m"), named: "coder", on: .laptop(gigabytes), given: given)
    }

    @Test func whereThereIsRoomTheContextIsWhatAgentsNeed() throws {
        let plan = try plan(32)
        #expect(plan.context == 32_768)
        #expect(!plan.isShortened)
        #expect(plan.gpuLayers == nil)
    }

    @Test func whereThereIsLittleTheContextGivesWay() throws {
        let little = try plan(7)
        #expect(little.context < 32_768)
        #expect(little.isShortened)
        #expect(little.fit.verdict.fits)
    }

    @Test func aContextThatWasSetIsKeptOrRefused() throws {
        #expect(try plan(32, .init(context: 5000)).context == 5000)
        let error = #expect(throws: Misfit.self) { try plan(7, .init(context: 32_768)) }
        let misfit = try #require(error)
        #expect(misfit.shorter != nil)
        #expect(misfit.description.contains("--context"))
    }

    @Test func aVoteGoesBeforeALongContextAndANumberThatWasSetIsKept() throws {
        #expect(try plan(7).fit.candidates >= 3)
        #expect(try plan(32, .init(candidates: 2)).fit.candidates == 2)
        #expect(throws: Misfit.self) { try plan(7, .init(context: 16_384, candidates: 32)) }
    }

    @Test func whatDoesNotFitAtAllSaysWhatIsLacking() throws {
        let error = #expect(throws: Misfit.self) { try plan(2) }
        let misfit = try #require(error)
        #expect(misfit.missing > 1 << 30)
        #expect(misfit.shorter == nil)
    }
}
