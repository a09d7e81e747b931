/// What `read` shows of a file.
enum ReadTool {
    /// Bytes of a file that is read at all.
    static let file = 32 << 20
    /// Lines shown when the call does not say, and at most.
    static let lines = 500, mostLines = 2000
    /// Bytes of one line, and of all lines together.
    static let line = 500, page = 24_000

    /// Lines with their numbers, and a note when there is more.
    /// - Parameter offset: the first line, from 1.
    /// - Throws: for a file that is no text, and for an offset past its end.
    static func page(_ bytes: [UInt8], path: String, offset: Int, limit: Int?) throws(JailError) -> String {
        guard !FileText.isBinary(bytes) else {
            throw JailError(.unusable, path, "is no text (\(bytes.count) bytes)")
        }
        let all = FileText.lines(bytes)
        guard !all.isEmpty else { return "(\(path) is empty)" }
        guard offset <= all.count else {
            throw JailError(.unusable, path, "has only \(all.count) lines, so there is no line \(offset)")
        }
        let end = min(all.count, offset - 1 + min(limit ?? lines, mostLines))
        var text = ""
        var last = offset - 1
        for place in (offset - 1)..<end {
            let line = "\(place + 1)\t\(FileText.shown(all[place], limit: line))\n"
            if !text.isEmpty, text.utf8.count + line.utf8.count > page { break }
            text += line
            last = place + 1
        }
        guard last < all.count || offset > 1 else { return text }
        let more = last < all.count ? "; continue with offset \(last + 1)" : ""
        return text + "(lines \(offset) to \(last) of \(all.count)\(more))"
    }
}
