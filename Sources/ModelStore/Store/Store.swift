import ModelCatalog
import SwarmCore

/// The folder of models that were pulled: `owner/name/file.gguf`, with a manifest beside every file.
///
/// Several processes may use it at once. A file stands under its own name only once it is whole, and once its hash is
/// right where the hub tells one.
package struct Store: Sendable {
    /// Without a slash at its end.
    package let folder: String
    let disk = DiskQueue()

    package init(folder: String) {
        self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    /// Where a file of a repository is, or would be.
    /// - Throws: `PullError.unusable` for names that could lead out of the folder.
    package func path(of file: String, in repository: String) throws(PullError) -> String {
        guard HubName.isRepository(repository) else {
            throw .unusable(repository, reason: "a repository is named owner/name")
        }
        guard HubName.isFile(file) else { throw .unusable(file, reason: "that is no path in a repository") }
        return "\(folder)/\(repository)/\(file)"
    }

    /// All models, by name, whole or not, changed or not.
    package func list() async -> [StoredModel] {
        await disk.run { [self] in
            var models: [StoredModel] = []
            for (repository, files) in repositories() {
                let ggufs = files.filter { SplitName($0.name) != nil }
                let groups = Dictionary(grouping: ggufs) { SplitName($0.name)?.base ?? $0.name }
                for files in groups.values {
                    let sorted = files.sorted { $0.name < $1.name }
                    let names = Set(sorted.map(\.name))
                    let all = sorted.first.flatMap { SplitName($0.name) }?.all ?? []
                    let missing = all.count > 1 ? all.filter { !names.contains($0) } : []
                    models.append(StoredModel(repository: repository, format: .gguf, files: sorted, missing: missing))
                }
                let others = files.filter { SplitName($0.name) == nil && $0.manifest != nil }
                if others.contains(where: { $0.name.hasSuffix(".safetensors") }) {
                    models.append(StoredModel(repository: repository, format: .mlx, files: others, missing: []))
                }
            }
            return models.sorted { $0.name < $1.name }
        }
    }

    /// Files that are not all there, the oldest first.
    package func partials() async -> [PartialModel] {
        await disk.run { [self] in
            walk().compactMap { entry -> PartialModel? in
                guard entry.path.hasSuffix(StoreName.part), let name = name(of: entry.path) else { return nil }
                let target = String(entry.path.dropLast(StoreName.part.count))
                let journal = Journal.read(target + StoreName.journal)
                let file = try? OpenFile(entry.path, for: .reading)
                return PartialModel(
                    path: target,
                    repository: name.repository,
                    file: String(name.file.dropLast(StoreName.part.count)),
                    bytes: journal?.ranges.count ?? 0,
                    total: journal?.content.bytes,
                    changedAt: Int(entry.facts.modified / 1_000_000_000),
                    isBusy: file.map { !$0.lock() } ?? true
                )
            }
            .sorted { ($0.changedAt, $0.path) < ($1.changedAt, $1.path) }
        }
    }

    /// Bytes on disk of everything in the folder.
    package func usedBytes() async -> UInt64 {
        await disk.run { [self] in walk().reduce(0) { $0 + $1.facts.usedBytes } }
    }

    /// Marks a file as used until the lease is gone, so that `remove` refuses; `nil` when it cannot be opened.
    package static func lease(_ path: String) -> Lease? {
        guard let file = try? OpenFile(path, for: .reading), file.lock(shared: true) else { return nil }
        return Lease(file: file)
    }

    /// Keeps a model from being removed.
    package struct Lease: Sendable {
        fileprivate let file: OpenFile
    }

    /// Every file of the store's own layout.
    func walk() -> [FolderWalk.Entry] { FolderWalk(folder, depth: 9).entries }

    /// Which repository and file a path below the folder means.
    func name(of path: String) -> (repository: String, file: String)? {
        guard path.hasPrefix(folder + "/") else { return nil }
        let parts = path.dropFirst(folder.count + 1).split(separator: "/", maxSplits: 2)
        guard parts.count == 3 else { return nil }
        return ("\(parts[0])/\(parts[1])", String(parts[2]))
    }

    private func repositories() -> [(key: String, value: [StoredModel.File])] {
        var files: [String: [StoredModel.File]] = [:]
        for entry in walk() {
            guard let name = name(of: entry.path), HubName.isRepository(name.repository), HubName.isFile(name.file)
            else { continue }
            let manifest = Manifest.read(for: entry.path)
            let condition: StoredModel.Condition =
                manifest.map { $0.fits(entry.facts) ? .intact : .changed } ?? .unknown
            files[name.repository, default: []].append(
                StoredModel.File(
                    path: entry.path,
                    name: name.file,
                    bytes: entry.facts.bytes,
                    manifest: manifest,
                    condition: condition
                )
            )
        }
        return files.mapValues { $0.sorted { $0.name < $1.name } }.sorted { $0.key < $1.key }
    }
}
