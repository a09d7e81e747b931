#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system said against a call.
struct PosixError: Error, Sendable, Equatable, CustomStringConvertible {
    let code: Int32

    static var last: PosixError { PosixError(code: errno) }

    var isMissing: Bool { code == ENOENT }
    /// A name that was something else a moment ago, or is a symbolic link where none may be.
    var isSwapped: Bool { code == ELOOP || code == ENOTDIR || code == EMLINK || code == ENOENT }
    var isThere: Bool { code == EEXIST }

    var description: String {
        switch code {
        case ENOENT: "does not exist"
        case EACCES, EPERM: "permission denied"
        case ENOTDIR: "is not a folder"
        case EISDIR: "is a folder"
        case ENOSPC, EDQUOT: "the disk is full"
        case EROFS: "the disk is read-only"
        case ENAMETOOLONG: "the name is too long"
        case ELOOP: "is a symbolic link"
        default: unsafe String(cString: strerror(code))
        }
    }
}

/// An open file or folder; closed when nobody holds it.
final class Descriptor: Sendable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { _ = close(number) }
}

/// What is known of a file without opening it.
struct FileStatus: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case file, folder, link
        /// Such as a pipe, a socket or a device, in words.
        case special(String)
    }

    var kind: Kind
    /// In bytes.
    var size: Int
    /// Nanoseconds since 1970.
    var modified: Int64
    /// Permission bits only.
    var mode: UInt32
    var user: UInt32
    var group: UInt32
    var inode: UInt64
}

/// The few calls of the system that the jail is made of; every name is one component, below an open folder.
enum Posix {
    private static let folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    // Opening a pipe or a device must neither wait nor take a terminal.
    private static let fileFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC

    private static func retried(_ call: () -> Int32) throws(PosixError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            guard errno == EINTR else { throw .last }
        }
    }

    /// The path of the file with all links in it resolved.
    static func realPath(_ path: String) throws(PosixError) -> String {
        guard let found = unsafe realpath(path, nil) else { throw .last }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }

    /// Opens a folder by its whole path; only for the workspace itself.
    static func openRoot(_ path: String) throws(PosixError) -> Descriptor {
        Descriptor(try retried { unsafe open(path, folderFlags) })
    }

    static func openFolder(_ name: String, in folder: Descriptor) throws(PosixError) -> Descriptor {
        Descriptor(try retried { unsafe openat(folder.number, name, folderFlags) })
    }

    static func openFile(_ name: String, in folder: Descriptor) throws(PosixError) -> Descriptor {
        Descriptor(try retried { unsafe openat(folder.number, name, fileFlags) })
    }

    /// Makes a file that was not there, to be written.
    /// - Parameter mode: permission bits, of which the process's mask takes some.
    static func makeFile(_ name: String, in folder: Descriptor, mode: UInt32) throws(PosixError) -> Descriptor {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        return Descriptor(try retried { unsafe openat(folder.number, name, flags, mode_t(mode)) })
    }

    static func makeFolder(_ name: String, in folder: Descriptor) throws(PosixError) {
        _ = try retried { unsafe mkdirat(folder.number, name, 0o777) }
    }

    static func remove(_ name: String, in folder: Descriptor) throws(PosixError) {
        _ = try retried { unsafe unlinkat(folder.number, name, 0) }
    }

    static func rename(_ name: String, to other: String, in folder: Descriptor) throws(PosixError) {
        _ = try retried { unsafe renameat(folder.number, name, folder.number, other) }
    }

    static func sync(_ file: Descriptor) throws(PosixError) { _ = try retried { fsync(file.number) } }

    static func setMode(_ mode: UInt32, of file: Descriptor) throws(PosixError) {
        _ = try retried { fchmod(file.number, mode_t(mode)) }
    }

    static func setOwner(user: UInt32, group: UInt32, of file: Descriptor) throws(PosixError) {
        _ = try retried { fchown(file.number, user, group) }
    }

    /// Whether this process may give files to others.
    static var isRoot: Bool { geteuid() == 0 }

    static func status(of file: Descriptor) throws(PosixError) -> FileStatus {
        var found = stat()
        guard unsafe fstat(file.number, &found) == 0 else { throw .last }
        return FileStatus(found)
    }

    /// Of the name itself, also when it is a link.
    static func status(of name: String, in folder: Descriptor) throws(PosixError) -> FileStatus {
        var found = stat()
        guard unsafe fstatat(folder.number, name, &found, AT_SYMLINK_NOFOLLOW) == 0 else { throw .last }
        return FileStatus(found)
    }

    /// Bytes on the disk that this process may still use.
    static func freeBytes(at folder: Descriptor) throws(PosixError) -> Int {
        var found = statvfs()
        guard unsafe fstatvfs(folder.number, &found) == 0 else { throw .last }
        return Int(clamping: UInt64(found.f_bavail).multipliedReportingOverflow(by: UInt64(found.f_frsize)).0)
    }
}

extension FileStatus {
    fileprivate init(_ found: stat) {
        kind =
            switch UInt32(found.st_mode) & UInt32(S_IFMT) {
            case UInt32(S_IFREG): .file
            case UInt32(S_IFDIR): .folder
            case UInt32(S_IFLNK): .link
            case UInt32(S_IFIFO): .special("a pipe")
            case UInt32(S_IFSOCK): .special("a socket")
            default: .special("a device")
            }
        size = Int(found.st_size)
        #if canImport(Darwin)
        modified = Int64(found.st_mtimespec.tv_sec) &* 1_000_000_000 &+ Int64(found.st_mtimespec.tv_nsec)
        #else
        modified = Int64(found.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(found.st_mtim.tv_nsec)
        #endif
        mode = UInt32(found.st_mode) & 0o777
        user = found.st_uid
        group = found.st_gid
        inode = UInt64(found.st_ino)
    }
}
