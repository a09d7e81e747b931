import Foundation

/// Finds the folder of the project that a folder belongs to.
package enum ProjectRoot {
    /// What lies in the topmost folder of a project.
    package static let marks = [
        ".git", ".hg", "Package.swift", "package.json", "pyproject.toml", "setup.py", "Cargo.toml", "go.mod", "pom.xml",
        "build.gradle", "build.gradle.kts", "CMakeLists.txt", "composer.json", "Gemfile", "mix.exs", "deno.json",
    ]

    /// The nearest folder with one of the marks, from the given one upwards.
    ///
    /// Neither a home folder nor the top of the machine is a project, whatever lies in it; above a home folder nothing is
    /// looked for.
    package static func find(from folder: String, home: String, exists: (String) -> Bool) -> String? {
        var parts = folder.split(separator: "/").map(String.init)
        let home = home.split(separator: "/").map(String.init)
        while !parts.isEmpty, parts != home {
            let path = "/" + parts.joined(separator: "/")
            if marks.contains(where: { exists(path + "/" + $0) }) { return path }
            parts.removeLast()
        }
        return nil
    }
}

extension Launch {
    /// The folder that tools may touch: the one that was named, or the project around the current one.
    func workspacePath() throws -> String {
        if let named = settings.tools.workspace { return folders.expand(named) }
        let current = FileManager.default.currentDirectoryPath
        let found = ProjectRoot.find(from: current, home: folders.home) { FileManager.default.fileExists(atPath: $0) }
        guard let found else {
            throw Failure(
                "tools need a folder to work in, and \(current) is in no project; name one with --workspace FOLDER"
            )
        }
        return found
    }
}
