/// What makes two patches "the same change".
package enum PatchKey {
    /// The key of a diff: per file its path, and the resulting text where the old one is known and the change fits.
    ///
    /// Where it does not, only lines added and removed count, hunk by hunk: not the context, not the numbers.
    package static func key(of diff: UnifiedDiff, files: FileTexts = FileTexts()) -> String {
        let keys = diff.files.map { file in
            let base = files.text(of: file.path) ?? (file.isNew ? "" : nil)
            let path = files.path(like: file.path) ?? file.path
            if let result = base.flatMap(file.applied(to:)) { return key(of: result, at: path) }
            let hunks = file.hunks.map { hunk in
                hunk.lines.filter { $0.kind != .context }.map { line in
                    (line.kind == .added ? "+" : "-") + line.text.withoutTrailingSpace
                }
                .joined(separator: "\n")
            }
            return path + "\n" + hunks.joined(separator: "\n@@\n")
        }
        return keys.sorted().joined(separator: "\n\n")
    }

    /// The key of a file's whole text: white space at the ends of lines and blank lines at the end do not count.
    package static func key(of text: String, at path: String) -> String { FilePath.normal(path) + "\n" + normal(text) }

    /// The text without white space at the ends of lines and without blank lines at its end.
    package static func normal(_ text: String) -> String {
        text.withUnixLines.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).withoutTrailingSpace }.joined(separator: "\n").withoutTrailingSpace
    }
}
