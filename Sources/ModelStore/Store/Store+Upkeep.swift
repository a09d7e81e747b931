import SwarmCore

extension Store {
    /// Removes a model with its manifests, and folders that are empty then.
    /// - Throws: `PullError.inUse` when a server has it loaded; then all of it stays.
    package func remove(_ model: StoredModel) async throws(PullError) {
        try await disk.run { [self] () throws(PullError) in
            let isGone: Bool
            do throws(DiskError) { isGone = try removeFiles(model.files.map(\.path)) } catch { throw PullError(error) }
            if !isGone { throw .inUse(model.name) }
        }
    }

    /// - Returns: `false`, with all of them there, when one is in use.
    private func removeFiles(_ paths: [String]) throws(DiskError) -> Bool {
        var locked: [OpenFile] = []
        for path in paths {
            let file = try OpenFile(path, for: .reading)
            guard file.lock() else { return false }
            locked.append(file)
        }
        for file in locked {
            try OpenFile.remove(file.path)
            try OpenFile.remove(Manifest.path(of: file.path))
            tidy(file.path)
        }
        return true
    }

    /// Removes what there is of a file that is not all there.
    /// - Throws: `PullError.inUse` when somebody is fetching it.
    package func remove(_ partial: PartialModel) async throws(PullError) {
        try await disk.run { [self] () throws(PullError) in
            guard try removePart(partial.path) else { throw .inUse(partial.file) }
        }
    }

    /// Removes what was begun and not gone on with for some time, and manifests and journals without a file.
    /// - Parameters:
    ///   - seconds: what changed later stays.
    ///   - now: Unix time in seconds.
    /// - Returns: bytes on disk that became free.
    package func prune(olderThan seconds: Int, now: Int) async throws(PullError) -> UInt64 {
        try await disk.run { [self] () throws(PullError) -> UInt64 in
            var freed: UInt64 = 0
            for entry in walk() where Int(entry.facts.modified / 1_000_000_000) <= now - seconds {
                if entry.path.hasSuffix(StoreName.part) {
                    let target = String(entry.path.dropLast(StoreName.part.count))
                    if try removePart(target) { freed += entry.facts.usedBytes }
                    continue
                }
                guard isLeftover(entry.path) else { continue }
                do throws(DiskError) { try OpenFile.remove(entry.path) } catch { throw PullError(error) }
                tidy(entry.path)
                freed += entry.facts.usedBytes
            }
            return freed
        }
    }

    /// Whether a file of the store's own belongs to nothing any more.
    private func isLeftover(_ path: String) -> Bool {
        if path.hasSuffix(StoreName.manifest + StoreName.unfinished) { return true }
        if path.hasSuffix(StoreName.manifest) {
            return FileFacts(String(path.dropLast(StoreName.manifest.count))) == nil
        }
        guard path.hasSuffix(StoreName.journal) else { return false }
        return FileFacts(String(path.dropLast(StoreName.journal.count)) + StoreName.part) == nil
    }

    /// - Returns: `false` when somebody is fetching it.
    private func removePart(_ target: String) throws(PullError) -> Bool {
        do throws(DiskError) {
            let part: OpenFile
            do throws(DiskError) { part = try OpenFile(target + StoreName.part, for: .reading) } catch {
                if error.isMissing { return true }
                throw error
            }
            guard part.lock() else { return false }
            // The journal first: it must not outlive what it speaks of.
            try OpenFile.remove(target + StoreName.journal)
            if part.isAtItsPath { try OpenFile.remove(part.path) }
            tidy(target)
            return true
        } catch {
            throw PullError(error)
        }
    }

    /// Removes the folders of a file that are empty, up to the store's own.
    private func tidy(_ path: String) {
        var path = path
        while let slash = path.lastIndex(of: "/"), path[..<slash].count > folder.count {
            path = String(path[..<slash])
            guard Folder.removeEmpty(path) else { return }
        }
    }
}
