import SwarmCore

/// Turns what a completion continues into tokens.
struct CompletionRendering {
    let vocabulary: Vocabulary

    /// - Throws: `PlanError.unusable` for tokens this model does not have, and for a gap it was not trained to fill.
    func tokens(_ prompt: CompletionPrompt) throws(PlanError) -> [Int32] {
        let before = try before(prompt.source)
        // A suffix of nothing but white space says nothing; some clients always send a line feed.
        guard let suffix = prompt.suffix, suffix.contains(where: { !$0.isWhitespace }) else {
            // A model has to be given something to begin with.
            return before.isEmpty ? vocabulary.beginning : before
        }
        guard let markers = vocabulary.infillMarkers else {
            throw .unusable(parameter: "suffix", reason: "this model was not trained to fill in text before a suffix")
        }
        let after = vocabulary.tokenize(suffix, addSpecial: false, parseSpecial: false)
        let opening = vocabulary.opening
        let gap = before.starts(with: opening) ? Array(before.dropFirst(opening.count)) : before
        // Prefix, suffix, middle: the order all these models were trained on (Bavarian and others 2022, arXiv 2207.14255).
        return opening + [markers.prefix] + gap + [markers.suffix] + after + [markers.middle]
    }

    private func before(_ source: CompletionPrompt.Source) throws(PlanError) -> [Int32] {
        switch source {
        case .text(let text): return vocabulary.tokenizePrompt(text)
        case .tokens(let tokens):
            guard tokens.allSatisfy({ (0..<vocabulary.size).contains(Int($0)) }) else {
                throw .unusable(parameter: "prompt", reason: "a token is not one of this model's \(vocabulary.size)")
            }
            return tokens
        }
    }
}

extension Vocabulary {
    /// A start for texts of which nothing is given: the begin token, or the end token, which often separates texts.
    fileprivate var beginning: [Int32] {
        for token in [begin, end] where token >= 0 { return [token] }
        return [0]
    }
}
