import SwarmCore

/// Finished sequences that stay in memory so that the next turn decodes only what is new.
///
/// Used by the engine thread only.
struct Residents: Sendable {
    /// One sequence kept after its end.
    struct Entry: Sendable, Equatable {
        var sequence: Int32
        /// What it has in memory, prompt and answer.
        var tokens: [Int32]
        var holding: CellLedger.Holding
        var request: RequestID
        var session: SessionKey?
        /// Rises with every use; the lowest goes first.
        var lastUse: UInt64
        /// Which candidate of the request it was.
        var candidate: Int
    }

    /// How much of what has ended is kept.
    ///
    /// Attention runs over all cells in use at every step, so old conversations slow down what runs. Four stay whatever
    /// they take: agents come back to theirs. More stay only where reading their cells is little beside reading the
    /// weights. Short ones go first, for they are soon read again: titles never push an agent's prompt out.
    struct Keeping: Sendable, Equatable {
        /// Conversations that always stay.
        static let conversations = 4
        /// Fewer tokens than this are soon read again.
        static let short = 256
        /// Most cells in use while more than these stay, and most sequences in all.
        let cells: Int
        let sequences: Int

        /// - Parameters:
        ///   - sequences: as many as the memory has.
        ///   - weights: all of the model's, in bytes.
        init(sequences: Int, bytesPerCell: Int, weights: UInt64) {
            self.sequences = max(Self.conversations, sequences / 4)
            cells = Int(clamping: weights / 50) / max(1, bytesPerCell)
        }
    }

    private(set) var entries: [Entry] = []
    private var clock: UInt64 = 0

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }

    /// Removes and returns the sequence that is to go next, for there are more than are kept; `nil` when all may stay.
    /// - Parameters:
    ///   - used: cells in use, of running sequences too.
    ///   - spared: stays in any case, as does what came last.
    mutating func removeSurplus(_ keeping: Keeping, used: Int, sparing spared: Int32? = nil) -> Entry? {
        // Until a vote is decided all its candidates are one conversation.
        let isTooMuch =
            count > keeping.sequences
            || used > keeping.cells && Set(entries.map(\.request)).count > Keeping.conversations
        guard isTooMuch, let last = entries.max(by: { $0.lastUse < $1.lastUse }) else { return nil }
        let others = entries.filter { $0.request != last.request && $0.sequence != spared }
        let short = others.filter { $0.tokens.count < Keeping.short }
        let gone = (short.isEmpty ? others : short).min { $0.lastUse < $1.lastUse }
        entries.removeAll { $0.sequence == gone?.sequence }
        return gone
    }

    /// Keeps a finished sequence.
    mutating func keep(
        sequence: Int32,
        tokens: [Int32],
        holding: CellLedger.Holding,
        request: RequestID,
        session: SessionKey?,
        candidate: Int
    ) {
        clock += 1
        entries.append(
            Entry(
                sequence: sequence,
                tokens: tokens,
                holding: holding,
                request: request,
                session: session,
                lastUse: clock,
                candidate: candidate
            )
        )
    }

    /// The sequence to start a prompt from, and how many of its tokens fit.
    ///
    /// The longest common prefix wins; of equal ones the same session's, then the most recently used.
    /// - Parameters:
    ///   - limit: at most this much is useful: the last prompt token must be decoded anew for its logits.
    ///   - wholeOnly: only sequences that are a prefix of the prompt from end to end, for memories that cannot be cut.
    ///   - canCut: whether the memory still has what it takes to go on from the first so many tokens of an entry.
    func bestMatch(
        for prompt: [Int32],
        session: SessionKey?,
        limit: Int,
        wholeOnly: Bool,
        canCut: (Entry, Int) -> Bool = { _, _ in true }
    ) -> (entry: Entry, length: Int)? {
        var best: (entry: Entry, length: Int)?
        for entry in entries {
            let length = min(commonPrefixLength(entry.tokens, prompt), limit)
            guard length > 0, length == entry.tokens.count || !wholeOnly && canCut(entry, length) else { continue }
            guard let current = best else {
                best = (entry, length)
                continue
            }
            let isSame = session != nil && entry.session == session
            let currentIsSame = session != nil && current.entry.session == session
            let isBetter =
                length != current.length
                ? length > current.length
                : isSame != currentIsSame ? isSame : entry.lastUse > current.entry.lastUse
            if isBetter { best = (entry, length) }
        }
        return best
    }

    /// Marks a sequence as used now.
    mutating func touch(_ sequence: Int32) {
        clock += 1
        if let place = entries.firstIndex(where: { $0.sequence == sequence }) { entries[place].lastUse = clock }
    }

    /// Removes and returns all answers to a request but the one that was chosen or taken up.
    mutating func removeSiblings(of winner: Int, in request: RequestID) -> [Entry] {
        let gone = entries.filter { $0.request == request && $0.candidate != winner }
        entries.removeAll { $0.request == request && $0.candidate != winner }
        return gone
    }

    /// Removes and returns the least recently used sequence, sparing one.
    mutating func removeLeastRecentlyUsed(sparing spared: Int32?) -> Entry? {
        let place = entries.indices.filter { entries[$0].sequence != spared }.min {
            entries[$0].lastUse < entries[$1].lastUse
        }
        return place.map { entries.remove(at: $0) }
    }

    /// Removes and returns everything.
    mutating func removeAll() -> [Entry] {
        defer { entries = [] }
        return entries
    }
}

/// How many tokens two sequences share from their start.
func commonPrefixLength(_ a: [Int32], _ b: [Int32]) -> Int {
    let limit = min(a.count, b.count)
    var length = 0
    while length < limit, a[length] == b[length] { length += 1 }
    return length
}
