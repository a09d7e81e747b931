/// How long a command may take.
enum CommandTime {
    /// Whether the command fetches, builds or tests something, which takes longer than looking at files.
    static func isLong(_ command: String) -> Bool { CommandLine(command).commands.contains(where: isLongAlone) }

    private static func isLongAlone(_ command: String) -> Bool {
        var words = command.split(separator: " ").map(String.init)[...]
        // What stands before a command and does not change which one it is.
        while let word = words.first {
            let isSetting = word.contains("=") && !word.hasPrefix("=") && !word.hasPrefix("-")
            guard isSetting || before.contains(word) || (word.hasPrefix("-") && words.startIndex > 0) else { break }
            words = words.dropFirst()
        }
        guard let first = words.first else { return false }
        let name = String(first.split(separator: "/").last ?? "")
        if managers.contains(name) { return true }
        let rest = words.dropFirst()
        if name.hasPrefix("python"), rest.first == "-m", let module = rest.dropFirst().first {
            return managers.contains(module) || module == "venv" || module == "pytest"
        }
        guard let acts = builders[name] else { return false }
        return rest.contains { acts.contains($0) }
    }

    private static let before: Set<String> = ["sudo", "env", "time", "nice", "nohup", "exec", "command", "then", "do"]

    private static let managers: Set<String> = [
        "apt", "apt-get", "aptitude", "dnf", "yum", "zypper", "apk", "pacman", "brew", "port", "nix", "snap", "flatpak",
        "pip", "pip3", "pipx", "uv", "poetry", "pdm", "conda", "mamba", "npm", "npx", "pnpm", "yarn", "bun", "bunx",
        "cargo", "rustup", "gem", "bundle", "composer", "gradle", "gradlew", "mvn", "mvnw", "sbt", "dotnet", "nuget",
        "make", "gmake", "ninja", "bazel", "xcodebuild", "pytest", "tox", "vcpkg", "conan", "mix", "stack", "cabal",
        "opam", "dune", "luarocks", "cpan", "cpanm",
    ]

    private static let builders: [String: Set<String>] = [
        "swift": ["build", "test", "package", "run"], "go": ["build", "test", "get", "install", "mod", "run", "vet"],
        "cmake": ["--build", "--install"], "docker": ["build", "pull"], "podman": ["build", "pull"],
        "git": ["clone", "fetch", "pull", "submodule"], "zig": ["build", "test"], "deno": ["test", "cache", "install"],
    ]
}
