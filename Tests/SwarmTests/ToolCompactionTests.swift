import Foundation
import Swarm
import SwarmCore
import Testing

struct ToolCompactionTests {
    private static func compact(_ schema: String) throws -> String? {
        let parameters = try JSON(parsing: schema)
        return ToolCompaction.compact(ToolSpec(name: "t", parameters: parameters)).parameters?.text
    }

    private static func minimal(_ schema: String) throws -> String? {
        let parameters = try JSON(parsing: schema)
        return ToolCompaction.minimal(ToolSpec(name: "t", parameters: parameters)).parameters?.text
    }

    @Test(arguments: [
        ("Reads a file. It must exist.", "Reads a file."),
        ("\n  Reads a file\nHow to use it:\n- slowly", "Reads a file"),
        ("Reads a file, e.g. A.txt or b. and more.", "Reads a file, e.g. A.txt or b. and more."),
        ("1. Reads a file! Then stops.", "1. Reads a file!"),
        ("Glob. Finds files", "Glob. Finds files"),
        ("Is it there? \u{201C}Yes\u{201D} or no", "Is it there?"),
        ("", ""), (" \n ", ""), ("word", "word"),
        (String(repeating: "nine char ", count: 20), String(repeating: "nine char ", count: 9) + "nine char"),
        (String(repeating: "x", count: 150), String(repeating: "x", count: 100)),
        ("An emoji 👩‍👩‍👧 is one. Letter", "An emoji 👩‍👩‍👧 is one."),
    ])
    func aSummaryBecomesItsFirstSentence(summary: String, short: String) {
        #expect(ToolCompaction.compact(ToolSpec(name: "t", summary: summary)).summary == short)
    }

    @Test func aToolWithoutWordsStaysAsItIs() {
        let tool = ToolSpec(name: "ls")
        #expect(ToolCompaction.compact(tool) == tool)
        #expect(ToolCompaction.minimal(tool) == tool)
    }

    @Test func wordsAboutParametersGo() throws {
        let schema = """
            {"$schema":"s","title":"T","type":"object","description":"d","properties":{"n":{"type":"integer","minimum":0,\
            "default":1,"description":"d","examples":[1]},"l":{"type":"array","items":{"type":"string","title":"x"}},\
            "u":{"anyOf":[{"type":"null","$comment":"c"},{"const":{"title":"kept"}}]}},"required":["n"],\
            "additionalProperties":{"description":"d","type":"string"}}
            """
        #expect(
            try Self.compact(schema)
                == #"{"type":"object","properties":{"n":{"type":"integer","minimum":0},"l":{"type":"array","items":"#
                + #"{"type":"string"}},"u":{"anyOf":[{"type":"null"},{"const":{"title":"kept"}}]}},"required":["n"],"#
                + #""additionalProperties":{"type":"string"}}"#
        )
    }

    @Test(arguments: ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"])
    func namesThatAreWordsOfSchemasStay(key: String) throws {
        let names = ["description", "title", "default", "examples", "$schema", "$comment"]
        let members = names.map { #""\#($0)":{"type":"string","description":"d"}"# }.joined(separator: ",")
        let kept = names.map { #""\#($0)":{"type":"string"}"# }.joined(separator: ",")
        #expect(try Self.compact(#"{"\#(key)":{\#(members)},"description":"d"}"#) == #"{"\#(key)":{\#(kept)}}"#)
    }

    @Test(arguments: ["enum", "const", "required", "dependentRequired", "x-own"])
    func dataIsNoSchema(key: String) throws {
        let schema = #"{"\#(key)":[{"description":"d","title":"t"},"description"]}"#
        #expect(try Self.compact(schema) == schema)
    }

    @Test func onlyRequiredParametersAreMinimal() throws {
        #expect(
            try Self.minimal(
                #"{"type":"object","properties":{"a":{"type":"string","title":"t"},"b":{},"c":{}},"required":["a","c"]}"#
            ) == #"{"type":"object","properties":{"a":{"type":"string"},"c":{}},"required":["a","c"]}"#
        )
        #expect(try Self.minimal(#"{"type":"object","properties":{"a":{}}}"#) == #"{"type":"object","properties":{}}"#)
        #expect(ToolCompaction.minimal(ToolSpec(name: "t", summary: "Does it.")) == ToolSpec(name: "t"))
    }

    @Test func definitionsThatNothingRefersToGo() throws {
        let schema = """
            {"type":"object","properties":{"a":{"$ref":"#/$defs/A"},"b":{"$ref":"#/$defs/B"},"c~/":{"$ref":"#/definitions/C~0~1"}},\
            "required":["a","c~/"],"$defs":{"A":{"items":{"$ref":"#/$defs/D/items"}},"B":{"$ref":"#/$defs/E"},\
            "D":{"items":{"$ref":"#/$defs/A"}},"E":{}},"definitions":{"C~/":{}}}
            """
        #expect(
            try Self.minimal(schema)
                == ##"{"type":"object","properties":{"a":{"$ref":"#/$defs/A"},"c~/":{"$ref":"#/definitions/C~0~1"}},"##
                + ##""required":["a","c~/"],"$defs":{"A":{"items":{"$ref":"#/$defs/D/items"}},"D":{"items":"##
                + ##"{"$ref":"#/$defs/A"}}},"definitions":{"C~/":{}}}"##
        )
    }

    @Test(arguments: [
        #""anyOf":[{"required":["a"]},{"required":["b"]}]"#, #""dependentRequired":{"a":["b"]}"#, #""minProperties":1"#,
        ##""items":{"$ref":"#/properties/a"}"##, ##""items":{"$ref":"#"}"##, ##""items":{"$dynamicRef":"#node"}"##,
        ##""items":{"$ref":"#/$defs/a%20b"}"##,
    ])
    func whereMoreDependsOnParametersAllStay(member: String) throws {
        let schema = #"{"properties":{"a":{},"b":{}},"required":[],"$defs":{"x":{}},\#(member)}"#
        #expect(try Self.minimal(schema) == schema)
    }

    @Test(arguments: ["a_opencode_v1_turn1.request.json", "tool_schema_edge_cases.json"])
    func toolsOfRealClientsKeepWhatACallNeeds(fixture: String) throws {
        let tools = try Fixtures.tools(fixture)
        #expect(tools.count >= 11)
        for tool in tools {
            let compact = ToolCompaction.compact(tool)
            let minimal = ToolCompaction.minimal(tool)
            for short in [compact, minimal] {
                #expect(short.name == tool.name)
                #expect(short.parameters?["required"] == tool.parameters?["required"])
                #expect(short.parameters?["type"] == tool.parameters?["type"])
                let required = tool.parameters?["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
                for name in required { #expect(short.parameters?["properties"]?[name] != nil) }
                #expect(short.size <= tool.size)
            }
            let names = compact.parameters?["properties"]?.objectValue?.keys
            #expect(names == tool.parameters?["properties"]?.objectValue?.keys)
            #expect(minimal.size <= compact.size)
            #expect(ToolCompaction.compact(compact) == compact)
            #expect(ToolCompaction.minimal(minimal) == minimal)
            #expect(ToolCompaction.minimal(compact) == minimal)
        }
    }

    @Test func elevenToolsOfACodingAgentShrinkToAFraction() throws {
        let tools = try Fixtures.tools("a_opencode_v1_turn1.request.json")
        let full = tools.reduce(0) { $0 + $1.size }
        let compact = tools.map(ToolCompaction.compact).reduce(0) { $0 + $1.size }
        let minimal = tools.map(ToolCompaction.minimal).reduce(0) { $0 + $1.size }
        #expect(full > 25_000)
        #expect(compact * 6 < full)
        #expect(minimal < compact)
    }
}

/// Requests that clients really send; the tests of the wire formats own them.
private enum Fixtures {
    static func tools(_ name: String) throws -> [ToolSpec] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.appending(path: "WireFormatsTests/Fixtures").appending(path: name)
        let json = try JSON(parsing: try Data(contentsOf: file))
        let tools = try #require((json["request"]?["body"] ?? json)["tools"]?.arrayValue)
        return try tools.map { tool in
            let function = try #require(tool["function"])
            return ToolSpec(
                name: try #require(function["name"]?.stringValue),
                summary: function["description"]?.stringValue,
                parameters: function["parameters"]
            )
        }
    }
}

extension ToolSpec {
    fileprivate var size: Int { (summary ?? "").utf8.count + (parameters?.utf8.count ?? 0) }
}
