import SwarmCLI
import SwarmCore
import Testing

@Suite("JSON texts with comments that are changed in place")
struct JSONCTextTests {
    private func set(_ path: [JSONStep], _ value: JSON, in text: String) throws -> String {
        var json = try JSONCText(text)
        try json.set(path, to: value)
        return json.text
    }

    @Test(arguments: [
        ("", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"),
        ("// mine\n", "// mine\n{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"),
        ("{}", "{\n  \"a\": {\n    \"b\": 1\n  }\n}"),
        ("{\n}\n", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"),
        ("null\n", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"),
        (#"{"a": {"b": 7}}"#, #"{"a": {"b": 1}}"#),
        (#"{"a": {"c": 2}}"#, #"{"a": {"c": 2, "b": 1}}"#),
        (#"{ "a": { "c": 2 } }"#, #"{ "a": { "c": 2, "b": 1 } }"#),
        (#"{"a": {}, "c": 2}"#, "{\"a\": {\n  \"b\": 1\n}, \"c\": 2}"),
        ("{\n\t\"a\": {\n\t\t\"c\": 2 // two\n\t}\n}\n", "{\n\t\"a\": {\n\t\t\"c\": 2, // two\n\t\t\"b\": 1\n\t}\n}\n"),
        (
            "{\n    \"a\": {\n        \"c\": 2, // two\n        /* end */\n    }, // of a\n}\n",
            "{\n    \"a\": {\n        \"c\": 2, // two\n        /* end */\n        \"b\": 1,\n    }, // of a\n}\n"
        ),
        ("{\n  // of c\n  \"c\": [1, 2]\n}", "{\n  // of c\n  \"c\": [1, 2],\n  \"a\": {\n    \"b\": 1\n  }\n}"),
        ("{\r\n  \"c\": 2\r\n}\r\n", "{\r\n  \"c\": 2,\r\n  \"a\": {\r\n    \"b\": 1\r\n  }\r\n}\r\n"),
        ("{\n  \"a\": null, // to do\n}", "{\n  \"a\": {\n    \"b\": 1\n  }, // to do\n}"),
        (#"{"a": {"b": "// no comment", "ü": "\"}"}}"#, #"{"a": {"b": 1, "ü": "\"}"}}"#),
        (#"{"a": {"b": 1}, "a": {"b": 7}}"#, #"{"a": {"b": 1}, "a": {"b": 1}}"#),
        ("\u{FEFF}{\"a\": {\"b\": 7}}", "\u{FEFF}{\"a\": {\"b\": 1}}"),
    ])
    func aSettingIsSetAndAllElseStays(before: String, after: String) throws {
        let path: [JSONStep] = [.key("a"), .key("b")]
        #expect(try set(path, 1, in: before) == after)
        #expect(try set(path, 1, in: after) == after)
    }

    @Test func elementsOfListsAreFoundByAMember() throws {
        let path: [JSONStep] = [.key("models"), .element(key: "name", value: "ours")]
        let text = """
            {
              "models": [
                // theirs
                { "name": "theirs", "size": 1 },
              ],
              "last": true
            }
            """
        let added = try set(path, ["name": "ours", "size": 2], in: text)
        #expect(
            added
                == text.replacing(
                    "\"size\": 1 },\n",
                    with: "\"size\": 1 },\n    {\n      \"name\": \"ours\",\n      \"size\": 2\n    },\n"
                )
        )
        #expect(try set(path + [.key("size")], 3, in: added) == added.replacing("\"size\": 2", with: "\"size\": 3"))
        #expect(
            try set(path, ["name": "ours"], in: "{}") == """
                {
                  "models": [
                    {
                      "name": "ours"
                    }
                  ]
                }
                """
        )
    }

    @Test func aCommentInAValueThatWouldGoIsAReasonToRefuse() throws {
        let text = "{\"a\": {\n  // mine\n  \"b\": 1\n}}"
        #expect(throws: TextEditError.tooUnusual(at: "a")) { try set([.key("a")], ["c": 2], in: text) }
        #expect(try set([.key("a")], ["c": 2], in: text.replacing("  // mine\n", with: "")).contains("\"c\": 2"))
    }

    @Test(arguments: [#"{"a": 3}"#, #"{"a": [1]}"#, #"{"a": "x"}"#, "[1]", "3"])
    func whatIsNoObjectIsNotReplaced(text: String) throws {
        #expect(throws: TextEditError.self) { try set([.key("a"), .key("b")], 1, in: text) }
    }

    @Test(arguments: [
        "{", "}", "{]", "{\"a\" 1}", "{\"a\": 1 \"b\": 2}", "{a: 1}", "{'a': 1}", "{\"a\": 01}", "{\"a\": 1} x", "/* ",
        "{\"a\": \"", "{\"a\": tru}", "{,}", "{\"a\":}", "[1,,2]", "{\"a\": 1 / 2}", "\"\\",
        String(repeating: "[", count: 200),
    ])
    func textThatIsNoJSONIsRefusedWithThePlace(text: String) throws {
        let error = try #require(throws: TextEditError.self) { try JSONCText(text) }
        #expect(error.description.hasPrefix("it cannot be read: "))
        #expect(error.description.contains(" at byte "))
    }

    /// Whatever is set in whatever order, the text says what it was told and keeps its comments.
    @Test(arguments: 0..<60)
    func randomChangesComeToTheSameAsOnTheValue(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let starts = [
            "{}", "{ \"b\": 1 } // end",
            "{\n\t\"a\": {\n\t\t// inner\n\t\t\"b\": [\n\t\t\t1, // one\n\t\t],\n\t},\n}\n", "/* x */ {\n}",
        ]
        let start = starts.randomElement(using: &random) ?? "{}"
        var json = try JSONCText(start)
        var value = json.value
        for round in 0..<40 {
            let path = (0..<Int.random(in: 1...3, using: &random)).map { _ -> JSONStep in
                Int.random(in: 0..<5, using: &random) == 0
                    ? .element(key: "name", value: "n\(Int.random(in: 0..<2, using: &random))")
                    : .key(["a", "b", "c", "d"].randomElement(using: &random) ?? "a")
            }
            let new: JSON = Int.random(in: 0..<4, using: &random) == 0 ? ["name": "n0", "x": []] : .integer(round)
            guard let expected = value.setting(path, to: new) else { continue }
            var changed = json
            do { try changed.set(path, to: new) } catch { continue }
            // An element that is no object, or has another name, is not found again.
            json = changed
            value = expected
            #expect(json.value == value)
            #expect(try JSONCText(json.text).value == value)
        }
        for comment in ["// end", "// inner", "/* x */"] where start.contains(comment) {
            #expect(json.text.contains(comment) || value["a"]?.objectValue == nil)
        }
    }
}
