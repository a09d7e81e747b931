import SwarmCore

/// Says when a walk through files has to end: when it is told to, or when its time is over.
final class WalkEnd: Sendable {
    private let deadline: ContinuousClock.Instant
    private let isStopped = Locked(false)

    init(after time: Duration) { deadline = .now + time }

    func stop() { isStopped.withLock { $0 = true } }

    var isReached: Bool { isStopped.withLock { $0 } || .now > deadline }
}

/// Goes through all files below a folder, in order of their names, without following links.
struct TreeWalk {
    /// Folders whose insides nobody asks for.
    static let ignored: Set<String> = [".git", "node_modules", ".build"]
    /// Folders within folders, and names in all.
    private static let depth = 40, entries = 100_000

    /// A regular file on the way.
    struct Found {
        var name: String
        /// From the folder where the walk began.
        var path: String
        var folder: Descriptor
        var status: FileStatus
    }

    private struct Level {
        var folder: Descriptor
        /// With a slash at its end; empty at the top.
        var prefix: String
        /// Still to be seen, last first.
        var names: [String]
    }

    /// Why a walk did not see everything, in words.
    private(set) var shortfall: String?
    private var seen = 0

    /// - Parameter visit: is given each file and says whether to go on.
    mutating func run(from top: Descriptor, until end: WalkEnd, visit: (Found) -> Bool) {
        var levels = [level(top, "")]
        while var level = levels.popLast() {
            guard let name = level.names.popLast() else { continue }
            levels.append(level)
            guard !end.isReached else {
                shortfall = "the time was over"
                return
            }
            // What vanished or cannot be opened is left out.
            guard let status = try? Posix.status(of: name, in: level.folder) else { continue }
            let path = level.prefix + name
            switch status.kind {
            case .file:
                guard visit(Found(name: name, path: path, folder: level.folder, status: status)) else { return }
            case .folder where !TreeWalk.ignored.contains(name):
                guard levels.count < TreeWalk.depth else {
                    shortfall = "folders are too deep"
                    continue
                }
                if let inner = try? Posix.openFolder(name, in: level.folder) {
                    levels.append(self.level(inner, path + "/"))
                }
            case .folder, .link, .special: break
            }
        }
    }

    private mutating func level(_ folder: Descriptor, _ prefix: String) -> Level {
        let room = TreeWalk.entries - seen
        let found = (try? Posix.names(in: folder, limit: room)) ?? (names: [], isCut: false)
        seen += found.names.count
        if found.isCut { shortfall = "there are more than \(TreeWalk.entries) files" }
        return Level(folder: folder, prefix: prefix, names: found.names.sorted(by: >))
    }
}
