/// Where long prefixes are kept on disk.
package struct PrefixSettings: Sendable, Equatable {
    /// Made when it is missing, readable by its owner only: the files hold what conversations were about.
    package var folder: String
    /// Most bytes of all files together.
    package var maximumBytes: Int

    package init(folder: String, maximumBytes: Int) {
        self.folder = folder
        self.maximumBytes = maximumBytes
    }
}
