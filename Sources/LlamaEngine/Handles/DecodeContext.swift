import CLlama
import CLlamaChat
import Foundation
import SwarmCore
import Synchronization

/// The KV memory of a model and the means to decode into it.
///
/// Belongs to the engine thread; nobody else touches it.
@safe final class DecodeContext {
    /// Sizes that are fixed when the context is made.
    struct Shape: Sendable, Equatable {
        /// KV cells in all, shared by all sequences.
        var cells: Int
        /// Most sequences at once, running and resident.
        var sequences: Int
        /// Most tokens in one decode call.
        var batch: Int
    }

    /// What came of a decode call.
    enum Status: Equatable {
        case done
        /// No cells; memory is as before.
        case full
        /// The abort switch was thrown; memory holds part of the batch.
        case aborted
        case failed(String)
    }

    let model: LoadedModel
    let shape: Shape
    private let raw: OpaquePointer
    /// Shared with the context that makes embeddings.
    let threads = ThreadPools()
    private var batch: llama_batch

    init(model: LoadedModel, shape: Shape, abort: AbortSwitch) throws(EngineError) {
        var parameters = unsafe llama_context_default_params()
        unsafe parameters.n_ctx = UInt32(shape.cells)
        unsafe parameters.n_batch = UInt32(shape.batch)
        unsafe parameters.n_ubatch = UInt32(min(shape.batch, 512))
        unsafe parameters.n_seq_max = UInt32(shape.sequences)
        // Candidates share a prompt: one buffer, so that a fork copies nothing.
        unsafe parameters.kv_unified = true
        // Sliding-window models keep their cells for as long as nothing else needs them: see `canCut`.
        unsafe parameters.swa_full = true
        unsafe parameters.no_perf = true
        unsafe parameters.abort_callback = AbortSwitch.callback
        unsafe parameters.abort_callback_data = abort.pointer
        let (raw, message) = unsafe withShimError { unsafe clc_context_create(model.raw, parameters, &$0) }
        guard let raw = unsafe raw else {
            throw .noMemory(
                cells: shape.cells,
                reason: message ?? "llama.cpp could not allocate the context"
            )
        }
        self.model = model
        self.shape = shape
        unsafe self.raw = unsafe raw
        unsafe batch = unsafe llama_batch_init(Int32(shape.batch), 0, 1)
    }

    deinit {
        unsafe llama_batch_free(batch)
        unsafe llama_free(raw)
    }

    /// Sets how many threads decode single tokens and prompts.
    func use(threads count: Int, batchThreads batchCount: Int) {
        threads.use(threads: count, batchThreads: batchCount)
        unsafe threads.attach(to: raw)
    }

    // MARK: The batch

    var pendingCount: Int { unsafe Int(batch.n_tokens) }

    func clear() { unsafe batch.n_tokens = 0 }

    /// Adds a token to the next decode call and gives its place in the batch.
    func add(token: Int32, position: Int, sequence: Int32, wantsLogits: Bool) -> Int32 {
        let place = unsafe Int(batch.n_tokens)
        precondition(place < shape.batch, "the schedule never fills more than a batch")
        unsafe batch.token[place] = token
        unsafe batch.pos[place] = Int32(position)
        unsafe batch.n_seq_id[place] = 1
        unsafe batch.seq_id[place]?[0] = sequence
        unsafe batch.logits[place] = wantsLogits ? 1 : 0
        unsafe batch.n_tokens += 1
        return Int32(place)
    }

    /// Decodes everything that was added.
    func decode() -> Status {
        let (code, message) = unsafe withShimError { unsafe clc_decode(raw, batch, &$0) }
        return switch code {
        case 0: .done
        case 1: .full
        case 2: .aborted
        default: .failed(message ?? "llama_decode gave \(code)")
        }
    }

    /// The logits for a place in the batch that asked for them; valid until the next decode.
    func withLogits<R>(at place: Int32, _ body: (UnsafeMutableBufferPointer<Float>) throws -> R) rethrows -> R? {
        guard let start = unsafe llama_get_logits_ith(raw, place) else { return nil }
        return try unsafe body(UnsafeMutableBufferPointer(start: start, count: model.vocabularySize))
    }

    // MARK: Sequences

    /// It remembers what it has read, as whatever generates text must; encoders do not.
    var hasMemory: Bool { unsafe llama_get_memory(raw) != nil }

    /// Whether any sequence can be continued from any of its tokens.
    var canAlwaysBeCut: Bool { !model.hasRunningState && model.slidingWindow == nil }

    /// Makes `copy` share the first `length` positions of a sequence, or all of them.
    func fork(_ sequence: Int32, to copy: Int32, length: Int? = nil) {
        unsafe llama_memory_seq_cp(llama_get_memory(raw), sequence, copy, -1, length.map(Int32.init) ?? -1)
    }

    /// Forgets a sequence.
    func release(_ sequence: Int32) {
        _ = unsafe llama_memory_seq_rm(llama_get_memory(raw), sequence, -1, -1)
    }

    /// The last position a sequence has in memory; `nil` when it has none.
    func lastPosition(of sequence: Int32) -> Int? {
        let position = unsafe llama_memory_seq_pos_max(llama_get_memory(raw), sequence)
        return position < 0 ? nil : Int(position)
    }

    /// Whether the first `length` positions of a sequence can be continued on their own.
    ///
    /// llama.cpp gives cells that have left a sequence's window to others, full-size memory or not. A shorter prefix looks
    /// further back than the sequence does: what its window covers must still be there.
    func canCut(_ sequence: Int32, to length: Int) -> Bool {
        guard let window = model.slidingWindow else { return true }
        let first = unsafe Int(llama_memory_seq_pos_min(llama_get_memory(raw), sequence))
        return first >= 0 && first <= max(0, length + 1 - window)
    }

    /// How many bytes `state` would give; 0 when llama.cpp cannot tell.
    func stateSize(of sequence: Int32) -> Int { unsafe llama_state_seq_get_size(raw, sequence) }

    /// What a sequence has in memory, as bytes for `restore`; `nil` when there is nothing or llama.cpp cannot tell.
    func state(of sequence: Int32) -> Data? {
        let size = stateSize(of: sequence)
        guard size > 0 else { return nil }
        var state = Data(count: size)
        let written = unsafe state.withUnsafeMutableBytes { bytes in
            unsafe llama_state_seq_get_data(raw, bytes.bindMemory(to: UInt8.self).baseAddress, size, sequence)
        }
        return written == size ? state : nil
    }

    /// Puts back what `state` gave, into a free sequence; `false` leaves that sequence empty.
    ///
    /// llama.cpp aborts the process over some damaged bytes: whoever calls this has checked them.
    func restore(_ state: Data, to sequence: Int32) -> Bool {
        let taken = unsafe state.withUnsafeBytes { bytes in
            unsafe llama_state_seq_set_data(raw, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, sequence)
        }
        if taken == 0 { release(sequence) }
        return taken > 0
    }

    /// Forgets everything.
    func clearMemory() { unsafe llama_memory_clear(llama_get_memory(raw), false) }
}

/// Stops a decode call from another thread.
@safe final class AbortSwitch: Sendable {
    private let isThrown = Atomic(false)

    static let callback: @convention(c) (UnsafeMutableRawPointer?) -> Bool = { pointer in
        guard let pointer = unsafe pointer else { return false }
        return unsafe Unmanaged<AbortSwitch>.fromOpaque(pointer).takeUnretainedValue().isThrown.load(ordering: .relaxed)
    }

    /// For llama.cpp, which must not outlive this object.
    var pointer: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

    func set(_ value: Bool) { isThrown.store(value, ordering: .relaxed) }

    var isSet: Bool { isThrown.load(ordering: .relaxed) }
}
