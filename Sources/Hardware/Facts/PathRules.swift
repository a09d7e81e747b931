/// Paths as people write them, made into paths that files have.
package struct PathRules: Sendable, Equatable {
    package var home: String
    /// What `/sdcard` stands for.
    package var sharedStorage: String

    package init(home: String, sharedStorage: String = "/storage/emulated/0") {
        self.home = home
        self.sharedStorage = sharedStorage
    }

    /// - Parameter environment: `HOME`, and on Android `EXTERNAL_STORAGE`, unless that is itself the name `/sdcard`.
    package init(environment: [String: String], home: String) {
        let storage = environment["EXTERNAL_STORAGE"].flatMap { storage in
            storage.hasPrefix("/") && storage != "/" && Self.inside("/sdcard", storage) == nil ? storage : nil
        }
        self.init(
            home: environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home,
            sharedStorage: storage ?? "/storage/emulated/0"
        )
    }

    /// The path with `~` and `/sdcard` replaced, and without empty parts, `.` and a slash at the end.
    ///
    /// `..` stays: what it means depends on links.
    package func full(_ path: String) -> String {
        let path = Self.plain(Self.inside("~", path).map { home + $0 } ?? path)
        return Self.inside("/sdcard", path).map { Self.plain(sharedStorage + $0) } ?? path
    }

    private static func plain(_ path: String) -> String {
        let parts = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        if path.hasPrefix("/") { return "/" + parts }
        return parts.isEmpty && !path.isEmpty ? "." : parts
    }

    /// What follows a folder in a path inside it; `nil` outside of it.
    private static func inside(_ folder: String, _ path: String) -> Substring? {
        path == folder || path.hasPrefix(folder + "/") ? path.dropFirst(folder.count) : nil
    }
}
