import SwarmCore

// Prefixes on disk: put away while nobody waits, taken back when a prompt begins like one.
extension DecodeLoop {
    /// Tokens that a prefix on disk must be ahead of memory to be worth loading.
    private static let worthLoading = 512

    /// Begins to write one resident sequence that is worth it.
    func shelve() {
        guard let shelf, let entry = residents.entries.last(where: { shelf.wants($0.tokens) }),
            let state = context.state(of: entry.sequence)
        else { return }
        shelf.keep(entry.tokens, state: state) { [mailbox] entry, replaced in
            mailbox.post(.shelved(entry, instead: replaced))
        }
    }

    /// Makes a prefix on disk resident where it has clearly more of a prompt than memory has.
    /// - Parameter known: how much of the prompt is in memory.
    func unshelve(for work: Work, known: Int) {
        let prompt = work.promptTokens
        guard let shelf,
            let match = shelf.bestMatch(for: prompt, limit: prompt.count - 1, wholeOnly: hasRunningState),
            match.length >= known + Self.worthLoading
        else { return }
        let count = match.entry.tokens.count
        let promised = flights.reduce(0) { $0 + $1.promisedCells }
        let evictable = ledger.exclusiveCount(of: residents.entries.map(\.holding))
        let needed = count + prompt.count - match.length + Admission.reserved(maxTokens: work.maxTokens)
        guard ledger.freeCount + evictable - promised >= needed else { return }
        while freeSequences.isEmpty || ledger.freeCount - promised < needed {
            guard evictOne() else { return }
        }
        var holding = CellLedger.Holding()
        guard let state = shelf.state(of: match.entry), let sequence = freeSequences.popLast() else { return }
        guard context.restore(state, to: sequence), ledger.extend(&holding, by: count),
            context.lastPosition(of: sequence) == count - 1
        else {
            free(sequence, holding)
            return shelf.forget(match.entry.id)
        }
        residents.keep(
            sequence: sequence,
            tokens: match.entry.tokens,
            holding: holding,
            request: RequestID(rawValue: match.entry.id),
            session: work.session,
            candidate: 0
        )
    }
}
