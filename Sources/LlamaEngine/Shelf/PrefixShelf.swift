import Dispatch
import Foundation
import Logging
import SwarmCore

/// Long prefixes kept on disk, so that a prompt of ten thousand tokens is read once and not again after a restart.
///
/// Belongs to the engine thread; files are written on a queue of its own, one at a time. Losing a file, or finding it
/// damaged, costs time and nothing else.
final class PrefixShelf {
    typealias Entry = PrefixIndex.Entry

    private let settings: PrefixSettings
    private let key: UInt64
    private let logger: Logger
    private let queue = DispatchQueue(label: "prefixes", qos: .utility)
    private var index = PrefixIndex()
    /// Tokens of what is being written.
    private var writing: [Int32]?
    private var hasWarned = false
    /// As many bytes are left free on the disk.
    private static let reserve = 1 << 30
    private static let suffix = ".prefix"

    /// Looks at what is there; files of other models stay, what is no whole file goes.
    /// - Parameter key: everything that a state depends on.
    init(_ settings: PrefixSettings, key: String, logger: Logger) {
        self.settings = settings
        self.key = fnv1a(key.utf8)
        self.logger = logger
        try? FileManager.default.createDirectory(
            atPath: settings.folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let names = (try? FileManager.default.contentsOfDirectory(atPath: settings.folder)) ?? []
        let found = names.filter { $0.hasSuffix(Self.suffix) }.compactMap { name -> (Date, Entry)? in
            let path = path(of: name)
            guard let file = PrefixFile(at: path) else {
                try? FileManager.default.removeItem(atPath: path)
                return nil
            }
            // What other models left counts towards the limit, but has no tokens here.
            let tokens = file.key == self.key ? file.tokens : []
            let used = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            return (used ?? .distantPast, Entry(id: name, tokens: tokens, bytes: file.size, lastUse: 0))
        }
        index = PrefixIndex(found.sorted { $0.0 < $1.0 }.map(\.1))
    }

    private func path(of id: Entry.ID) -> String { settings.folder + "/" + id }

    /// The prefix on disk that has most of a prompt; see `PrefixIndex`.
    func bestMatch(for prompt: [Int32], limit: Int, wholeOnly: Bool) -> (entry: Entry, length: Int)? {
        index.bestMatch(for: prompt, limit: limit, wholeOnly: wholeOnly)
    }

    /// The state of an entry; one that cannot be read is forgotten.
    func state(of entry: Entry) -> Data? {
        let path = path(of: entry.id)
        guard let file = PrefixFile(at: path), file.key == key, file.tokens == entry.tokens,
            let state = file.state(at: path)
        else {
            logger.notice("a prefix on disk is damaged and was removed", metadata: ["file": "\(path)"])
            forget(entry.id)
            return nil
        }
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
        index.touch(entry.id)
        return state
    }

    /// Removes an entry and its file.
    func forget(_ id: Entry.ID) {
        index.remove(id)
        try? FileManager.default.removeItem(atPath: path(of: id))
    }

    /// Whether a sequence should be written now: one at a time, and only what is worth it.
    func wants(_ tokens: [Int32]) -> Bool { writing == nil && index.isWorthKeeping(tokens) }

    /// Writes a sequence behind the engine's back.
    /// - Parameter done: called once on another thread, with what `settle` takes.
    func keep(_ tokens: [Int32], state: Data, done: @escaping @Sendable (Entry?, [Entry.ID]) -> Void) {
        let replaced = index.covered(by: tokens)
        let bytes = state.count + 4 * tokens.count + 40
        guard let evicted = index.evictions(for: bytes, maximum: settings.maximumBytes, sparing: replaced),
            hasRoom(for: bytes)
        else {
            // It would be refused again and again: for this run it counts as kept.
            index.add(Entry(id: "", tokens: tokens, bytes: 0, lastUse: 0))
            return
        }
        writing = tokens
        for id in evicted { forget(id) }
        let id = name(for: tokens)
        let (path, key) = (path(of: id), key)
        queue.async {
            let file = PrefixFile(key: key, tokens: tokens, state: state)
            do {
                try file.write(state: state, to: path)
                done(Entry(id: id, tokens: tokens, bytes: file.size, lastUse: 0), replaced)
            } catch {
                done(nil, [])
            }
        }
    }

    /// Takes what came of writing.
    func settle(_ entry: Entry?, instead replaced: [Entry.ID]) {
        defer { writing = nil }
        guard let entry else {
            if !hasWarned {
                logger.warning("prefixes cannot be kept on disk", metadata: ["folder": "\(settings.folder)"])
            }
            hasWarned = true
            if let writing { index.add(Entry(id: "", tokens: writing, bytes: 0, lastUse: 0)) }
            return
        }
        for id in replaced where id != entry.id { forget(id) }
        index.add(entry)
        logger.debug(
            "a prefix was kept on disk",
            metadata: ["tokens": "\(entry.tokens.count)", "bytes": "\(entry.bytes)"]
        )
    }

    /// Waits for what is being written.
    func finish() { queue.sync {} }

    private func name(for tokens: [Int32]) -> Entry.ID {
        let hash = fnv1a(tokens.flatMap { token in (0..<4).map { UInt8(truncatingIfNeeded: token >> (8 * $0)) } })
        return String(key, radix: 16) + "-" + String(hash, radix: 16) + Self.suffix
    }

    private func hasRoom(for bytes: Int) -> Bool {
        let free = try? FileManager.default.attributesOfFileSystem(forPath: settings.folder)[.systemFreeSize] as? Int
        guard let free else { return true }
        return free - bytes >= Self.reserve
    }
}
