import Consensus
import SwarmCore
import Testing

@Suite struct EvidenceFileTests {
    private func call(_ name: String, _ arguments: JSON, id: String = "1") -> [Message] {
        [Message(role: .assistant, content: "", toolCalls: [ToolCall(id: id, name: name, arguments: arguments.text)])]
    }

    private func answer(_ content: String, id: String = "1") -> [Message] {
        [Message(role: .tool, content: content, toolCallID: id)]
    }

    private func edit(_ arguments: JSON) -> ToolCall { ToolCall(id: "e", name: "edit", arguments: arguments.text) }

    @Test(arguments: [
        "let a = 1\n\n  b\n",
        "<file>\n00001| let a = 1\n00002|\n00003|   b\n\n(End of file - total 3 lines)\n</file>",
        "<path>/p/f.swift</path>\n<type>file</type>\n<content>\n1: let a = 1\n2: \n3:   b\n\n(End of file - total 3 lines)\n</content>",
        "     1→let a = 1\n     2→\n     3→  b\n\n<system-reminder>\nBe good.\n</system-reminder>\n",
        "1\tlet a = 1\n2\t\n3\t  b",
    ])
    func whatAReadToolAnswersIsTheTextOfTheFile(_ content: String) {
        let messages = call("read", ["filePath": "/p/f.swift"]) + answer(content)
        #expect(FileTexts(messages: messages).text(of: "/p/./f.swift") == "let a = 1\n\n  b\n")
    }

    @Test func numbersThatAreTheFilesOwnStay() {
        let content = "1: one\n7: seven\n"
        let files = FileTexts(messages: call("read_file", ["path": "n.txt"]) + answer(content))
        #expect(files.text(of: "n.txt") == content)
    }

    @Test(
        arguments: [
            ("read", ["filePath": "f", "offset": 20], "00021| x"), ("read", ["filePath": "f"], "21: x\n22: y"),
            ("read", ["filePath": "f"], "Error: no such file"), ("grep", ["path": "f"], "x"), ("read", ["id": 3], "x"),
        ] as [(String, JSON, String)]
    )
    func whatIsNoWholeFileIsNotTaken(_ name: String, _ arguments: JSON, _ content: String) {
        #expect(FileTexts(messages: call(name, arguments) + answer(content)).isEmpty)
    }

    @Test func laterMessagesWinAndEditsAreFollowed() {
        var messages = call("read", ["filePath": "f"]) + answer("a\nb\n")
        messages +=
            call("edit", ["filePath": "f", "oldString": "b", "newString": "c"], id: "2") + answer("ok", id: "2")
        #expect(FileTexts(messages: messages).text(of: "f") == "a\nc\n")
        let failed = call("write", ["filePath": "f", "content": "x"], id: "3") + answer("Error: denied", id: "3")
        #expect(FileTexts(messages: messages + failed).text(of: "f") == "a\nc\n")
        let written = call("write", ["filePath": "f", "content": "x"], id: "3") + answer("Done", id: "3")
        #expect(FileTexts(messages: messages + written).text(of: "f") == "x")
        let lost = call("insert_lines", ["path": "f", "line": 2], id: "4") + answer("Done", id: "4")
        #expect(FileTexts(messages: messages + lost).text(of: "f") == nil)
    }

    @Test(arguments: [
        "src/a.py:\n```python\nx = 1\n```", "**File: `src/a.py`**\n\n```\nx = 1\n```", "```python src/a.py\nx = 1\n```",
        "### src/a.py\n~~~python\nx = 1\n~~~", "```python:src/a.py\nx = 1\n```",
    ])
    func blocksUnderAPathAreFiles(_ content: String) {
        let files = FileTexts(messages: [Message(role: .user, content: content)])
        #expect(files.text(of: "src/a.py") == "x = 1\n")
        #expect(files.text(of: "a.py") == "x = 1\n")
    }

    @Test(arguments: ["Look at this.\n```\nx\n```", "src/a.py\nis this:\n```\nx\n```", "```python\nx\n```"])
    func otherBlocksAreNot(_ content: String) {
        #expect(FileTexts(messages: [Message(role: .user, content: content)]).isEmpty)
    }

    @Test func aPathThatMayBeSeveralFilesIsNone() {
        let files = FileTexts(["x/a.py": "1", "y/a.py": "2"])
        #expect(files.text(of: "a.py") == nil)
        #expect(files.text(of: "/home/y/a.py") == "2")
    }

    @Test(
        arguments: [
            (["filePath": "f", "oldString": "b", "newString": "c"], "a\r\nc\r\na\r\n"),
            (["path": "f", "old_str": "\r\nb", "new_str": ""], "a\r\na\r\n"),
            (["file_path": "f", "old_string": "a", "new_string": "d", "replace_all": true], "d\r\nb\r\nd\r\n"),
            (["file": "f", "edits": [["old": "b", "new": "c"], ["old": "c", "new": "d"]]], "a\r\nd\r\na\r\n"),
            (["path": "f", "content": "all"], "all"),
        ] as [(JSON, String)]
    )
    func anEditGivesTheTextAfterIt(_ arguments: JSON, _ expected: String) throws {
        let files = FileTexts(["/p/f": "a\r\nb\r\na\r\n"])
        let result = try #require(EditResult(of: edit(arguments), files: files))
        #expect(result.text == expected)
        #expect(result.path == "/p/f")
    }

    @Test(arguments: [
        ["filePath": "f", "oldString": "a", "newString": "c"] as JSON,
        ["filePath": "f", "oldString": "x", "newString": "c"],
        ["filePath": "g", "oldString": "b", "newString": "c"], ["filePath": "f", "oldString": "", "newString": "c"],
        ["filePath": "f", "edits": [["old": "b", "new": "c"], 3]], ["command": "ls"], ["filePath": "f"], [1],
    ])
    func anEditThatDoesNotApplyGivesNothing(_ arguments: JSON) {
        #expect(EditResult(of: edit(arguments), files: FileTexts(["f": "a\nb\na\n"])) == nil)
    }

    @Test func aPatchIsAnEditToo() throws {
        let patch: JSON = ["path": "f", "diff": "--- f\n+++ f\n@@ @@\n-b\n+c\n"]
        let other: JSON = ["path": "./f", "oldString": "a\nb", "newString": "a\nc "]
        let files = FileTexts(["f": "a\nb\n"])
        let result = try #require(EditResult(of: edit(patch), files: files))
        #expect(result.text == "a\nc\n")
        #expect(result.key == EditResult(of: edit(other), files: files)?.key)
    }

    @Test func replacingNothingCreatesAFile() {
        let create: JSON = ["filePath": "new", "oldString": "", "newString": "x"]
        #expect(EditResult(of: edit(create), files: FileTexts())?.text == "x")
    }
}
