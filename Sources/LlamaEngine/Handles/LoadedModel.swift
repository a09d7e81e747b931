import CLlama
import CLlamaChat
import SwarmCore

/// A model in memory; freeing is not something a caller can forget or do twice.
// Unchecked: llama.cpp never writes to a model or its vocabulary after loading, so any thread may read them.
@safe final class LoadedModel: @unchecked Sendable {
    let raw: OpaquePointer
    let vocabulary: OpaquePointer

    /// Maps the file and reads its metadata; blocks for as long as that takes.
    init(path: String, gpuLayers: Int32) throws(EngineError) {
        var parameters = unsafe llama_model_default_params()
        unsafe parameters.n_gpu_layers = gpuLayers
        let (raw, message) = unsafe withShimError { unsafe clc_model_load(path, parameters, &$0) }
        guard let raw = unsafe raw else {
            throw .modelNotLoaded(path: path, reason: message ?? "llama.cpp does not recognise the file")
        }
        unsafe self.raw = unsafe raw
        unsafe vocabulary = unsafe llama_model_get_vocab(raw)
    }

    deinit { unsafe llama_model_free(raw) }

    var trainedContextLength: Int { unsafe Int(llama_model_n_ctx_train(raw)) }
    var vocabularySize: Int { unsafe Int(llama_vocab_n_tokens(vocabulary)) }
    var parameters: UInt64 { unsafe llama_model_n_params(raw) }
    var bytes: UInt64 { unsafe llama_model_size(raw) }
    var layers: Int { unsafe Int(llama_model_n_layer(raw)) }
    /// As far as its file tells: what remembers nothing shows when it is used.
    var isGenerative: Bool {
        unsafe llama_model_has_decoder(raw) && !llama_model_has_encoder(raw) && !llama_model_is_diffusion(raw)
    }

    /// A token sees none behind it.
    var isCausal: Bool {
        metadata("general.architecture").flatMap { metadata("\($0).attention.causal") } != "false"
    }

    var embeddingLength: Int { unsafe Int(llama_model_n_embd_out(raw)) }

    /// An encoder that only serves a decoder has no vectors of its own to give.
    var canEmbed: Bool { unsafe !llama_model_has_encoder(raw) || !llama_model_has_decoder(raw) }

    /// Its memory of a sequence is a running state that cannot be cut back to an earlier token.
    var hasRunningState: Bool { unsafe llama_model_is_recurrent(raw) || llama_model_is_hybrid(raw) }

    /// How many tokens back its windowed layers see; `nil` when every layer sees everything.
    var slidingWindow: Int? {
        let window = unsafe Int(llama_model_n_swa(raw))
        return window > 0 ? window : nil
    }

    /// Bytes of KV memory per cell, with 16-bit keys and values; an upper bound for models that share or slide them, and for
    /// those whose layers differ: only the first layer's heads are known, and in a hybrid it may have none.
    ///
    /// A running state has no cells.
    var bytesPerCell: Int {
        guard unsafe !llama_model_is_recurrent(raw) else { return 0 }
        let heads = unsafe max(1, Int(llama_model_n_head(raw)))
        let firstKeyValueHeads = unsafe Int(llama_model_n_head_kv(raw))
        let keyValueHeads = firstKeyValueHeads > 0 ? firstKeyValueHeads : heads
        let evenSize = unsafe Int(llama_model_n_embd(raw)) / heads
        return layers * keyValueHeads * (headSize(of: "key") ?? evenSize) * 2
            + layers * keyValueHeads * (headSize(of: "value") ?? evenSize) * 2
    }

    /// The width of a head where the file states it.
    private func headSize(of part: String) -> Int? {
        metadata("general.architecture").flatMap { metadata("\($0).attention.\(part)_length") }.flatMap { Int($0) }
    }

    /// A string of the file's metadata.
    func metadata(_ key: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 512)
        let length = unsafe buffer.withUnsafeMutableBufferPointer {
            unsafe llama_model_meta_val_str(raw, key, $0.baseAddress, $0.count)
        }
        guard length >= 0 else { return nil }
        return String(
            decoding: buffer.prefix(min(Int(length), buffer.count - 1)).map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }
}

/// Calls a shim function that reports its error as an owned C string.
func withShimError<Result>(
    _ body: (inout UnsafeMutablePointer<CChar>?) -> Result
) -> (result: Result, message: String?) {
    var error: UnsafeMutablePointer<CChar>?
    let result = unsafe body(&error)
    defer { unsafe clc_free(error) }
    return unsafe (result, error.map { unsafe String(cString: $0) })
}
