import SwarmCore

/// Logged votes as lines of JSON, read page by page as they are asked for.
package struct VoteExport: AsyncSequence, Sendable {
    package typealias Element = String
    package typealias Failure = StoreError

    let log: VoteLog
    let kind: TurnKind?

    package func makeAsyncIterator() -> Iterator { Iterator(log: log, kind: kind) }

    package struct Iterator: AsyncIteratorProtocol {
        private let log: VoteLog
        private let kind: TurnKind?
        private var last: Int64 = 0
        /// Latest first.
        private var page: [LoggedVote] = []

        fileprivate init(log: VoteLog, kind: TurnKind?) {
            self.log = log
            self.kind = kind
        }

        package mutating func next() async throws(StoreError) -> String? {
            while page.isEmpty {
                guard let read = try await log.page(after: last, kind: kind) else { return nil }
                (page, last) = (read.votes.reversed(), read.last)
            }
            return page.popLast()?.replay.text
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(StoreError) -> String? {
            try await next()
        }
    }
}
