/// The files of one model in one quantisation, as they lie on a hub.
package struct ModelArtifact: Sendable, Equatable {
    package enum Format: String, Sendable, CaseIterable {
        /// One file, or one split into numbered parts; the first part is the one to load.
        case gguf
        /// A folder for mlx-lm.
        case mlx
    }

    /// One file of it.
    package struct File: Sendable, Equatable {
        /// Its path in the repository, with `/`.
        package var name: String
        /// `nil` until the hub was asked.
        package var bytes: UInt64?
        /// In lower-case hexadecimal; `nil` until the hub was asked.
        package var sha256: String?

        package init(name: String, bytes: UInt64? = nil, sha256: String? = nil) {
            self.name = name
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    package var format: Format
    /// `owner/name` on the hub.
    package var repository: String
    /// A branch, tag or commit.
    package var revision: String
    /// In the order in which they are loaded; of MLX folders empty until the hub was asked.
    package var files: [File]

    package init(format: Format, repository: String, revision: String = "main", files: [File]) {
        self.format = format
        self.repository = repository
        self.revision = revision
        self.files = files
    }

    /// All files together, in bytes; `nil` while one is not known.
    package var bytes: UInt64? {
        var total: UInt64 = 0
        for file in files {
            guard let bytes = file.bytes else { return nil }
            total += bytes
        }
        return files.isEmpty ? nil : total
    }
}
