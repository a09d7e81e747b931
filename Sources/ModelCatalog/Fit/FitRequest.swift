/// What a model is to be run with.
package struct FitRequest: Sendable, Equatable {
    /// Most tokens of one conversation; `nil` takes the model's own, at most `defaultContext`.
    package var context: Int?
    /// Candidates per answer.
    package var candidates: Int
    /// KV cells in all; `nil` takes what fits, from `leastCells` to `wantedCells`.
    package var cells: Int?
    /// Layers on accelerators; `nil` takes as many as fit.
    package var gpuLayers: Int?
    package var cache: CacheType
    /// Most sequences at once, running and remembered.
    package var sequences: Int

    package init(
        context: Int? = nil,
        candidates: Int = 5,
        cells: Int? = nil,
        gpuLayers: Int? = nil,
        cache: CacheType = .f16,
        sequences: Int = 64
    ) {
        self.context = context
        self.candidates = candidates
        self.cells = cells
        self.gpuLayers = gpuLayers
        self.cache = cache
        self.sequences = sequences
    }

    /// As the engine has it unless told otherwise (`EngineSettings`).
    package static let defaultContext = 32_768
    /// Tokens per decode call, and cells promised to each candidate beyond the prompt (`EngineSettings`, `Admission`).
    static let batch = 512
    static let reservation = 512

    /// The context that a model gets.
    func context(of model: ModelShape) -> Int { max(64, min(model.contextLength, context ?? Self.defaultContext)) }

    /// Fewest cells with which one full conversation and all its candidates run.
    func leastCells(context: Int) -> Int { Self.whole(cells ?? context + candidates * Self.reservation) }

    /// What the engine takes where memory allows it: room for a second conversation, and for what is remembered.
    func wantedCells(context: Int) -> Int {
        max(leastCells(context: context), Self.whole(cells ?? max(2 * context, context + 16 * Self.reservation)))
    }

    /// llama.cpp's cells come in multiples of 256.
    private static func whole(_ cells: Int) -> Int { max(512, (cells + 255) / 256 * 256) }
}
