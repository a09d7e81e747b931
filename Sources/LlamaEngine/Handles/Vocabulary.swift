import CLlama

/// The model's tokeniser; any thread may use it.
struct Vocabulary: Sendable {
    private let model: LoadedModel

    init(_ model: LoadedModel) { self.model = model }

    var size: Int { model.vocabularySize }

    /// Splits text into tokens.
    /// - Parameters:
    ///   - addSpecial: put what the model wants at the start of a text, usually a begin token.
    ///   - parseSpecial: read markers such as `<|im_start|>` as the special tokens they name.
    func tokenize(_ text: String, addSpecial: Bool, parseSpecial: Bool) -> [Int32] {
        let utf8 = Array(text.utf8)
        // A token covers at least one byte, apart from what addSpecial adds.
        var tokens = [Int32](repeating: 0, count: utf8.count + 8)
        let count = unsafe utf8.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe tokens.withUnsafeMutableBufferPointer { buffer in
                    unsafe llama_tokenize(
                        model.vocabulary,
                        characters.baseAddress,
                        Int32(characters.count),
                        buffer.baseAddress,
                        Int32(buffer.count),
                        addSpecial,
                        parseSpecial
                    )
                }
            }
        }
        tokens.removeSubrange(max(0, Int(count))...)
        return tokens
    }

    /// A rendered prompt as tokens: with the begin token the model wants, and never twice.
    func tokenizePrompt(_ text: String) -> [Int32] {
        var tokens = tokenize(text, addSpecial: true, parseSpecial: true)
        if tokens.count > 1, tokens[0] == begin, tokens[1] == begin { tokens.removeFirst() }
        return tokens
    }

    /// A prompt in pieces as tokens: what the model wrote stays as it wrote it.
    func tokenizePrompt(_ pieces: [PromptPiece]) -> [Int32] {
        var tokens: [Int32] = []
        for (place, piece) in pieces.enumerated() {
            switch piece {
            case .written(let written): tokens += written
            case .text(let text) where place == 0: tokens += tokenizePrompt(String(text))
            case .text(let text): tokens += tokenize(String(text), addSpecial: false, parseSpecial: true)
            }
        }
        return tokens
    }

    /// The bytes a token stands for; control tokens have none unless `special` is set.
    func bytes(of token: Int32, special: Bool) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 64)
        var length = piece(token, into: &buffer, special: special)
        if length < 0 {
            buffer = [CChar](repeating: 0, count: Int(-length))
            length = piece(token, into: &buffer, special: special)
        }
        return buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }
    }

    private func piece(_ token: Int32, into buffer: inout [CChar], special: Bool) -> Int32 {
        unsafe buffer.withUnsafeMutableBufferPointer {
            unsafe llama_token_to_piece(model.vocabulary, token, $0.baseAddress, Int32($0.count), 0, special)
        }
    }

    /// The markers of a text with a gap, in the order prefix, suffix, middle; `nil` when the model was not trained for it.
    var infillMarkers: (prefix: Int32, suffix: Int32, middle: Int32)? {
        let prefix = unsafe llama_vocab_fim_pre(model.vocabulary)
        let suffix = unsafe llama_vocab_fim_suf(model.vocabulary)
        let middle = unsafe llama_vocab_fim_mid(model.vocabulary)
        return prefix < 0 || suffix < 0 || middle < 0 ? nil : (prefix, suffix, middle)
    }

    /// The token before the first of a text, the one after its last, and the one that ends a turn; -1 when there is none.
    var begin: Int32 { unsafe llama_vocab_bos(model.vocabulary) }
    var end: Int32 { unsafe llama_vocab_eos(model.vocabulary) }
    var endOfTurn: Int32 { unsafe llama_vocab_eot(model.vocabulary) }

    /// What the model wants at the start of a text; empty when it wants nothing.
    var opening: [Int32] { tokenize("", addSpecial: true, parseSpecial: false) }

    /// The model says that its answer ends here.
    func isEnd(_ token: Int32) -> Bool { unsafe llama_vocab_is_eog(model.vocabulary, token) }

    /// The tokens of markers that are one token each.
    func singleTokens(of markers: [String]) -> Set<Int32> {
        Set(
            markers.compactMap { marker in
                let tokens = tokenize(marker, addSpecial: false, parseSpecial: true)
                return tokens.count == 1 ? tokens.first : nil
            }
        )
    }
}
