package import SwarmCore

/// How to run a model.
///
/// `nil` means: chosen by the engine from the model and the machine.
package struct EngineSettings: Sendable, Equatable {
    package var modelPath: String
    /// The name clients see.
    package var modelID: ModelID
    /// Most tokens one sequence may have; never more than the model was trained for.
    package var contextLength: Int?
    /// KV cells in all, shared by everything that runs and everything kept for its prefix.
    package var cells: Int?
    /// Threads that decode; `nil` measures.
    package var threads: Int?
    /// Numbers of threads to measure when `threads` is `nil`; `nil` takes parts of all cores.
    package var threadChoices: [Int]?
    /// Layers on the GPU; `nil` puts all there that llama.cpp can.
    package var gpuLayers: Int?
    /// Most sequences at once, running and resident.
    ///
    /// llama.cpp allows 256.
    package var sequences: Int
    /// Most requests that may wait for memory.
    package var queueDepth: Int
    /// Memory the KV cells may take when `cells` is `nil`, in bytes.
    package var memoryBudget: UInt64?
    /// Where measurements of this machine are kept; `nil` measures at every start.
    package var measurementsPath: String?
    /// Where long prefixes are kept on disk; `nil` keeps none.
    package var prefixes: PrefixSettings?
    /// A model of its own for embeddings; `nil` takes the one that generates.
    package var embeddingModelPath: String?
    /// Of llama.cpp: what one version has written another may not read.
    package var version: String

    package init(
        modelPath: String,
        modelID: ModelID,
        contextLength: Int? = nil,
        cells: Int? = nil,
        threads: Int? = nil,
        threadChoices: [Int]? = nil,
        gpuLayers: Int? = nil,
        sequences: Int = 64,
        queueDepth: Int = 64,
        memoryBudget: UInt64? = nil,
        measurementsPath: String? = nil,
        prefixes: PrefixSettings? = nil,
        embeddingModelPath: String? = nil,
        version: String = ""
    ) {
        self.modelPath = modelPath
        self.modelID = modelID
        self.contextLength = contextLength
        self.cells = cells
        self.threads = threads
        self.threadChoices = threadChoices
        self.gpuLayers = gpuLayers
        self.sequences = sequences
        self.queueDepth = queueDepth
        self.memoryBudget = memoryBudget
        self.measurementsPath = measurementsPath
        self.prefixes = prefixes
        self.embeddingModelPath = embeddingModelPath
        self.version = version
    }

    /// Longest context a sequence gets unless told otherwise: long enough for an agent, short enough for small machines.
    static let defaultContextLength = 32_768
    /// Fewest cells that are worth running with.
    static let minimumCells = 512
    /// Most tokens per decode call.
    static let batch = 512

    /// The sizes of the context for a model.
    func shape(for model: LoadedModel) throws(EngineError) -> (shape: DecodeContext.Shape, contextLength: Int) {
        let trained = model.trainedContextLength
        if let contextLength, contextLength < 64 {
            throw .setting("--context must be at least 64 tokens, not \(contextLength)")
        }
        var context = min(trained, contextLength ?? Self.defaultContextLength)
        // One full context, and room for the answers of a few swarms beside it.
        var wanted = cells ?? max(2 * context, context + 16 * Admission.reservation)
        if cells == nil, let memoryBudget {
            wanted = min(wanted, Int(clamping: memoryBudget / UInt64(max(1, model.bytesPerCell))))
        }
        wanted = max(Self.minimumCells, (wanted + 255) / 256 * 256)
        context = min(context, wanted)
        guard (2...256).contains(sequences) else {
            throw .setting("the number of sequences must be between 2 and 256, not \(sequences)")
        }
        // A running state costs memory per sequence, used or not.
        let count = model.hasRunningState ? min(sequences, 16) : sequences
        return (.init(cells: wanted, sequences: count, batch: Self.batch), context)
    }
}
