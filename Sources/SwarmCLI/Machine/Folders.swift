/// Where this user's files are, by the XDG Base Directory Specification 0.8.
package struct Folders: Sendable, Equatable {
    package var home: String
    /// Settings.
    package var configuration: String
    /// What can be made again.
    package var cache: String
    /// What cannot: votes and measurements.
    package var data: String

    /// - Parameter environment: the process's variables. Relative XDG paths are ignored, as the specification demands.
    package init(environment: [String: String], home: String) {
        func folder(_ variable: String, otherwise: String) -> String {
            let base = environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + otherwise
            return base + "/local-swarm"
        }
        self.home = home
        configuration = folder("XDG_CONFIG_HOME", otherwise: "/.config")
        cache = folder("XDG_CACHE_HOME", otherwise: "/.cache")
        data = folder("XDG_DATA_HOME", otherwise: "/.local/share")
    }

    /// The key of this node and the secret of its cluster.
    ///
    /// Not beside the settings: many people keep those in a repository that others can read.
    package var cluster: String { data + "/cluster" }

    /// A path as a person writes it, with `~` for the home folder.
    package func expand(_ path: String) -> String {
        path == "~" || path.hasPrefix("~/") ? home + path.dropFirst() : path
    }
}
