import SwarmCLI
import SwarmCore
import Testing

@Suite("YAML texts that are changed in place")
struct YAMLTextTests {
    private func set(_ path: [String], _ value: JSON, in text: String) throws -> String {
        var yaml = try YAMLText(text)
        try yaml.set(path.map(JSONStep.key), to: value)
        return yaml.text
    }

    private func remove(_ path: [String], from text: String) throws -> String {
        var yaml = try YAMLText(text)
        try yaml.remove(path)
        return yaml.text
    }

    @Test(arguments: [
        ("", "a:\n  b: 1\n"),
        ("# only a comment\n", "# only a comment\na:\n  b: 1\n"),
        ("c: 2\n", "c: 2\na:\n  b: 1\n"),
        ("c: 2", "c: 2\na:\n  b: 1\n"),
        ("a:\n", "a:\n  b: 1\n"),
        ("a: # nothing yet\nc: 2\n", "a: # nothing yet\n  b: 1\nc: 2\n"),
        ("a:\n  b:\nc: 2\n", "a:\n  b: 1\nc: 2\n"),
        ("a:\n  b: # to do\n", "a:\n  b: 1 # to do\n"),
        ("a:\n    c: 2   # two\n\n# next\nd: 3\n", "a:\n    c: 2   # two\n    b: 1\n\n# next\nd: 3\n"),
        (
            "a:\n  c: |\n    text\n\n    # no comment\nd: 3\n",
            "a:\n  c: |\n    text\n\n    # no comment\n  b: 1\nd: 3\n"
        ),
        ("a:\n  c:\n  - 1\n  - 2\nd: 3\n", "a:\n  c:\n  - 1\n  - 2\n  b: 1\nd: 3\n"),
        ("a:\n  # of b\n  b: 7 # seven\n", "a:\n  # of b\n  b: 1 # seven\n"),
        ("a:\n  b: 'it''s # 7' # seven\n", "a:\n  b: 1 # seven\n"),
        ("a:\n  b: \"7 \\\" # 8\"\n", "a:\n  b: 1\n"),
        ("\"a\":\n  'b'  :   7\n", "\"a\":\n  'b'  :   1\n"),
        ("{a: {b: 7}}\n", "{a: {b: 1}}\n"), ("a: {b: 7, c: 8}\n", "a: {b: 1, c: 8}\n"),
        ("a:\r\n  c: 2\r\n", "a:\r\n  c: 2\r\n  b: 1\r\n"),
        ("# ä 日本\na:\n  ü: \"日\" # 本\n  b: 日本\n", "# ä 日本\na:\n  ü: \"日\" # 本\n  b: 1\n"),
    ])
    func aSettingIsSetAndAllElseStays(before: String, after: String) throws {
        #expect(try set(["a", "b"], 1, in: before) == after)
        #expect(try set(["a", "b"], 1, in: after) == after)
    }

    @Test(arguments: [
        "{a: {c: 7}}\n", "a: {c: 8}\n", "a: {}\n", "a:\n  b: |\n    text\n", "a:\n  b: one\n    two\n",
        "x: &x {b: 1}\na: *x\n", "a:\n  b: !!str 7\n", "a:\n  b: [1, 2]\n", "a: 3\n", "a:\n- b\n", "- 1\n", "word\n",
        "x: &x\n  b: 7\na: *x\n",
    ])
    func whatCannotBeChangedSafelyIsRefused(text: String) throws {
        #expect(throws: TextEditError.self) { try set(["a", "b"], 9, in: text) }
    }

    @Test(arguments: ["a: [", "a: 1\na: 2\n", "\tb: 1", "a: 1\n---\nb: 2\n", "a: b: c\n"])
    func textThatIsNoYAMLIsRefused(text: String) {
        #expect(throws: TextEditError.self) { try set(["a", "b"], 1, in: text) }
    }

    @Test(
        arguments: [
            ("plain", "plain"), ("~/models/a b.gguf", #""~/models/a b.gguf""#), ("http://127.0.0.1:17615/v1", nil),
            ("yes", #""yes""#), ("null", #""null""#), ("1e3", #""1e3""#), ("-", #""-""#), ("a: b", #""a: b""#),
            ("a #b", #""a #b""#), ("*", #""*""#), ("", #""""#), ("line\nbreak", #""line\nbreak""#), ("日本", #""日本""#),
            ("x:", #""x:""#), (".5", #"".5""#), ("&a", #""&a""#),
        ] as [(String, String?)]
    )
    func stringsMeanThemselves(text: String, spelling: String?) throws {
        let yaml = try set(["a"], .string(text), in: "")
        #expect(yaml == "a: \(spelling ?? text)\n")
        #expect(try YAMLText(yaml).value == ["a": .string(text)])
    }

    @Test func elementsOfListsAreFoundByAMember() throws {
        let path: [JSONStep] = [.key("models"), .element(key: "name", value: "Ours")]
        let text = """
            name: mine
            models:
              # theirs
              - name: Theirs
                model: a # kept

            # the end
            version: 1

            """
        var yaml = try YAMLText(text)
        try yaml.set(path, to: ["name": "Ours", "model": "b", "roles": ["chat", "edit"], "options": ["length": 5]])
        let added = text.replacing(
            "model: a # kept\n",
            with: """
                model: a # kept
                  - name: Ours
                    model: b
                    roles: [chat, edit]
                    options:
                      length: 5

                """
        )
        #expect(yaml.text == added)
        try yaml.set(path + [.key("options"), .key("length")], to: 6)
        try yaml.set(path + [.key("model")], to: "c")
        #expect(yaml.text == added.replacing("model: b", with: "model: c").replacing("length: 5", with: "length: 6"))
    }

    @Test func aListIsMadeWhereThereIsNone() throws {
        var yaml = try YAMLText("name: mine\n")
        try yaml.set([.key("models"), .element(key: "name", value: "Ours")], to: ["name": "Ours", "model": "b"])
        #expect(yaml.text == "name: mine\nmodels:\n  - name: Ours\n    model: b\n")
        var unindented = try YAMLText("models:\n- name: Theirs\n  model: a\nname: mine\n")
        try unindented.set([.key("models"), .element(key: "name", value: "Ours")], to: ["name": "Ours"])
        #expect(unindented.text == "models:\n- name: Theirs\n  model: a\n- name: Ours\nname: mine\n")
    }

    @Test(arguments: [
        ("a:\n  b: 1\n  c: 2\n", "a:\n  c: 2\n"),
        ("# top\na:\n  b: 1 # one\nd: 3\n", "# top\nd: 3\n"),
        ("a:\n  b: 1\n", ""),
        ("a:\n  b: |\n    1\n\n  # of c\n  c: 2\n", "a:\n\n  # of c\n  c: 2\n"),
        ("c: 1\n", "c: 1\n"),
    ])
    func aSettingIsRemovedWithWhatIsEmptyThen(before: String, after: String) throws {
        #expect(try remove(["a", "b"], from: before) == after)
    }

    @Test func aRemovalThatWouldTakeMoreIsRefused() throws {
        #expect(throws: TextEditError.self) { try remove(["a", "b"], from: "a: {b: 1, c: 2}\n") }
        #expect(throws: TextEditError.self) { try remove(["a", "b"], from: "x: &x\n  b: 1\n  c: 2\na: *x\n") }
    }

    /// Whatever is set in whatever order, a text says what it was told and keeps its comments.
    @Test(arguments: 0..<40)
    func randomChangesComeToTheSameAsOnTheValue(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var yaml = try YAMLText("# first\nb: # of b\n  a: 0 # zero\n\n# last\n")
        var value = yaml.value
        for round in 0..<30 {
            let path = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                ["a", "b", "c", "d"].randomElement(using: &random) ?? "a"
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                value = value.removing(path)
                if value.objectValue?.isEmpty == true { value = .null }
                try yaml.remove(path)
            } else if let new = value.setting(path.map(JSONStep.key), to: .string("v\(round)")),
                value[path.map(JSONStep.key)]?.objectValue == nil
            {
                value = new
                try yaml.set(path.map(JSONStep.key), to: .string("v\(round)"))
            }
            #expect(yaml.value == value)
            #expect(yaml.text.hasPrefix("# first\n") && yaml.text.contains("# last\n"))
        }
    }
}
