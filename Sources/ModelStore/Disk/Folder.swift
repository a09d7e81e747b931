import Foundation

/// What is done with whole folders; all of it blocks.
package enum Folder {
    /// Makes a folder and those above it.
    static func make(_ path: String) throws(PullError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .disk(path: path, reason: "the folder cannot be made")
        }
    }

    /// Names in a folder, sorted; `nil` when it cannot be read.
    static func names(_ path: String) -> [String]? {
        (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted()
    }

    /// Where a symbolic link leads, as it is written; `nil` for anything else.
    static func destination(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    /// Bytes that are free for this user on the disk of a path, which need not be there yet.
    package static func freeBytes(_ path: String) -> UInt64? {
        var place = URL(fileURLWithPath: path)
        while place.pathComponents.count > 1, !FileManager.default.fileExists(atPath: place.path) {
            place.deleteLastPathComponent()
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: place.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.uint64Value
    }

    /// All of a small file; `nil` when there is none, or it is larger than `limit`.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        guard let file = try? OpenFile(path, for: .reading), let bytes = try? file.read(limit + 1, at: 0),
            bytes.count <= limit
        else { return nil }
        return bytes
    }

    /// Removes a folder if it is empty.
    static func removeEmpty(_ path: String) -> Bool { OpenFile.removeFolder(path) }
}
