import Foundation

/// Writes small files of settings so that nobody ever sees half of one.
package enum AtomicFile {
    /// Puts a text in the place of a file, or makes it.
    ///
    /// The text is written beside it, forced to the disk and renamed. Permissions stay as they are; a new file belongs to this
    /// user only (0600), and so does a new folder (0700). A link stays a link: what it points to is written.
    /// - Parameter isSecret: nobody else may read the file from now on.
    /// - Throws: a `Failure` in words; the file is then as it was.
    package static func write(_ text: String, to path: String, isSecret: Bool = false) throws {
        let files = FileManager.default
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let folder = target.deletingLastPathComponent()
        let attributes = try? files.attributesOfItem(atPath: target.path)
        let old = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0o600
        let mode = isSecret ? old & 0o700 : old
        let draft = folder.appendingPathComponent(".\(target.lastPathComponent).\(UUID().uuidString).tmp")
        do {
            try files.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            try Data().write(to: draft, options: .withoutOverwriting)
            try files.setAttributes([.posixPermissions: mode], ofItemAtPath: draft.path)
            let handle = try FileHandle(forWritingTo: draft)
            defer { try? handle.close() }
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
        } catch {
            try? files.removeItem(at: draft)
            throw Failure("\(path) cannot be written: \(reason(error))")
        }
        guard unsafe rename(draft.path, target.path) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            try? files.removeItem(at: draft)
            throw Failure("\(path) cannot be written: \(reason)")
        }
    }

    /// Keeps a copy of a file beside it, as `NAME.bak`, or `NAME.bak2` and so on where that name is taken by another text.
    /// - Returns: where the copy is; `nil` when there is no file to copy.
    /// - Throws: a `Failure` in words.
    package static func keepCopy(of path: String) throws -> String? {
        let files = FileManager.default
        guard let data = files.contents(atPath: path) else { return nil }
        var number = 1
        while true {
            let copy = path + (number == 1 ? ".bak" : ".bak\(number)")
            guard files.fileExists(atPath: copy) else {
                do {
                    try files.copyItem(
                        at: URL(fileURLWithPath: path).resolvingSymlinksInPath(),
                        to: URL(fileURLWithPath: copy)
                    )
                } catch {
                    throw Failure("\(path) cannot be copied to \(copy): \(reason(error))")
                }
                return copy
            }
            if files.contents(atPath: copy) == data { return copy }
            number += 1
        }
    }

    /// The text of a file; `nil` when there is none.
    /// - Throws: a `Failure` when it is there and cannot be read as UTF-8 text of at most 16 MiB.
    package static func text(of path: String) throws -> String? {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else { return nil }
        let size = (try? files.attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path))?[
            .size
        ]
        guard ((size as? NSNumber)?.intValue ?? 0) <= 16 << 20 else {
            throw Failure("\(path) is too large for settings")
        }
        guard let data = files.contents(atPath: path) else { throw Failure("\(path) cannot be read") }
        guard let text = String(validating: data, as: UTF8.self) else { throw Failure("\(path) is no UTF-8 text") }
        return text
    }

    private static func reason(_ error: any Error) -> String {
        (error as? CocoaError)?.localizedDescription ?? "\(error)"
    }
}
