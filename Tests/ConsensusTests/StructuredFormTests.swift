import SwarmCore
import Testing

@testable import Consensus

@Suite struct StructuredFormTests {
    @Test(arguments: [
        ("./a//b", "a/b"), ("a/b/", "a/b"), ("/", "/"), ("./", "."), (".", "."), ("", ""), ("/a/./b/", "/a/b"),
        ("../a", "../a"), ("A b/c", "A b/c"), ("https://x//y/", "https://x//y/"), ("~/x/", "~/x"),
    ])
    func pathsLoseWhatMeansNothing(_ path: String, _ form: String) {
        #expect(TextForms.path(path) == form)
    }

    @Test(arguments: [
        ("a  b\tc", "a b c"), ("a|b", "a | b"), ("a&&b;c||d", "a && b ; c || d"), ("a;", "a"), ("a\n\n b", "a ; b"),
        ("a |\n b", "a | b"), ("a \\\n b", "a b"), (#"x "a b" 'c'"#, "x a' 'b c"), (#"echo "$x y""#, #"echo "$x y""#),
        ("echo 'a;b'", #"echo a\;b"#), ("a # b", "a"), ("a#b", "a#b"), ("echo '#'", "echo \\#"), ("x ''", "x ''"),
        ("a 2>&1", "a 2>&1"), ("a >| b", "a >| b"), ("sleep 1 &", "sleep 1 &"),
        ("cat <<E\n a  b\nE", "cat <<E\n a  b\nE"),
        ("echo 'it", "echo 'it"), ("find . -exec x \\;\nls", "find . -exec x \\; ; ls"), (#"a "\"q\"""#, #"a \"q\""#),
        (#"a "\n""#, #"a \\n"#),
    ])
    func commandsHaveOneSpelling(_ command: String, _ form: String) {
        #expect(ShellText.form(command) == form)
        #expect(ShellText.form(form) == form)
    }

    @Test(arguments: [
        // Common lines around the change go.
        ("aaaaaaaa\nold text here\nb", "aaaaaaaa\nnew\nb", "old text here", "new"),
        // An insertion keeps the line before, else the one after.
        ("a\nb", "a\nx\nb", "a", "a\nx"), ("b", "x\nb", "b", "x\nb"), ("a", "a\nx", "a", "a\nx"),
        // So does a change of hardly anything.
        ("a\n}", "a\n})", "a\n}", "a\n})"), ("", "x", "", "x"), ("a", "a", "a", "a"), ("a\r\nb", "a\nb", "b", "b"),
        ("deleted line\n\nkeep", "keep", "deleted line", ""),
    ])
    func editsAreCutDownToTheChange(_ old: String, _ new: String, _ oldForm: String, _ newForm: String) {
        let change = EditChange(old: old, new: new)
        #expect(change.old == oldForm)
        #expect(change.new == newForm)
    }

    private func text(_ random: inout Seeded, of pieces: [String]) -> String {
        (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    @Test(arguments: 0..<1500)
    func formsAreFinal(_ seed: UInt64) throws {
        var random = Seeded(state: seed)
        let pieces = [
            "a", "B", "foo", " ", "  ", "\n", "\r\n", "\t", "'", "\"", "\\", "$", "`", "|", "&", ";", ">", "<", "#",
            "~", "/",
            ".", "./", "//", ",", "-", "*", "^", "_", "7", "\u{301}", "é", "😀", "\u{A0}", "(", "{", "İ", "}", "]", "[",
            ":",
        ]
        let value = text(&random, of: pieces)
        for form in [TextForms.path, TextForms.loose, TextForms.lines, ShellText.form] {
            #expect(form(form(value)) == form(value), "\(value.debugDescription)")
        }
        let change = EditChange(
            old: text(&random, of: ["a\n", "b\n", "\n", "long enough\n", "a", " \n"]),
            new: text(&random, of: ["a\n", "b\n", "\n", "long enough\n", "a", " \n"])
        )
        #expect(EditChange(old: change.old, new: change.new) == change)

        // Shapes of anything: no crash, and the same whichever of the forms is written.
        let name = ["path", "command", "q", "oldString"].randomElement(using: &random) ?? "q"
        let arguments: JSON = [(name): .string(value), "newString": .string(change.new), "n": .number("1.50")]
        let shapes = ToolShapes(tools: [])
        let key = try shapes.shape(of: [ToolCall(id: "", name: "t", arguments: arguments.text)]).get().key
        let inner = String(key.dropFirst(2).dropLast())
        #expect(try shapes.shape(of: [ToolCall(id: "", name: "t", arguments: inner)]).get().key == key)
        _ = shapes.shape(of: [ToolCall(id: "", name: value, arguments: value)])
        _ = Arguments.withoutTrailingCommas(value)
    }
}

/// SplitMix64 (Steele and others 2014).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
