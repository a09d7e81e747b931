import Consensus
import Testing

@Suite struct CodeAnswerTests {
    @Test(arguments: [
        ("py", CodeLanguage.python), ("Python3", .python), ("ts", .javascript), ("tsx", .javascript),
        ("JS", .javascript),
        ("c++", .c), ("sh", .shell), ("zsh", .shell), ("yml", .yaml), ("rs", .rust), ("golang", .go), ("html", .markup),
        ("python title=\"a.py\"", .python), ("{.python .numberLines}", .unknown), ("diff", .unknown), ("", .unknown),
    ])
    func aFenceNamesItsLanguage(_ name: String, _ language: CodeLanguage) {
        #expect(CodeLanguage(fence: name) == language)
    }

    @Test(arguments: [
        ("def f(x):\n    return x\n", CodeLanguage.python), ("#!/bin/bash\nls\n", .shell), ("{\"a\": 1}", .json),
        ("package main\n\nfunc main() {\n}\n", .go), ("#include <stdio.h>\nint main(void) { return 0; }\n", .c),
        ("fn main() {\n    println!(\"a\");\n}\n", .rust), ("SELECT a FROM b;", .sql),
        ("A sentence about if and for.\n", .unknown), ("", .unknown),
    ])
    func aLanguageIsGuessedFromUnmistakableLines(_ code: String, _ language: CodeLanguage) {
        #expect(CodeLanguage(guessing: code) == language)
    }

    @Test func theOneBlockIsTheProgram() throws {
        let answer = try #require(CodeAnswer("Here it is:\n```py\nx = 1\n```\nThat is all."))
        #expect(answer.language == .python)
        #expect(answer.code == "x = 1\n")
    }

    @Test func importsAndOtherDeclarationsBelongToTheProgram() throws {
        let answer = try #require(
            CodeAnswer(
                "```python\nimport re\n```\nThen\n```python\ndef f(x):\n    return g(x)\n```\n```python\ndef g(x): return x\n```"
            )
        )
        #expect(answer.code == "import re\n\ndef f(x):\n    return g(x)\n\ndef g(x): return x\n")
    }

    @Test func usesAndSecondVersionsDoNot() throws {
        let answer = try #require(
            CodeAnswer(
                "```python\ndef f(x):\n    return x + 1  # first\n```\n```python\nprint(f(2))\n```\n```python\ndef f(x): return 1\n```"
            )
        )
        #expect(answer.code == "def f(x):\n    return x + 1  # first\n")
    }

    @Test func theLanguageWithMostCodeCounts() throws {
        let answer = try #require(
            CodeAnswer("```bash\npip install x\n```\n```swift\nlet value = 12 + 30\nprint(value)\n```")
        )
        #expect(answer.language == .swift)
        #expect(answer.code == "let value = 12 + 30\nprint(value)\n")
    }

    @Test func aBlockInAListLosesTheListsIndentation() throws {
        let answer = try #require(CodeAnswer("1. So:\n   ```python\n   def f():\n       return 1\n   ```"))
        #expect(answer.code == "def f():\n    return 1\n")
    }

    @Test func codeNeedsNoFenceWhenNothingElseIsThere() throws {
        #expect(try #require(CodeAnswer("def f(x):\n    return x\n")).language == .python)
        #expect(CodeAnswer("You could write\ndef f(x):\n    return x\n") == nil)
        #expect(CodeAnswer("It depends.") == nil)
        #expect(CodeAnswer("```\n\n```") == nil)
    }
}
