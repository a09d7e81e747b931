import Foundation

/// Reads headers of files on this machine.
package enum GGUFFile {
    /// The headers of a model: of the file, or of all parts when it is one of a split model.
    ///
    /// Blocks while it reads, some megabytes per file.
    package static func headers(of path: String) throws(GGUFError) -> [GGUFHeader] {
        let first = try header(of: path)
        guard first.partCount > 1 else { return [first] }
        guard let paths = parts(of: path, count: first.partCount) else {
            throw .parts("it is part of a split model, but its name does not end in -00001-of-000NN.gguf")
        }
        var headers: [GGUFHeader] = []
        for part in paths { headers.append(part == path ? first : try header(of: part)) }
        return headers
    }

    /// The header of one file.
    package static func header(of path: String) throws(GGUFError) -> GGUFHeader {
        guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() else {
            throw .unreadable(path)
        }
        defer { try? file.close() }
        var wanted: UInt64 = 1 << 20
        while true {
            guard (try? file.seek(toOffset: 0)) != nil,
                let data = try? file.read(upToCount: Int(min(wanted, size, GGUFCursor.limit)))
            else { throw .unreadable(path) }
            switch try GGUFHeader.read(Array(data), fileSize: size) {
            case .header(let header): return header
            case .needs(let end): wanted = max(2 * wanted, end)
            }
        }
    }

    /// The names of all parts of a split model, from that of one: `x-00002-of-00003.gguf`.
    package static func parts(of path: String, count: Int) -> [String]? {
        guard let match = path.wholeMatch(of: /(.*)-\d{5}-of-(\d{5})\.gguf/), Int(match.2) == count, count < 100_000
        else { return nil }
        return (1...count).map { "\(match.1)-\(padded($0))-of-\(padded(count)).gguf" }
    }

    static func padded(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
}
