import Foundation
import SwarmCore
import Testing

@testable import ToolRuntime

struct FileToolTests {
    @Test func linesAreNumberedAndTheRestIsAnnounced() async throws {
        try await Room.with { room in
            try room.put((1...1200).map { "line \($0)\n" }.joined(), at: "long.txt")
            let first = await room.call("read", ["filePath": "long.txt"]).text
            #expect(first.hasPrefix("1\tline 1\n2\tline 2\n"))
            #expect(first.hasSuffix("(lines 1 to 500 of 1200; continue with offset 501)"))
            let last = await room.call("read", ["filePath": "long.txt", "offset": 1199, "limit": 50]).text
            #expect(last == "1199\tline 1199\n1200\tline 1200\n(lines 1199 to 1200 of 1200)")
            let past = await room.call("read", ["filePath": "long.txt", "offset": 1201])
            #expect(past.status == .failed)
            #expect(past.text.contains("only 1200 lines"))
        }
    }

    @Test func longLinesAndPagesAreCutBetweenCharacters() async throws {
        try await Room.with { room in
            try room.put(String(repeating: "ä", count: 600) + "\nshort\n", at: "wide.txt")
            let text = await room.call("read", ["filePath": "wide.txt"]).text
            #expect(text == "1\t" + String(repeating: "ä", count: 250) + "… (+700 bytes)\n2\tshort\n")
            try room.put(String(repeating: String(repeating: "x", count: 499) + "\n", count: 400), at: "page.txt")
            let page = await room.call("read", ["filePath": "page.txt"]).text
            #expect(page.utf8.count < 24_100)
            #expect(page.contains("continue with offset 48)"))
        }
    }

    @Test func whatIsNoTextOrTooLargeIsSaidAndNotShown() async throws {
        try await Room.with { room in
            try Data([0x7F, 0x45, 0, 1]).write(to: URL(filePath: room.inside + "/binary"))
            #expect(await room.call("read", ["filePath": "binary"]).text == "binary is no text (4 bytes).")
            let file = try #require(FileHandle(forWritingAtPath: room.inside + "/binary"))
            try file.truncate(atOffset: UInt64(ReadTool.file + 1))
            try file.close()
            #expect(await room.call("read", ["filePath": "binary"]).text.contains("more than"))
            #expect(await room.call("read", ["filePath": "."]).text.contains("is a folder"))
            #expect(await room.call("read", ["filePath": "nothing"]).text == "nothing does not exist.")
            try room.put("", at: "empty")
            #expect(await room.call("read", ["filePath": "empty"]).text == "(empty is empty)")
        }
    }

    @Test func listsMarkFoldersAndLinks() async throws {
        try await Room.with { room in
            try room.put("", at: "src/b.py")
            try room.put("", at: "src/a.py")
            try room.put("", at: "src/sub/c.py")
            try room.link("src/link", to: "a.py")
            #expect(await room.call("list", ["path": "src"]).text == "a.py\nb.py\nlink@\nsub/")
            #expect(await room.call("list", [:], folder: "src/sub").text == "c.py")
            for number in 0..<320 { try room.put("", at: "many/\(number)") }
            let many = await room.call("list", ["path": "many"]).text
            #expect(many.hasSuffix("(20 others not shown)"))
        }
    }

    @Test func globsFindNewestFirstAndSkipWhatNobodyAsksFor() async throws {
        try await Room.with { room in
            for (place, path) in ["old.py", "src/new.py", ".git/x.py", "node_modules/y.py", ".build/z.py"].enumerated()
            {
                try room.put("", at: path)
                let date = Date(timeIntervalSince1970: Double(1000 + place))
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: room.inside + "/" + path)
            }
            #expect(await room.call("glob", ["pattern": "*.py"]).text == "src/new.py\nold.py")
            #expect(await room.call("glob", ["pattern": "**/*.py", "path": "src"]).text == "src/new.py")
            #expect(await room.call("glob", ["pattern": .string(room.inside + "/*.py")]).text == "old.py")
            #expect(await room.call("glob", ["pattern": "*.rs"]).text == "(no files fit *.rs)")
        }
    }

    @Test func grepShowsPathLineAndText() async throws {
        try await Room.with { room in
            try room.put("def one():\n    pass\ndef two():\r\n", at: "src/a.py")
            try room.put("def three(): pass\n", at: "b.txt")
            try Data([0, 1] + Array("def four".utf8)).write(to: URL(filePath: room.inside + "/c.bin"))
            #expect(
                await room.call("grep", ["pattern": #"def \w+\("#]).text
                    == "b.txt:1: def three(): pass\nsrc/a.py:1: def one():\nsrc/a.py:3: def two():"
            )
            #expect(await room.call("grep", ["pattern": "^def", "include": "*.py"]).text.hasPrefix("src/a.py:1"))
            #expect(await room.call("grep", ["pattern": "two", "path": "src/a.py"]).text == "src/a.py:3: def two():")
            #expect(await room.call("grep", ["pattern": "zzz"]).text == "(nothing found)")
            let broken = await room.call("grep", ["pattern": "def ("])
            #expect(broken.status == .failed)
            #expect(broken.text.contains(#"write \("#))
            try room.put(String(repeating: "hit\n", count: 150), at: "many")
            let many = await room.call("grep", ["pattern": "hit", "path": "many"]).text
            #expect(many.hasSuffix("many:100: hit\n(there is more; narrow the search)"))
        }
    }

    @Test func skillsAreNamesAndNoPaths() async throws {
        try await Room.with { room in
            try room.put("How to test.", at: ".swarm/skills/testing.md")
            try room.put("How to ship.", at: "skills/release/SKILL.md")
            #expect(await room.call("skill", ["name": "testing"]).text == "How to test.")
            #expect(await room.call("skill", ["name": "release"]).text == "How to ship.")
            let none = await room.call("skill", ["name": "nothing"])
            #expect(none.text.contains("there are: release, testing"))
            for name in ["../testing", "a/b", ".hidden", "ü"] {
                #expect(await room.call("skill", ["name": .string(name)]).status == .refused)
            }
        }
    }

    @Test func tasksAreKeptPerSession() async throws {
        try await Room.with { room in
            let list: JSON = ["todos": [["content": "a", "status": "completed"], ["content": "b"]]]
            #expect(await room.call("todowrite", list).text == "[x] a\n[ ] b")
            #expect(await room.call("todoread", [:]).text == "[x] a\n[ ] b")
            let other = ToolInvocation(
                id: "1",
                name: "todoread",
                arguments: [:],
                session: SessionKey(rawValue: "other")
            )
            #expect(await room.executor.execute(other).text == "(no tasks)")
        }
    }

    @Test func questionsGoToTheOneWhoAsked() async throws {
        try await Room.with { room in
            let outcome = await room.call("question", ["question": "Which?", "options": ["a", "b"]])
            #expect(
                outcome == ToolOutcome(.asks, "Which?", question: ToolQuestion(text: "Which?", options: ["a", "b"]))
            )
        }
    }

    @Test func everyCallIsRecorded() async throws {
        try await Room.with { room in
            _ = await room.call("read", ["filePath": "nothing"])
            _ = await room.call("unknown", [:])
            #expect(room.recorded.map(\.tool) == ["read", "unknown"])
            #expect(room.recorded.map(\.status) == [.failed, .failed])
            #expect(room.recorded.allSatisfy { $0.time == 1000 && $0.caller == "tester" })
        }
    }
}

struct TextEditTests {
    private func edit(_ text: String, _ old: String, _ new: String, all: Bool = false) throws -> String {
        let bytes = try TextEdit(old: old, new: new, all: all).apply(to: Array(text.utf8)).bytes
        return String(decoding: bytes, as: UTF8.self)
    }

    private func problem(_ text: String, _ old: String, _ new: String = "new") -> String {
        let error = #expect(throws: TextEdit.Problem.self) { try edit(text, old, new) }
        return error?.description ?? ""
    }

    @Test func exactTextIsReplacedOnceOrEverywhere() throws {
        #expect(try edit("a b a", "b", "c") == "a c a")
        #expect(try edit("a b a", "a", "x", all: true) == "x b x")
        #expect(try edit("aaaa", "aa", "b", all: true) == "bb")
        // Text that is one character for people is two here.
        #expect(try edit("e\u{301}", "\u{301}", "") == "e")
    }

    @Test func lineEndsOfTheFileAreKept() throws {
        #expect(try edit("a\r\nb\r\nc\r\n", "a\nb", "x\ny\nz") == "x\r\ny\r\nz\r\nc\r\n")
        #expect(try edit("a\nb\n", "a\nb", "x\ny") == "x\ny\n")
    }

    @Test func severalPlacesAreNamed() {
        #expect(problem("x\ny\nx\n", "x").contains("2 times, at lines 1, 3"))
    }

    @Test func differencesInSpacesAreShown() {
        let hint = problem("def f():\n\treturn 1\n", "def f():\n    return 1")
        #expect(hint.contains("lines 1 to 2 in spaces only"))
        #expect(hint.contains("\treturn 1"))
    }

    @Test func theClosestLinesAreShown() {
        let hint = problem("import os\n\ndef total(items):\n    return sum(items)\n", "def total(item):")
        #expect(hint.contains("3\tdef total(items):"))
        #expect(!hint.contains("import os"))
    }

    @Test func numbersOfLinesAreRecognised() {
        #expect(problem("alpha\nbeta\n", "2\tzzzz").contains("line numbers"))
    }

    @Test func nothingToDoIsSaid() {
        #expect(problem("a", "").contains("empty"))
        #expect(problem("a", "a", "a").contains("the same"))
    }
}
