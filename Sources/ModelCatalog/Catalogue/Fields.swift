import SwarmCore
import Yams

/// The fields of one entry of a catalogue's file; whatever is wrong is an error that names entry and field.
struct Fields {
    /// What the entry is called in errors, such as `qwen2.5-coder:7b`.
    var entry: String
    private let file: String
    private let node: Node
    private let members: [String: Node]

    /// - Parameter known: the fields there may be.
    init(_ node: Node, entry: String, field: String, file: String, known: [String]) throws(CatalogueError) {
        self.entry = entry
        self.file = file
        self.node = node
        guard case .mapping(let mapping) = node else {
            throw Self.error(file, node, entry, field, "must be a mapping of fields")
        }
        var members: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                throw Self.error(file, key, entry, field, "has a field without a name")
            }
            guard known.contains(name) else {
                let near = nearNames(name, among: known, count: 1).first
                let hint = near.map { "; did you mean \"\($0)\"?" } ?? "; known are \(known.joined(separator: ", "))"
                throw Self.error(file, key, entry, name, "is unknown" + hint)
            }
            guard members[name] == nil else { throw Self.error(file, key, entry, name, "is given twice") }
            members[name] = value
        }
        self.members = members
    }

    /// For the list or mapping inside of a field.
    func inner(_ node: Node, entry: String? = nil, field: String, known: [String]) throws(CatalogueError) -> Fields {
        try Fields(node, entry: entry ?? self.entry, field: field, file: file, known: known)
    }

    private static func error(_ file: String, _ node: Node?, _ entry: String, _ field: String, _ reason: String)
        -> CatalogueError
    {
        .field(name: file, line: node?.mark?.line, entry: entry, field: field, reason: reason)
    }

    func error(_ field: String, _ reason: String) -> CatalogueError {
        Self.error(file, members[field] ?? node, entry, field, reason)
    }

    func node(_ field: String) -> Node? { members[field] }

    func stringIfAny(_ field: String) throws(CatalogueError) -> String? {
        guard let node = members[field] else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty, text.count <= 400 else {
            throw error(field, "must be a text")
        }
        return text
    }

    func string(_ field: String) throws(CatalogueError) -> String {
        guard let text = try stringIfAny(field) else { throw error(field, "is missing") }
        return text
    }

    func numberIfAny(_ field: String, in range: ClosedRange<UInt64>) throws(CatalogueError) -> UInt64? {
        guard let text = try stringIfAny(field) else { return nil }
        let digits = text.filter { $0 != "_" }
        guard let number = UInt64(digits), range.contains(number) else {
            throw error(field, "must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return number
    }

    func number(_ field: String, in range: ClosedRange<UInt64>) throws(CatalogueError) -> UInt64 {
        guard let number = try numberIfAny(field, in: range) else { throw error(field, "is missing") }
        return number
    }

    func isOn(_ field: String) throws(CatalogueError) -> Bool {
        switch try stringIfAny(field) {
        case nil, "false": false
        case "true": true
        default: throw error(field, "must be true or false")
        }
    }

    /// The elements of a list; none when the field is missing.
    func list(_ field: String) throws(CatalogueError) -> [Node] {
        guard let node = members[field] else { return [] }
        guard case .sequence(let sequence) = node else { throw error(field, "must be a list") }
        return Array(sequence)
    }

    func strings(_ field: String) throws(CatalogueError) -> [String] {
        var texts: [String] = []
        for node in try list(field) {
            guard let text = node.scalar?.string, !text.isEmpty else { throw error(field, "must be a list of texts") }
            texts.append(text)
        }
        return texts
    }
}
