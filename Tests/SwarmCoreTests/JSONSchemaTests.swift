import SwarmCore
import Testing

@Suite struct JSONSchemaTests {
    private func parse(_ text: String) throws -> JSON { try JSON(parsing: text) }

    /// A schema, a value it allows, a value it forbids, and where.
    static let rules: [(schema: String, good: String, bad: String, path: String)] = [
        (#"{"type":"string"}"#, #""a""#, "1", ""),
        (#"{"type":["string","null"]}"#, "null", "true", ""),
        (#"{"type":"integer"}"#, "1.0", "1.5", ""),
        (#"{"type":"integer"}"#, "1e400", "1e-400", ""),
        (#"{"type":"number"}"#, "1.5", #""1.5""#, ""),
        (#"{"type":"boolean"}"#, "false", "0", ""),
        (#"{"type":"null"}"#, "null", "{}", ""),
        (#"{"type":"array"}"#, "[]", "{}", ""),
        (#"{"enum":["a",1,{"x":[1]}]}"#, #"{"x":[1.0]}"#, #""A""#, ""),
        (#"{"enum":["a",1]}"#, "1.0", "2", ""),
        (#"{"const":{"a":1,"b":2}}"#, #"{"b":2.0,"a":1}"#, #"{"a":1}"#, ""),
        (#"{"properties":{"a":{"type":"string"}}}"#, #"{"a":"x","b":1}"#, #"{"a":1}"#, "/a"),
        (#"{"required":["a"]}"#, #"{"a":null}"#, "{}", ""),
        (#"{"properties":{"a":true},"additionalProperties":false}"#, #"{"a":1}"#, #"{"a":1,"b/~":2}"#, "/b~1~0"),
        (#"{"additionalProperties":{"type":"string"}}"#, #"{"a":"b"}"#, #"{"a":1}"#, "/a"),
        (
            #"{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}"#, #"{"x-a":"1"}"#,
            #"{"y":1}"#, "/y"
        ),
        (#"{"patternProperties":{"^x-":{"type":"string"}}}"#, #"{"y":1}"#, #"{"x-a":1}"#, "/x-a"),
        (#"{"items":{"type":"integer"}}"#, "[1,2]", #"[1,"2"]"#, "/1"),
        (#"{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}"#, #"["a",1]"#, #"["a","b"]"#, "/1"),
        (
            #"{"items":[{"type":"string"},{"type":"integer"}],"additionalItems":false}"#, #"["a",1]"#, #"["a",1,2]"#,
            "/2"
        ),
        (#"{"minItems":1,"maxItems":2}"#, "[1]", "[]", ""),
        (#"{"minItems":1,"maxItems":2}"#, "[1,2]", "[1,2,3]", ""),
        (#"{"uniqueItems":true}"#, "[1,2]", "[1,2,1.0]", ""),
        (#"{"uniqueItems":true}"#, #"["1",1]"#, #"[{"a":1,"b":2},{"b":2,"a":1}]"#, ""),
        (#"{"minLength":1,"maxLength":2}"#, #""👍🏽""#, #""""#, ""),
        (#"{"minLength":1,"maxLength":2}"#, #""ab""#, #""abc""#, ""),
        (#"{"pattern":"^[a-z]+$"}"#, #""abc""#, #""a1""#, ""),
        (#"{"pattern":"b"}"#, #""abc""#, #""ac""#, ""),
        (#"{"pattern":"^(?!__proto__$)[a-z_]*$"}"#, #""proto""#, #""__proto__""#, ""),
        (#"{"minimum":1,"maximum":3}"#, "1", "0.999999999999999999999999999999", ""),
        (#"{"minimum":1,"maximum":3}"#, "3", "3.000000000000000000000000000000000000000000001", ""),
        (#"{"maximum":9007199254740991}"#, "9007199254740991", "9007199254740992", ""),
        (#"{"exclusiveMinimum":0}"#, "1e-999", "0", ""),
        (#"{"exclusiveMaximum":1}"#, "0.9", "1.0", ""),
        (#"{"minimum":0,"exclusiveMinimum":true}"#, "0.1", "0", ""),
        (#"{"maximum":0,"exclusiveMaximum":true}"#, "-0.1", "-0.0", ""),
        (#"{"multipleOf":0.01}"#, "19.99", "19.995", ""),
        (#"{"multipleOf":3}"#, "300000000000000000000000000000000000000000000000000", "1e50", ""),
        (#"{"multipleOf":1024}"#, "1e300", "1e9", ""),
        (#"{"anyOf":[{"type":"string"},{"minimum":2}]}"#, "2", "1", ""),
        (#"{"oneOf":[{"type":"integer"},{"minimum":2}]}"#, "1", "2", ""),
        (#"{"oneOf":[{"type":"integer"},{"minimum":2}]}"#, "2.5", "1.5", ""),
        (#"{"allOf":[{"type":"integer"},{"minimum":2}]}"#, "2", "1", ""),
        (#"{"not":{"type":"string"}}"#, "1", #""a""#, ""),
        ("true", "1", "", ""), ("{}", "[null]", "", ""), (#""no schema""#, "1", "", ""), ("null", "1", "", ""),
        (#"{"properties":{"a":false}}"#, "{}", #"{"a":1}"#, "/a"),
        (#"{"unknown":1,"format":"uri","minContains":7}"#, #""x""#, "", ""),
        (##"{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"string"}}}"##, #""x""#, "1", ""),
        (##"{"$ref":"#/$defs/a%20b","$defs":{"a b":{"type":"string"}}}"##, #""x""#, "1", ""),
        (##"{"$ref":"#/definitions/a","definitions":{"a":{"enum":[1]}},"maximum":5}"##, "1", "2", ""),
        (##"{"$ref":"#/$defs/missing"}"##, "1", "", ""), (#"{"$ref":"https://example.org/x"}"#, "1", "", ""),
        (##"{"items":{"$ref":"#"},"type":"array"}"##, "[[],[[]]]", "[[],[[1]]]", "/1/0/0"),
        (
            ##"{"properties":{"a":{"items":{"$ref":"#/$defs/b"}}},"$defs":{"b":{"required":["c"]}}}"##,
            #"{"a":[{"c":1}]}"#,
            #"{"a":[{"c":1},{}]}"#, "/a/1"
        ),
        // Patterns that may take for ever, or cannot be read, allow everything.
        (#"{"pattern":"^(a+)+$"}"#, #""aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab""#, "", ""),
        (#"{"pattern":"^(a|a)*$"}"#, #""aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab""#, "", ""),
        (
            #"{"pattern":"^a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaab$"}"#,
            #""aaaaaaaaaaaaaaaaaaaa""#, "", ""
        ),
        (#"{"pattern":"^(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)b$"}"#, #""aaaaaaaaaaaaaaaaaaaa""#, "", ""),
        (#"{"pattern":"("}"#, #""x""#, "", ""), (#"{"pattern":"(.)\\1"}"#, #""x""#, "", ""),
        // A schema that only refers to itself says nothing.
        (##"{"$ref":"#"}"##, "1", "", ""),
        (##"{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}"##, "1", "", ""),
        (##"{"not":{"$ref":"#"}}"##, "1", "", ""),
        // Exponents beyond all bounds are not compared.
        (#"{"minimum":1}"#, "0e99999999999999999999999", "", ""),
    ]

    @Test(arguments: rules)
    func allowsWhatTheRuleAllowsAndSaysWhereItDoesNot(_ rule: (schema: String, good: String, bad: String, path: String))
        throws
    {
        let schema = JSONSchema(try parse(rule.schema))
        #expect(schema.violation(of: try parse(rule.good)) == nil)
        if !rule.bad.isEmpty {
            let found = try #require(schema.violation(of: try parse(rule.bad)))
            #expect(found.path == rule.path)
            #expect(!found.reason.isEmpty)
        }
    }

    @Test func theFalseSchemaForbidsEverything() {
        #expect(JSONSchema(false).violation(of: nil)?.path == "")
    }

    @Test func theReasonIsInWords() {
        let schema = JSONSchema(["type": "object", "properties": ["n": ["minimum": 0]], "required": ["n"]])
        #expect(schema.violation(of: [])?.description == "must be object, not an array")
        #expect(schema.violation(of: [:])?.description == #"lacks the required member "n""#)
        #expect(schema.violation(of: ["n": -1])?.description == "/n: must be at least 0")
    }

    /// Schemas of real tools: arguments they take, and arguments they do not.
    static let tools: [(schema: String, good: String, bad: String?)] = [
        (
            #"{"type":"object","properties":{"timeout":{"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991}}}"#,
            #"{"timeout":120000}"#, #"{"timeout":9007199254740992}"#
        ),
        (
            #"{"type":"object","properties":{"timeout":{"type":"integer","exclusiveMinimum":0,"maximum":9007199254740991}}}"#,
            #"{"timeout":1}"#, #"{"timeout":0}"#
        ),
        (#"{"type":"object","properties":{}}"#, "{}", "[]"),
        ("{}", #"{"anything":1}"#, nil),
        (#"{"properties":{"q":{"type":"string"}}}"#, #"{"q":"x"}"#, #"{"q":1}"#),
        (
            ##"{"type":"object","properties":{"questions":{"type":"array","items":{"$ref":"#/$defs/Q"}}},"required":["questions"],"$defs":{"O":{"type":"object","properties":{"label":{"type":"string"}},"required":["label"]},"Q":{"type":"object","properties":{"options":{"type":"array","items":{"$ref":"#/$defs/O"}}},"required":["options"]}}}"##,
            #"{"questions":[{"options":[{"label":"a"}]}]}"#, #"{"questions":[{"options":[{}]}]}"#
        ),
        (
            ##"{"type":"object","properties":{"node":{"$ref":"#/$defs/N"}},"$defs":{"N":{"type":"object","properties":{"value":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/N"}}}}}}"##,
            #"{"node":{"children":[{"value":"a","children":[]}]}}"#, #"{"node":{"children":[{"value":1}]}}"#
        ),
        (
            #"{"type":"object","properties":{"path":{"anyOf":[{"type":"string"},{"type":"null"}]}}}"#,
            #"{"path":null}"#, #"{"path":1}"#
        ),
        (#"{"type":"object","properties":{"v":{"type":["string","number","null"]}}}"#, #"{"v":1}"#, #"{"v":[]}"#),
        (
            #"{"type":"object","properties":{"meta":{"type":"object","additionalProperties":{}}}}"#,
            #"{"meta":{"a":[1]}}"#, #"{"meta":1}"#
        ),
        (
            #"{"type":"object","properties":{"l":{"type":"array","maxItems":50,"items":{"type":"string"}}}}"#,
            #"{"l":["a"]}"#, #"{"l":[1]}"#
        ),
        (#"{"type":"object","properties":{"u":{"type":"string","format":"uri"}}}"#, #"{"u":"any text"}"#, #"{"u":1}"#),
        (
            #"{"type":"object","properties":{"k":{"type":"string","pattern":"^(?!__proto__$)[a-z][a-z0-9_]*$"}}}"#,
            #"{"k":"a_1"}"#, #"{"k":"A"}"#
        ),
        (
            #"{"type":"object","properties":{"env":{"type":"object","propertyNames":{"type":"string"},"additionalProperties":{"type":"string"}}}}"#,
            #"{"env":{"A":"b"}}"#, #"{"env":{"A":1}}"#
        ),
        (
            #"{"type":"object","properties":{"a":{"oneOf":[{"type":"object","properties":{"kind":{"const":"x"}},"required":["kind"]},{"type":"object","properties":{"kind":{"const":"y"},"n":{"type":"integer"}},"required":["kind","n"]}]}}}"#,
            #"{"a":{"kind":"y","n":1}}"#, #"{"a":{"kind":"y"}}"#
        ),
    ]

    @Test(arguments: tools)
    func schemasOfRealToolsAreUnderstood(_ tool: (schema: String, good: String, bad: String?)) throws {
        let schema = JSONSchema(try parse(tool.schema))
        #expect(schema.violation(of: try parse(tool.good)) == nil)
        if let bad = tool.bad { #expect(schema.violation(of: try parse(bad)) != nil) }
    }
}
