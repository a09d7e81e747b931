extension UnifiedDiff.File {
    /// The text after the change; `nil` when a hunk fits nowhere.
    ///
    /// A hunk is looked for near its line number, first exactly, then without regard to white space at the ends of lines, then
    /// with up to two lines of context left out at either end, as `patch` does (GNU patch manual, "Inexact").
    package func applied(to text: String) -> String? {
        if isRemoved { return "" }
        let unix = text.withUnixLines
        var lines = unix.isEmpty ? [] : unix.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var endsWithLineFeed = lines.isEmpty || lines.last == ""
        if endsWithLineFeed, !lines.isEmpty { lines.removeLast() }
        var result: [String] = []
        var done = 0
        var shift = 0
        for hunk in hunks {
            let expected = hunk.start.map { $0 - 1 + shift }
            guard let place = hunk.place(in: lines, from: done, near: expected) else { return nil }
            result += lines[done..<place.start]
            var at = place.start
            for line in hunk.lines[place.used] {
                switch line.kind {
                case .context:
                    result.append(lines[at])
                    at += 1
                case .removed: at += 1
                case .added: result.append(line.text)
                }
            }
            done = at
            if let expected { shift += place.start - place.skipped - expected }
            if at == lines.count { endsWithLineFeed = !hunk.endsWithoutLineFeed }
        }
        result += lines[done...]
        return result.joined(separator: "\n") + (endsWithLineFeed && !result.isEmpty ? "\n" : "")
    }
}

extension UnifiedDiff.Hunk {
    fileprivate struct Place {
        /// The first line of the text that the used lines stand for.
        var start: Int
        /// The lines of the hunk without the context left out.
        var used: Range<Int>
        var skipped: Int
    }

    /// As many lines of context may be left out.
    private static let maximumFuzz = 2

    fileprivate func place(in text: [String], from: Int, near expected: Int?) -> Place? {
        let leading = lines.prefix { $0.kind == .context }.count
        let trailing = lines.reversed().prefix { $0.kind == .context }.count
        for fuzz in 0...Self.maximumFuzz {
            let skipped = min(fuzz, leading)
            let used = skipped..<(lines.count - min(fuzz, trailing))
            let old = lines[used].filter { $0.kind != .added }.map(\.text)
            if fuzz > 0, old.isEmpty { return nil }
            for isExact in [true, false] {
                let near = (expected ?? from - skipped) + skipped
                // An insertion without context stands after the line that its header names.
                let at = old.isEmpty && expected != nil && start != 0 ? near + 1 : near
                if let place = Self.find(old, in: text, from: from, near: at, isExact: isExact) {
                    return Place(start: place, used: used, skipped: skipped)
                }
            }
        }
        return nil
    }

    /// The place nearest to `near` where the lines stand.
    private static func find(_ old: [String], in text: [String], from: Int, near: Int, isExact: Bool) -> Int? {
        let last = text.count - old.count
        guard last >= from else { return nil }
        let near = min(max(near, from), last)
        let wanted = isExact ? old : old.map(\.withoutTrailingSpace)
        func fits(_ place: Int) -> Bool {
            wanted.indices.allSatisfy { index in
                let line = text[place + index]
                return (isExact ? line : line.withoutTrailingSpace) == wanted[index]
            }
        }
        for distance in 0...max(near - from, last - near) {
            if near + distance <= last, fits(near + distance) { return near + distance }
            if near - distance >= from, fits(near - distance) { return near - distance }
        }
        return nil
    }
}

extension String {
    /// The text without white space at its end.
    var withoutTrailingSpace: String {
        String(self[..<(lastIndex { !$0.isWhitespace }.map(index(after:)) ?? startIndex)])
    }
}
