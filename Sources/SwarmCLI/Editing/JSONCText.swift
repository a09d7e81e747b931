package import SwarmCore

/// A JSON text with comments and trailing commas, as editors keep their settings in, in which single settings can be
/// changed: comments, order and layout of all else stay.
///
/// Every change is proved: read again, the text must say what it said before and the change, else nothing is changed.
package struct JSONCText: Sendable, Equatable {
    package private(set) var text: String
    /// What the text says; `null` for one with nothing but comments.
    package private(set) var value: JSON

    package init(_ text: String) throws(TextEditError) {
        self.text = text
        value = try Self.read(Array(text.utf8))?.value ?? .null
    }

    /// Sets a value, making what is missing on the way.
    /// - Throws: when that is not possible without touching anything else; nothing is changed then.
    package mutating func set(_ path: [JSONStep], to new: JSON) throws(TextEditError) {
        if value[path] == new { return }
        let place = path.map(\.description).joined(separator: ".")
        guard let expected = value.setting(path, to: new) else { throw .blocked(at: place) }
        var bytes = Array(text.utf8)
        if let root = try Self.read(bytes) {
            var edit = JSONCEdit(bytes)
            try edit.set(path[...], to: new, in: root, walked: [])
            bytes = edit.bytes
        } else {
            if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
            bytes += Array((expected.pretty() + "\n").utf8)
        }
        guard let changed = try? JSONCText(String(decoding: bytes, as: UTF8.self)), changed.value == expected else {
            throw .tooUnusual(at: place)
        }
        self = changed
    }

    private static func read(_ bytes: [UInt8]) throws(TextEditError) -> JSONCNode? {
        do {
            var reader = JSONCReader(bytes)
            return try reader.read()
        } catch {
            throw .notUnderstood(reason: error.description)
        }
    }
}

/// A value and where it stands, in bytes.
struct JSONCNode {
    struct Member {
        /// `nil` in an array.
        var key: String?
        /// Where the key begins, or the element.
        var start: Int
        var node: JSONCNode
    }

    var value: JSON
    var range: Range<Int>
    /// Members of an object or elements of an array; `nil` of anything else.
    var members: [Member]?
    /// Behind the last member there is a comma.
    var hasTrailingComma = false
}

/// Reads JSON with comments and trailing commas.
struct JSONCReader {
    private let bytes: [UInt8]
    private var at = 0
    private static let maximumDepth = 128

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark, as some editors write it.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    /// The whole text; `nil` when there is nothing in it but space and comments.
    mutating func read() throws(JSONSyntaxError) -> JSONCNode? {
        try skip()
        guard at < bytes.count else { return nil }
        let node = try node(depth: 0)
        try skip()
        guard at == bytes.count else { throw error("unexpected text after the value") }
        return node
    }

    private func error(_ reason: String) -> JSONSyntaxError { JSONSyntaxError(reason: reason, offset: at) }

    private func stands(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
        at + 1 < bytes.count && bytes[at] == UInt8(ascii: first) && bytes[at + 1] == UInt8(ascii: second)
    }

    /// Passes over space and comments.
    private mutating func skip() throws(JSONSyntaxError) {
        while at < bytes.count {
            if [0x20, 0x0A, 0x0D, 0x09].contains(bytes[at]) {
                at += 1
            } else if stands("/", "/") {
                while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
            } else if stands("/", "*") {
                at += 2
                while at < bytes.count, !stands("*", "/") { at += 1 }
                guard at < bytes.count else { throw error("unfinished comment") }
                at += 2
            } else {
                return
            }
        }
    }

    private mutating func node(depth: Int) throws(JSONSyntaxError) -> JSONCNode {
        guard at < bytes.count else { throw error("unexpected end") }
        guard depth < Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth) levels") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try container(UInt8(ascii: "}"), depth: depth)
        case UInt8(ascii: "["): return try container(UInt8(ascii: "]"), depth: depth)
        default: return try single()
        }
    }

    /// A string, number or word.
    private mutating func single() throws(JSONSyntaxError) -> JSONCNode {
        let start = at
        if bytes[at] == UInt8(ascii: "\"") {
            at += 1
            while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
            at = min(at + 1, bytes.count)
        } else {
            let ends = Array(" \t\r\n,:]}/\"[{".utf8)
            while at < bytes.count, !ends.contains(bytes[at]) { at += 1 }
        }
        do {
            return JSONCNode(value: try JSON(parsing: bytes[start..<at]), range: start..<at)
        } catch {
            throw JSONSyntaxError(reason: error.reason, offset: start + error.offset)
        }
    }

    private mutating func container(_ end: UInt8, depth: Int) throws(JSONSyntaxError) -> JSONCNode {
        let start = at
        let isObject = end == UInt8(ascii: "}")
        var members: [JSONCNode.Member] = []
        var hasTrailingComma = false
        at += 1
        while true {
            try skip()
            guard at < bytes.count else { throw error("unexpected end") }
            if bytes[at] == end { break }
            guard members.isEmpty || hasTrailingComma else { throw error("expected ',' or an end") }
            let begin = at
            var key: String?
            if isObject {
                guard bytes[at] == UInt8(ascii: "\""), let name = try single().value.stringValue else {
                    throw error("expected a key in quotes")
                }
                try skip()
                guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw error("expected ':'") }
                at += 1
                try skip()
                key = name
            }
            members.append(JSONCNode.Member(key: key, start: begin, node: try node(depth: depth + 1)))
            try skip()
            hasTrailingComma = at < bytes.count && bytes[at] == UInt8(ascii: ",")
            if hasTrailingComma { at += 1 }
        }
        at += 1
        let value: JSON =
            isObject
            ? .object(JSON.Object(members.map { (key: $0.key ?? "", value: $0.node.value) }))
            : .array(members.map(\.node.value))
        return JSONCNode(value: value, range: start..<at, members: members, hasTrailingComma: hasTrailingComma)
    }
}
