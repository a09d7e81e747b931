/// What the store puts behind the name of a model's file for files of its own.
enum StoreName {
    /// The manifest of a whole file.
    static let manifest = ".swarm.json"
    /// A file that is not all there.
    static let part = ".part"
    /// Which bytes of it are there.
    static let journal = ".part.journal"

    /// Whether a path has such a name.
    static func isOwn(_ path: String) -> Bool {
        path.hasSuffix(manifest) || path.hasSuffix(part) || path.hasSuffix(journal)
    }
}
