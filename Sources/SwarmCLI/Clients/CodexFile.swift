import SwarmCore
package import WireFormats

/// The text of Codex's `config.toml` with the settings for this server in it, in two marked blocks: one before the first
/// table, since settings without a table must stand there, and one table at the end.
package enum CodexFile {
    private static let end = "# <<< local-swarm"

    /// - Parameters:
    ///   - old: the user's text; empty for a new file.
    ///   - replaces: settings of the user's that stand in the way become comments.
    /// - Returns: the new text, the same when nothing changes.
    /// - Throws: when the text sets the same keys outside of the blocks, or is not understood.
    package static func text(_ old: String, for target: ClientTarget, replaces: Bool = false) throws -> String {
        let newline = old.unicodeScalars.contains("\r") ? "\r\n" : "\n"
        var lines = old.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.last == "\r" ? line.dropLast() : line)
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        let root = block("settings", CodexConfiguration.root(target), head: [])
        let table = block("provider", CodexConfiguration.provider(target), head: ["[\(CodexConfiguration.table)]"])
        for entry in try foreign(lines, target) {
            // Only what stands on one line can become a comment; the outline below finds the rest.
            guard replaces, !entry.isTable, entry.path.count == 1 else { throw refusal(try foreign(lines, target)) }
            lines[entry.line] = "# " + lines[entry.line]
        }
        if let place = try place(of: "provider", in: lines) {
            lines.replaceSubrange(place, with: table)
        } else {
            lines += lines.isEmpty ? table : [""] + table
        }
        if let place = try place(of: "settings", in: lines) {
            lines.replaceSubrange(place, with: root)
        } else {
            lines = root + [""] + lines
        }
        let new = lines.joined(separator: newline) + newline
        // Both blocks where they mean what they say.
        let outline = try TOMLOutline(new)
        let keys = Set(outline.entries.filter { !$0.isTable && $0.path.count == 1 }.map { $0.path[0] })
        guard CodexConfiguration.root(target).allSatisfy({ keys.contains($0.key) }), try foreign(lines, target).isEmpty
        else {
            throw Failure("the block of settings stands below a table; move it to the beginning of the file")
        }
        return new
    }

    private static func begin(_ name: String) -> String {
        "# >>> local-swarm \(name), by `swarm init codex`: what is changed in here is written over"
    }

    private static func block(_ name: String, _ settings: [(key: String, value: JSON)], head: [String]) -> [String] {
        [begin(name)] + head + settings.map { "\($0.key) = \($0.value.text)" } + [end]
    }

    /// The lines of a block; `nil` when there is none.
    private static func place(of name: String, in lines: [String]) throws -> ClosedRange<Int>? {
        let starts = lines.indices.filter { lines[$0].hasPrefix("# >>> local-swarm \(name)") }
        guard let start = starts.first else { return nil }
        guard starts.count == 1, let end = lines[start...].firstIndex(of: end) else {
            throw Failure("the lines that begin and end the block of local-swarm are not as they were written")
        }
        return start...end
    }

    /// The same settings outside of the blocks: a key that stands twice is an error in TOML.
    private static func foreign(_ lines: [String], _ target: ClientTarget) throws -> [TOMLOutline.Entry] {
        let blocks = try ["settings", "provider"].compactMap { try place(of: $0, in: lines) }
        // What is left keeps its line numbers.
        let rest = lines.indices.map { line in blocks.contains { $0.contains(line) } ? "" : lines[line] }
        let table = CodexConfiguration.table.split(separator: ".").map(String.init)
        let root = CodexConfiguration.root(target).map(\.key)
        return try TOMLOutline(rest.joined(separator: "\n")).entries.filter { entry in
            let isSetting = !entry.isTable && entry.path.count == 1 && root.contains(entry.path[0])
            let isInline = !entry.isTable && entry.path == [table[0]]
            return isSetting || isInline || entry.path.starts(with: table)
        }
    }

    private static func refusal(_ entries: [TOMLOutline.Entry]) -> Failure {
        let places = entries.map { "\($0.path.joined(separator: ".")) on line \($0.line + 1)" }
        let isOne = entries.count == 1
        return Failure(
            "it already has " + places.joined(separator: ", ")
                + "; take \(isOne ? "it" : "them") out, or let --replace make "
                + "\(isOne ? "a comment of it" : "comments of them") where a setting stands on a line of its own"
        )
    }
}
