package import Logging
package import SwarmCore

/// Writes entries down behind the answers: whoever records one never waits, and losing some never costs an answer.
///
/// Everything that waits is written in one transaction. When more than `limit` wait, new ones are lost; how many is told
/// in the log, at most once a minute.
package final class LogWriter<Entry: Sendable>: Sendable {
    /// Most entries that wait, apart from those being written.
    package static var limit: Int { 1_000 }

    private struct State {
        var waiting: [Entry] = []
        var lost = 0
        var isFinished = false
    }

    private let store: @Sendable ([Entry]) async throws(StoreError) -> Void
    /// What they are, for the log.
    private let name: String
    private let logger: Logger
    private let state = Locked(State())
    private let wake: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    fileprivate init(
        _ name: String,
        logger: Logger,
        store: @escaping @Sendable ([Entry]) async throws(StoreError) -> Void
    ) {
        self.name = name
        self.logger = logger
        self.store = store
        (wake, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Leaves an entry to be written; returns at once.
    package func record(_ entry: Entry) {
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
                try await store(entries)
            } catch {
                losses.add(entries.count, because: error.description)
            }
        }
        if let notice = losses.due(at: now) { report(notice) }
    }

    private func report(_ notice: Losses.Notice) {
        logger.warning(
            "\(name) were not logged",
            metadata: ["\(name)": "\(notice.count)", "reason": "\(notice.reason)"]
        )
    }
}

/// Logs votes behind the answers.
package typealias VoteLogWriter = LogWriter<LoggedVote>

extension VoteLogWriter {
    /// - Parameter keep: votes beyond so many are forgotten, oldest first.
    package convenience init(_ log: VoteLog, keep: Int = VoteLog.kept, logger: Logger) {
        self.init("votes", logger: logger) { entries throws(StoreError) in try await log.record(entries, keep: keep) }
    }
}

/// Records calls of tools behind the answers.
package typealias ToolLogWriter = LogWriter<ToolAudit>

extension ToolLogWriter {
    /// - Parameter keep: calls beyond so many are forgotten, oldest first.
    package convenience init(_ log: ToolLog, keep: Int = ToolLog.kept, logger: Logger) {
        self.init("calls", logger: logger) { entries throws(StoreError) in try await log.record(entries, keep: keep) }
    }
}
