import SwarmCore

/// JSON schemas of tool parameters, without what a valid call does not depend on.
enum SchemaTrimming {
    /// Keywords that only say something about a value (JSON Schema 2020-12, Validation, section 9).
    private static let annotations: Set<String> = [
        "description", "title", "default", "examples", "$schema", "$comment",
    ]
    /// Keywords whose members are named by the author; what is below each name is a schema.
    private static let named: Set<String> = [
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies",
    ]
    /// Keywords whose value is a schema or a list of them.
    private static let nested: Set<String> = [
        "items", "prefixItems", "additionalItems", "unevaluatedItems", "contains", "additionalProperties",
        "unevaluatedProperties", "propertyNames", "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
        "contentSchema",
    ]
    /// Keywords beside `properties` that may ask for some of them.
    private static let conditions: Set<String> = [
        "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "dependencies",
        "minProperties", "unevaluatedProperties", "$ref", "$dynamicRef", "$recursiveRef",
    ]

    /// A schema that allows the same without describing it.
    ///
    /// A property may be called `title` or `default`: words are only taken out where they are keywords, never where they
    /// are names or part of a constant.
    static func withoutAnnotations(_ schema: JSON) -> JSON {
        switch schema {
        case .array(let schemas): return .array(schemas.map(withoutAnnotations))
        case .object(let object):
            let members = object.members.lazy.filter { !annotations.contains($0.key) }.map { key, value in
                (key: key, value: within(key, value))
            }
            return .object(JSON.Object(Array(members)))
        default: return schema
        }
    }

    private static func within(_ key: String, _ value: JSON) -> JSON {
        if nested.contains(key) { return withoutAnnotations(value) }
        guard named.contains(key), let object = value.objectValue else { return value }
        return .object(object.mapValues(withoutAnnotations))
    }

    /// The schema of an object with its required properties only, and without definitions that nothing refers to.
    static func onlyRequired(_ schema: JSON) -> JSON {
        guard var object = schema.objectValue, !object.keys.contains(where: conditions.contains),
            SchemaReference.all(in: schema) != nil
        else { return schema }
        if let properties = object["properties"]?.objectValue {
            let required = Set(object["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
            object["properties"] = .object(properties.filter { required.contains($0) })
        }
        return .object(withoutLooseDefinitions(object))
    }

    private static func withoutLooseDefinitions(_ schema: JSON.Object) -> JSON.Object {
        let body = schema.filter { !SchemaReference.tables.contains($0) }
        var open = SchemaReference.all(in: .object(body)) ?? []
        var reached: Set<SchemaReference> = []
        while let next = open.popLast() {
            guard reached.insert(next).inserted, let definition = schema[next.table]?[next.name] else { continue }
            open += SchemaReference.all(in: definition) ?? []
        }
        var schema = schema
        for table in SchemaReference.tables {
            guard let definitions = schema[table]?.objectValue else { continue }
            let kept = definitions.filter { reached.contains(SchemaReference(table: table, name: $0)) }
            schema[table] = kept.isEmpty ? nil : .object(kept)
        }
        return schema
    }
}

/// A reference to a definition of the same schema, such as `#/$defs/Name`.
private struct SchemaReference: Hashable {
    static let tables = ["$defs", "definitions"]
    private static let keywords: Set<String> = ["$ref", "$dynamicRef", "$recursiveRef"]

    var table: String
    var name: String

    init(table: String, name: String) {
        self.table = table
        self.name = name
    }

    /// - Returns: `nil` for a reference to anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "#", Self.tables.contains(String(parts[1])), !parts[2].contains("%")
        else { return nil }
        self.init(table: String(parts[1]), name: Self.unescaped(parts[2]))
    }

    /// A step of a JSON pointer as the name it stands for (RFC 6901, section 4).
    private static func unescaped(_ step: Substring) -> String {
        step.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
            .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
    }

    /// Every reference in a schema, in order.
    /// - Returns: `nil` when one of them leads elsewhere than to a definition.
    static func all(in schema: JSON) -> [SchemaReference]? {
        var found: [SchemaReference] = []
        return collect(schema, into: &found) ? found : nil
    }

    private static func collect(_ schema: JSON, into found: inout [SchemaReference]) -> Bool {
        switch schema {
        case .array(let elements): return elements.allSatisfy { collect($0, into: &found) }
        case .object(let object):
            return object.members.allSatisfy { key, value in
                guard keywords.contains(key), let text = value.stringValue else { return collect(value, into: &found) }
                guard key == "$ref", let reference = SchemaReference(text) else { return false }
                found.append(reference)
                return true
            }
        default: return true
        }
    }
}

extension JSON.Object {
    fileprivate func mapValues(_ change: (JSON) -> JSON) -> JSON.Object {
        JSON.Object(members.map { (key: $0.key, value: change($0.value)) })
    }

    fileprivate func filter(_ isKept: (String) -> Bool) -> JSON.Object {
        JSON.Object(members.filter { isKept($0.key) })
    }
}
