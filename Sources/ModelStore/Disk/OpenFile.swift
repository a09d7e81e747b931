#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system says went wrong with a file.
struct DiskError: Error, Sendable, Equatable {
    var path: String
    var code: Int32

    init(_ path: String) {
        self.path = path
        code = errno
    }

    var isMissing: Bool { code == ENOENT }
    var words: String { code == ENOSPC || code == EDQUOT ? "the disk is full" : Self.words(code) }

    /// What the system says of a code.
    static func words(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

extension PullError {
    /// What the system says, for the one who pulls.
    init(_ error: DiskError) { self = .disk(path: error.path, reason: error.words) }
}

/// An open file, closed with its last reference; all of it blocks.
final class OpenFile: Sendable {
    enum Purpose {
        case reading
        /// Made when it is not there.
        case updating
    }

    let path: String
    private let descriptor: Int32

    init(_ path: String, for purpose: Purpose) throws(DiskError) {
        let flags = purpose == .reading ? O_RDONLY : O_RDWR | O_CREAT
        let opened = unsafe open(path, flags | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw DiskError(path) }
        self.path = path
        descriptor = opened
    }

    deinit { _ = close(descriptor) }

    /// Takes the advisory lock of the file (flock) if nobody has it who minds; it is kept until the file is closed.
    func lock(shared: Bool = false) -> Bool { flock(descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 }

    /// Whether the path still leads to this file, and not to another or none.
    var isAtItsPath: Bool {
        var own = stat()
        guard unsafe fstat(descriptor, &own) == 0, let there = FileFacts(path) else { return false }
        return FileFacts(own).identity == there.identity
    }

    /// Facts of the open file.
    func facts() throws(DiskError) -> FileFacts {
        var own = stat()
        guard unsafe fstat(descriptor, &own) == 0 else { throw DiskError(path) }
        return FileFacts(own)
    }

    /// Writes all bytes at a place.
    func write(_ bytes: [UInt8], at offset: UInt64) throws(DiskError) {
        var done = 0
        while done < bytes.count {
            let start = done
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe pwrite(
                    descriptor,
                    all.baseAddress?.advanced(by: start),
                    all.count - start,
                    off_t(offset) + off_t(start)
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw DiskError(path) }
            done += count
        }
    }

    /// Reads up to so many bytes at a place; fewer only at the end.
    func read(_ count: Int, at offset: UInt64) throws(DiskError) -> [UInt8] {
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            while filled < count {
                let start = filled
                let more = unsafe pread(
                    descriptor,
                    room.baseAddress?.advanced(by: start),
                    count - start,
                    off_t(offset) + off_t(start)
                )
                if more < 0, errno == EINTR { continue }
                if more < 0 { failed = true }
                guard more > 0 else { return }
                filled += more
            }
        }
        if failed { throw DiskError(path) }
        return bytes
    }

    /// Cuts the file, or makes it longer with zeros that take no room.
    func setSize(_ bytes: UInt64) throws(DiskError) {
        guard ftruncate(descriptor, off_t(bytes)) == 0 else { throw DiskError(path) }
    }

    /// Returns once what was written survives a loss of power.
    func synchronize() throws(DiskError) {
        guard fsync(descriptor) == 0 else { throw DiskError(path) }
    }

    /// Gives a file another name in one step, in place of what had that name, and makes that last.
    static func move(_ path: String, to target: String) throws(DiskError) {
        guard unsafe rename(path, target) == 0 else { throw DiskError(target) }
        let folder = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
        // Not every file system can do this; the name is right all the same.
        _ = try? OpenFile(folder, for: .reading).synchronize()
    }

    /// Removes a file; one that is not there is no error.
    static func remove(_ path: String) throws(DiskError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw DiskError(path) }
    }

    /// Removes a folder if it is empty.
    static func removeFolder(_ path: String) -> Bool { unsafe rmdir(path) == 0 }

    /// Writes a small file beside its place and moves it there.
    static func replace(_ path: String, with bytes: [UInt8]) throws(DiskError) {
        let beside = path + StoreName.unfinished
        try remove(beside)
        let file = try OpenFile(beside, for: .updating)
        try file.write(bytes, at: 0)
        try file.synchronize()
        try move(beside, to: path)
    }
}

/// What the system knows of a file.
struct FileFacts: Sendable, Equatable {
    /// The same for two names of one file.
    struct Identity: Hashable, Sendable {
        var device: UInt64
        var number: UInt64
    }

    enum Kind: Sendable { case file, folder, other }

    var identity: Identity
    var kind: Kind
    var bytes: UInt64
    /// Bytes on disk, without holes.
    var usedBytes: UInt64
    /// Unix time of the last change, in nanoseconds.
    var modified: Int64

    /// Of what a path leads to, through symbolic links; `nil` when there is nothing.
    init?(_ path: String) {
        var info = stat()
        guard unsafe stat(path, &info) == 0 else { return nil }
        self.init(info)
    }

    fileprivate init(_ info: stat) {
        identity = Identity(device: UInt64(truncatingIfNeeded: info.st_dev), number: UInt64(info.st_ino))
        switch info.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        default: kind = .other
        }
        bytes = UInt64(max(0, info.st_size))
        usedBytes = UInt64(max(0, info.st_blocks)) * 512
        #if canImport(Darwin)
        let time = info.st_mtimespec
        #else
        let time = info.st_mtim
        #endif
        modified = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
