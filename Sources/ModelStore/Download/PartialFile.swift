import SwarmCore

/// A file on its way into the store: its bytes so far, its journal, and the lock that makes it this pull's own.
///
/// The lock is that of the unfinished file itself, and goes with it when the file takes its place in the store.
final class PartialFile: Sendable {
    private struct State {
        var saved: ByteRanges
        /// Written, but not in the journal yet.
        var unsaved = ByteRanges()
        var unsavedBytes: UInt64 = 0
        var content: Journal.Content
        var journalLength: UInt64
        var savedAt: ContinuousClock.Instant
    }

    private let part: OpenFile
    private let journal: OpenFile
    /// Where it goes when it is whole.
    private let target: String
    private let disk: DiskQueue
    private let rules: DownloadRules
    private let state: Locked<State>

    private init(part: OpenFile, journal: OpenFile, target: String, disk: DiskQueue, rules: DownloadRules, state: State)
    {
        self.part = part
        self.journal = journal
        self.target = target
        self.disk = disk
        self.rules = rules
        self.state = Locked(state)
    }

    /// The lock on what will become a file; whoever has it fetches.
    struct Claim: Sendable {
        fileprivate let part: OpenFile
    }

    /// Claims a file; `nil` when somebody else is fetching it.
    static func claim(_ target: String, disk: DiskQueue) async throws(PullError) -> Claim? {
        try await disk.run { () throws(PullError) -> Claim? in
            try Folder.make(target.lastIndex(of: "/").map { String(target[..<$0]) } ?? ".")
            // Whoever had the lock may have moved or removed the file while this was waiting for it.
            while true {
                let part: OpenFile
                do throws(DiskError) { part = try OpenFile(target + StoreName.part, for: .updating) } catch {
                    throw PullError(error)
                }
                guard part.lock() else { return nil }
                if part.isAtItsPath { return Claim(part: part) }
            }
        }
    }

    /// Gives a claim up again; a part without bytes goes.
    static func giveUp(_ claim: Claim, disk: DiskQueue) async {
        await disk.run {
            if let facts = try? claim.part.facts(), facts.bytes == 0 { try? OpenFile.remove(claim.part.path) }
        }
    }

    /// Opens what is there of the content, or begins anew where that is something else.
    static func open(
        _ claim: Claim,
        content: Journal.Content,
        target: String,
        disk: DiskQueue,
        rules: DownloadRules
    ) async throws(PullError) -> PartialFile {
        try await disk.run { () throws(PullError) -> PartialFile in
            do throws(DiskError) {
                let path = target + StoreName.journal
                let found = Journal.read(path)
                let journal = try OpenFile(path, for: .updating)
                var state = State(
                    saved: ByteRanges(),
                    content: content,
                    journalLength: 0,
                    savedAt: .now
                )
                let size = try claim.part.facts().bytes
                if let found, found.content.isSame(as: content), size == content.bytes {
                    state.saved = found.ranges
                    state.journalLength = UInt64(found.length)
                    try journal.setSize(UInt64(found.length))
                } else {
                    try begin(content, part: claim.part, journal: journal, state: &state)
                }
                return PartialFile(
                    part: claim.part,
                    journal: journal,
                    target: target,
                    disk: disk,
                    rules: rules,
                    state: state
                )
            } catch {
                throw PullError(error)
            }
        }
    }

    /// The journal first, so that it never claims what is being thrown away.
    private static func begin(
        _ content: Journal.Content,
        part: OpenFile,
        journal: OpenFile,
        state: inout State
    ) throws(DiskError) {
        try journal.setSize(0)
        try part.setSize(0)
        try part.setSize(content.bytes)
        let opening = Journal.opening(content)
        try journal.write(opening, at: 0)
        try journal.synchronize()
        state = State(saved: ByteRanges(), content: content, journalLength: UInt64(opening.count), savedAt: .now)
    }

    /// What is still to be fetched, in pieces.
    func missing(most: UInt64) -> [Range<UInt64>] {
        state.withLock { state in
            var all = state.saved
            all.formUnion(state.unsaved)
            return all.missing(of: state.content.bytes, most: most)
        }
    }

    /// Bytes that are there.
    var count: UInt64 { state.withLock { $0.saved.count + $0.unsaved.count } }

    /// Writes bytes, and from time to time makes them last and says so in the journal.
    func write(_ bytes: [UInt8], at offset: UInt64) async throws(PullError) {
        try await disk.run { [self] () throws(PullError) in
            do throws(DiskError) {
                try part.write(bytes, at: offset)
                let isDue = state.withLock { state in
                    state.unsaved.insert(offset..<offset + UInt64(bytes.count))
                    state.unsavedBytes += UInt64(bytes.count)
                    return state.unsavedBytes >= rules.journalBytes
                        || ContinuousClock.now - state.savedAt >= rules.journalInterval
                }
                if isDue { try save() }
            } catch {
                throw PullError(error)
            }
        }
    }

    /// Makes everything written last, and says so in the journal.
    func checkpoint() async throws(PullError) {
        try await disk.run { [self] () throws(PullError) in
            do throws(DiskError) { try save() } catch { throw PullError(error) }
        }
    }

    private func save() throws(DiskError) {
        let (unsaved, place) = state.withLock { ($0.unsaved, $0.journalLength) }
        guard !unsaved.isEmpty else { return }
        try part.synchronize()
        let lines = Journal.lines(unsaved)
        try journal.write(lines, at: place)
        try journal.synchronize()
        state.withLock { state in
            state.saved.formUnion(unsaved)
            state.unsaved = ByteRanges()
            state.unsavedBytes = 0
            state.journalLength = place + UInt64(lines.count)
            state.savedAt = .now
        }
    }

    /// Forgets all bytes, for other content.
    func startOver(_ content: Journal.Content) async throws(PullError) {
        try await disk.run { [self] () throws(PullError) in
            do throws(DiskError) {
                var fresh = state.withLock { $0 }
                try Self.begin(content, part: part, journal: journal, state: &fresh)
                let begun = fresh
                state.withLock { $0 = begun }
            } catch {
                throw PullError(error)
            }
        }
    }

    /// The hash of all bytes, with progress for the meter.
    func sha256(_ meter: PullMeter) async throws(PullError) -> String {
        try await disk.sha256(meter) { [part] in part }
    }

    /// Throws everything away.
    func discard() async {
        await disk.run { [part, journal] in
            try? OpenFile.remove(journal.path)
            try? OpenFile.remove(part.path)
        }
    }

    /// Takes the place of the target in one step.
    ///
    /// The manifest is written before that: the lock is that of the unfinished file, and nobody else may find the file
    /// without one and make another.
    /// - Parameter manifest: of what the system knows of the file.
    func finish(_ manifest: @escaping @Sendable (FileFacts) -> Manifest) async throws(PullError) -> Manifest {
        try await disk.run { [part, journal, target] () throws(PullError) -> Manifest in
            do throws(DiskError) {
                try part.synchronize()
                let manifest = manifest(try part.facts())
                try manifest.write(for: target)
                try OpenFile.move(part.path, to: target)
                try OpenFile.remove(journal.path)
                return manifest
            } catch {
                throw PullError(error)
            }
        }
    }
}
