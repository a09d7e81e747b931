import SwarmCore

// Prefixes on disk: put away while nobody waits, taken back when a prompt begins like one.
extension DecodeLoop {
    /// Begins to write one resident sequence that is worth it, the latest first.
    ///
    /// At most one is looked at: whoever comes meanwhile waits no longer than it takes to copy it.
    func shelve() {
        guard let shelf, let entry = residents.entries.last(where: { shelf.wants($0.tokens) }),
            shelf.hasRoom(for: entry.tokens, stateSize: context.stateSize(of: entry.sequence))
        else { return }
        guard let state = context.state(of: entry.sequence) else { return shelf.pass(over: entry.tokens) }
        shelf.keep(entry.tokens, state: state) { [mailbox] in mailbox.post(.shelved) }
    }

    /// Makes a prefix on disk resident where it has clearly more of a prompt than memory has.
    /// - Parameter known: how much of the prompt is in memory.
    func unshelve(for work: Work, known: Int) {
        let prompt = work.promptTokens
        guard let shelf, let match = shelf.bestMatch(for: prompt, limit: prompt.count - 1),
            match.length >= known + shelf.shortest / 2
        else { return }
        let count = match.entry.tokens.count
        let promised = flights.reduce(0) { $0 + $1.promisedCells }
        let evictable = ledger.exclusiveCount(of: residents.entries.map(\.holding))
        let needed = count + prompt.count - match.length + Admission.reserved(maxTokens: work.maxTokens)
        // One sequence for what is on disk, one for the request.
        guard freeSequences.count + residents.count > 1, ledger.freeCount + evictable - promised >= needed,
            let state = shelf.state(of: match.entry)
        else { return }
        while freeSequences.isEmpty || ledger.freeCount - promised < needed {
            guard evictOne() else { return }
        }
        var holding = CellLedger.Holding()
        let sequence = freeSequences.removeLast()
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
        evictSurplus(sparing: sequence)
    }
}
