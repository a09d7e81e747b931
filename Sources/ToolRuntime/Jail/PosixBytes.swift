#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Posix {
    /// Reads from where the file is, to its end or to the limit.
    static func read(_ file: Descriptor, upTo limit: Int) throws(PosixError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: min(limit, 1 << 16))
        while bytes.count < limit {
            let wanted = min(piece.count, limit - bytes.count)
            let count = unsafe Glue.read(file.number, &piece, wanted)
            if count < 0 {
                guard errno == EINTR else { throw .last }
                continue
            }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        return bytes
    }

    /// Writes everything.
    static func write(_ bytes: [UInt8], to file: Descriptor) throws(PosixError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glue.write(file.number, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR else { throw .last }
                continue
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Where a symbolic link leads.
    /// - Throws: also for a target that is not UTF-8 or longer than 4,096 bytes.
    static func target(of name: String, in folder: Descriptor) throws(PosixError) -> String {
        var bytes = [CChar](repeating: 0, count: 4097)
        let count = unsafe readlinkat(folder.number, name, &bytes, bytes.count)
        guard count >= 0 else { throw .last }
        guard count < bytes.count else { throw PosixError(code: ENAMETOOLONG) }
        guard let text = String(validating: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) else {
            throw PosixError(code: EILSEQ)
        }
        return text
    }

    /// The names in a folder, without `.` and `..`, in no order; those that are not UTF-8 are left out.
    /// - Returns: also whether there were more than the limit.
    static func names(in folder: Descriptor, limit: Int) throws(PosixError) -> (names: [String], isCut: Bool) {
        // A descriptor of its own, since the place in the folder belongs to the open file.
        let own = unsafe openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw .last }
        guard let stream = unsafe fdopendir(own) else {
            let error = PosixError.last
            _ = close(own)
            throw error
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name: String? = unsafe withUnsafePointer(to: &entry.pointee.d_name) { start in
                unsafe start.withMemoryRebound(to: CChar.self, capacity: 1) { unsafe String(validatingCString: $0) }
            }
            guard let name, name != ".", name != ".." else { continue }
            guard names.count < limit else { return (names, true) }
            names.append(name)
        }
        return (names, false)
    }
}

/// The system's own names, which `Posix` has too.
private enum Glue {
    #if canImport(Glibc)
    static func read(_ file: Int32, _ to: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        unsafe Glibc.read(file, to, count)
    }
    static func write(_ file: Int32, _ from: UnsafeRawPointer?, _ count: Int) -> Int {
        unsafe Glibc.write(file, from, count)
    }
    #elseif canImport(Musl)
    static func read(_ file: Int32, _ to: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        unsafe Musl.read(file, to, count)
    }
    static func write(_ file: Int32, _ from: UnsafeRawPointer?, _ count: Int) -> Int {
        unsafe Musl.write(file, from, count)
    }
    #else
    static func read(_ file: Int32, _ to: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        unsafe Darwin.read(file, to, count)
    }
    static func write(_ file: Int32, _ from: UnsafeRawPointer?, _ count: Int) -> Int {
        unsafe Darwin.write(file, from, count)
    }
    #endif
}
