import SwarmCore

/// What is known of a file that is not all there: which file it is, and which of its bytes are on disk.
///
/// Kept beside it, one JSON object a line, only ever appended to: first what the file is, then a line for every range of
/// bytes after these bytes were made to last. A line that a crash left unfinished counts for nothing, nor does anything
/// behind it, so that a journal never claims bytes that are not there.
struct Journal: Sendable, Equatable {
    /// Which bytes these are.
    struct Content: Sendable, Equatable {
        var repository: String
        var file: String
        var commit: String
        var bytes: UInt64
        /// What the hub says, in lower-case hexadecimal.
        var sha256: String?
        /// The server's strong ETag, for `If-Range`.
        var validator: String?

        /// Whether bytes of the one can be gone on with for the other.
        ///
        /// The same hash is the same file wherever it lies. Without one, everything must be the same.
        func isSame(as other: Content) -> Bool {
            guard bytes == other.bytes else { return false }
            if let sha256, let second = other.sha256 { return sha256 == second }
            return repository == other.repository && file == other.file && commit == other.commit
                && sha256 == other.sha256 && validator != nil && validator == other.validator
        }
    }

    /// More than this is not read: no journal grows so long.
    static let longest = 16 << 20

    var content: Content
    var ranges: ByteRanges
    /// Bytes of the journal that count; what is behind them goes before more is written.
    var length: Int

    /// Reads what counts; `nil` when nothing does.
    init?(_ bytes: [UInt8]) {
        var lines: [JSON] = []
        var length = 0
        while let end = bytes[length...].firstIndex(of: UInt8(ascii: "\n")) {
            guard let line = try? JSON(parsing: Array(bytes[length..<end])) else { break }
            if !lines.isEmpty, Self.range(line) == nil { break }
            lines.append(line)
            length = end + 1
        }
        guard let first = lines.first, let content = Self.content(first) else { return nil }
        let ranges = lines.dropFirst().compactMap(Self.range)
        guard ranges.allSatisfy({ $0.upperBound <= content.bytes }) else { return nil }
        self.content = content
        self.ranges = ByteRanges(ranges)
        self.length = length
    }

    /// Reads the journal of a path; `nil` when there is none that counts.
    ///
    /// Blocks.
    static func read(_ path: String) -> Journal? { Folder.read(path, limit: longest).flatMap(Journal.init) }

    /// The first line.
    static func opening(_ content: Content) -> [UInt8] {
        var members: [(key: String, value: JSON)] = [
            ("version", 1), ("repository", .string(content.repository)), ("file", .string(content.file)),
            ("commit", .string(content.commit)), ("bytes", .integer(content.bytes)),
        ]
        if let sha256 = content.sha256 { members.append(("sha256", .string(sha256))) }
        if let validator = content.validator { members.append(("validator", .string(validator))) }
        return JSON.object(JSON.Object(members)).utf8 + [UInt8(ascii: "\n")]
    }

    /// A line for every range.
    static func lines(_ ranges: ByteRanges) -> [UInt8] {
        ranges.ranges.flatMap { range in
            JSON.object(JSON.Object([("from", .integer(range.lowerBound)), ("to", .integer(range.upperBound))])).utf8
                + [UInt8(ascii: "\n")]
        }
    }

    private static func content(_ line: JSON) -> Content? {
        guard line["version"]?.intValue == 1, let repository = line["repository"]?.stringValue,
            let file = line["file"]?.stringValue, let commit = line["commit"]?.stringValue,
            let bytes = line["bytes"]?.intValue.flatMap({ UInt64(exactly: $0) })
        else { return nil }
        return Content(
            repository: repository,
            file: file,
            commit: commit,
            bytes: bytes,
            sha256: line["sha256"]?.stringValue,
            validator: line["validator"]?.stringValue
        )
    }

    private static func range(_ line: JSON) -> Range<UInt64>? {
        guard let from = line["from"]?.intValue.flatMap({ UInt64(exactly: $0) }),
            let to = line["to"]?.intValue.flatMap({ UInt64(exactly: $0) }), from < to
        else { return nil }
        return from..<to
    }
}
