package import SwarmCore
import Yams

/// A YAML text in which single settings can be changed: comments, order and spelling of all else stay.
///
/// Every change is proved: read again, the text must say what it said before and the change, else nothing is changed.
/// YAML 1.1, as libYAML reads it.
package struct YAMLText: Sendable, Equatable {
    package private(set) var text: String
    /// What the text says; scalars as strings, whatever their type, and `null` for an empty text.
    package private(set) var value: JSON

    package init(_ text: String) throws(TextEditError) {
        self.text = text
        value = try Self.read(text).map(Self.json) ?? .null
    }

    /// Sets a value, making what is missing on the way.
    /// - Throws: when that is not possible without touching anything else; nothing is changed then.
    package mutating func set(_ path: [JSONStep], to value: JSON) throws(TextEditError) {
        let wanted = value.asText
        if self.value[path] == wanted { return }
        guard let expected = self.value.setting(path, to: wanted) else {
            throw .blocked(at: path.map(\.description).joined(separator: "."))
        }
        var lines = YAMLLines(text)
        if let root = try Self.read(text) {
            try lines.set(path[...], to: value, in: root, walked: [])
        } else {
            lines.append(YAMLLines.block(path[...], value))
        }
        try replace(by: lines, expecting: expected, at: path.map(\.description))
    }

    /// Removes a setting, and mappings that are empty then.
    /// - Throws: when that is not possible without touching anything else; nothing is changed then.
    package mutating func remove(_ path: [String]) throws(TextEditError) {
        guard value[path.map(JSONStep.key)] != nil, let root = try Self.read(text) else { return }
        let left = value.removing(path)
        var lines = YAMLLines(text)
        try lines.remove(path[...], from: root, walked: [])
        try replace(by: lines, expecting: left.objectValue?.isEmpty == true ? .null : left, at: path)
    }

    private mutating func replace(
        by lines: YAMLLines,
        expecting expected: JSON,
        at path: [String]
    ) throws(TextEditError) {
        guard let changed = try? YAMLText(lines.text), changed.value == expected else {
            throw .tooUnusual(at: path.joined(separator: "."))
        }
        self = changed
    }

    private static func read(_ text: String) throws(TextEditError) -> YAMLNode? {
        do {
            return try compose(yaml: text)
        } catch {
            let words = "\(error)".split(whereSeparator: \.isNewline).prefix(2).joined(separator: " ")
            throw .notUnderstood(reason: words)
        }
    }

    private static func json(_ node: YAMLNode) -> JSON {
        switch node {
        case .scalar(let scalar): node.isNull ? .null : .string(scalar.string)
        case .sequence(let sequence): .array(sequence.map(json))
        case .mapping(let mapping):
            .object(JSON.Object(mapping.map { (key: $0.key.scalar?.string ?? "?", value: json($0.value)) }))
        case .alias: .null
        }
    }
}

extension JSON {
    /// The value with scalars as strings, as a YAML text is read here.
    fileprivate var asText: JSON {
        switch self {
        case .bool(let value): .string(value ? "true" : "false")
        case .number(let text): .string(text)
        case .array(let elements): .array(elements.map(\.asText))
        case .object(let object): .object(JSON.Object(object.members.map { (key: $0.key, value: $0.value.asText) }))
        case .null, .string: self
        }
    }
}

typealias YAMLNode = Yams.Node

extension YAMLNode {
    /// Nothing, or what YAML calls so.
    var isNull: Bool { scalar?.style == .plain && tag == Tag(.null) }
}
