import SwarmCore

/// A tool in one line, as a model without a tool format is shown it: `read(filePath: string, offset?: integer) - Reads`.
struct ToolSignature {
    /// Longest summary, in characters.
    private static let summary = 100
    /// Most values of an enumeration that are named.
    private static let values = 16
    /// How deep objects and arrays within one another are spelled out; also what ends schemas that hold themselves.
    private static let depth = 4

    let line: String

    init(_ tool: ToolSpec) {
        let schema = tool.parameters ?? .object(JSON.Object())
        let parameters = ToolSignature.members(schema, root: schema, depth: 0)
        let summary = ToolSignature.sentence(tool.summary ?? "")
        // A line is what tells tools apart: none may hold a line feed.
        line = "\(tool.name)(\(parameters))\(summary.isEmpty ? "" : " - \(summary)")".inOneLine
    }

    private static func members(_ schema: JSON, root: JSON, depth: Int) -> String {
        let required = schema.requiredNames
        return (schema["properties"]?.objectValue?.members ?? []).map { member in
            let mark = required.contains(member.key) ? "" : "?"
            return "\(member.key)\(mark): \(type(member.value, root: root, depth: depth + 1))"
        }.joined(separator: ", ")
    }

    private static func type(_ schema: JSON, root: JSON, depth: Int) -> String {
        guard depth <= ToolSignature.depth else { return "any" }
        if let reference = schema["$ref"]?.stringValue, let target = root.schema(at: reference) {
            return type(target, root: root, depth: depth + 1)
        }
        if let allowed = schema["enum"]?.arrayValue ?? schema["const"].map({ [$0] }),
            (1...values).contains(allowed.count)
        {
            return allowed.map { $0.stringValue ?? $0.text }.joined(separator: "|")
        }
        for name in ["anyOf", "oneOf"] {
            if let branches = schema[name]?.arrayValue {
                return union(branches.map { type($0, root: root, depth: depth + 1) })
            }
        }
        let names = schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? schema["type"]?.stringValue.map { [$0] }
        return union((names ?? []).map { named($0, schema, root: root, depth: depth) })
    }

    private static func named(_ name: String, _ schema: JSON, root: JSON, depth: Int) -> String {
        switch name {
        case "array":
            let element = schema["items"].map { type($0, root: root, depth: depth + 1) } ?? "any"
            return element.contains("|") && !element.hasPrefix("{") ? "(\(element))[]" : "\(element)[]"
        case "object":
            let members = members(schema, root: root, depth: depth)
            return members.isEmpty ? name : "{\(members)}"
        default: return name
        }
    }

    /// Each kind once; that a value may be null too is not worth a word.
    private static func union(_ types: [String]) -> String {
        var kept: [String] = []
        for type in types where type != "null" && !kept.contains(type) { kept.append(type) }
        return kept.isEmpty ? types.first ?? "any" : kept.joined(separator: "|")
    }

    /// The first sentence of a text, cut between words where it is long.
    private static func sentence(_ text: String) -> String {
        let first = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
        var sentence = ""
        for word in first.split(whereSeparator: \.isWhitespace) {
            guard sentence.count + word.count < summary else { return sentence + "…" }
            sentence += sentence.isEmpty ? word : " " + word
            if let last = word.last, ".!?".contains(last) { break }
        }
        return sentence
    }
}

extension JSON {
    /// Names of members that a schema of objects requires.
    var requiredNames: Set<String> { Set(self["required"]?.arrayValue?.compactMap(\.stringValue) ?? []) }
}

extension String {
    fileprivate var inOneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
