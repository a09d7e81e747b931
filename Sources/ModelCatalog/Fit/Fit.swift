package import Hardware

/// Whether a model runs on a machine, with the arithmetic that says so.
///
/// The memory is reckoned as llama.cpp's allocations are made; docs/models.md explains each term.
package struct Fit: Sendable, Equatable {
    /// Where memory is.
    package enum Place: Sendable, Hashable {
        case processor
        /// By its place in `Machine.accelerators`.
        case accelerator(Int)
    }

    /// What memory is for.
    package enum Part: String, Sendable, CaseIterable {
        case weights
        /// Weights once more, in the order that suits the processor.
        case copies
        /// Originals of `copies`: the system drops them when it needs the room.
        case originals
        case cache
        case state
        case compute
        case outputs
        case tokenizer
        case program
        /// Pages of the program's file.
        case code
        case margin
    }

    /// One line of the arithmetic.
    package struct Term: Sendable, Equatable {
        package var part: Part
        package var place: Place
        package var bytes: UInt64
        /// How it comes about, in words, such as `34816 cells of 28672 bytes`.
        package var note: String
    }

    /// What is asked of one place.
    package struct Load: Sendable, Equatable {
        package var place: Place
        package var name: String
        /// All terms of it, margin included, without what the system can drop.
        package var needed: UInt64
        /// What is free there.
        package var free: UInt64

        package var isWithin: Bool { needed <= free }
        /// How much is lacking.
        package var missing: UInt64 { needed > free ? needed - free : 0 }
    }

    package enum Verdict: Sendable, Equatable {
        /// All layers on accelerators.
        case accelerator
        /// So many layers on accelerators, the output counted as one of them.
        case split(layers: Int, of: Int)
        case processor
        /// So many bytes are lacking, at the least.
        case none(missing: UInt64)

        package var fits: Bool { if case .none = self { false } else { true } }
    }

    package var verdict: Verdict
    /// In tokens.
    package var context: Int
    package var candidates: Int
    /// KV cells in all.
    package var cells: Int
    /// For `EngineSettings.gpuLayers`: how many go to accelerators, the output counted as one.
    package var gpuLayers: Int
    package var terms: [Term]
    package var loads: [Load]
    /// The model's sizes come from its file and not from the catalogue.
    package var isExact: Bool
    /// Weights read for each token on accelerators, and by the processor, in bytes.
    package var activeOnAccelerators: UInt64
    package var activeOnProcessor: UInt64

    /// Bytes of some kind at some place.
    package func bytes(_ part: Part, at place: Place? = nil) -> UInt64 {
        terms.filter { $0.part == part && (place == nil || $0.place == place) }.reduce(0) { $0 + $1.bytes }
    }

    /// The peak of the process's resident memory as the system counts it, in bytes: with what could be dropped, without
    /// margin and without what discrete accelerators hold.
    package var peakResident: UInt64 {
        terms.filter { $0.place == .processor && $0.part != .margin }.reduce(0) { $0 + $1.bytes }
    }

    /// What is lacking in all places together, in bytes.
    package var missing: UInt64 { loads.reduce(0) { $0 + $1.missing } }

    /// All memory that is needed, wherever it is, without margins.
    package var needed: UInt64 {
        terms.filter { $0.part != .margin && $0.part != .originals }.reduce(0) { $0 + $1.bytes }
    }

    /// Reckons whether a model fits, and how it is best spread over the machine.
    ///
    /// All layers on accelerators are better than some, some are better than none; then as many cells as fit.
    package static func of(_ model: ModelShape, on machine: Machine, _ request: FitRequest = FitRequest()) -> Fit {
        let plan = FitPlan(model: model, machine: machine, request: request)
        let all = model.layers.count + 1
        if let layers = request.gpuLayers { return plan.best(gpuLayers: min(max(0, layers), all)) }
        guard !plan.accelerators.isEmpty else { return plan.best(gpuLayers: 0) }
        let full = plan.best(gpuLayers: all)
        if full.verdict.fits { return full }
        let split = plan.split
        if let split, split.verdict.fits { return split }
        let alone = plan.best(gpuLayers: 0)
        if alone.verdict.fits { return alone }
        // None fits: the one that lacks least says how much.
        return [full, split, alone].compactMap { $0 }.min { $0.missing < $1.missing } ?? alone
    }
}
