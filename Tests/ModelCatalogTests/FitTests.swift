import Hardware
import ModelCatalog
import SwarmCore
import Testing

@Suite struct FitTests {
    private func shape(_ id: String) throws -> ModelShape {
        guard case .catalogue(let query) = try ModelReference(id) else { throw ModelReferenceError.empty }
        return try #require(try BuiltIn.catalogue.get().entries(matching: query).first).shape
    }

    @Test func theArithmeticOfTheBundledModelIsExact() throws {
        let model = try ModelShape(GGUFFile.headers(of: Bumble.path))
        let fit = Fit.of(model, on: Machines.laptop16, FitRequest(candidates: 5))
        #expect(fit.verdict == .processor)
        #expect(fit.isExact)
        #expect(fit.context == 2048)
        // One conversation of 2048 tokens, and 16 promises of 512 cells.
        #expect(fit.cells == 2048 + 16 * 512)
        #expect(fit.bytes(.weights) == 2_464_512)
        #expect(fit.bytes(.cache) == 10_240 * 1536)
        // Q8_0 stays as it is on x86.
        #expect(fit.bytes(.copies) == 0)
        #expect(fit.gpuLayers == 0)
    }

    @Test func aProcessorThatReordersWeightsHoldsThemTwice() throws {
        let model = try shape("qwen2.5-coder:7b:q4_k_m")
        let wide = Fit.of(model, on: Machines.laptop16)
        var narrow = Machines.laptop16
        narrow.processor.features = []
        let plain = Fit.of(model, on: narrow)
        #expect(wide.bytes(.copies) > 3_000_000_000)
        #expect(wide.bytes(.copies) == wide.bytes(.originals))
        #expect(plain.bytes(.copies) == 0)
        // What can be dropped is not needed: both need the same.
        #expect(wide.needed == plain.needed)
        #expect(wide.peakResident == plain.peakResident + wide.bytes(.originals))
    }

    @Test func aCardThatHoldsAllGetsAll() throws {
        let fit = Fit.of(try shape("qwen2.5-coder:14b:q4_k_m"), on: Machines.rtx4090)
        #expect(fit.verdict == .accelerator)
        #expect(fit.gpuLayers == 49)
        #expect(fit.activeOnProcessor == 0)
        #expect(fit.bytes(.cache, at: .accelerator(0)) == UInt64(fit.cells) * 196_608)
        #expect(fit.bytes(.cache, at: .processor) == 0)
        #expect(fit.cells > 32_768 + 5 * 512)
    }

    @Test func whatACardCannotHoldIsSplit() throws {
        let fit = Fit.of(try shape("qwen2.5-coder:14b:q4_k_m"), on: Machines.rtx3060)
        guard case .split(let layers, 49) = fit.verdict else {
            Issue.record("\(fit.verdict)")
            return
        }
        #expect((10..<48).contains(layers))
        #expect(fit.gpuLayers == layers)
        #expect(fit.activeOnProcessor > 0)
        // One layer more would be too much.
        let more = Fit.of(
            try shape("qwen2.5-coder:14b:q4_k_m"),
            on: Machines.rtx3060,
            FitRequest(cells: fit.cells, gpuLayers: layers + 1)
        )
        #expect(!more.verdict.fits)
    }

    @Test func severalCardsShareTheLayersByWhatIsFree() throws {
        var machine = Machines.h100s
        let model = try shape("qwen2.5-coder:32b:q8_0")
        let even = Fit.of(model, on: machine)
        #expect(even.verdict == .accelerator)
        let first = even.bytes(.weights, at: .accelerator(0))
        let second = even.bytes(.weights, at: .accelerator(1))
        #expect(first > second / 2)
        #expect(second > first / 2)
        machine.accelerators[0].free = 10 << 30
        let uneven = Fit.of(model, on: machine)
        #expect(uneven.bytes(.weights, at: .accelerator(0)) < uneven.bytes(.weights, at: .accelerator(1)) / 3)
    }

    @Test func unifiedMemoryIsCountedOnceAndOnlyWhereThereIsNoCard() throws {
        let model = try shape("qwen2.5-coder:1.5b:q4_k_m")
        let apple = Fit.of(model, on: Machines.m1)
        #expect(apple.verdict == .accelerator)
        let shared = try #require(apple.loads.first { $0.place == .processor })
        #expect(shared.needed > (apple.loads.first?.needed ?? 0))
        var both = Machines.rtx4090
        both.accelerators.insert(Accelerator(maker: .intel, name: "UHD", total: 16 << 30, isUnified: true), at: 0)
        let fit = Fit.of(model, on: both)
        #expect(fit.bytes(.weights, at: .accelerator(0)) == 0)
        #expect(fit.bytes(.weights, at: .accelerator(1)) > 0)
    }

    @Test func whatIsLackingIsExactlyWhatWouldBeEnough() throws {
        let model = try shape("qwen2.5-coder:32b:q8_0")
        var machine = Machines.laptop16
        let fit = Fit.of(model, on: machine)
        guard case .none(let missing) = fit.verdict else {
            Issue.record("\(fit.verdict)")
            return
        }
        #expect(missing > 15_000_000_000)
        // The margin grows with what is free: a tenth of it.
        machine.memory.available += missing * 10 / 9 + 16
        #expect(Fit.of(model, on: machine).verdict == .processor)
        machine.memory.available -= 1 << 20
        #expect(!Fit.of(model, on: machine).verdict.fits)
    }

    @Test func cellsShrinkToWhatFitsButNotBelowOneSwarm() throws {
        let model = try shape("qwen2.5-coder:7b:q4_k_m")
        var machine = Machines.laptop16
        let wanted = Fit.of(model, on: machine)
        #expect(wanted.cells == 65_536)
        machine.memory.available = 8500 << 20
        let fewer = Fit.of(model, on: machine)
        #expect(fewer.verdict == .processor)
        #expect((35_328..<65_536).contains(fewer.cells))
        machine.memory.available = 7000 << 20
        #expect(Fit.of(model, on: machine).cells == 35_328)
        #expect(!Fit.of(model, on: machine).verdict.fits)
    }

    @Test func cacheTypesMakeCellsSmaller() throws {
        let model = try shape("qwen2.5-coder:7b")
        let machine = Machines.h100s
        let full = Fit.of(model, on: machine, FitRequest(cells: 40_960))
        let half = Fit.of(model, on: machine, FitRequest(cells: 40_960, cache: .q8_0))
        #expect(half.bytes(.cache) * 32 == full.bytes(.cache) * 17)
    }

    /// Laws that hold for all models on all machines.
    @Test(arguments: 0..<120)
    func lawsOfTheArithmetic(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let entries = try BuiltIn.catalogue.get().entries
        let entry = entries[Int.random(in: 0..<entries.count, using: &random)]
        var machine = Machines.all[Int.random(in: 0..<Machines.all.count, using: &random)]
        machine.memory.available = UInt64.random(in: 0...64 << 30, using: &random)
        let context = Int.random(in: 64...60_000, using: &random)
        let count = Int.random(in: 1...16, using: &random)
        let fit = Fit.of(entry.shape, on: machine, FitRequest(context: context, candidates: count))
        #expect(fit.context == min(context, entry.size.context))
        #expect(fit.cells % 256 == 0)
        #expect(fit.verdict.fits == fit.loads.allSatisfy(\.isWithin))
        let missing = fit.loads.reduce(0) { $0 + $1.missing }
        if case .none(let stated) = fit.verdict { #expect(stated == missing) } else { #expect(missing == 0) }
        #expect(fit.cells >= fit.context + count * 512 || fit.cells == 512)
        // Every load is the sum of its terms.
        let placed = fit.terms.filter { $0.part != .originals }.reduce(0) { $0 + $1.bytes }
        let unified = fit.loads.filter { load in
            if case .accelerator(let place) = load.place { machine.accelerators[place].isUnified } else { false }
        }.reduce(0) { $0 + $1.needed }
        #expect(fit.loads.reduce(0) { $0 + $1.needed } == placed + unified)
        // More memory never hurts, more context never helps.
        var richer = machine
        richer.memory.available += 8 << 30
        #expect(
            !fit.verdict.fits
                || Fit.of(entry.shape, on: richer, FitRequest(context: context, candidates: count)).verdict.fits
        )
        let shorter = Fit.of(entry.shape, on: machine, FitRequest(context: max(64, context / 2), candidates: count))
        #expect(!fit.verdict.fits || shorter.verdict.fits)
        let single = Fit.of(entry.shape, on: machine, FitRequest(context: context, candidates: 1))
        #expect(!fit.verdict.fits || single.verdict.fits)
    }

    @Test func amountsAreWordsThatPeopleKnow() {
        #expect(Amount.words(0) == "0 bytes")
        #expect(Amount.words(999) == "999 bytes")
        #expect(Amount.words(1000) == "1.0 kB")
        #expect(Amount.words(4_683_073_184) == "4.7 GB")
        #expect(Amount.words(352_153_504) == "352 MB")
        #expect(Amount.words(128_849_018_880) == "129 GB")
    }
}
