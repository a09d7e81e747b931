/// The `Content-Range` field of a partial answer (RFC 9110, section 14.4).
struct ContentRange: Sendable, Equatable {
    var range: Range<UInt64>
    /// Of the whole file; `nil` when the server does not know.
    var total: UInt64?

    /// Reads `bytes 0-99/1234` or `bytes 0-99/*`; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let halves = parts[1].split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last < .max else { return nil }
        range = first..<last + 1
        if halves[1] == "*" { return }
        guard let total = UInt64(halves[1]), last < total else { return nil }
        self.total = total
    }
}
