import Foundation
import ModelCatalog
import SwarmCore

/// The pull of one file.
struct FilePull: Sendable {
    let store: Store
    let hub: Hub
    let meter: PullMeter
    let artifact: ModelArtifact
    let commit: String
    let file: ModelArtifact.File

    /// Returns when the file is in the store.
    /// - Returns: what is known of it, and how many bytes were fetched.
    func run() async throws(PullError) -> (Manifest, fetched: UInt64) {
        let path = try store.path(of: file.name, in: artifact.repository)
        if let there = await recorded(path) { return (there, 0) }
        let claim = try await claim(path)
        // Whoever had the claim before may have done all the work.
        let there: Manifest?
        do throws(PullError) { there = try await whole(path) } catch {
            await PartialFile.giveUp(claim, disk: store.disk)
            throw error
        }
        if let there {
            await PartialFile.giveUp(claim, disk: store.disk)
            return (there, 0)
        }
        return try await fetch(path, claim)
    }

    /// Waits until nobody else fetches the file, showing how far they are.
    private func claim(_ path: String) async throws(PullError) -> PartialFile.Claim {
        while true {
            if let claim = try await PartialFile.claim(path, disk: store.disk) { return claim }
            let bytes = await store.disk.run { Journal.read(path + StoreName.journal)?.ranges.count ?? 0 }
            if meter.progress().phase != .waiting { meter.enter(.waiting, bytes: bytes) }
            meter.reach(bytes)
            do { try await Task.sleep(for: hub.rules.poll) } catch { throw .cancelled }
        }
    }

    private func fetch(_ path: String, _ claim: PartialFile.Claim) async throws(PullError) -> (Manifest, UInt64) {
        let remote: RemoteFile
        do throws(PullError) {
            meter.enter(.resolving, bytes: 0)
            remote = try await hub.locate(file, repository: artifact.repository, commit: commit)
        } catch {
            await PartialFile.giveUp(claim, disk: store.disk)
            throw error
        }
        let partial = try await PartialFile.open(
            claim,
            content: remote.content,
            target: path,
            disk: store.disk,
            rules: hub.rules
        )
        let before = partial.count
        meter.enter(.downloading, bytes: before)
        do throws(PullError) {
            try await Download(hub: hub, file: file, partial: partial, meter: meter).run(remote)
            let digest = try await verify(partial, remote.content)
            let manifest = try await partial.finish { self.manifest(remote.content, sha256: digest, $0) }
            return (manifest, manifest.bytes - min(manifest.bytes, before))
        } catch {
            switch error {
            case .badReply, .wrongHash, .wrongLength, .changing: await partial.discard()
            default: break
            }
            throw error
        }
    }

    private func verify(_ partial: PartialFile, _ content: Journal.Content) async throws(PullError) -> String {
        meter.enter(.verifying, bytes: 0)
        let digest = try await partial.sha256(meter)
        if let said = content.sha256, said != digest { throw .wrongHash(file.name, said: said, found: digest) }
        return digest
    }

    private func manifest(_ content: Journal.Content, sha256: String, _ facts: FileFacts) -> Manifest {
        Manifest(
            source: hub.settings.address.endpoint,
            repository: artifact.repository,
            revision: artifact.revision,
            commit: content.commit,
            file: file.name,
            bytes: facts.bytes,
            sha256: sha256,
            isVerified: content.sha256 == sha256,
            pulledAt: Int(Date().timeIntervalSince1970),
            modified: facts.modified
        )
    }

    private func write(_ manifest: Manifest, _ path: String) async throws(PullError) {
        try await store.disk.run { () throws(PullError) in
            do throws(DiskError) { try manifest.write(for: path) } catch { throw PullError(error) }
        }
    }

    /// The manifest of the file if it is in the store as the hub has it now, and nobody changed it.
    private func recorded(_ path: String) async -> Manifest? {
        let (facts, known) = await store.disk.run { (FileFacts(path), Manifest.read(for: path)) }
        guard let known, known.fits(facts), file.bytes.map({ $0 == known.bytes }) ?? true else { return nil }
        return (file.sha256.map { $0 == known.sha256 } ?? (known.commit == commit)) ? known : nil
    }

    /// What is known of the file if it is in the store already; only for who has the claim.
    ///
    /// One that is not as its manifest says, or has none, is read: with the right hash it is the right file.
    private func whole(_ path: String) async throws(PullError) -> Manifest? {
        if let known = await recorded(path) { return known }
        guard let facts = await store.disk.run({ FileFacts(path) }), facts.kind == .file,
            file.bytes.map({ $0 == facts.bytes }) ?? true
        else { return nil }
        guard let said = file.sha256 else { return nil }
        meter.enter(.verifying, bytes: 0)
        let digest = try await store.disk.sha256(meter) { () throws(DiskError) in try OpenFile(path, for: .reading) }
        guard digest == said else { return nil }
        let content = Journal.Content(
            repository: artifact.repository,
            file: file.name,
            commit: commit,
            bytes: facts.bytes,
            sha256: said
        )
        let manifest = self.manifest(content, sha256: digest, facts)
        try await write(manifest, path)
        return manifest
    }
}
