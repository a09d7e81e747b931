import ModelCatalog

/// Looks for models that are on this machine already.
///
/// Only whole GGUF models count: files that begin as GGUF files do, with all parts of split ones. Files for pictures and
/// sound beside a model (`mmproj`) are no models of their own. Nothing is changed or copied.
package struct ModelFinder: Sendable {
    private let places: ModelPlaces

    package init(_ places: ModelPlaces) { self.places = places }

    /// All models, place by place; a file that two places lead to is found once.
    package func find() async -> FoundModels {
        await DiskQueue("model finder").run { [places] in
            var search = Search()
            for place in places.places { search.look(at: place) }
            return search.findings
        }
    }

    /// One search, place by place; it blocks.
    private struct Search {
        var findings = FoundModels()
        private var seen: Set<FileFacts.Identity> = []

        mutating func look(at place: ModelPlaces.Place) {
            switch place.origin {
            case .huggingFace: huggingFace(place.folder)
            case .ollama: ollama(place.folder)
            case .store, .lmStudio, .jan, .gpt4All: tree(place)
            }
        }

        /// Folders of files with readable names.
        private mutating func tree(_ place: ModelPlaces.Place) {
            let walk = FolderWalk(place.folder, depth: 9)
            note(walk)
            let names = walk.entries.map { String($0.path.dropFirst(place.folder.count + 1)) }
            for (base, names) in ModelFinder.groups(names) {
                let paths = names.map { place.folder + "/" + $0 }
                let manifest = place.origin == .store ? Manifest.read(for: paths[0]) : nil
                let isHub = place.origin == .store || place.origin == .lmStudio
                let artifact = isHub ? ModelFinder.artifact(names, revision: manifest?.commit ?? "main") : nil
                add(place.origin, names.count == 1 ? names[0] : base, paths, artifact: artifact)
            }
        }

        /// `models--owner--name/snapshots/<commit>/…`, links to blobs that are named by their hash.
        private mutating func huggingFace(_ folder: String) {
            for entry in Folder.names(folder) ?? [] where entry.hasPrefix("models--") {
                // A name on the hub has no two dashes in a row.
                let repository = entry.dropFirst(8).split(separator: "--").joined(separator: "/")
                let snapshots = "\(folder)/\(entry)/snapshots"
                let main = Folder.read("\(folder)/\(entry)/refs/main", limit: 100)
                    .map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } }
                // The commit that `main` means comes first: of a file that several commits have, it counts.
                let commits = (Folder.names(snapshots) ?? []).sorted {
                    ($0 != main ? 1 : 0, $0) < ($1 != main ? 1 : 0, $1)
                }
                for commit in commits {
                    let place = snapshots + "/" + commit
                    let walk = FolderWalk(place, depth: 6)
                    note(walk)
                    for (base, names) in ModelFinder.groups(
                        walk.entries.map { String($0.path.dropFirst(place.count + 1)) }
                    ) {
                        let paths = names.map { place + "/" + $0 }
                        let files = zip(names, paths).map { name, path in
                            let blob = Folder.destination(path)?.split(separator: "/").last.map(String.init)
                            let hash = blob.flatMap { Digest.isSHA256($0) ? $0 : nil }
                            return ModelArtifact.File(name: name, bytes: FileFacts(path)?.bytes, sha256: hash)
                        }
                        let artifact =
                            HubName.isRepository(repository)
                            ? ModelArtifact(format: .gguf, repository: repository, revision: commit, files: files) : nil
                        let name = names.count == 1 ? names[0] : base
                        add(.huggingFace, repository + "/" + name, paths, artifact: artifact)
                    }
                }
            }
        }

        /// `manifests/<host>/<owner>/<name>/<tag>`, each a list of blobs.
        private mutating func ollama(_ folder: String) {
            let manifests = folder + "/manifests"
            let walk = FolderWalk(manifests, depth: 4)
            note(walk)
            for entry in walk.entries {
                let parts = entry.path.dropFirst(manifests.count + 1).split(separator: "/").map(String.init)
                guard parts.count == 4, let bytes = Folder.read(entry.path, limit: 1 << 20),
                    let digests = OllamaManifest.models(bytes)
                else { continue }
                let owner =
                    parts[0] == "registry.ollama.ai" ? (parts[1] == "library" ? [] : [parts[1]]) : [parts[0], parts[1]]
                let name = (owner + [parts[2]]).joined(separator: "/") + ":" + parts[3]
                add(.ollama, name, digests.map { "\(folder)/blobs/sha256-\($0)" }, artifact: nil)
            }
        }

        private mutating func note(_ walk: FolderWalk) {
            findings.unreadable += walk.unreadable
            findings.isCut = findings.isCut || walk.isCut
        }

        private mutating func add(
            _ origin: FoundModel.Origin,
            _ name: String,
            _ paths: [String],
            artifact: ModelArtifact?
        ) {
            let facts = paths.compactMap { FileFacts($0) }
            guard facts.count == paths.count, let first = facts.first, !seen.contains(first.identity),
                paths.allSatisfy(ModelFinder.isGGUF)
            else { return }
            seen.insert(first.identity)
            findings.models.append(
                FoundModel(
                    origin: origin,
                    name: name,
                    paths: paths,
                    bytes: facts.reduce(0) { $0 + $1.bytes },
                    artifact: artifact
                )
            )
        }
    }

    /// Whole models among names of files, by their name without number and ending.
    static func groups(_ names: [String]) -> [(base: String, names: [String])] {
        let splits = names.compactMap { name -> (name: String, split: SplitName)? in
            guard !(name.split(separator: "/").last ?? "").lowercased().contains("mmproj") else { return nil }
            return SplitName(name).map { (name, $0) }
        }
        let groups = Dictionary(grouping: splits) { "\($0.split.base)/\($0.split.parts)" }
        return groups.values.compactMap { group -> (base: String, names: [String])? in
            let sorted = group.sorted { $0.name < $1.name }
            guard let first = sorted.first, sorted.map(\.split.part) == Array(1...first.split.parts) else { return nil }
            return (first.split.base, sorted.map(\.name))
        }
        .sorted { ($0.base, $0.names.count) < ($1.base, $1.names.count) }
    }

    /// `owner/name/file…` as an artifact; `nil` for other paths.
    private static func artifact(_ names: [String], revision: String) -> ModelArtifact? {
        let parts = names.map { $0.split(separator: "/", maxSplits: 2).map(String.init) }
        guard parts.allSatisfy({ $0.count == 3 }), let first = parts.first else { return nil }
        let repository = first[0] + "/" + first[1]
        guard HubName.isRepository(repository) else { return nil }
        let files = parts.map { ModelArtifact.File(name: $0[2]) }
        return ModelArtifact(format: .gguf, repository: repository, revision: revision, files: files)
    }

    /// The file begins as the GGUF specification says.
    static func isGGUF(_ path: String) -> Bool {
        guard let file = try? OpenFile(path, for: .reading) else { return false }
        return (try? file.read(4, at: 0)) == Array("GGUF".utf8)
    }
}
