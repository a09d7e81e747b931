import SwarmCore

/// The models of this machine that other nodes may copy, by the names they have on a hub.
package struct SharedModels: Sendable {
    /// A file, as it is here.
    package struct File: Sendable, Equatable {
        package var name: String
        package var path: String
        package var bytes: UInt64
        /// In lower-case hexadecimal; it was right when the file entered the store.
        package var sha256: String
        package var commit: String

        package init(name: String, path: String, bytes: UInt64, sha256: String, commit: String) {
            self.name = name
            self.path = path
            self.bytes = bytes
            self.sha256 = sha256
            self.commit = commit
        }
    }

    /// The whole and unchanged files of `owner/name` at a branch, tag or commit; empty when there are none.
    package var files: @Sendable (_ repository: String, _ revision: String) async -> [File]

    package init(files: @escaping @Sendable (_ repository: String, _ revision: String) async -> [File]) {
        self.files = files
    }

    /// Nothing.
    package static let none = SharedModels { _, _ in [] }

    /// What a hub says of a repository, of one commit only.
    static func listing(of files: [File]) -> JSON? {
        guard let commit = files.first?.commit else { return nil }
        return [
            "sha": .string(commit),
            "siblings": .array(
                files.filter { $0.commit == commit }.map { file in
                    [
                        "rfilename": .string(file.name), "size": .integer(file.bytes),
                        "lfs": ["sha256": .string(file.sha256), "size": .integer(file.bytes)],
                    ]
                }
            ),
        ]
    }
}
