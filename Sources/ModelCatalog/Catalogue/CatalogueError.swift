/// Why a catalogue's file cannot be used, with the place that is wrong.
package enum CatalogueError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It is not YAML, or too large.
    case file(name: String, reason: String)
    /// A field of an entry.
    case field(name: String, line: Int?, entry: String, field: String, reason: String)

    package var description: String {
        switch self {
        case .file(let name, let reason): "\(name): \(reason)"
        case .field(let name, let line, let entry, let field, let reason):
            "\(name)\(line.map { ":\($0)" } ?? ""): \(entry.isEmpty ? "" : "\(entry): ")\(field) \(reason)"
        }
    }
}
