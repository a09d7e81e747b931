/// What a command wrote, made short and plain enough for a model.
enum ShellOutput {
    /// Without the sequences that colour terminals and move their cursors (ECMA-48, sections 5.4 and 5.6), and without
    /// other control characters; of text that was written over (`\r`), the last version is kept.
    static func plain(_ bytes: [UInt8]) -> String {
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var lineStart = 0
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case 0x1B: at = afterEscape(bytes, at)
            case 0x0A:
                kept.append(byte)
                lineStart = kept.count
                at += 1
            case 0x0D:
                at += 1
                // A line end of Windows, else the line is written again.
                if at < bytes.count, bytes[at] != 0x0A { kept.removeSubrange(lineStart...) }
            case 0x08:
                if kept.count > lineStart { kept.removeLast() }
                at += 1
            case 0x09, 0x20...0x7E, 0x80...:
                kept.append(byte)
                at += 1
            default: at += 1
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// The place after a sequence that begins at an escape.
    private static func afterEscape(_ bytes: [UInt8], _ start: Int) -> Int {
        var at = start + 1
        guard at < bytes.count else { return at }
        let kind = bytes[at]
        at += 1
        switch kind {
        case UInt8(ascii: "["):
            // Parameters and intermediates, then one final byte.
            while at < bytes.count, (0x20...0x3F).contains(bytes[at]) { at += 1 }
            return at < bytes.count && (0x40...0x7E).contains(bytes[at]) ? at + 1 : at
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            // A string, to its end; one that does not end within a line is no string.
            while at < bytes.count, bytes[at] != 0x07, bytes[at] != 0x1B, bytes[at] != 0x0A { at += 1 }
            if at < bytes.count, bytes[at] == 0x07 { return at + 1 }
            if at + 1 < bytes.count, bytes[at] == 0x1B, bytes[at + 1] == UInt8(ascii: "\\") { return at + 2 }
            return at
        case 0x20...0x2F: return min(at + 1, bytes.count)
        default: return at
        }
    }

    /// Beginning and end of a text within a number of characters, with a line between them that says what was left out.
    ///
    /// The end gets two thirds: errors stand there.
    /// - Parameter lost: bytes in the middle that were not kept in the first place; the text then has two parts.
    static func shortened(_ text: String, limit: Int) -> String {
        guard text.count > limit else { return text }
        let head = text.prefix(limit / 3)
        let tail = text.suffix(max(0, limit - limit / 3 - 80))
        return joined(String(head), String(tail), left: text.count - head.count - tail.count)
    }

    /// The same of output of which only the two ends were kept, with `lost` bytes between them.
    static func shortened(head: String, tail: String, lost: Int, limit: Int) -> String {
        let first = head.prefix(limit / 3)
        let last = tail.suffix(max(0, limit - limit / 3 - 80))
        let left = lost + head.utf8.count - first.utf8.count + tail.utf8.count - last.utf8.count
        return joined(String(first), String(last), left: left, unit: "bytes")
    }

    private static func joined(_ head: String, _ tail: String, left: Int, unit: String = "characters") -> String {
        let lines = head.filter(\.isNewline).count + (head.hasSuffix("\n") ? 0 : 1)
        let before = head.hasSuffix("\n") ? head : head + "\n"
        return before + "[… \(left) \(unit) left out after line \(lines) …]\n" + tail
    }
}
