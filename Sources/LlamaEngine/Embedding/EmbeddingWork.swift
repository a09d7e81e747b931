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

/// How much embeddings may read while answers are written.
///
/// An input is read whole, however long it is: what went beyond the budget of one step is made up for by waiting.
struct EmbeddingShare: Sendable, Equatable {
    /// Tokens read beyond the budgets so far.
    private(set) var excess = 0

    /// Whether it is time to read more.
    /// - Parameter budget: tokens per step, or `nil` when nothing else runs.
    mutating func isDue(budget: Int?) -> Bool {
        guard excess > 0, let budget else {
            excess = 0
            return true
        }
        excess = max(0, excess - budget)
        return false
    }

    /// - Parameter budget: the same as for `isDue`.
    mutating func read(_ tokens: Int, budget: Int?) { excess = max(0, tokens - (budget ?? tokens)) }
}
