import SwarmCore

/// Inputs on their way to the engine thread, to become vectors.
struct EmbeddingWork: Sendable {
    /// Unique per engine.
    var ticket: Int
    var inputs: [[Int32]]
    /// Called once.
    var reply: @Sendable (Result<[[Float]], SourceError>) -> Void
}

/// Embeddings that are being made.
///
/// Belongs to the engine thread.
struct EmbeddingJob {
    let work: EmbeddingWork
    private(set) var vectors: [[Float]] = []

    init(_ work: EmbeddingWork) { self.work = work }

    var isOver: Bool { vectors.count == work.inputs.count }

    /// The next inputs that fit into a budget of tokens together.
    func next(budget: Int) -> [[Int32]] {
        let rest = work.inputs.dropFirst(vectors.count)
        return Array(rest.prefix(EmbeddingContext.share(of: rest.lazy.map(\.count), budget: budget)))
    }

    mutating func take(_ more: [[Float]]) { vectors += more }
}
