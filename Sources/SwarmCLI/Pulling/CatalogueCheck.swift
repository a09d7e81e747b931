import ModelCatalog
import ModelStore
import Observability
import SwarmCore

/// What the hub says of the entries of a catalogue.
struct CatalogueCheck: Sendable {
    /// Of one entry.
    enum Finding: Sendable, Equatable {
        /// All files are there; with the commit, sizes and hashes that the hub tells.
        case there(ModelArtifact)
        /// It is not there, or is something else than the catalogue says.
        case wrong(PullError)
        /// The hub could not be asked.
        case unknown(PullError)
    }

    var entries: [(entry: Catalogue.Entry, finding: Finding)] = []

    /// Asks the hub for every entry, one repository after the other and each once.
    static func run(_ catalogue: Catalogue, hub: Hub, tell: @Sendable (String) -> Void) async throws(PullError)
        -> CatalogueCheck
    {
        var check = CatalogueCheck()
        var listings: [String: Result<HubListing, PullError>] = [:]
        for entry in catalogue.entries where !entry.isBundled {
            if Task.isCancelled { throw .cancelled }
            let artifact = entry.build.artifact
            let key = artifact.repository + "@" + artifact.revision
            if listings[key] == nil {
                tell(artifact.repository)
                do throws(PullError) {
                    listings[key] = .success(
                        try await hub.listing(of: artifact.repository, revision: artifact.revision)
                    )
                } catch {
                    // Of a hub that cannot be reached, every other repository would be asked for in vain too.
                    switch error {
                    case .offline, .cancelled: throw error
                    case .givenUp where listings.isEmpty: throw error
                    default: break
                    }
                    listings[key] = .failure(error)
                }
            }
            guard let listing = listings[key] else { continue }
            check.entries.append((entry, Self.finding(artifact, listing)))
        }
        return check
    }

    static func finding(_ artifact: ModelArtifact, _ listing: Result<HubListing, PullError>) -> Finding {
        do throws(PullError) {
            let listing = try listing.get()
            var found = artifact
            let files = try Store.files(of: artifact, in: listing)
            // Of a folder the files may change with every commit; which there are is not written down.
            found.files = artifact.format == .mlx ? [] : files
            return .there(found)
        } catch {
            switch error {
            case .givenUp, .busy, .redirect, .badReply, .refused, .badToken: return .unknown(error)
            default: return .wrong(error)
            }
        }
    }

    /// A table: entry, size, and what is wrong.
    var lines: [String] {
        let rows = entries.map { entry, finding -> [String] in
            switch finding {
            case .there(let artifact):
                let hashes = artifact.files.allSatisfy { $0.sha256 != nil }
                let words = artifact.format == .mlx ? "there" : hashes ? "there, with hashes" : "there, without hashes"
                return [entry.id, artifact.bytes.map(Amount.words) ?? "", words]
            case .wrong(let error): return [entry.id, "", "wrong: \(error)"]
            case .unknown(let error): return [entry.id, "", "not checked: \(error)"]
            }
        }
        return Columns(sides: [.left, .right]).lines(
            [["ENTRY", "SIZE", "THE HUB"]] + rows.map { $0.map(SafeText.line) }
        )
    }

    var wrong: Int { entries.count { if case .wrong = $0.finding { true } else { false } } }
    var unknown: Int { entries.count { if case .unknown = $0.finding { true } else { false } } }

    /// The catalogue with what was found out: right entries are marked so, with sizes and hashes.
    func verified(_ catalogue: Catalogue) -> Catalogue {
        let found = Dictionary(entries.map { ($0.entry.id, $0.finding) }) { first, _ in first }
        var result = catalogue
        for family in result.families.indices {
            for size in result.families[family].sizes.indices {
                for build in result.families[family].sizes[size].builds.indices {
                    let (owner, kind) = (result.families[family].id, result.families[family].sizes[size].id)
                    let quantisation = result.families[family].sizes[size].builds[build].quantisation
                    guard let finding = found["\(owner):\(kind):\(quantisation)"] else { continue }
                    if case .there(let artifact) = finding {
                        result.families[family].sizes[size].builds[build].artifact = artifact
                        result.families[family].sizes[size].builds[build].isVerified = true
                    } else {
                        result.families[family].sizes[size].builds[build].isVerified = false
                    }
                }
            }
        }
        return result
    }
}
