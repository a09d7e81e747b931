import SwarmCore
import Testing

@Suite struct JSONSchemaMatchFormTests {
    private func form(_ value: String, _ schema: String) throws -> String {
        JSONSchema(try JSON(parsing: schema)).matchForm(of: try JSON(parsing: value)).text
    }

    @Test(arguments: [
        // Scalars given as strings.
        (#""5""#, #"{"type":"integer"}"#, "5"), (#"" 5.0 ""#, #"{"type":"integer"}"#, "5"),
        (#""5.5""#, #"{"type":"integer"}"#, #""5.5""#), (#""5.50""#, #"{"type":"number"}"#, "5.5"),
        (#""five""#, #"{"type":"number"}"#, #""five""#), (#""True""#, #"{"type":"boolean"}"#, "true"),
        (#""5""#, #"{"type":["string","integer"]}"#, #""5""#), (#""none""#, #"{"type":["integer","null"]}"#, "null"),
        (#""5""#, "{}", #""5""#), ("5", #"{"type":"string"}"#, "5"),
        // Enumerations.
        (#""Markdown ""#, #"{"enum":["text","markdown"]}"#, #""markdown""#), (#""1.0""#, #"{"enum":[1,2]}"#, "1"),
        (#""A""#, #"{"enum":["a","A"]}"#, #""A""#), (#""x""#, #"{"enum":["a"]}"#, #""x""#),
        (#""ON""#, #"{"const":"on"}"#, #""on""#),
        // Members.
        (#"{"a":1,"b":"x"}"#, #"{"properties":{"a":{"default":1.0}}}"#, #"{"b":"x"}"#),
        (#"{"a":"1"}"#, #"{"properties":{"a":{"type":"integer","default":1}}}"#, "{}"),
        (#"{"a":1}"#, #"{"properties":{"a":{"default":1}},"required":["a"]}"#, #"{"a":1}"#),
        (#"{"a":null,"b":null}"#, #"{"properties":{"a":{"type":"string"}}}"#, #"{"b":null}"#),
        (#"{"a":null}"#, #"{"properties":{"a":{}},"required":["a"]}"#, #"{"a":null}"#),
        (#"{"a":{"b":2}}"#, #"{"properties":{"a":{"default":{"b":2.0}}}}"#, "{}"),
        (#"{"m":{"k":"7"}}"#, #"{"properties":{"m":{"additionalProperties":{"type":"integer"}}}}"#, #"{"m":{"k":7}}"#),
        (#"{"n_1":"7"}"#, #"{"patternProperties":{"^n_":{"type":"integer"}}}"#, #"{"n_1":7}"#),
        (#"{"a":2}"#, ##"{"properties":{"a":{"$ref":"#/$defs/d"}},"$defs":{"d":{"default":2}}}"##, "{}"),
        // Arrays.
        (#"["b","a",1e0]"#, #"{"uniqueItems":true}"#, #"["a","b",1]"#), (#"["b","a"]"#, "{}", #"["b","a"]"#),
        (#"["2",1]"#, #"{"items":{"type":"integer"},"uniqueItems":true}"#, "[1,2]"),
        (#"["1","1"]"#, #"{"prefixItems":[{"type":"integer"}]}"#, #"[1,"1"]"#),
        // Branches.
        (#""5""#, #"{"anyOf":[{"type":"integer"},{"type":"string"}]}"#, #""5""#),
        (#""5""#, #"{"anyOf":[{"type":"boolean"},{"type":"integer"}]}"#, "5"),
        (
            #"{"k":"y","n":"1"}"#,
            #"{"oneOf":[{"properties":{"k":{"const":"x"}}},{"properties":{"k":{"const":"y"},"n":{"type":"integer"}}}]}"#,
            #"{"k":"y","n":1}"#
        ),
        (#""5""#, #"{"allOf":[{"type":"integer"},{"minimum":1}]}"#, "5"),
        (#""5""#, ##"{"$ref":"#/$defs/i","$defs":{"i":{"type":"integer"}}}"##, "5"),
        (
            #"{"c":[{"v":"1"}]}"#, ##"{"properties":{"v":{"type":"integer"},"c":{"items":{"$ref":"#"}}}}"##,
            #"{"c":[{"v":1}]}"#
        ),
        // What cannot settle or end stays as it is.
        (#"{"b":1.0,"a":"x"}"#, ##"{"$ref":"#"}"##, #"{"a":"x","b":1}"#),
        (" 1.0 ", "true", "1"), ("1", "7", "1"),
    ])
    func valuesAreBroughtToTheFormOfTheirSchema(_ value: String, _ schema: String, _ expected: String) throws {
        #expect(try form(value, schema) == expected)
    }

    @Test(arguments: 0..<3000)
    func anyValueHasAFormForAnySchemaAndItIsFinal(_ seed: UInt64) {
        var random = Random(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        let document = random.schema(depth: 4)
        let schema = JSONSchema(document)
        for value in [random.json(depth: 4), random.value(for: document, depth: 5)] {
            let once = schema.matchForm(of: value)
            #expect(schema.matchForm(of: once).text == once.text, "\(document.text) \(value.text)")
            let isAllowed = schema.violation(of: value) == nil
            #expect(isAllowed == (schema.violation(of: value.byValue) == nil))
        }
    }

    @Test(arguments: [
        ##"{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}"##, ##"{"allOf":[{"$ref":"#"},{"$ref":"#"}]}"##,
        ##"{"items":{"anyOf":[{"$ref":"#"},{"items":{"$ref":"#"}}]}}"##, ##"{"not":{"not":{"$ref":"#"}}}"##,
        ##"{"additionalProperties":{"anyOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]}}"##,
    ])
    func schemasThatMultiplyEndAllTheSame(_ schema: String) throws {
        let nested = try JSON(parsing: String(repeating: "[", count: 60) + String(repeating: "]", count: 60))
        let schema = JSONSchema(try JSON(parsing: schema))
        #expect(schema.violation(of: nested) == nil)
        #expect(schema.matchForm(of: nested) == nested)
        #expect(schema.violation(of: ["a": ["b": 1]]) == nil)
    }
}

/// Random schemas and values from a seed (SplitMix64, Steele and others 2014).
private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

    mutating func pick<Element>(_ elements: [Element], else fallback: Element) -> Element {
        elements.randomElement(using: &self) ?? fallback
    }

    mutating func scalar() -> JSON {
        pick(
            [
                nil, true, false, 0, 1, .number("1.0"), .number("-2e0"), .number("1e77"), "", "a", "A", " a", "1",
                "1.0",
                "true", "None", "x y", .number("1e99999999999"),
            ],
            else: nil
        )
    }

    mutating func key() -> String { pick(["a", "b", "c", "A"], else: "a") }

    mutating func json(depth: Int) -> JSON {
        switch depth == 0 ? 0 : below(4) {
        case 2: return .array((0..<below(4)).map { _ in json(depth: depth - 1) })
        case 3:
            return .object(JSON.Object((0..<below(4)).map { _ in (key: key(), value: json(depth: depth - 1)) }))
        default: return scalar()
        }
    }

    mutating func schema(depth: Int) -> JSON {
        if depth == 0 { return below(8) == 0 ? true : ["type": .string(typeName())] }
        var rules = JSON.Object()
        for _ in 0..<(1 + below(4)) {
            switch below(16) {
            case 0: rules["type"] = .string(typeName())
            case 1: rules["type"] = .array([.string(typeName()), .string(typeName())])
            case 2: rules["enum"] = .array((0..<3).map { _ in scalar() })
            case 3: rules["default"] = json(depth: 1)
            case 4, 5, 6:
                rules["properties"] = .object(
                    JSON.Object((0..<3).map { _ in (key: key(), value: schema(depth: depth - 1)) })
                )
            case 7: rules["required"] = .array([.string(key())])
            case 8: rules["items"] = schema(depth: depth - 1)
            case 9: rules["uniqueItems"] = true
            case 10: rules["anyOf"] = .array([schema(depth: depth - 1), schema(depth: depth - 1)])
            case 11: rules["oneOf"] = .array([schema(depth: depth - 1), schema(depth: depth - 1)])
            case 12: rules["allOf"] = .array([schema(depth: depth - 1), schema(depth: depth - 1)])
            case 13: rules["$ref"] = .string(pick(["#", "#/properties/a", "#/anyOf/1", "#/items"], else: "#"))
            case 14: rules["additionalProperties"] = schema(depth: depth - 1)
            default: rules["const"] = scalar()
            }
        }
        return .object(rules)
    }

    private mutating func typeName() -> String {
        pick(["string", "integer", "number", "boolean", "null", "array", "object"], else: "string")
    }

    /// A value not too far from a schema, so that rules below the first level are reached.
    mutating func value(for schema: JSON, depth: Int) -> JSON {
        guard depth > 0, below(6) > 0 else { return scalar() }
        if let properties = schema["properties"]?.objectValue {
            return .object(
                JSON.Object(properties.members.map { (key: $0.key, value: value(for: $0.value, depth: depth - 1)) })
            )
        }
        if let items = schema["items"] { return .array((0..<3).map { _ in value(for: items, depth: depth - 1) }) }
        if let fallback = schema["default"], below(2) == 0 { return fallback }
        if let branch = schema["anyOf"]?.arrayValue?.randomElement(using: &self) {
            return value(for: branch, depth: depth - 1)
        }
        return json(depth: 2)
    }
}
