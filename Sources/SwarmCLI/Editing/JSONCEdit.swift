import SwarmCore

/// The bytes of a JSON text with comments, changed in one place.
struct JSONCEdit {
    private(set) var bytes: [UInt8]
    private let newline: String
    /// What a level is set in by, as the text does it.
    private let unit: String

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        newline = bytes.contains(UInt8(ascii: "\r")) ? "\r\n" : "\n"
        unit = Self.unit(of: bytes)
    }

    /// Sets a value below a node.
    mutating func set(
        _ path: ArraySlice<JSONStep>,
        to value: JSON,
        in node: JSONCNode,
        walked: [String]
    ) throws(TextEditError) {
        guard let step = path.first else { return try replace(node, by: value, at: walked) }
        let walked = walked + [step.description]
        let rest = path.dropFirst()
        guard let members = node.members else {
            // `null` is nothing, everything else is somebody's.
            guard node.value.isNull, let new = JSON.null.setting(path, to: value) else {
                throw .blocked(at: walked.joined(separator: "."))
            }
            return try replace(node, by: new, at: walked)
        }
        // Of a repeated key the last one counts.
        if let member = members.last(where: { $0.key == step.key && Self.isMeant($0, step) }) {
            return try set(rest, to: value, in: member.node, walked: walked)
        }
        guard let new = JSON.null.setting(rest, to: value) else { throw .blocked(at: walked.joined(separator: ".")) }
        insert(key: step.key, new, into: node, members)
    }

    private static func isMeant(_ member: JSONCNode.Member, _ step: JSONStep) -> Bool {
        switch step {
        case .key: true
        case .element(let key, let value): member.node.value[key]?.stringValue == value
        }
    }

    private mutating func replace(_ node: JSONCNode, by value: JSON, at walked: [String]) throws(TextEditError) {
        // What is written by people in a value that goes would be lost with it.
        guard node.members == nil || !hasComment(in: node.range) else {
            throw .tooUnusual(at: walked.joined(separator: "."))
        }
        bytes.replaceSubrange(node.range, with: spelled(value, margin: margin(of: node.range.lowerBound)))
    }

    /// Adds a member or element behind the others, below what people wrote behind the last one.
    private mutating func insert(key: String?, _ value: JSON, into node: JSONCNode, _ members: [JSONCNode.Member]) {
        let close = node.range.upperBound - 1
        let inside = node.range.lowerBound + 1..<close
        let outer = margin(of: node.range.lowerBound)
        let name = key.map { JSON.string($0).text + ": " } ?? ""
        let isOneLine = !members.isEmpty && !bytes[inside].contains(UInt8(ascii: "\n"))
        let inner = members.first.map { isOneLine ? outer : margin(of: $0.start) } ?? outer + unit
        var text = isOneLine ? " " : newline + inner
        text += name
        var new = Array(text.utf8) + (isOneLine ? value.utf8 : spelled(value, margin: inner))
        if node.hasTrailingComma { new.append(UInt8(ascii: ",")) }
        var end = inside.upperBound
        while end > inside.lowerBound, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[end - 1]) { end -= 1 }
        // The brace goes on a line of its own.
        if !isOneLine, !bytes[end..<close].contains(UInt8(ascii: "\n")) { new += Array((newline + outer).utf8) }
        bytes.insert(contentsOf: new, at: end)
        if let last = members.last, !node.hasTrailingComma {
            bytes.insert(UInt8(ascii: ","), at: last.node.range.upperBound)
        }
    }

    private func spelled(_ value: JSON, margin: String) -> [UInt8] {
        let text = value.pretty(indent: unit, margin: margin)
        return Array((newline == "\n" ? text : text.replacing("\n", with: newline)).utf8)
    }

    /// The space at the beginning of the line a byte is on.
    private func margin(of place: Int) -> String {
        let start = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return String(decoding: bytes[start...].prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    }

    private func hasComment(in range: Range<Int>) -> Bool {
        var at = range.lowerBound
        while at < range.upperBound {
            switch bytes[at] {
            case UInt8(ascii: "/"): return true
            case UInt8(ascii: "\""):
                at += 1
                while at < range.upperBound, bytes[at] != UInt8(ascii: "\"") {
                    at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
                }
            default: break
            }
            at += 1
        }
        return false
    }

    /// The space before the first line that has some; two where no line has.
    private static func unit(of bytes: [UInt8]) -> String {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let space = line.prefix { $0 == 0x20 || $0 == 0x09 }
            let isText = line.dropFirst(space.count).first.map { $0 == UInt8(ascii: "\"") } ?? false
            if !space.isEmpty, isText { return String(decoding: space, as: UTF8.self) }
        }
        return "  "
    }
}

extension JSONStep {
    fileprivate var key: String? { if case .key(let key) = self { key } else { nil } }
}
