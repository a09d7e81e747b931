extension Place {
    /// What is there, or why nothing is.
    func existing() throws(JailError) -> FileStatus {
        guard let status else { throw JailError(.missing, path, "does not exist") }
        return status
    }

    /// Opens a regular file to be read; pipes, sockets and devices are refused before and after.
    func openFile() throws(JailError) -> (file: Descriptor, status: FileStatus) {
        try Place.requireFile(try existing(), path)
        let file = try jailed(path) { () throws(PosixError) in try Posix.openFile(name, in: folder) }
        let status = try jailed(path) { () throws(PosixError) in try Posix.status(of: file) }
        try Place.requireFile(status, path)
        return (file, status)
    }

    /// Opens a folder to be listed or walked.
    func openFolder() throws(JailError) -> Descriptor {
        guard try existing().kind == .folder else { throw JailError(.unusable, path, "is not a folder") }
        return try jailed(path) { () throws(PosixError) in try Posix.openFolder(name, in: folder) }
    }

    private static func requireFile(_ status: FileStatus, _ path: String) throws(JailError) {
        switch status.kind {
        case .file: return
        case .folder: throw JailError(.unusable, path, "is a folder")
        case .link: throw JailError(.unusable, path, "changed while it was opened")
        case .special(let kind): throw JailError(.refused, path, "is \(kind), not a file")
        }
    }

    /// The whole file.
    /// - Parameter limit: in bytes; a longer file is an error that says how long it is.
    func contents(limit: Int) throws(JailError) -> (bytes: [UInt8], status: FileStatus) {
        let (file, status) = try openFile()
        let bytes = try jailed(path) { () throws(PosixError) in try Posix.read(file, upTo: limit + 1) }
        guard bytes.count <= limit else {
            throw JailError(.unusable, path, "has \(max(status.size, bytes.count)) bytes, more than \(limit)")
        }
        return (bytes, status)
    }

    /// Puts a file there that is either the old one or the whole new one at every moment.
    ///
    /// The bytes go to a new file in the same folder, which then takes the name; a link that appears under the name is
    /// replaced and not followed. A file that was there keeps its permissions, and its owner where this process may say
    /// so; a new one gets the folder's owner then. Missing folders are made.
    /// - Parameter seen: what must still be there; `nil` when that does not matter.
    func replace(with bytes: [UInt8], seen: FileStatus? = nil) throws(JailError) {
        if let status { try Place.requireFile(status, path) }
        let home = try jailed(path) { () throws(PosixError) in try madeFolder() }
        let now = try? Posix.status(of: name, in: home)
        if let now { try Place.requireFile(now, path) }
        if let seen, now?.inode != seen.inode || now?.modified != seen.modified || now?.size != seen.size {
            throw JailError(.unusable, path, "was changed by something else; read it again")
        }
        try jailed(path) { () throws(PosixError) in
            let temporary = ".swarm-\(UInt64.random(in: 0...UInt64.max))"
            // Nobody else reads it before it has the permissions of the one it replaces.
            let file = try Posix.makeFile(temporary, in: home, mode: now == nil ? 0o666 : 0o600)
            do throws(PosixError) {
                try Posix.write(bytes, to: file)
                if let now {
                    try Place.give(file, to: now)
                    try Posix.setMode(now.mode, of: file)
                } else {
                    try Place.give(file, to: Posix.status(of: home))
                }
                try Posix.sync(file)
                try Posix.rename(temporary, to: name, in: home)
            } catch {
                try? Posix.remove(temporary, in: home)
                throw error
            }
            try Posix.sync(home)
        }
    }

    private static func give(_ file: Descriptor, to owner: FileStatus) throws(PosixError) {
        if Posix.isRoot { try Posix.setOwner(user: owner.user, group: owner.group, of: file) }
    }

    /// The folder of the name, with what was missing made.
    private func madeFolder() throws(PosixError) -> Descriptor {
        var home = folder
        for part in missing {
            var isNew = true
            do throws(PosixError) {
                try Posix.makeFolder(part, in: home)
            } catch {
                // Made by another call in the meantime; were it a link, opening it would fail.
                guard error.isThere else { throw error }
                isNew = false
            }
            let made = try Posix.openFolder(part, in: home)
            if isNew { try Place.give(made, to: Posix.status(of: home)) }
            home = made
        }
        return home
    }
}
