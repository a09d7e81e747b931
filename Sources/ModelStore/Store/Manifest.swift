import Foundation
import SwarmCore

/// What the store knows of a file in it: where it came from, and what it was when it came.
package struct Manifest: Sendable, Equatable {
    /// The hub's address.
    package var source: String
    package var repository: String
    /// What was asked for: a branch, tag or commit.
    package var revision: String
    package var commit: String
    /// Its path in the repository.
    package var file: String
    package var bytes: UInt64
    /// Of the bytes on disk, in lower-case hexadecimal.
    package var sha256: String
    /// The hub said the same hash; `false` where it says none.
    package var isVerified: Bool
    /// Unix time in seconds.
    package var pulledAt: Int
    /// Unix time of the file's last change when it was stored, in nanoseconds.
    package var modified: Int64

    private static let longest = 1 << 16

    /// Where the manifest of a file is.
    static func path(of file: String) -> String { file + StoreName.manifest }

    /// The manifest of a file; `nil` when there is none that can be read.
    ///
    /// Blocks.
    static func read(for file: String) -> Manifest? {
        Folder.read(path(of: file), limit: longest).flatMap { try? JSON(parsing: $0) }.flatMap(Manifest.init)
    }

    /// Whether what is on disk is what was stored, as far as size and time tell.
    func fits(_ facts: FileFacts?) -> Bool { facts?.bytes == bytes && facts?.modified == modified }

    func write(for file: String) throws(DiskError) { try OpenFile.replace(Self.path(of: file), with: json.utf8 + [10]) }
}

extension Manifest {
    private init?(_ json: JSON) {
        func text(_ key: String) -> String? { json[key]?.stringValue }
        guard json["version"]?.intValue == 1, let source = text("source"), let repository = text("repository"),
            let revision = text("revision"), let commit = text("commit"), let file = text("file"),
            let bytes = json["bytes"]?.intValue.flatMap({ UInt64(exactly: $0) }), let sha256 = text("sha256"),
            let isVerified = json["verified"]?.boolValue, let pulledAt = json["pulled"]?.intValue,
            let modified = json["modified_ns"]?.intValue, HubName.isRepository(repository), HubName.isFile(file)
        else { return nil }
        self.init(
            source: source,
            repository: repository,
            revision: revision,
            commit: commit,
            file: file,
            bytes: bytes,
            sha256: sha256,
            isVerified: isVerified,
            pulledAt: pulledAt,
            modified: Int64(modified)
        )
    }

    private var json: JSON {
        .object(
            JSON.Object([
                ("version", 1), ("source", .string(source)), ("repository", .string(repository)),
                ("revision", .string(revision)), ("commit", .string(commit)), ("file", .string(file)),
                ("bytes", .integer(bytes)), ("sha256", .string(sha256)), ("verified", .bool(isVerified)),
                ("pulled", .integer(pulledAt)), ("modified_ns", .integer(modified)),
            ])
        )
    }
}
