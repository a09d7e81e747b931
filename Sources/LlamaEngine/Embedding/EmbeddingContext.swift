import CLlama
import CLlamaChat
import SwarmCore

/// Turns token sequences into vectors; a context of its own beside the one that generates, on the same weights.
///
/// Belongs to the engine thread. The model's own pooling is used; a model without one gets the mean over its tokens.
@safe final class EmbeddingContext {
    /// Most tokens of one input, and of all inputs that are read together.
    let capacity: Int
    /// Most inputs that are read together.
    static let width = 16
    /// A longer input would need more memory for intermediate results than most machines like to give.
    static let longest = 2048
    /// Tokens in one pass of a model that can go on from one to the next: llama.cpp holds a row of logits for each.
    private static let pass = 512

    private let model: LoadedModel
    private let raw: OpaquePointer
    private var batch: llama_batch
    /// Most tokens in one pass.
    private let pass: Int
    /// The model has no pooling of its own and is read in several passes: the mean is taken here.
    private let isPooledHere: Bool

    /// - Throws: `EngineError.noMemory`, or `EngineError.setting` for a model that ranks texts instead.
    init(model: LoadedModel, contextLength: Int, threads: ThreadPools) throws(EngineError) {
        capacity = max(1, min(contextLength, Self.longest))
        self.model = model
        var pass = min(capacity, Self.pass)
        var made = try unsafe Self.make(model, capacity, pass: pass, pooling: LLAMA_POOLING_TYPE_UNSPECIFIED)
        let pooling = unsafe llama_pooling_type(made)
        guard pooling != LLAMA_POOLING_TYPE_RANK else {
            unsafe llama_free(made)
            throw .setting("this model ranks pairs of texts and gives no embeddings")
        }
        // What sees the tokens behind it, and what llama.cpp pools, is read in one pass.
        let readsOnwards = unsafe llama_get_memory(made) != nil && model.isCausal
        isPooledHere = pooling == LLAMA_POOLING_TYPE_NONE && readsOnwards
        if !isPooledHere, pass < capacity || pooling == LLAMA_POOLING_TYPE_NONE {
            unsafe llama_free(made)
            pass = capacity
            let wanted = pooling == LLAMA_POOLING_TYPE_NONE ? LLAMA_POOLING_TYPE_MEAN : pooling
            unsafe made = try unsafe Self.make(model, capacity, pass: pass, pooling: wanted)
        }
        self.pass = pass
        unsafe raw = unsafe made
        unsafe batch = unsafe llama_batch_init(Int32(pass), 0, 1)
        unsafe threads.attach(to: made)
    }

    deinit {
        unsafe llama_batch_free(batch)
        unsafe llama_free(raw)
    }

    private static func make(
        _ model: LoadedModel,
        _ capacity: Int,
        pass: Int,
        pooling: llama_pooling_type
    ) throws(EngineError) -> OpaquePointer {
        var parameters = unsafe llama_context_default_params()
        unsafe parameters.n_ctx = UInt32(capacity)
        unsafe parameters.n_batch = UInt32(pass)
        unsafe parameters.n_ubatch = UInt32(pass)
        unsafe parameters.n_seq_max = UInt32(width)
        unsafe parameters.kv_unified = true
        unsafe parameters.swa_full = true
        unsafe parameters.no_perf = true
        unsafe parameters.embeddings = true
        // It sums in 16 bits on processors: a vector would depend on what it was read together with.
        unsafe parameters.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED
        unsafe parameters.pooling_type = pooling
        let (raw, message) = unsafe withShimError { unsafe clc_context_create(model.raw, parameters, &$0) }
        guard let raw = unsafe raw else {
            throw .noMemory(cells: capacity, reason: message ?? "llama.cpp could not allocate the context")
        }
        return unsafe raw
    }

    /// How many of the inputs can be read together, from the first on; at least one.
    /// - Parameter budget: tokens that may be read before others have to be let in.
    static func share(of lengths: some Sequence<Int>, budget: Int) -> Int {
        var tokens = 0
        var count = 0
        for length in lengths.prefix(width) {
            tokens += length
            if count > 0, tokens > budget { break }
            count += 1
        }
        return count
    }

    /// The vectors of some inputs, each of unit length.
    ///
    /// - Parameter inputs: at most `width`, none empty, together at most `capacity` tokens.
    /// - Throws: `SourceError.backend`.
    func vectors(of inputs: [[Int32]]) throws(SourceError) -> [[Float]] {
        if let memory = unsafe llama_get_memory(raw) { unsafe llama_memory_clear(memory, false) }
        unsafe batch.n_tokens = 0
        var vectors = inputs.map { _ in [Float](repeating: 0, count: model.embeddingLength) }
        for (sequence, tokens) in inputs.enumerated() {
            for (position, token) in tokens.enumerated() {
                if unsafe Int(batch.n_tokens) == pass { try read(into: &vectors) }
                add(token, at: position, to: Int32(sequence))
            }
        }
        try read(into: &vectors)
        return vectors.map(\.ofUnitLength)
    }

    /// Reads what was added, and empties the batch.
    private func read(into vectors: inout [[Float]]) throws(SourceError) {
        let (code, message) = unsafe withShimError { unsafe clc_decode(raw, batch, &$0) }
        guard code == 0 else { throw .backend(message ?? "llama_decode gave \(code)") }
        if isPooledHere {
            for place in unsafe 0..<batch.n_tokens {
                let sequence = unsafe Int(batch.seq_id[Int(place)]?[0] ?? 0)
                try unsafe sum(llama_get_embeddings_ith(raw, place), into: &vectors[sequence])
            }
        } else {
            for sequence in vectors.indices {
                try unsafe sum(llama_get_embeddings_seq(raw, Int32(sequence)), into: &vectors[sequence])
            }
        }
        unsafe batch.n_tokens = 0
    }

    private func sum(_ values: UnsafeMutablePointer<Float>?, into vector: inout [Float]) throws(SourceError) {
        guard let values = unsafe values else { throw .backend("llama.cpp gave no embedding") }
        for place in vector.indices { unsafe vector[place] += values[place] }
    }

    private func add(_ token: Int32, at position: Int, to sequence: Int32) {
        let place = unsafe Int(batch.n_tokens)
        precondition(place < pass, "a full batch is read before more is added")
        unsafe batch.token[place] = token
        unsafe batch.pos[place] = Int32(position)
        unsafe batch.n_seq_id[place] = 1
        unsafe batch.seq_id[place]?[0] = sequence
        unsafe batch.logits[place] = 1
        unsafe batch.n_tokens += 1
    }
}

extension [Float] {
    /// The same direction with length 1; a vector of zeros stays as it is.
    var ofUnitLength: [Float] {
        let length = reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot()
        return length > 0 ? map { Float(Double($0) / length) } : self
    }
}
