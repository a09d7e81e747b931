import CLlama
import CLlamaChat
import SwarmCore

/// A grammar ready for use; compiling takes up to a millisecond, copying much less.
///
/// Belongs to the engine thread.
@safe final class CompiledGrammar {
    private let raw: UnsafeMutablePointer<llama_sampler>

    /// - Throws: `SourceError.grammar` when llama.cpp refuses it.
    init(_ grammar: Grammar, preservedTokens: [String], model: LoadedModel) throws(SourceError) {
        let triggers = grammar.triggers.map { trigger -> JSON in
            switch trigger {
            case .word(let value): ["type": "word", "value": .string(value)]
            case .token(let value): ["type": "token", "value": .string(value)]
            case .pattern(let value): ["type": "pattern", "value": .string(value)]
            case .patternFull(let value): ["type": "pattern_full", "value": .string(value)]
            }
        }
        let fields: JSON = [
            "grammar": .string(grammar.gbnf), "grammar_lazy": .bool(grammar.isLazy),
            "grammar_prefill": .string(grammar.prefill), "triggers": .array(triggers),
            "preserved_tokens": .array(preservedTokens.map(JSON.string)),
        ]
        let text = fields.text
        let (sampler, message) = unsafe withShimError {
            unsafe clc_grammar_sampler(model.vocabulary, text, text.utf8.count, &$0)
        }
        guard let sampler = unsafe sampler else { throw .grammar(message ?? "llama.cpp refused the grammar") }
        unsafe raw = unsafe sampler
    }

    deinit { unsafe llama_sampler_free(raw) }

    /// A sampler of its own for one candidate; the caller frees it.
    func copy() throws(SourceError) -> UnsafeMutablePointer<llama_sampler> {
        guard let copy = unsafe llama_sampler_clone(raw) else { throw .backend("out of memory") }
        return unsafe copy
    }
}
