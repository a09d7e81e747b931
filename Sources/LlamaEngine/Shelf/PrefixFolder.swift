import Foundation

/// The folder of the prefix files.
///
/// Whatever else lies in it is not touched.
struct PrefixFolder: Sendable {
    private let path: String
    private static let suffix = ".prefix"
    /// A file that has been written for longer than this, in seconds, was given up by whoever wrote it.
    private static let patience = 600.0

    /// Makes the folder when it is missing.
    init(_ path: String) {
        self.path = path
        try? FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// The name of a file: a hash of all that its state depends on, and one of its tokens.
    static func name(key: UInt64, tokens: [Int32]) -> String {
        String(key, radix: 16) + "-" + String(fnv1a(PrefixFile.bytes(of: tokens)), radix: 16) + suffix
    }

    /// Whether a file has a name that `name` gives.
    private static func isName(_ name: String) -> Bool {
        guard name.hasSuffix(suffix) else { return false }
        let hashes = name.dropLast(suffix.count).split(separator: "-", omittingEmptySubsequences: false)
        return hashes.count == 2 && hashes.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isHexDigit) }
    }

    func path(of name: String) -> String { path + "/" + name }

    /// What is there, the least recently used first; what is no whole file is removed.
    /// - Parameter key: files with another were left by other models: they count, but have no tokens here.
    func entries(key: UInt64) -> [PrefixIndex.Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let found = names.compactMap { name -> (Date, PrefixIndex.Entry)? in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path(of: name))
            guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular else { return nil }
            let used = attributes[.modificationDate] as? Date ?? .distantPast
            if name.hasSuffix(PrefixFile.unfinished), Self.isName(String(name.dropLast(PrefixFile.unfinished.count))) {
                if used.timeIntervalSinceNow < -Self.patience { remove(name) }
                return nil
            }
            guard Self.isName(name) else { return nil }
            guard let file = PrefixFile(at: path(of: name)) else {
                remove(name)
                return nil
            }
            let tokens = file.key == key ? file.tokens : []
            return (used, PrefixIndex.Entry(id: name, tokens: tokens, bytes: file.size, lastUse: 0))
        }
        return found.sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }.map(\.1)
    }

    /// Removes a file; a folder is none.
    func remove(_ name: String) { _ = unsafe unlink(path(of: name)) }

    /// Marks a file as used now.
    func touch(_ name: String) {
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path(of: name))
    }

    /// Bytes that are free on its disk; `nil` when that cannot be told.
    var freeBytes: Int? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        return (attributes?[.systemFreeSize] as? NSNumber).map { Int(clamping: $0.uint64Value) }
    }
}
