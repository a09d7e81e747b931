/// Paths as text, for files that are only talked about.
enum FilePath {
    /// The path without `.` parts, doubled slashes and a slash at the end; case is kept.
    static func normal(_ path: some StringProtocol) -> String {
        let parts = path.split(separator: "/").filter { $0 != "." }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// The path without the `a/` or `b/` that Git puts in front.
    static func withoutSide(_ path: Substring) -> Substring {
        path.hasPrefix("a/") || path.hasPrefix("b/") ? path.dropFirst(2) : path
    }

    /// Whether one path ends with the other, part by part.
    static func areSame(_ one: String, _ other: String) -> Bool {
        one == other || one.hasSuffix("/" + other) || other.hasSuffix("/" + one)
    }

    /// Whether a text can be the path of a file: one word with a name ending or a slash in it.
    static func isPlausible(_ text: some StringProtocol) -> Bool {
        guard let last = text.split(separator: "/").last, text.utf8.count <= 240, !text.contains("://") else {
            return false
        }
        let isWord = text.allSatisfy { $0.isLetter || $0.isNumber || "/._-+@~".contains($0) }
        let ending = last.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
        let hasEnding =
            last.contains(".") && !ending.isEmpty && ending.count <= 10 && ending.contains(where: \.isLetter)
        return isWord && !text.hasSuffix("/") && (hasEnding || text.hasPrefix("/") || text.hasPrefix("./"))
    }
}
