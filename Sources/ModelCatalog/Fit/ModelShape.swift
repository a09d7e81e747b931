/// What a model is made of, as far as its memory goes.
///
/// From the header of its file it is exact; from the catalogue the weights are estimated (`isExact`).
package struct ModelShape: Sendable, Equatable {
    /// One repeating layer.
    package struct Layer: Sendable, Equatable {
        /// Weights in bytes, by the type they are stored in.
        package var weights: [TensorType: UInt64]
        /// Of `weights` those of matrices that the processor may copy into an order that suits it (ggml-cpu/repack.cpp).
        package var matrices: [TensorType: UInt64]
        /// Numbers that keys and values of one cell have; 0 in layers without attention.
        package var keyLength: UInt64
        package var valueLength: UInt64
        /// Numbers of a running state per sequence, kept in 32 bits.
        package var stateLength: UInt64

        package init(
            weights: [TensorType: UInt64],
            matrices: [TensorType: UInt64] = [:],
            keyLength: UInt64,
            valueLength: UInt64,
            stateLength: UInt64 = 0
        ) {
            self.weights = weights
            self.matrices = matrices
            self.keyLength = keyLength
            self.valueLength = valueLength
            self.stateLength = stateLength
        }

        /// All its weights, in bytes.
        package var bytes: UInt64 { weights.values.reduce(0, +) }
    }

    package var architecture: String
    package var layers: [Layer]
    /// The matrix of the vocabulary's embeddings, in bytes; it stays with the processor.
    package var inputBytes: UInt64
    /// What comes after the last layer, in bytes, without the matrix that serves as input too.
    package var outputBytes: UInt64
    /// Of `outputBytes` those of matrices, by type.
    package var outputMatrices: [TensorType: UInt64]
    /// The output matrix is that of the embeddings: an accelerator gets a copy of it.
    package var isTied: Bool
    package var embeddingLength: UInt64
    /// The widest feed-forward layer, of a mixture that of all experts used together.
    package var feedForwardLength: UInt64
    package var vocabulary: UInt64
    /// Tokens and merges of the tokeniser, and the bytes they take in the file.
    package var tokenizerEntries: UInt64
    package var tokenizerBytes: UInt64
    /// Longest context it was trained for, in tokens.
    package var contextLength: Int
    /// How many tokens back its windowed layers see.
    ///
    /// The engine keeps all cells of these layers too, so this changes the number of masks only.
    package var slidingWindow: Int?
    /// A part of its memory is a running state; the engine then has fewer sequences.
    package var hasRunningState: Bool
    /// Weights that are read for one token, in bytes: of a mixture only the experts that are used.
    package var activeBytes: UInt64
    /// Header and weights as they lie on disk.
    package var fileBytes: UInt64
    package var isExact: Bool

    package init(
        architecture: String,
        layers: [Layer],
        inputBytes: UInt64,
        outputBytes: UInt64,
        outputMatrices: [TensorType: UInt64] = [:],
        isTied: Bool,
        embeddingLength: UInt64,
        feedForwardLength: UInt64,
        vocabulary: UInt64,
        tokenizerEntries: UInt64,
        tokenizerBytes: UInt64,
        contextLength: Int,
        slidingWindow: Int? = nil,
        hasRunningState: Bool = false,
        activeBytes: UInt64,
        fileBytes: UInt64,
        isExact: Bool
    ) {
        self.architecture = architecture
        self.layers = layers
        self.inputBytes = inputBytes
        self.outputBytes = outputBytes
        self.outputMatrices = outputMatrices
        self.isTied = isTied
        self.embeddingLength = embeddingLength
        self.feedForwardLength = feedForwardLength
        self.vocabulary = vocabulary
        self.tokenizerEntries = tokenizerEntries
        self.tokenizerBytes = tokenizerBytes
        self.contextLength = contextLength
        self.slidingWindow = slidingWindow
        self.hasRunningState = hasRunningState
        self.activeBytes = activeBytes
        self.fileBytes = fileBytes
        self.isExact = isExact
    }

    /// All weights, in bytes.
    package var weightBytes: UInt64 { inputBytes + outputBytes + layers.reduce(0) { $0 + $1.bytes } }

    /// Bytes of KV memory that one cell takes over all layers.
    package func cellBytes(_ cache: CacheType) -> UInt64 {
        layers.reduce(0) { $0 + $1.cellBytes(cache) }
    }
}

extension ModelShape.Layer {
    /// Bytes of KV memory that one cell takes in this layer.
    package func cellBytes(_ cache: CacheType) -> UInt64 {
        cache.bytes(of: keyLength) + cache.bytes(of: valueLength)
    }
}

/// How keys and values are kept.
package enum CacheType: String, Sendable, CaseIterable {
    /// What the engine uses.
    case f16
    case q8_0
    case q4_0

    /// Bytes of so many numbers.
    package func bytes(of count: UInt64) -> UInt64 {
        switch self {
        case .f16: count * 2
        case .q8_0: (count + 31) / 32 * 34
        case .q4_0: (count + 31) / 32 * 18
        }
    }
}
