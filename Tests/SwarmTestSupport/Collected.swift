package import SwarmCore

/// Everything one source said about one assignment.
package struct Collected: Sendable {
    package var updates: [CandidateUpdate] = []

    package init() {}

    /// Reads a stream to its end.
    package static func all(of stream: CandidateStream) async -> Collected {
        var collected = Collected()
        for await update in stream { collected.updates.append(update) }
        return collected
    }

    package func events(of index: Int) -> [CandidateEvent] {
        updates.filter { $0.candidate.index == index }.map(\.event)
    }

    private func deltas(of index: Int) -> [TextDelta] {
        events(of: index).compactMap { event in
            guard case .text(let delta) = event else { return nil }
            return delta
        }
    }

    package func text(of index: Int) -> String { deltas(of: index).map(\.text).joined() }

    package func scores(of index: Int) -> [TokenScore] { deltas(of: index).flatMap(\.tokens) }

    package func outcome(of index: Int) -> Outcome? {
        guard case .finished(let outcome) = events(of: index).last else { return nil }
        return outcome
    }

    package func failure(of index: Int) -> SourceError? {
        guard case .failed(let error) = events(of: index).last else { return nil }
        return error
    }

    /// Indices of the candidates that were heard of.
    package var indices: [Int] { Array(Set(updates.map(\.candidate.index))).sorted() }
}
