extension ModelShape {
    /// The shape of an entry before its file is there: layers and heads as published, weights reckoned from their number.
    ///
    /// - Parameter bytes: of all files, where the catalogue has it.
    init(_ size: Catalogue.Size, _ quantisation: Quantisation, bytes: UInt64?) {
        let facts = size.shape
        let embedding = facts.vocabulary * facts.embedding
        // The matrices of the vocabulary are rounded less than the others in most files: to eight bits at most here.
        let vocabularyBits = quantisation.format == .mlx ? quantisation.bits : max(6.5625, quantisation.bits)
        let ofVocabulary = UInt64(Double(embedding) * vocabularyBits / 8)
        let tokenizerBytes = facts.vocabulary * 15 + facts.merges * 17
        let reckoned = UInt64(Double(size.parameters) * quantisation.bits / 8)
        let withoutTokenizer = bytes.map { $0 > tokenizerBytes ? $0 - tokenizerBytes : $0 }
        // Small models are mostly vocabulary, and their files larger than the average says.
        let weights = withoutTokenizer ?? max(reckoned, facts.isTied ? Self.tied(size, quantisation, ofVocabulary) : 0)
        let output = facts.isTied ? 0 : min(ofVocabulary, weights / 3)
        let input = min(ofVocabulary, weights / 2)
        let repeating = weights - min(weights, input + output)
        let perLayer = repeating / max(1, facts.layers)
        let type = Self.type(of: quantisation)
        let layer = Layer(
            weights: [type: perLayer],
            matrices: quantisation.format == .gguf ? [type: perLayer] : [:],
            keyLength: facts.keyValueHeads * facts.keyLength,
            valueLength: facts.keyValueHeads * facts.valueLength
        )
        let dense = size.parameters - min(size.parameters, embedding)
        let active = facts.activeParameters.map { min($0, dense) } ?? dense
        self.init(
            architecture: facts.architecture,
            layers: Array(repeating: layer, count: Int(facts.layers)),
            inputBytes: input,
            outputBytes: output,
            isTied: facts.isTied,
            embeddingLength: facts.embedding,
            feedForwardLength: facts.feedForward,
            vocabulary: facts.vocabulary,
            tokenizerEntries: facts.vocabulary + facts.merges,
            tokenizerBytes: tokenizerBytes,
            contextLength: size.context,
            slidingWindow: facts.slidingWindow,
            activeBytes: UInt64(Double(active) * quantisation.bits / 8) + (facts.isTied ? input : 0),
            fileBytes: weights + (bytes == nil ? tokenizerBytes : min(tokenizerBytes, bytes ?? 0)),
            isExact: false
        )
    }

    private static func tied(_ size: Catalogue.Size, _ quantisation: Quantisation, _ ofVocabulary: UInt64) -> UInt64 {
        let others = size.parameters - min(size.parameters, size.shape.vocabulary * size.shape.embedding)
        return ofVocabulary + UInt64(Double(others) * quantisation.bits / 8)
    }

    /// The type that most of its matrices have.
    private static func type(of quantisation: Quantisation) -> TensorType {
        switch quantisation.name {
        case "q8_0": .q8_0
        case "q6_k": .q6_K
        case "q5_k_m", "q5_k_s": .q5_K
        case "q4_k_m", "q4_k_s": .q4_K
        case "q4_0": .q4_0
        case "iq4_nl": .iq4_nl
        case "iq4_xs": .iq4_xs
        case "q3_k_l", "q3_k_m", "q3_k_s": .q3_K
        case "q2_k": .q2_K
        default: .f16
        }
    }
}
