import AsyncAlgorithms
package import Logging
package import SwarmCore

extension Swarm {
    /// Most plans of one request that are carried out at the same time; the others follow.
    private static let atOnce = 8

    /// Carries out several plans of one request, some at a time.
    ///
    /// - Parameter tell: sends one event, with the place of its plan, to the client.
    /// - Throws: as soon as one of them fails, what it failed with; the others are cancelled.
    package func answer(
        all plans: [Plan],
        logger: Logger,
        tell: (Int, AnswerEvent) async throws -> Void
    ) async throws {
        if plans.count == 1 {
            _ = try await answer(plans[0], logger: logger) { try await tell(0, $0) }
            return
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            let events = AsyncThrowingChannel<(Int, AnswerEvent), any Error>()
            func start(_ place: Int) {
                group.addTask {
                    do {
                        _ = try await answer(plans[place], logger: logger) { await events.send((place, $0)) }
                    } catch {
                        events.fail(error)
                    }
                }
            }
            defer { group.cancelAll() }
            for place in plans.indices.prefix(Self.atOnce) { start(place) }
            var ended = 0
            var told = events.makeAsyncIterator()
            while ended < plans.count {
                // The channel ends only when this task is cancelled.
                guard let (place, event) = try await told.next() else { throw CancellationError() }
                try await tell(place, event)
                guard case .finished = event else { continue }
                ended += 1
                let next = Self.atOnce + ended - 1
                if next < plans.count { start(next) }
            }
        }
    }

    /// How many tokens a request takes as it was sent, whether they fit or not.
    package func promptTokens(of request: ChatRequest) async throws(PlanError) -> Int {
        do throws(PlanError) {
            let equipped = try await equipped(request)?.request
            return try await render(equipped ?? request).tokens.count
        } catch .contextLengthExceeded(let needed, _) {
            return needed
        }
    }
}
