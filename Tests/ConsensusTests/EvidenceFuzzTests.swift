import Consensus
import SwarmCore
import Testing

@Suite struct EvidenceFuzzTests {
    private static let parts = [
        ">>> ", "... ", "f(", ")", "[", "]", "{", "}", "'", "\"", "\"\"\"", "'''", "```", "```python\n", "~~~", "\n",
        "\r\n",
        "assert ", "==", "->", "=>", " # ", "//", "Input: ", "Output:", "Example 1:", "def f(x):", "class A:", "    ",
        "\t",
        "1", "-2.5e", "x = ", ", ", "\\", "\u{301}", "é", "👩‍👩‍👧", "\0", "--- a/f\n", "+++ b/f\n", "@@ -1,2 +3 @@", "@@",
        "\n+", "\n-",
        "\n ", "\\ No newline", "/dev/null", "src/a.py", "<file>\n", "</file>", "00001| ", "12→", "if __name__",
        "should return ",
        "True", "null", "for ", "the result should be ", "assert f(1) == 2\n", ">>> f(1)\n2\n", "diff --git ", "-", "+",
        "*", "`",
    ]

    private func text(_ generator: inout SplitMix64) -> String {
        (0..<Int.random(in: 0...60, using: &generator)).map { _ in
            Self.parts[Int.random(in: 0..<Self.parts.count, using: &generator)]
        }
        .joined()
    }

    @Test(arguments: 0..<300)
    func nothingCrashesAndEverythingIsBounded(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let (one, other) = (text(&generator), text(&generator))
        let found = PromptTests(messages: [Message(role: .user, content: one)])
        #expect(found == PromptTests(messages: [Message(role: .user, content: one)]))
        #expect(found.examples.count <= PromptTests.maximumExamples)
        #expect(Set(found.examples).count == found.examples.count)
        let own = SelfTests(answers: [one, other], entry: "f")
        #expect(own == SelfTests(answers: [other, one], entry: "f"))
        #expect(own.tests.count <= SelfTests.maximum)
        let listed = SelfTests(assertions: [one, "assert f(" + other], entry: nil)
        #expect(listed.calls.count <= SelfTests.maximum)
        let read = ToolCall(id: "1", name: "read", arguments: #"{"path":"f"}"#)
        let files = FileTexts(messages: [
            Message(role: .user, content: other), Message(role: .assistant, content: "", toolCalls: [read]),
            Message(role: .tool, content: one, toolCallID: "1"),
        ])
        #expect(files.text(of: "f")?.utf8.contains(0x0D) != true)
        #expect(PatchKey.normal(PatchKey.normal(one)) == PatchKey.normal(one))
        if let diff = UnifiedDiff("--- f\n+++ f\n@@ -1 +1 @@" + one) {
            for file in diff.files {
                let result = file.applied(to: other)
                #expect(result != nil || !file.hunks.isEmpty)
            }
            #expect(!PatchKey.key(of: diff, files: files).isEmpty)
        }
        let arguments: JSON = ["path": "f", "oldString": .string(one), "newString": .string(other), "replaceAll": true]
        let result = EditResult(of: ToolCall(id: "2", name: "edit", arguments: arguments.text), files: files)
        #expect(result.map { $0.path.hasSuffix("f") } ?? true)
    }

    /// Lines changed at random places, written as a diff with full context, and applied again.
    @Test(arguments: 0..<100)
    func aDiffOfTwoTextsTurnsOneIntoTheOther(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let lines = (0..<Int.random(in: 1...30, using: &generator)).map { _ in
            "line \(Int.random(in: 0...9, using: &generator))"
        }
        var diff = "--- a/f\n+++ b/f\n@@ -1,\(lines.count) +1 @@\n+start\n"
        var new = ["start"]
        for line in lines {
            switch Int.random(in: 0...3, using: &generator) {
            case 0: diff += "-\(line)\n"
            case 1:
                diff += " \(line)\n+more\n"
                new += [line, "more"]
            default:
                diff += " \(line)\n"
                new.append(line)
            }
        }
        let file = try #require(UnifiedDiff(diff)?.files.first)
        #expect(file.applied(to: lines.map { $0 + "\n" }.joined()) == new.map { $0 + "\n" }.joined())
    }
}
