/// Which prefixes are on disk, and what is worth being there.
///
/// Decisions only; `PrefixShelf` has the files.
struct PrefixIndex: Sendable, Equatable {
    /// One prefix on disk.
    struct Entry: Sendable, Equatable {
        /// The name of its file.
        typealias ID = String

        var id: ID
        /// None in a file that another model left.
        var tokens: [Int32]
        /// Size of the file.
        var bytes: Int
        /// Rises with every use; the lowest goes first.
        var lastUse: UInt64
    }

    /// Shorter prefixes are not worth a file.
    let shortest: Int
    /// Only a prefix that a prompt begins with from end to end is of use, since the memory cannot be cut.
    let wholeOnly: Bool
    private(set) var entries: [Entry] = []
    /// What is not on disk and shall not be tried again as it is, the latest last.
    private(set) var passed: [[Int32]] = []
    private var clock: UInt64 = 0

    /// Most sequences that are passed over; more than an engine keeps in memory.
    static let passedLimit = 128

    /// - Parameter entries: in order of use, the least recent first.
    init(_ entries: [Entry] = [], shortest: Int, wholeOnly: Bool) {
        self.shortest = shortest
        self.wholeOnly = wholeOnly
        for entry in entries { add(entry) }
    }

    mutating func add(_ entry: Entry) {
        entries.removeAll { $0.id == entry.id }
        clock += 1
        var entry = entry
        entry.lastUse = clock
        entries.append(entry)
    }

    mutating func touch(_ id: Entry.ID) {
        clock += 1
        if let place = entries.firstIndex(where: { $0.id == id }) { entries[place].lastUse = clock }
    }

    mutating func remove(_ id: Entry.ID) { entries.removeAll { $0.id == id } }

    /// Lets a sequence be: there is no room for it, or it had to go for another.
    mutating func pass(over tokens: [Int32]) {
        passed.append(tokens)
        if passed.count > Self.passedLimit { passed.removeFirst() }
    }

    /// How much of some tokens a kept prefix would save.
    private func use(of kept: [Int32], for tokens: [Int32]) -> Int {
        let length = commonPrefixLength(kept, tokens)
        return wholeOnly && length < kept.count ? 0 : length
    }

    /// The prefix on disk that has most of a prompt, and how many of its tokens.
    /// - Parameter limit: at most this much is useful: the last prompt token must be decoded anew for its logits.
    func bestMatch(for prompt: [Int32], limit: Int) -> (entry: Entry, length: Int)? {
        var best: (entry: Entry, length: Int)?
        for entry in entries {
            let length = min(use(of: entry.tokens, for: prompt), limit)
            guard length >= max(1, shortest), length == entry.tokens.count || !wholeOnly else { continue }
            // Of equal matches the shorter file.
            if best.map({ length > $0.length || length == $0.length && entry.bytes < $0.entry.bytes }) ?? true {
                best = (entry, length)
            }
        }
        return best
    }

    /// Whether a sequence is long enough, and far enough from what is there, to be written.
    ///
    /// A conversation is written again when it has grown by a quarter, not at every turn.
    func isWorthKeeping(_ tokens: [Int32]) -> Bool {
        guard tokens.count >= shortest else { return false }
        let known = (entries.map(\.tokens) + passed).map { use(of: $0, for: tokens) }.max() ?? 0
        return tokens.count - known >= max(shortest, known / 4)
    }

    /// Prefixes that a longer one makes superfluous.
    func covered(by tokens: [Int32]) -> [Entry.ID] {
        entries.filter { !$0.tokens.isEmpty && tokens.starts(with: $0.tokens) }.map(\.id)
    }

    /// What has to go before so many more bytes fit, least recently used first; `nil` when they never do.
    func evictions(for bytes: Int, maximum: Int, sparing: [Entry.ID] = []) -> [Entry.ID]? {
        guard bytes <= maximum else { return nil }
        var used = entries.filter { !sparing.contains($0.id) }.reduce(0) { $0 + $1.bytes }
        var gone: [Entry.ID] = []
        for entry in entries.sorted(by: { $0.lastUse < $1.lastUse }) where !sparing.contains(entry.id) {
            guard used + bytes > maximum else { break }
            used -= entry.bytes
            gone.append(entry.id)
        }
        return gone
    }
}
