import CLlama
import CLlamaChat
import SwarmCore

/// Draws one candidate's tokens.
///
/// Belongs to the engine thread.
///
/// Order: bias and penalties on the raw logits, the largest `width` of them, grammar, top-k, top-p, min-p, temperature, draw.
/// Confidence is taken from the raw logits before any of it.
@safe final class Sampler {
    /// A drawn token and what is known about it.
    struct Draw {
        var token: Int32
        var logprob: Float
        var selfCertainty: Float
        /// Likeliest first; empty unless asked for.
        var alternatives: [(token: Int32, logprob: Float)]
    }

    /// How far back the repeat penalty looks, in tokens; llama.cpp's default.
    private static let repeatWindow = 64
    /// So many of the largest logits stay in play under a grammar, so that it rarely needs the whole vocabulary.
    private static let grammarWidth = 128

    private let sampling: Sampling
    private let forbidden: Set<Int32>
    private let chain: UnsafeMutablePointer<llama_sampler>
    private let grammar: UnsafeMutablePointer<llama_sampler>?
    private var counts: [Int32: Int] = [:]
    private var recent: [Int32]
    private var data: [llama_token_data] = []
    private var dataIsSorted = false
    /// A private copy of a row of logits; allocated when first needed.
    private var scratch: UnsafeMutableBufferPointer<Float>?

    /// - Parameters:
    ///   - sampling: complete; see `CandidatePlan`.
    ///   - grammar: compiled once per request; every candidate follows it on its own.
    ///   - promptTail: the end of the prompt, for the repeat penalty.
    ///   - forbidden: tokens that are never drawn.
    /// - Throws: `SourceError.backend` when memory runs out.
    init(
        sampling: Sampling,
        grammar: CompiledGrammar?,
        promptTail: ArraySlice<Int32>,
        forbidden: Set<Int32> = []
    ) throws(SourceError) {
        self.sampling = sampling
        self.forbidden = forbidden
        recent = Array(promptTail.suffix(Self.repeatWindow))
        unsafe self.grammar = try unsafe grammar?.copy()
        unsafe chain = try unsafe Self.makeChain(sampling)
    }

    deinit {
        unsafe llama_sampler_free(chain)
        if let grammar = unsafe grammar { unsafe llama_sampler_free(grammar) }
        unsafe scratch?.deallocate()
    }

    private static func makeChain(
        _ sampling: Sampling
    ) throws(SourceError) -> UnsafeMutablePointer<llama_sampler> {
        var parameters = llama_sampler_chain_default_params()
        parameters.no_perf = true
        guard let chain = unsafe llama_sampler_chain_init(parameters) else { throw .backend("out of memory") }
        let temperature = Float(sampling.temperature ?? 0)
        if temperature <= 0 {
            unsafe llama_sampler_chain_add(chain, llama_sampler_init_greedy())
            return unsafe chain
        }
        if let k = sampling.topK, k > 0 { unsafe llama_sampler_chain_add(chain, llama_sampler_init_top_k(Int32(k))) }
        if let p = sampling.topP, p < 1 { unsafe llama_sampler_chain_add(chain, llama_sampler_init_top_p(Float(p), 1)) }
        if let p = sampling.minP, p > 0 { unsafe llama_sampler_chain_add(chain, llama_sampler_init_min_p(Float(p), 1)) }
        unsafe llama_sampler_chain_add(chain, llama_sampler_init_temp(temperature))
        let seed = sampling.seed ?? 0
        unsafe llama_sampler_chain_add(chain, llama_sampler_init_dist(UInt32(truncatingIfNeeded: seed ^ (seed >> 32))))
        return unsafe chain
    }

    /// Draws the next token from the logits of the last one.
    /// - Parameter isFree: the grammar does not apply here, because the model is thinking.
    /// - Throws: `SourceError.grammar` when the grammar allows nothing, `SourceError.backend` when llama.cpp fails.
    func draw(from logits: UnsafeMutableBufferPointer<Float>, isFree: Bool) throws(SourceError) -> Draw {
        let raw = UnsafeBufferPointer(logits)
        let summary = unsafe LogitSummary(raw)
        let alternatives = unsafe largestLogits(raw, count: sampling.topLogprobs ?? 0)
            .map { ($0.token, $0.logit - summary.logSumExp) }
        var token = try unsafe select(from: adjusted(raw), isFree: isFree)
        // Rare: drawn again without them, rather than copying every row of logits.
        if forbidden.contains(token) { token = try unsafe select(from: adjusted(raw, forbids: true), isFree: isFree) }
        try accept(token, isFree: isFree)
        return unsafe Draw(
            token: token,
            logprob: raw[Int(token)] - summary.logSumExp,
            selfCertainty: summary.selfCertainty,
            alternatives: alternatives
        )
    }

    // MARK: Bias and penalties

    private var changesLogits: Bool {
        !sampling.logitBias.isEmpty || (sampling.repeatPenalty ?? 1) != 1 || (sampling.presencePenalty ?? 0) != 0
            || (sampling.frequencyPenalty ?? 0) != 0
    }

    /// The logits after bias and penalties; a copy only when something changes, since forks share one row.
    /// - Parameter forbids: what is forbidden cannot be drawn from it.
    private func adjusted(
        _ logits: UnsafeBufferPointer<Float>,
        forbids: Bool = false
    ) -> UnsafeBufferPointer<Float> {
        guard changesLogits || forbids else { return unsafe logits }
        let copy = unsafe scratch ?? .allocate(capacity: logits.count)
        unsafe scratch = unsafe copy
        _ = unsafe copy.update(from: logits)
        for (token, bias) in sampling.logitBias where copy.indices.contains(Int(token)) {
            unsafe copy[Int(token)] += Float(bias)
        }
        let penalty = Float(sampling.repeatPenalty ?? 1)
        if penalty != 1 {
            for token in Set(recent) { unsafe copy[Int(token)] *= copy[Int(token)] > 0 ? 1 / penalty : penalty }
        }
        // OpenAI's formula: μ −= c·frequency + (c > 0)·presence, over the tokens generated so far.
        let frequency = Float(sampling.frequencyPenalty ?? 0)
        let presence = Float(sampling.presencePenalty ?? 0)
        for (token, count) in counts { unsafe copy[Int(token)] -= Float(count) * frequency + presence }
        if forbids { for token in forbidden { unsafe copy[Int(token)] = -.infinity } }
        return UnsafeBufferPointer(copy)
    }

    // MARK: Selection

    private func select(from logits: UnsafeBufferPointer<Float>, isFree: Bool) throws(SourceError) -> Int32 {
        if unsafe grammar != nil, !isFree {
            // Most draws satisfy the grammar: draw first, and constrain only a draw that does not.
            unsafe fill(from: logits, width: width(in: logits.count))
            let draft = try apply(grammarFirst: false)
            if let draft, try isAllowed(draft) { return draft }
            unsafe fill(from: logits, width: width(in: logits.count))
            if let token = try apply(grammarFirst: true) { return token }
            unsafe fill(from: logits, width: logits.count)
            guard let token = try apply(grammarFirst: true) else {
                throw .grammar("the grammar allows no further token")
            }
            return token
        }
        unsafe fill(from: logits, width: width(in: logits.count))
        guard let token = try apply(grammarFirst: false) else { throw .backend("no token could be drawn") }
        return token
    }

    /// How many of the largest logits take part.
    ///
    /// Exact: with top-k the chain would drop the others anyway.
    private func width(in vocabulary: Int) -> Int {
        let least = unsafe grammar == nil ? 1 : Self.grammarWidth
        if (sampling.temperature ?? 0) <= 0 { return min(vocabulary, least) }
        guard let k = sampling.topK, k > 0 else { return vocabulary }
        return min(vocabulary, max(k, least))
    }

    private func fill(from logits: UnsafeBufferPointer<Float>, width: Int) {
        data.removeAll(keepingCapacity: true)
        dataIsSorted = width < logits.count
        if dataIsSorted {
            for (token, logit) in unsafe largestLogits(logits, count: width) {
                data.append(llama_token_data(id: token, logit: logit, p: 0))
            }
        } else {
            for token in logits.indices {
                unsafe data.append(llama_token_data(id: Int32(token), logit: logits[token], p: 0))
            }
        }
    }

    /// Runs the chain over the candidates at hand; `nil` when none is left.
    private func apply(grammarFirst: Bool) throws(SourceError) -> Int32? {
        let outcome = unsafe data.withUnsafeMutableBufferPointer { buffer -> Result<Int32?, SourceError> in
            var array = unsafe llama_token_data_array(
                data: buffer.baseAddress,
                size: buffer.count,
                selected: -1,
                sorted: dataIsSorted
            )
            if grammarFirst {
                guard unsafe clc_sampler_apply(grammar, &array) == 0 else {
                    return .failure(.backend("the grammar failed"))
                }
                // What it forbids must be gone: top-k counts what is there.
                var kept = 0
                for place in unsafe 0..<array.size where unsafe array.data[place].logit > -.infinity {
                    unsafe array.data[kept] = array.data[place]
                    kept += 1
                }
                unsafe array.size = kept
                if kept == 0 { return .success(nil) }
            }
            guard unsafe clc_sampler_apply(chain, &array) == 0, unsafe array.selected >= 0 else {
                return .failure(.backend("the sampler chain failed"))
            }
            return unsafe .success(array.data[Int(array.selected)].id)
        }
        return try outcome.get()
    }

    // MARK: Grammar

    /// Whether the grammar allows a token next.
    private func isAllowed(_ token: Int32) throws(SourceError) -> Bool {
        var only = llama_token_data(id: token, logit: 1, p: 0)
        let code = unsafe withUnsafeMutablePointer(to: &only) { pointer in
            var array = unsafe llama_token_data_array(data: pointer, size: 1, selected: -1, sorted: true)
            return unsafe clc_sampler_apply(grammar, &array)
        }
        guard code == 0 else { throw .backend("the grammar failed") }
        return only.logit > -.infinity
    }

    /// Shows the grammar a token that ended the model's thinking, which may be where it begins to apply.
    func resume(after token: Int32) throws(SourceError) { try follow(token) }

    /// Takes in a token of the answer: for the penalties, and for the grammar where it applies.
    /// - Throws: `SourceError.grammar` when the grammar does not allow it.
    func accept(_ token: Int32, isFree: Bool) throws(SourceError) {
        counts[token, default: 0] += 1
        recent.append(token)
        if recent.count > Self.repeatWindow { recent.removeFirst() }
        if !isFree { try follow(token) }
    }

    private func follow(_ token: Int32) throws(SourceError) {
        guard unsafe grammar != nil else { return }
        guard unsafe clc_sampler_accept(grammar, token) == 0 else {
            throw .grammar("the grammar does not allow token \(token) here")
        }
    }
}
