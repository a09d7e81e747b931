#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Small files with secrets: mode 0600, in a folder that is made with 0700.
///
/// All of it blocks for a moment.
enum PrivateFile {
    /// All bytes of a file; `nil` when there is none.
    ///
    /// What is looked at and what is read is the same open file.
    /// - Throws: `exposed` when others may read or write it, `foreign` when it is another user's, `damaged` when it is larger
    ///   than the limit or no file.
    static func read(_ path: String, limit: Int) throws(TrustError) -> [UInt8]? {
        // Nobody waits for the writer of a pipe.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .unreadable(path: path, reason: reason())
        }
        defer { _ = close(descriptor) }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else { throw .unreadable(path: path, reason: reason()) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .damaged(path: path, reason: "it is no file") }
        guard facts.st_uid == geteuid() else { throw .foreign(path: path) }
        guard facts.st_mode & 0o077 == 0 else { throw .exposed(path: path, mode: Int(facts.st_mode & 0o777)) }
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit + 1) { room, filled in
            while filled <= limit {
                let start = filled
                let more = unsafe pread(
                    descriptor,
                    room.baseAddress?.advanced(by: start),
                    room.count - start,
                    off_t(start)
                )
                if more < 0, errno == EINTR { continue }
                if more < 0 { failed = true }
                guard more > 0 else { return }
                filled += more
            }
        }
        if failed { throw .unreadable(path: path, reason: reason()) }
        guard bytes.count <= limit else { throw .damaged(path: path, reason: "it is larger than \(limit) bytes") }
        return bytes
    }

    /// Makes a file with all of its bytes in one step.
    /// - Returns: `false` when there is one already, which stays as it is.
    static func create(_ path: String, with bytes: [UInt8]) throws(TrustError) -> Bool {
        try locked(path) { () throws(TrustError) in
            // A link that leads nowhere is in the way as well.
            var facts = stat()
            if unsafe lstat(path, &facts) == 0 { return false }
            try put(bytes, at: path)
            return true
        }
    }

    /// Puts bytes in the place of a file, or makes it, in one step.
    static func replace(_ path: String, with bytes: [UInt8]) throws(TrustError) {
        try locked(path) { () throws(TrustError) in try put(bytes, at: path) }
    }

    /// Removes a file.
    /// - Returns: whether there was one.
    static func remove(_ path: String) throws(TrustError) -> Bool {
        if unsafe unlink(path) == 0 { return true }
        guard errno == ENOENT else { throw .unwritable(path: path, reason: reason()) }
        return false
    }

    /// Runs while no other process does the same in this folder (flock).
    ///
    /// A lock and not a hard link decides who comes first, since not every file system has those. Where there are no
    /// locks either, the last one wins.
    private static func locked<Result>(
        _ path: String,
        _ body: () throws(TrustError) -> Result
    ) throws(TrustError) -> Result {
        let folder = folder(of: path)
        try make(folder)
        let descriptor = unsafe open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: reason()) }
        defer { _ = close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
        let result = try body()
        // The new name lasts when the power fails; not every file system can do this.
        _ = fsync(descriptor)
        return result
    }

    /// Writes a draft beside the place and gives it the name.
    private static func put(_ bytes: [UInt8], at path: String) throws(TrustError) {
        let draft = path + ".draft"
        _ = unsafe unlink(draft)
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: reason()) }
        let isWritten = write(bytes, to: descriptor) && fsync(descriptor) == 0
        let isDone = unsafe isWritten && rename(draft, path) == 0
        let reason = reason()
        _ = close(descriptor)
        guard isDone else {
            _ = unsafe unlink(draft)
            throw .unwritable(path: path, reason: reason)
        }
    }

    private static func make(_ folder: String) throws(TrustError) {
        if unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, folder != Self.folder(of: folder) else {
            throw .unwritable(path: folder, reason: reason())
        }
        try make(Self.folder(of: folder))
        guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw .unwritable(path: folder, reason: reason())
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let start = done
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe pwrite(descriptor, all.baseAddress?.advanced(by: start), all.count - start, off_t(start))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
