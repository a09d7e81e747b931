package import Observability

extension Menu {
    private var question: String {
        switch page {
        case .model: "Which model?"
        case .other: "Which model? A path, family:size:quant, or hf:owner/name/file.gguf"
        case .candidates: "How many candidates per answer?"
        case .context: "How long may a conversation be?"
        }
    }

    /// The lines that can be chosen, in columns.
    private var rows: [String] {
        guard page == .model else { return options.map(\.words) }
        let table = suggestions.map { [$0.title, $0.size, $0.speed] }
        let columns = Columns(sides: [.left, .right, .left]).lines(table.map { $0.map(SafeText.line) })
        return columns + options.dropFirst(suggestions.count).map(\.words)
    }

    /// The page as a screen of at most so many lines and columns.
    /// - Parameter hasColour: the marked line is shown in reverse video.
    package func lines(size: TerminalSize, hasColour: Bool) -> [String] {
        let width = max(1, size.width - 1)
        var head = ["Local Swarm", ""]
        if page == .model { head += machine.map { "  " + SafeText.line($0) } + [""] }
        head += [question, ""]
        var body: [String] = []
        if page == .other {
            // The end of what is typed is what one looks at.
            body = ["> " + String(SafeText.line(input).suffix(max(1, width - 3))) + "_"]
        } else {
            body = rows.enumerated().map { place, row in
                "\(place == cursor ? ">" : " ") \(place < 9 ? "\(place + 1)" : " ")  \(row)"
            }
        }
        let words = complaint ?? (options.indices.contains(cursor) ? options[cursor].details : "")
        let details = Wrapping.lines(SafeText.line(words), room: max(10, width - 2)).map { "  " + $0 }
        let help =
            page == .other
            ? "Enter takes it, Esc goes back" : "Up and down or a number choose, Esc goes back, q leaves"
        var lines = fitted(head, body, details, [help], height: max(1, size.height)).map { Wrapping.cut($0, to: width) }
        if hasColour, let place = lines.firstIndex(where: { $0.hasPrefix("> ") }), page != .other {
            lines[place] = "\u{1B}[7m" + lines[place] + "\u{1B}[27m"
        }
        return lines
    }

    /// All of it where there is room; else less and less of it, and at last the lines around the marked one.
    private func fitted(
        _ head: [String],
        _ body: [String],
        _ details: [String],
        _ help: [String],
        height: Int
    ) -> [String] {
        let short = [question]
        for lines in [
            head + body + [""] + details + [""] + help, short + body + details + help, short + body + details.prefix(1),
            short + body, body,
        ] where lines.count <= height { return lines }
        let first = max(0, min(cursor - height / 2, body.count - height))
        return Array(body.dropFirst(first).prefix(height))
    }

    /// The page for a terminal that only writes one line after another.
    package var plainLines: [String] {
        var lines = page == .model ? machine.map { SafeText.line($0) } + [""] : []
        lines.append(question)
        for (place, row) in rows.enumerated() {
            lines.append("  \(place + 1)  \(row)")
            let details = SafeText.line(options[place].details)
            if page == .model, !details.isEmpty { lines.append("     " + details) }
        }
        if let complaint { lines.append(SafeText.line(complaint)) }
        return lines
    }

    /// What stands before what is typed there.
    package var plainPrompt: String {
        page == .other ? "model (nothing goes back): " : "number [\(cursor + 1)], q leaves: "
    }
}
