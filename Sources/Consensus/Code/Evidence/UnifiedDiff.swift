/// A change of files as `diff -u` and Git write it (POSIX, `diff`, "Diff -u or -U Output Format").
///
/// Counts and line numbers that a model got wrong or left out do no harm.
package struct UnifiedDiff: Sendable, Equatable {
    package struct File: Sendable, Equatable {
        /// The path without `a/` or `b/`; that of the old file when the new one is gone.
        package var path: String
        package var isNew: Bool
        package var isRemoved: Bool
        package var hunks: [Hunk]
    }

    package struct Hunk: Sendable, Equatable {
        /// The first line in the old text, from 1; `nil` when the header has none.
        package var start: Int?
        package var lines: [Line]
        /// Whether the new text ends without a line feed.
        package var endsWithoutLineFeed: Bool

        /// What the hunk expects.
        var old: [String] { lines.filter { $0.kind != .added }.map(\.text) }
    }

    package struct Line: Sendable, Equatable {
        package enum Kind: Sendable { case context, removed, added }
        package var kind: Kind
        package var text: String
    }

    package var files: [File]

    /// - Returns: `nil` when the text holds no change.
    package init?(_ text: String) {
        var reader = Reader(lines: text.withUnixLines.split(separator: "\n", omittingEmptySubsequences: false))
        files = reader.files().filter { !$0.hunks.isEmpty || $0.isRemoved }
        if files.isEmpty { return nil }
    }

    private struct Reader {
        let lines: [Substring]
        var at = 0

        init(lines: [Substring]) { self.lines = lines }

        mutating func files() -> [File] {
            var files: [File] = []
            while at < lines.count {
                let line = lines[at]
                if isHeader {
                    let old = path(line.dropFirst(4))
                    let new = path(lines[at + 1].dropFirst(4))
                    guard let path = new ?? old else {
                        at += 2
                        continue
                    }
                    files.append(File(path: path, isNew: old == nil, isRemoved: new == nil, hunks: []))
                    at += 2
                } else if line.hasPrefix("@@"), !files.isEmpty {
                    at += 1
                    if let hunk = hunk(header: line) { files[files.count - 1].hunks.append(hunk) }
                } else {
                    at += 1
                }
            }
            return files
        }

        private var isHeader: Bool {
            lines[at].hasPrefix("--- ") && at + 1 < lines.count && lines[at + 1].hasPrefix("+++ ")
        }

        /// A path in a file header, which may be followed by a tab and a date; `nil` for no file.
        private func path(_ text: Substring) -> String? {
            let name = (text.split(separator: "\t", maxSplits: 1).first ?? "").trimmed { $0.isWhitespace || $0 == "\"" }
            return name == "/dev/null" || name.isEmpty ? nil : FilePath.normal(String(FilePath.withoutSide(name)))
        }

        private mutating func hunk(header: Substring) -> Hunk? {
            let ranges = header.drop { $0 == "@" || $0 == " " }.prefix { $0 != "@" }.split(separator: " ")
            let old = ranges.first { $0.hasPrefix("-") }.map { $0.dropFirst().split(separator: ",") } ?? []
            let new = ranges.first { $0.hasPrefix("+") }.map { $0.dropFirst().split(separator: ",") } ?? []
            var left = Int(old.last ?? "") ?? 0
            var right = Int(new.last ?? "") ?? 0
            var hunk = Hunk(start: old.first.flatMap { Int($0) }, lines: [], endsWithoutLineFeed: false)
            var bare = 0
            reading: while at < lines.count {
                let line = lines[at]
                // The signature below a mailed patch looks like a removed line.
                if isHeader || line == "-- " || line == "--" && left <= 0 && right <= 0 { break }
                switch line.first {
                case " ":
                    hunk.lines.append(Line(kind: .context, text: String(line.dropFirst())))
                    (left, right) = (left - 1, right - 1)
                case "+":
                    hunk.lines.append(Line(kind: .added, text: String(line.dropFirst())))
                    right -= 1
                case "-":
                    hunk.lines.append(Line(kind: .removed, text: String(line.dropFirst())))
                    left -= 1
                case "\\":
                    hunk.endsWithoutLineFeed = hunk.lines.last?.kind != .removed
                case nil:
                    // Editors and models drop the space of an empty context line.
                    hunk.lines.append(Line(kind: .context, text: ""))
                    bare += 1
                    at += 1
                    continue reading
                default: break reading
                }
                bare = 0
                at += 1
            }
            hunk.lines.removeLast(min(bare, hunk.lines.count))
            return hunk.lines.contains { $0.kind != .context } ? hunk : nil
        }
    }
}
