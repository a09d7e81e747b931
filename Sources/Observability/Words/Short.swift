/// Text from outside, cut to what fits on a terminal.
enum Short {
    /// The beginning of a text on one line of at most `room` characters; runs of white space become one space.
    static func beginning(_ text: String, room: Int) -> String {
        // Escapes only make it longer, and more than this is never shown.
        let line = oneLine(text.prefix(8 * max(1, room)))
        return line.count <= room ? line : String(line.prefix(max(0, room - 1))) + "…"
    }

    /// Beginning and end of a text on one line of at most `room` characters.
    static func ends(_ text: String, room: Int) -> String {
        let line = oneLine(text[...])
        guard line.count > room else { return line }
        let head = room / 3
        return line.prefix(head) + "…" + line.suffix(max(0, room - head - 1))
    }

    private static func oneLine(_ text: Substring) -> String {
        SafeText.line(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }
}
