/// The vectors of texts, in the order in which they were sent.
package struct Embeddings: Sendable, Equatable {
    /// Each of unit length.
    package var vectors: [[Float]]
    /// Tokens of all inputs together.
    package var promptTokens: Int

    package init(vectors: [[Float]], promptTokens: Int) {
        self.vectors = vectors
        self.promptTokens = promptTokens
    }
}
