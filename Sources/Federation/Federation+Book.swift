import Logging
import SwarmCore

extension Federation {
    /// How often it is looked whether somebody was forgotten meanwhile, and how often what was learned is kept.
    private static let readPeriod = Duration.seconds(3)
    private static let writes = 5

    /// Reads what was remembered; a book that cannot be read is as good as an empty one.
    func load() async {
        do {
            let (pins, statistics, beliefs) = (
                try await book.pinned(), try await book.statistics(), try await book.beliefs()
            )
            state.withLock { [now] state in
                state.table.pinned(pins, at: now)
                state.statistics = statistics
                state.beliefs = beliefs
            }
        } catch {
            logger.warning("what is known of peers cannot be read", metadata: ["error": "\(error)"])
        }
    }

    /// Follows changes that others made to the book, and writes what was learned.
    func keepBook() async {
        var round = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.readPeriod)
            let read = now
            if let pins = try? await book.pinned() {
                let gone = state.withLock { [now] state -> [NodeID] in
                    state.table.pinned(pins, read: read, at: now)
                    let gone = state.sources.filter { state.table.pin($0.value.fingerprint) == nil }.map(\.key)
                    for id in gone {
                        state.sources[id] = nil
                        state.statistics[id] = nil
                    }
                    return gone
                }
                for id in gone { await state.withLock { $0.links.removeValue(forKey: id) }?.shutDown() }
            }
            round += 1
            if round % Self.writes == 0 { await save() }
        }
    }

    func save() async {
        let (isDirty, statistics, beliefs) = state.withLock { state in
            defer { state.isDirty = false }
            return (state.isDirty, state.statistics, state.beliefs)
        }
        guard isDirty else { return }
        do {
            try await book.save(statistics)
            try await book.save(beliefs)
        } catch {
            logger.warning("what was learned of peers is not kept", metadata: ["error": "\(error)"])
        }
    }
}
