package import SwarmCore

/// What is being generated right now, for status displays.
///
/// Written by requests, read by anyone.
package final class Activity: Sendable {
    /// One running request.
    package struct Running: Sendable, Equatable {
        package var id: RequestID
        package var began: ContinuousClock.Instant
        package var firstToken: ContinuousClock.Instant?
        /// Tokens per candidate so far, in order of index.
        package var tokens: [Int]
        /// Candidates that have ended.
        package var ended: Int
        package var phase: Phase?
    }

    private let running = Locked<[RequestID: Running]>([:])

    package init() {}

    /// Running requests, oldest first.
    package var snapshot: [Running] {
        running.withLock { Array($0.values) }.sorted { $0.began < $1.began }
    }

    func begin(_ id: RequestID, candidates: Int) {
        let entry = Running(
            id: id,
            began: .now,
            firstToken: nil,
            tokens: Array(repeating: 0, count: candidates),
            ended: 0,
            phase: nil
        )
        running.withLock { $0[id] = entry }
    }

    func note(_ update: CandidateUpdate, of id: RequestID) {
        running.withLock { running in
            switch update.event {
            case .phase(let phase): running[id]?.phase = phase
            case .prompt: break
            case .text(let delta):
                guard var entry = running[id] else { return }
                if entry.firstToken == nil { entry.firstToken = .now }
                let index = update.candidate.index
                // A vote may ask for more candidates than it began with.
                while entry.tokens.count <= index { entry.tokens.append(0) }
                entry.tokens[index] += delta.tokenCount
                running[id] = entry
            case .finished, .failed:
                // A choice that found no memory is generated later and ends once more.
                if let entry = running[id] { running[id]?.ended = min(entry.ended + 1, entry.tokens.count) }
            }
        }
    }

    func end(_ id: RequestID) { running.withLock { _ = $0.removeValue(forKey: id) } }
}
