import SwarmCore

/// Writes JSON schemas in few words: draft 2020-12, as OpenAPI 3.1 has it.
enum Schema {
    /// Properties in their order; a name that ends in `*` is required.
    typealias Members = [(name: String, schema: JSON)]

    static func string(_ about: String? = nil) -> JSON { typed("string", about) }

    static func boolean(_ about: String? = nil) -> JSON { typed("boolean", about) }

    static func integer(_ about: String? = nil, from least: Int? = nil, to most: Int? = nil) -> JSON {
        typed("integer", about, [("minimum", least.map { .integer($0) }), ("maximum", most.map { .integer($0) })])
    }

    static func number(_ about: String? = nil, from least: Double? = nil, to most: Double? = nil) -> JSON {
        typed("number", about, [("minimum", least.map { .double($0) }), ("maximum", most.map { .double($0) })])
    }

    /// One of a few words.
    static func word(_ words: String..., about: String? = nil) -> JSON {
        typed("string", about, [("enum", .array(words.map { .string($0) }))])
    }

    /// One of the words of a type.
    static func word<Word: CaseIterable & RawRepresentable<String>>(of type: Word.Type, _ about: String? = nil) -> JSON
    {
        typed("string", about, [("enum", .array(type.allCases.map { .string($0.rawValue) }))])
    }

    /// Always the same text.
    static func constant(_ text: String) -> JSON { ["const": .string(text)] }

    static func array(of items: JSON, _ about: String? = nil, from least: Int? = nil, to most: Int? = nil) -> JSON {
        typed(
            "array",
            about,
            [
                ("items", items), ("minItems", least.map { .integer($0) }), ("maxItems", most.map { .integer($0) }),
            ]
        )
    }

    /// An object; what is not among its members is allowed too.
    static func object(_ members: Members, about: String? = nil) -> JSON {
        var properties = JSON.Object()
        var required: [JSON] = []
        for (name, schema) in members {
            let bare = name.hasSuffix("*") ? String(name.dropLast()) : name
            if bare != name { required.append(.string(bare)) }
            properties[bare] = schema
        }
        return typed(
            "object",
            about,
            [
                ("properties", properties.isEmpty ? nil : .object(properties)),
                ("required", required.isEmpty ? nil : .array(required)),
            ]
        )
    }

    /// An object whose keys say something.
    static func map(to values: JSON, _ about: String? = nil) -> JSON {
        typed("object", about, [("additionalProperties", values)])
    }

    /// One of several forms.
    static func either(_ forms: JSON..., about: String? = nil) -> JSON { described(about, [("anyOf", .array(forms))]) }

    /// A value, or `null`.
    static func orNull(_ schema: JSON) -> JSON { either(schema, ["type": "null"]) }

    /// A schema by its name among the components.
    static func ref(_ name: String, _ about: String? = nil) -> JSON {
        described(about, [("$ref", .string("#/components/schemas/\(name)"))])
    }

    private static func typed(_ type: String, _ about: String?, _ rules: [(key: String, value: JSON?)] = []) -> JSON {
        described(about, [("type", .string(type))] + rules)
    }

    private static func described(_ about: String?, _ rules: [(key: String, value: JSON?)]) -> JSON {
        var schema = JSON.Object()
        for (key, value) in rules { schema[key] = value }
        schema["description"] = about.map { .string($0) }
        return .object(schema)
    }
}
