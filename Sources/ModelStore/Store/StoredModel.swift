package import ModelCatalog

/// A model in the store.
package struct StoredModel: Sendable, Equatable {
    /// What is known of one of its files.
    package struct File: Sendable, Equatable {
        package var path: String
        /// Its path in the repository.
        package var name: String
        /// On disk now.
        package var bytes: UInt64
        /// `nil` for a file that somebody put there.
        package var manifest: Manifest?
        package var condition: Condition
    }

    /// Whether a file is what was stored.
    package enum Condition: String, Sendable, Equatable {
        case intact
        /// Its size or the time of its last change is another than when it was stored.
        case changed
        /// There is no manifest.
        case unknown
    }

    package var repository: String
    package var format: ModelArtifact.Format
    /// In the order in which they are loaded.
    package var files: [File]
    /// Parts of a split model that are not there.
    package var missing: [String]

    /// As `swarm pull` takes it: `hf:owner/name/file.gguf`, or `hf:owner/name` for a folder.
    package var name: String { "hf:" + repository + (format == .gguf ? "/" + (files.first?.name ?? "") : "") }

    package var bytes: UInt64 { files.reduce(0) { $0 + $1.bytes } }

    /// The first file is what is loaded; of MLX, the folder.
    package var path: String {
        let first = files.first?.path ?? ""
        guard format == .mlx, let name = files.first?.name else { return first }
        return String(first.dropLast(name.count + 1))
    }

    package var isVerified: Bool { !files.isEmpty && files.allSatisfy { $0.manifest?.isVerified == true } }

    /// All of it is there and as it was stored, as far as size and time tell.
    package var isIntact: Bool { missing.isEmpty && files.allSatisfy { $0.condition == .intact } }

    /// What it is on the hub.
    package var artifact: ModelArtifact {
        ModelArtifact(
            format: format,
            repository: repository,
            revision: files.first?.manifest?.commit ?? "main",
            files: files.map { ModelArtifact.File(name: $0.name, bytes: $0.bytes, sha256: $0.manifest?.sha256) }
        )
    }
}

/// A file that is not all there.
package struct PartialModel: Sendable, Equatable {
    /// Where it would be.
    package var path: String
    package var repository: String
    package var file: String
    /// That are there.
    package var bytes: UInt64
    package var total: UInt64?
    /// Unix time of its last change, in seconds.
    package var changedAt: Int
    /// Somebody is fetching it now.
    package var isBusy: Bool
}
