/// What `list`, `glob` and `grep` show.
enum FindTools {
    /// Names that `list` shows, paths that `glob` shows, lines that `grep` shows.
    static let names = 300, paths = 100, hits = 100
    /// Names in a folder that are looked at, files that fit a pattern, and files grep reads, in bytes.
    private static let folder = 10_000, fitting = 20_000, file = 4 << 20
    /// Bytes of a line that are searched, and that are shown.
    private static let searched = 2000, shown = 300

    static func list(_ place: Place) throws(JailError) -> String {
        let folder = try place.openFolder()
        let (names, isCut) = try jailed(place.path) { () throws(PosixError) in
            try Posix.names(in: folder, limit: FindTools.folder)
        }
        guard !names.isEmpty else { return "(\(place.path) is empty)" }
        let lines = names.sorted().prefix(FindTools.names).map { name in
            switch (try? Posix.status(of: name, in: folder))?.kind {
            case .folder: name + "/"
            case .link: name + "@"
            case .file, .special, nil: name
            }
        }
        let rest = names.count - lines.count
        guard rest > 0 || isCut else { return lines.joined(separator: "\n") }
        return lines.joined(separator: "\n") + "\n(\(rest)\(isCut ? " or more" : "") others not shown)"
    }

    /// Paths of files that fit, newest first.
    static func glob(_ pattern: String, in place: Place, until end: WalkEnd) throws(JailError) -> String {
        let glob = GlobPattern(pattern)
        var found: [(path: String, modified: Int64)] = []
        var walk = TreeWalk()
        walk.run(from: try place.openFolder(), until: end) { file in
            if glob.matches(file.path) { found.append((place.path(of: file), file.status.modified)) }
            return found.count < fitting
        }
        let note = walk.shortfall.map { "\n(not everything was searched: \($0))" } ?? ""
        guard !found.isEmpty else { return "(no files fit \(pattern))" + note }
        found.sort { ($1.modified, $0.path) < ($0.modified, $1.path) }
        let rest = found.count - paths
        let lines = found.prefix(paths).map(\.path).joined(separator: "\n")
        return lines + (rest > 0 ? "\n(\(rest) older files not shown)" : "") + note
    }

    /// Lines that fit, as `path:line: text`, in order of paths.
    /// - Parameter mayRead: whether policy lets a file be read; others are left out.
    static func grep(
        _ pattern: LinePattern,
        in place: Place,
        include: String?,
        until end: WalkEnd,
        mayRead: (String) -> Bool
    ) throws(JailError) -> String {
        var search = Search(pattern: pattern, end: end)
        if try place.existing().kind == .folder {
            let glob = include.map(GlobPattern.init)
            var walk = TreeWalk()
            walk.run(from: try place.openFolder(), until: end) { file in
                let path = place.path(of: file)
                guard glob?.matches(file.path) != false, mayRead(path) else { return true }
                let there = Place(folder: file.folder, name: file.name, status: file.status, path: path)
                return search.search((try? there.contents(limit: FindTools.file).bytes) ?? [], path: path)
            }
            search.shortfall = search.shortfall ?? walk.shortfall
        } else {
            _ = search.search(try place.contents(limit: ReadTool.file).bytes, path: place.path)
        }
        let note = search.shortfall.map { "\n(not everything was searched: \($0))" } ?? ""
        guard !search.lines.isEmpty else { return "(nothing found)" + note }
        return search.lines.joined(separator: "\n") + (search.isFull ? "\n(there is more; narrow the search)" : "")
            + note
    }

    private struct Search {
        let pattern: LinePattern
        let end: WalkEnd
        var lines: [String] = []
        var isFull = false
        var shortfall: String?

        /// - Returns: whether to go on.
        mutating func search(_ bytes: [UInt8], path: String) -> Bool {
            guard !FileText.isBinary(bytes) else { return true }
            for (place, line) in FileText.lines(bytes).enumerated() {
                if place % 64 == 63, end.isReached {
                    shortfall = "the time was over"
                    return false
                }
                guard pattern.isFound(in: line.prefix(UTF8Cut.prefix(line, FindTools.searched))) else { continue }
                guard lines.count < FindTools.hits else {
                    isFull = true
                    return false
                }
                lines.append("\(path):\(place + 1): \(FileText.shown(line, limit: FindTools.shown))")
            }
            return true
        }
    }
}

extension Place {
    /// The path from the workspace of something found below this folder.
    fileprivate func path(of file: TreeWalk.Found) -> String { path == "." ? file.path : path + "/" + file.path }
}
