/// Where long prefixes are kept on disk.
package struct PrefixSettings: Sendable, Equatable {
    /// Made when it is missing, readable by its owner only: the files hold what conversations were about.
    package var folder: String
    /// Most bytes of all files together.
    package var maximumBytes: Int
    /// Fewest tokens worth a file: shorter prefixes are read again in the time it takes to find them.
    package var shortest: Int

    package init(folder: String, maximumBytes: Int, shortest: Int = 1024) {
        self.folder = folder
        self.maximumBytes = maximumBytes
        self.shortest = shortest
    }
}
