/// What the store puts behind the name of a model's file for files of its own.
enum StoreName {
    /// The manifest of a whole file.
    static let manifest = ".swarm.json"
    /// A file that is not all there.
    static let part = ".part"
    /// Which bytes of it are there.
    static let journal = ".part.journal"

    /// Something small while it is written; then it is moved to its place.
    static let unfinished = ".new"

    /// Whether a path has such a name.
    static func isOwn(_ path: String) -> Bool {
        [manifest, part, journal, manifest + unfinished].contains { path.hasSuffix($0) }
    }
}
