package import Logging
import SwarmCore

/// Logs votes behind the answers: whoever records one never waits, and losing some never costs an answer.
///
/// Everything that waits is written in one transaction. When more than `limit` wait, new ones are lost; how many is told
/// in the log, at most once a minute.
package final class VoteLogWriter: Sendable {
    /// Most votes that wait, apart from those being written.
    package static let limit = 1_000

    private struct State {
        var waiting: [LoggedVote] = []
        var lost = 0
        var isFinished = false
    }

    private let log: VoteLog
    private let keep: Int
    private let logger: Logger
    private let state = Locked(State())
    private let wake: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    /// - Parameter keep: votes beyond so many are forgotten, oldest first.
    package init(_ log: VoteLog, keep: Int = VoteLog.kept, logger: Logger) {
        self.log = log
        self.keep = keep
        self.logger = logger
        (wake, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Leaves a vote to be written; returns at once.
    package func record(_ entry: LoggedVote) {
        state.withLock { state in
            guard !state.isFinished, state.waiting.count < Self.limit else {
                state.lost += 1
                return
            }
            state.waiting.append(entry)
        }
        bell.yield()
    }

    /// Lets `run()` return once everything recorded before is written.
    package func finish() {
        state.withLock { $0.isFinished = true }
        bell.finish()
    }

    /// Writes what is recorded until `finish()` or until its task is cancelled, then the rest; call it once.
    package func run() async {
        let clock = ContinuousClock()
        var losses = Losses()
        for await _ in wake { await write(&losses, now: clock.now) }
        finish()
        await write(&losses, now: clock.now)
        if let notice = losses.rest() { report(notice) }
    }

    private func write(_ losses: inout Losses, now: ContinuousClock.Instant) async {
        let (entries, lost) = state.withLock { state in
            defer { (state.waiting, state.lost) = ([], 0) }
            return (state.waiting, state.lost)
        }
        losses.add(lost, because: "they came faster than they could be written")
        if !entries.isEmpty {
            do throws(StoreError) {
                try await log.record(entries, keep: keep)
            } catch {
                losses.add(entries.count, because: error.description)
            }
        }
        if let notice = losses.due(at: now) { report(notice) }
    }

    private func report(_ notice: Losses.Notice) {
        logger.warning("votes were not logged", metadata: ["votes": "\(notice.count)", "reason": "\(notice.reason)"])
    }
}
