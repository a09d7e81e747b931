/// What is being generated at one moment.
package struct StatusSnapshot: Sendable, Equatable {
    /// One running request.
    package struct Request: Sendable, Equatable {
        package var id: String
        package var stage: Stage
        /// Tokens per candidate so far.
        package var tokens: [Int]
        /// Candidates that have ended.
        package var ended: Int

        package init(id: String, stage: Stage, tokens: [Int], ended: Int) {
            self.id = id
            self.stage = stage
            self.tokens = tokens
            self.ended = ended
        }

        /// Tokens of all candidates.
        package var total: Int { tokens.reduce(0, +) }
    }

    /// How far a request is.
    package enum Stage: Sendable, Equatable {
        case starting
        /// Waits for memory behind so many others.
        case queued(ahead: Int)
        /// So many tokens of the prompt are read.
        case prefilling(done: Int, of: Int)
        case generating
    }

    /// Time since any fixed moment.
    package var at: Duration
    /// Oldest first.
    package var requests: [Request]
    /// KV cells in use and in all.
    package var usedCells: Int
    package var cells: Int

    package init(at: Duration, requests: [Request], usedCells: Int = 0, cells: Int = 0) {
        self.at = at
        self.requests = requests
        self.usedCells = usedCells
        self.cells = cells
    }

    /// Tokens per second of a request since the earliest snapshot in which it was generating; `nil` when there is none.
    package func rate(of request: Request, since history: [StatusSnapshot]) -> Double? {
        for earlier in history where earlier.at < at {
            guard let before = earlier.requests.first(where: { $0.id == request.id && $0.total > 0 }) else { continue }
            return Double(request.total - before.total) / ((at - earlier.at) / .seconds(1))
        }
        return nil
    }
}
