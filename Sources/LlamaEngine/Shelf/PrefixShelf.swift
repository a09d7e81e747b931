import Dispatch
import Foundation
import Logging
import SwarmCore

/// Long prefixes kept on disk, so that a prompt of ten thousand tokens is read once and not again after a restart.
///
/// Belongs to the engine thread; files are written on a queue of its own, one at a time. Losing a file, or finding it
/// damaged, costs time and nothing else. Several servers may share a folder.
final class PrefixShelf {
    typealias Entry = PrefixIndex.Entry

    /// What is being written, and what came of it.
    private struct Writing {
        var tokens: [Int32]
        /// Files it makes superfluous.
        var replaced: [Entry.ID]
        let written = Locked<Entry?>(nil)
    }

    private let settings: PrefixSettings
    private let folder: PrefixFolder
    private let key: UInt64
    private let logger: Logger
    private let queue = DispatchQueue(label: "prefixes", qos: .utility)
    private var index: PrefixIndex
    private var writing: Writing?
    private var hasWarned = false
    /// As many bytes are left free on the disk.
    private static let reserve = 1 << 30

    /// Looks at what is there; files of other models stay, what is no whole file goes.
    /// - Parameters:
    ///   - key: everything that a state depends on.
    ///   - wholeOnly: the memory cannot be cut back to an earlier token.
    init(_ settings: PrefixSettings, key: String, wholeOnly: Bool, logger: Logger) {
        self.settings = settings
        self.key = fnv1a(key.utf8)
        self.logger = logger
        folder = PrefixFolder(settings.folder)
        index = PrefixIndex(folder.entries(key: self.key), shortest: settings.shortest, wholeOnly: wholeOnly)
        for id in index.evictions(for: 0, maximum: settings.maximumBytes) ?? [] { forget(id) }
    }

    /// Fewest tokens that are kept.
    var shortest: Int { settings.shortest }

    /// The prefix on disk that has most of a prompt; see `PrefixIndex`.
    func bestMatch(for prompt: [Int32], limit: Int) -> (entry: Entry, length: Int)? {
        index.bestMatch(for: prompt, limit: limit)
    }

    /// The state of an entry; one that cannot be read is forgotten.
    func state(of entry: Entry) -> Data? {
        let path = folder.path(of: entry.id)
        guard let file = PrefixFile(at: path), file.key == key, file.tokens == entry.tokens,
            let state = file.state(at: path)
        else {
            logger.notice("a prefix on disk is damaged and was removed", metadata: ["file": "\(path)"])
            forget(entry.id)
            return nil
        }
        folder.touch(entry.id)
        index.touch(entry.id)
        return state
    }

    /// Removes an entry and its file.
    func forget(_ id: Entry.ID) {
        index.remove(id)
        folder.remove(id)
    }

    /// Whether a sequence should be written now: one at a time, and only what is worth it.
    func wants(_ tokens: [Int32]) -> Bool { writing == nil && index.isWorthKeeping(tokens) }

    /// Lets a sequence be that is not to be asked about again, unless it grows.
    func pass(over tokens: [Int32]) { index.pass(over: tokens) }

    /// Whether there can be room for a sequence; one that never fits is passed over.
    func hasRoom(for tokens: [Int32], stateSize: Int) -> Bool {
        let bytes = PrefixFile.size(tokens: tokens.count, state: stateSize)
        if bytes <= settings.maximumBytes, folder.freeBytes.map({ $0 - bytes >= Self.reserve }) ?? true { return true }
        index.pass(over: tokens)
        return false
    }

    /// Writes a sequence behind the engine's back, once `hasRoom` has said so; what has to go for it goes first.
    /// - Parameter done: called once on another thread; then it is time to `settle`.
    func keep(_ tokens: [Int32], state: Data, done: @escaping @Sendable () -> Void) {
        let replaced = index.covered(by: tokens)
        let bytes = PrefixFile.size(tokens: tokens.count, state: state.count)
        for id in index.evictions(for: bytes, maximum: settings.maximumBytes, sparing: replaced) ?? [] {
            // What still is in memory would otherwise take its place back at once, in turns for ever.
            if let entry = index.entries.first(where: { $0.id == id }) { index.pass(over: entry.tokens) }
            forget(id)
        }
        let id = PrefixFolder.name(key: key, tokens: tokens)
        let started = Writing(tokens: tokens, replaced: replaced.filter { $0 != id })
        writing = started
        let (path, key) = (folder.path(of: id), key)
        let written = started.written
        queue.async {
            let file = PrefixFile(key: key, tokens: tokens, state: state)
            if (try? file.write(state: state, to: path)) != nil {
                written.withLock { $0 = Entry(id: id, tokens: tokens, bytes: file.size, lastUse: 0) }
            }
            done()
        }
    }

    /// Takes what came of writing.
    func settle() {
        guard let ended = writing else { return }
        writing = nil
        guard let entry = ended.written.withLock({ $0 }) else {
            if !hasWarned {
                logger.warning("prefixes cannot be kept on disk", metadata: ["folder": "\(settings.folder)"])
            }
            hasWarned = true
            return pass(over: ended.tokens)
        }
        for id in ended.replaced { forget(id) }
        index.add(entry)
        logger.debug(
            "a prefix was kept on disk",
            metadata: ["tokens": "\(entry.tokens.count)", "bytes": "\(entry.bytes)"]
        )
    }

    /// Waits for what is being written.
    func finish() {
        queue.sync {}
        settle()
    }
}
