import Foundation
package import ModelCatalog
import SwarmCore

/// What a pull came to.
package struct Pulled: Sendable, Equatable {
    /// With commit, sizes and hashes.
    package var artifact: ModelArtifact
    /// Of its files, in the same order.
    package var paths: [String]
    /// Bytes that were fetched; 0 when all was there.
    package var fetched: UInt64
    /// The hub told a hash for every file, and it is right.
    package var isVerified: Bool
}

extension Store {
    /// Fetches what is missing of a model; returns when all of it is in the store.
    ///
    /// One process fetches a file at a time; the others wait and find it. Cancelled or failed, it leaves what has arrived,
    /// and the next pull goes on from there. What does not have the hash that the hub tells never enters the store.
    /// - Parameter artifact: without files it is all that mlx-lm needs of the repository.
    package func pull(_ artifact: ModelArtifact, from hub: Hub, meter: PullMeter = PullMeter()) async throws(PullError)
        -> Pulled
    {
        if hub.settings.isOffline { return try await onDisk(artifact) }
        meter.enter(.resolving, bytes: 0)
        let listing = try await hub.listing(of: artifact.repository, revision: artifact.revision)
        let files = try Self.files(of: artifact, in: listing)
        try await checkSpace(for: files, in: artifact.repository, rules: hub.rules)
        var pulled = Pulled(artifact: artifact, paths: [], fetched: 0, isVerified: true)
        pulled.artifact.revision = listing.commit
        pulled.artifact.files = []
        let sizes = files.map(\.bytes)
        meter.begin(files: files.count, total: sizes.contains(nil) ? nil : sizes.compactMap(\.self).reduce(0, +))
        var before: UInt64 = 0
        for (number, file) in files.enumerated() {
            meter.begin(file: file.name, number: number + 1, bytes: file.bytes ?? 0, before: before)
            let one = FilePull(
                store: self,
                hub: hub,
                meter: meter,
                artifact: artifact,
                commit: listing.commit,
                file: file
            )
            let (manifest, fetched) = try await one.run()
            before += manifest.bytes
            pulled.fetched += fetched
            pulled.isVerified = pulled.isVerified && manifest.isVerified
            pulled.paths.append(try path(of: file.name, in: artifact.repository))
            pulled.artifact.files.append(
                ModelArtifact.File(name: file.name, bytes: manifest.bytes, sha256: manifest.sha256)
            )
        }
        return pulled
    }

    /// What is in the store of a model, without asking anybody.
    /// - Throws: `PullError.offline` when not all of it is there as it was stored.
    private func onDisk(_ artifact: ModelArtifact) async throws(PullError) -> Pulled {
        let models = await list().filter { $0.repository == artifact.repository && $0.format == artifact.format }
        let wanted = Set(artifact.files.map(\.name))
        let model = models.first { wanted.isEmpty || wanted.isSubset(of: $0.files.map(\.name)) }
        guard let model, model.isIntact else {
            throw .offline(artifact.repository + (artifact.files.first.map { "/" + $0.name } ?? ""))
        }
        var found = model.artifact
        found.files = found.files.filter { wanted.isEmpty || wanted.contains($0.name) }
        let names = Set(found.files.map(\.name))
        return Pulled(
            artifact: found,
            paths: model.files.filter { names.contains($0.name) }.map(\.path),
            fetched: 0,
            isVerified: model.isVerified
        )
    }

    /// The wanted files as the hub has them; what the catalogue says of them must agree.
    package static func files(of artifact: ModelArtifact, in listing: HubListing) throws(PullError) -> [ModelArtifact
        .File]
    {
        if artifact.files.isEmpty {
            let files = listing.files.filter { isForMLX($0.name) }
            guard files.contains(where: { $0.name.hasSuffix(".safetensors") }) else {
                throw .unknownFile("model.safetensors", repository: listing.repository, others: likely(listing))
            }
            return files
        }
        var names: [String] = []
        for file in artifact.files {
            // Whoever names one part of a split model wants all of it.
            let all = SplitName(file.name).flatMap { $0.parts > 1 ? $0.all : nil } ?? [file.name]
            names += all.filter { !names.contains($0) }
        }
        var files: [ModelArtifact.File] = []
        for name in names {
            guard HubName.isFile(name) else { throw .unusable(name, reason: "that is no path in a repository") }
            guard var file = listing.files.first(where: { $0.name == name }) else {
                throw .unknownFile(name, repository: listing.repository, others: likely(listing))
            }
            let known = artifact.files.first { $0.name == name }
            if let said = known?.sha256, let found = file.sha256, said != found {
                throw .wrongHash(name, said: said, found: found)
            }
            if let said = known?.bytes, let found = file.bytes, said != found {
                throw .wrongLength(name, said: said, found: found)
            }
            file.sha256 = file.sha256 ?? known?.sha256
            files.append(file)
        }
        return files
    }

    /// Weights, configuration and tokenizer lie beside each other; pictures and other formats are not needed.
    private static func isForMLX(_ name: String) -> Bool {
        !name.contains("/")
            && [".safetensors", ".json", ".txt", ".model", ".jinja", ".tiktoken", ".py"].contains { name.hasSuffix($0) }
    }

    /// Some files that could have been meant.
    private static func likely(_ listing: HubListing) -> [String] {
        let ggufs = listing.files.map(\.name).filter { name in SplitName(name).map { $0.part == 1 } ?? false }
        return ggufs.count <= 12 ? ggufs : Array(ggufs.prefix(12)) + ["…"]
    }

    /// Makes sure, before anything is fetched, that there is room for what is missing.
    private func checkSpace(
        for files: [ModelArtifact.File],
        in repository: String,
        rules: DownloadRules
    ) async throws(PullError) {
        var needed: UInt64 = 0
        for file in files {
            let path = try path(of: file.name, in: repository)
            guard let bytes = file.bytes else { continue }
            needed += await disk.run {
                if let manifest = Manifest.read(for: path), manifest.fits(FileFacts(path)),
                    file.sha256.map({ $0 == manifest.sha256 }) ?? (manifest.bytes == bytes)
                {
                    return 0
                }
                let part = FileFacts(path + StoreName.part)?.usedBytes ?? 0
                return bytes - min(bytes, part)
            }
        }
        guard needed > 0, let free = rules.freeBytes(folder) else { return }
        let (wanted, overflow) = needed.addingReportingOverflow(rules.reserve)
        if overflow || wanted > free { throw .noSpace(folder: folder, needed: wanted, free: free) }
    }
}
