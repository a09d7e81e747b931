import Consensus
import SwarmCore
import Testing

@Suite struct EvidencePromptTests {
    private func read(_ text: String, language: String = "python") -> PromptTests {
        PromptTests(messages: [Message(role: .user, content: text)], language: language)
    }

    private func assertions(_ tests: [CodeTest]) -> [String] {
        tests.compactMap { if case .assertion(let text) = $0 { text } else { nil } }
    }

    @Test func doctestsInADocstringAreValues() {
        let found = read(
            """
            Implement this Python function:
            def pairs(xs, values):
                \"\"\"Return the pairs of elements.

                >>> pairs([-7, 7],
                ...       [0, 9])
                [(-7, 0), (7, 9)]
                >>> round(pairs([], []), 2) # nothing
                []
                \"\"\"
            """
        )
        #expect(found.entry == "pairs")
        #expect(
            found.examples == [
                .value(of: "pairs([-7, 7],\n      [0, 9])", expected: "[(-7, 0), (7, 9)]"),
                .value(of: "round(pairs([], []), 2)", expected: "[]"),
            ]
        )
        #expect(found.calls == ["pairs([-7, 7],\n      [0, 9])", "round(pairs([], []), 2)"])
    }

    @Test func aResultEndsAtABlankLineAPromptAndTheEndOfTheDocstring() {
        let text = "def f(x):\n    '''\n    >>> f(1)\n    a\n    b\n\n    prose\n    >>> f(2)\n    >>> f(3)\n    7'''\n"
        let found = read(text)
        #expect(found.examples == [.value(of: "f(1)", expected: "a\nb"), .value(of: "f(3)", expected: "7")])
        #expect(found.calls == ["f(1)", "f(2)", "f(3)"])
    }

    @Test func expectedErrorsAreLeftOut() {
        let text = ">>> f(0)\nTraceback (most recent call last):\n    ...\nValueError: no\n>>> f(1)\n2"
        #expect(read(text).examples == [.value(of: "f(1)", expected: "2")])
    }

    @Test func statementsAreSetUpForWhatFollows() {
        let text = "```\n>>> from tools import f\n>>> xs = [1]\n>>> xs.append(2)\n>>> f(xs)\n'ab'\n```\n>>> f(3)\n4"
        let expected = "xs = [1]\nxs.append(2)\nassert repr(f(xs)) == \"'ab'\""
        #expect(read(text).examples == [.assertion(expected), .value(of: "f(3)", expected: "4")])
    }

    @Test func whatIsPrintedIsComparedAsText() {
        let text = "def f(x): ...\n>>> print(f(2))\nab\n>>> print(f(2), 1)\n3 1"
        #expect(read(text).examples == [.assertion(#"assert str(f(2)) == "ab""#)])
    }

    @Test func aComparisonWithoutAResultIsAnAssertion() {
        #expect(read("def f(x):\n  >>> f(2) == [3]\n").examples == [.assertion("assert f(2) == [3]")])
    }

    @Test(arguments: [
        "Write a function to add. Your code should pass:\nassert add(1, 2) == 3",
        "Write a function called `add`.\n- `assert add(1, 2) == 3`",
        "Write add:\n```python\nassert add(1, 2) == 3  # easy\n```",
        "```python\ndef add(a, b):\n    ...\n\ndef test_add():\n    assert add(1, 2) == 3\n```",
    ])
    func assertionsAreFound(_ text: String) {
        let found = read(text)
        #expect(found.entry == "add")
        #expect(found.examples == [.assertion("assert add(1, 2) == 3")])
        #expect(found.calls == ["add(1, 2)"])
    }

    @Test func anAssertionMaySpanLines() {
        let found = read("assert f([\n    1,\n    2,\n]) == [\n    2,\n]\nassert f([]) == []")
        #expect(
            found.examples == [
                .assertion("assert f([\n    1,\n    2,\n]) == [\n    2,\n]"), .assertion("assert f([]) == []"),
            ]
        )
    }

    @Test(arguments: [
        "Write f(x). Please assert that f(2) works.",
        "assert f(2 == 3",
        "def f(x):\n    assert g(x) == 2\n    return x",
        "```python\ndef g(x): return 1\ndef f(x):\n    y = x\n    assert g(y) == 2\n```",
        "Fix this: def f(x) is wrong, f(2) returns 4 instead of 3.",
        "def f(n): ...\nf(n) = f(n - 1) + 1",
        "def f(n): ...\nf(2) = 1 + 2",
        "def f(n): ...\n1 + f(2) == 3",
        "def f(n): ...\nx = g(2)  # 3",
        "def f(n): ...\nInput: a list of numbers\nOutput: their sum",
        "Input: a string\nOutput: the same string",
        "The input: see 3 below.\nThen the output.",
        "Hello, what is 2 -> 3?",
    ])
    func whatOnlyLooksLikeAnExampleIsNotTaken(_ text: String) {
        #expect(read(text).examples.isEmpty)
    }

    @Test(arguments: [
        "f(2, [1]) -> 3", "f(2, [1]) => 3", "f(2, [1]) ==> 3", "f(2,[1]) ➞ 3", "f(2, [1]) == 3", "f(2, [1]) = 3",
        "- `f(2, [1])` should return `3`.", "For example, f(2, [1]) returns 3.", "f(2, [1])  # 3", "f(2, [1]) # => 3",
        "* f(2, [1]) → 3 (because of this)", "Currently it fails: f(2, [1]) should be 3", "print(f(2, [1]))  # 3",
    ])
    func statedResultsAreFound(_ line: String) {
        let found = read("```python\ndef f(x, y):\n    pass\n```\n" + line)
        #expect(found.examples == [.assertion("assert f(2, [1]) == 3")])
        #expect(found.calls == ["f(2, [1])"])
    }

    @Test func severalResultsInOneLineAreAllFound() {
        let found = read("A function named `f`: f(1) = 'a', f(2) = \"b\" and f(3) is null.")
        #expect(assertions(found.examples) == ["assert f(1) == 'a'", "assert f(2) == \"b\"", "assert f(3) == None"])
    }

    @Test func otherLanguagesGetValuesAndNoPython() {
        #expect(read("func f(x)\nf(true) -> 3", language: "swift").examples == [.value(of: "f(True)", expected: "3")])
    }

    @Test func examplesWithNamedInputsBecomeCallsWithKeywords() {
        let text = """
            def find(nums: List[int], k: int) -> int:

            **Example 1:**

            **Input:** nums = [1,2], k = 3
            **Output:** 5
            **Explanation:** because.

            Example 2:
            Input: nums = [], k = -1
            Output: true
            """
        let found = read(text)
        #expect(
            assertions(found.examples) == [
                "assert find(nums=[1, 2], k=3) == 5", "assert find(nums=[], k=-1) == True",
            ]
        )
        #expect(found.calls == ["find(nums=[1, 2], k=3)", "find(nums=[], k=-1)"])
    }

    @Test func aMethodOfSolutionIsCalledOnAnInstance() {
        let text = "```python\nclass Solution:\n    def find(self, nums):\n```\nInput: numbers = [1]\nOutput: 2"
        #expect(read(text).entry == "find")
        #expect(read(text).examples == [.assertion("assert Solution().find([1]) == 2")])
    }

    @Test func aConditionIsAnInput() {
        let text = "def cut(s, c):\n    '''\n    For s = \"ab\", c = \"a\", the result should be ('b', False)\n    '''"
        #expect(read(text).examples == [.assertion("assert cut(s=\"ab\", c=\"a\") == ('b', False)")])
    }

    @Test func withoutAFunctionInputAndOutputAreThoseOfAProgram() {
        let plain = read(
            "Write a program.\nSample Input 1:\n3\n1 2 3\n\nSample Output 1:\n6\n\nSample Input 2:\n1\n4\nSample Output 2:\n4"
        )
        #expect(
            plain.examples == [.output(input: "3\n1 2 3\n", expected: "6"), .output(input: "1\n4\n", expected: "4")]
        )
        let fenced = read("Input:\n```\na b\n\nc\n```\nOutput:\n```\nc\n```")
        #expect(fenced.examples == [.output(input: "a b\n\nc\n", expected: "c")])
        #expect(read("Input: 7\nOutput: 49").examples == [.output(input: "7\n", expected: "49")])
    }

    @Test func theLastMessageWithExamplesIsRead() {
        let old = Message(role: .user, content: "def f(x):\n>>> f(1)\n2")
        let answer = Message(role: .assistant, content: "def g(x):\n>>> g(1)\n2")
        let more = Message(role: .user, content: "Please make it faster.")
        let new = Message(role: .user, content: "def h(x):\n>>> h(1)\n2")
        #expect(PromptTests(messages: [old, answer, more]).examples == [.value(of: "f(1)", expected: "2")])
        #expect(PromptTests(messages: [old, answer, new]).entry == "h")
        #expect(PromptTests(messages: [answer]).examples.isEmpty)
    }

    @Test func thereAreAtMostTwentyExamplesOfBoundedSize() {
        let lines = (0..<50).map { "assert f(\($0)) == 1" }.joined(separator: "\n")
        let long = "assert f('" + String(repeating: "x", count: 5000) + "') == 1\n"
        let found = read(long + lines)
        #expect(found.examples.count == 20)
        #expect(found.calls.count == 20)
        #expect(found.examples.first == .assertion("assert f(0) == 1"))
    }

    @Test func windowsLineEndsMakeNoDifference() {
        let text = "def f(x):\n    >>> f(1)\n    2\n\nf(3) -> 4\n"
        #expect(read(text.replacing("\n", with: "\r\n")) == read(text))
        #expect(read(text).examples.count == 2)
    }
}
