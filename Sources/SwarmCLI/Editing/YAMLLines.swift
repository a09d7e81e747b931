import SwarmCore
import Yams

/// The lines of a YAML text, and where in them a setting stands.
struct YAMLLines {
    private var lines: [String]
    /// What ends a line, as the text has it.
    private let newline: String

    init(_ text: String) {
        newline = text.unicodeScalars.contains("\r") ? "\r\n" : "\n"
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.last == "\r" ? line.dropLast() : line)
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
    }

    var text: String { lines.isEmpty ? "" : lines.joined(separator: newline) + newline }

    /// Adds lines at the end.
    mutating func append(_ block: [String]) { lines += block }

    /// Sets a value below a node.
    mutating func set(
        _ path: ArraySlice<JSONStep>,
        to value: JSON,
        in node: YAMLNode,
        walked: [String]
    ) throws(TextEditError) {
        guard let step = path.first else { return try replace(node, by: value, at: walked) }
        let walked = walked + [step.description]
        let place = walked.joined(separator: ".")
        switch (step, node) {
        case (.key(let key), .mapping(let mapping)):
            guard mapping.style != .flow, let column = mapping.first?.key.place?.column else {
                throw .tooUnusual(at: place)
            }
            if let pair = mapping.first(where: { $0.key.scalar?.string == key }) {
                guard pair.value.isNull else {
                    return try set(path.dropFirst(), to: value, in: pair.value, walked: walked)
                }
                if path.count == 1, let scalar = YAMLScalar.text(value) {
                    return try complete(pair.key, scalar, at: place)
                }
                return try fill(pair.key, path.dropFirst(), value, at: place)
            }
            guard let last = Array(mapping).last?.key.place else { throw .tooUnusual(at: place) }
            insert(Self.block(path, value), indent: column, after: end(of: last.line, column: column, items: true))
        case (.element(let key, let name), .sequence(let sequence)):
            guard sequence.style != .flow, let dash = sequence.place else { throw .tooUnusual(at: place) }
            if let element = sequence.first(where: { $0.member(key)?.scalar?.string == name }) {
                return try set(path.dropFirst(), to: value, in: element, walked: walked)
            }
            guard let last = sequence.last?.place else { throw .tooUnusual(at: place) }
            let after = end(of: last.line, column: dash.column, items: false)
            insert(Self.block(path, value), indent: dash.column, after: after)
        default: throw .blocked(at: place)
        }
    }

    /// Takes the lines of a setting out, or those of the mapping that has no other.
    mutating func remove(_ path: ArraySlice<String>, from node: YAMLNode, walked: [String]) throws(TextEditError) {
        guard let key = path.first, let mapping = node.mapping, mapping.style != .flow,
            let pair = mapping.first(where: { $0.key.scalar?.string == key }), let start = pair.key.place
        else { throw .tooUnusual(at: (walked + path).joined(separator: ".")) }
        let rest = path.dropFirst()
        if !rest.isEmpty, let inner = pair.value.mapping, inner.count > 1 || !isLast(rest, in: inner) {
            return try remove(rest, from: pair.value, walked: walked + [key])
        }
        lines.removeSubrange(start.line...end(of: start.line, column: start.column, items: true))
    }

    /// Whether nothing is left of a mapping without the setting.
    private func isLast(_ path: ArraySlice<String>, in mapping: YAMLNode.Mapping) -> Bool {
        guard mapping.count == 1, let key = path.first, let pair = mapping.first else { return false }
        guard pair.key.scalar?.string == key else { return false }
        return path.count == 1 || pair.value.mapping.map { isLast(path.dropFirst(), in: $0) } ?? false
    }

    /// Puts a value in the place of one that stands on a line of its own.
    private mutating func replace(_ node: YAMLNode, by value: JSON, at walked: [String]) throws(TextEditError) {
        let error = TextEditError.tooUnusual(at: walked.joined(separator: "."))
        guard let scalar = node.scalar, let place = node.place, let new = YAMLScalar.text(value),
            lines.indices.contains(place.line)
        else { throw error }
        let line = Array(lines[place.line].unicodeScalars)
        guard place.column < line.count, let length = YAMLScalar.length(of: scalar, in: line[place.column...]) else {
            throw error
        }
        let tail = line[(place.column + length)...]
        lines[place.line] = Self.string(line[..<place.column]) + new + Self.string(tail)
    }

    /// Gives a key without a value one.
    private mutating func complete(_ key: YAMLNode, _ scalar: String, at place: String) throws(TextEditError) {
        guard let line = key.place?.line, let colon = colon(after: key) else { throw .tooUnusual(at: place) }
        let old = Array(lines[line].unicodeScalars)
        lines[line] = Self.string(old[...colon]) + " " + scalar + Self.string(old[(colon + 1)...])
    }

    /// Gives a key without a value a block below it.
    private mutating func fill(
        _ key: YAMLNode,
        _ path: ArraySlice<JSONStep>,
        _ value: JSON,
        at place: String
    ) throws(TextEditError) {
        guard let start = key.place, colon(after: key) != nil else { throw .tooUnusual(at: place) }
        insert(Self.block(path, value), indent: start.column + 2, after: start.line)
    }

    /// The column of the colon behind a key that has no value: nothing but a comment may follow.
    private func colon(after key: YAMLNode) -> Int? {
        guard let scalar = key.scalar, let start = key.place, lines.indices.contains(start.line) else { return nil }
        let line = Array(lines[start.line].unicodeScalars)
        guard start.column < line.count,
            let length = YAMLScalar.length(of: scalar, in: line[start.column...])
        else { return nil }
        let colon = start.column + length
        guard colon < line.count, line[colon] == ":" else { return nil }
        let rest = line[(colon + 1)...].drop { $0 == " " || $0 == "\t" }
        return rest.isEmpty || rest.first == "#" ? colon : nil
    }

    private mutating func insert(_ block: [String], indent: Int, after line: Int) {
        let margin = String(repeating: " ", count: indent)
        lines.insert(contentsOf: block.map { margin + $0 }, at: min(line + 1, lines.count))
    }

    /// The last line of what begins on a line at a column.
    /// - Parameter items: dashes in the same column belong to it, as YAML allows below a key.
    private func end(of line: Int, column: Int, items: Bool) -> Int {
        var end = line
        for next in lines.indices where next > line {
            let content = lines[next].unicodeScalars.drop { $0 == " " }
            guard let first = content.first else { continue }
            let indent = lines[next].unicodeScalars.count - content.count
            if first == "#", indent <= column { continue }
            let isItem =
                items && indent == column && first == "-" && content.dropFirst().first.map { $0 == " " } ?? true
            guard indent > column || isItem else { break }
            end = next
        }
        return end
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The lines that say that the value at the end of a path is this one.
    static func block(_ path: ArraySlice<JSONStep>, _ value: JSON) -> [String] {
        guard let step = path.first else { return block(value) }
        let rest = path.dropFirst()
        switch step {
        case .key(let key):
            if rest.isEmpty, let scalar = YAMLScalar.text(value) { return [YAMLScalar.key(key) + ": " + scalar] }
            return [YAMLScalar.key(key) + ":"] + block(rest, value).map { "  " + $0 }
        case .element:
            return item(block(rest, value))
        }
    }

    private static func block(_ value: JSON) -> [String] {
        switch value {
        case .object(let object) where !object.isEmpty:
            object.members.flatMap { block([.key($0.key)], $0.value) }
        case .array(let elements) where !elements.isEmpty: elements.flatMap { item(block($0)) }
        default: [YAMLScalar.text(value) ?? value.text]
        }
    }

    private static func item(_ block: [String]) -> [String] {
        block.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
    }
}

extension YAMLNode {
    /// Where it begins, both from 0.
    fileprivate var place: (line: Int, column: Int)? { mark.map { ($0.line - 1, $0.column - 1) } }

    fileprivate func member(_ key: String) -> YAMLNode? { mapping?.first { $0.key.scalar?.string == key }?.value }
}

extension YAMLNode.Sequence {
    fileprivate var place: (line: Int, column: Int)? { mark.map { ($0.line - 1, $0.column - 1) } }
}
