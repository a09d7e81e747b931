/// Something that is turned into one vector.
package enum EmbeddingInput: Sendable, Equatable {
    /// Not empty.
    case text(String)
    /// Ids of the loaded model's tokens, at least one, as they stand.
    case tokens([Int32])
}
