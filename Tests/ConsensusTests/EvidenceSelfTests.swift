import Consensus
import SwarmCore
import Testing

@Suite struct EvidenceSelfTests {
    private let answer = """
        Here it is:
        ```python
        def f(x):
            assert f(x) != 7
            return x + 1

        assert f(1) == 2
        assert helper(1) == 2

        if __name__ == "__main__":
            assert f(5) == 6
        ```
        And tests:
        ```python
        assert f(2)  ==  3, "two"
        assert f(1) == 2
        ```
        """

    @Test func onlyAssertionsOutsideOfTheFunctionCount() {
        let found = SelfTests(answers: [answer], entry: "f")
        #expect(found.tests == [.assertion("assert f(1) == 2"), .assertion("assert f(2)  ==  3, \"two\"")])
        #expect(found.calls == ["f(1)", "f(2)"])
        #expect(SelfTests(answers: [answer], entry: nil).tests.isEmpty)
    }

    @Test func theMostFrequentComeFirstWhateverTheOrder() {
        let answers = [
            "```python\nassert f(1) == 1\nassert f(3) == 9\n```", "```python\nassert f(3)==9\n```",
            "```python\nassert f(2) == 4\nassert f(2) == 4\nassert f(2) == 4\n```",
        ]
        let found = SelfTests(answers: answers, entry: "f")
        #expect(found.calls == ["f(3)", "f(1)", "f(2)"])
        #expect(found.tests.count == 3)
        #expect(found == SelfTests(answers: answers.reversed(), entry: "f"))
    }

    @Test func examplesInDocumentationAreTestsToo() {
        let answer = "```python\ndef f(x):\n    '''\n    >>> f(4)\n    5\n    '''\n    return x + 1\n```"
        #expect(SelfTests(answers: [answer], entry: "f").tests == [.value(of: "f(4)", expected: "5")])
    }

    @Test(arguments: [
        "assert _________ == f(1)", "assert g(1) == 2", "assert f(1) ==", "assert f([1, 2) == 3",
        "assert f(1) is two things",
        "f(1) == 2", "assert f(...) == 2", "assert self.f(1) == 2", "",
    ])
    func whatIsNoTestIsDropped(_ text: String) {
        let found = SelfTests(assertions: [text, "assert f(9) == 1"], entry: "f")
        #expect(found.tests == [.assertion("assert f(9) == 1")])
        #expect(found.calls == ["f(9)"])
    }

    @Test func theEntryIsTheFunctionCalledWhenNoneIsGiven() {
        let found = SelfTests(assertions: ["assert sorted(g(1)) == [2]", "assert g(2) == 3"], entry: nil)
        #expect(found.calls == ["g(1)", "g(2)"])
    }

    @Test func thereAreAtMostTen() {
        let found = SelfTests(assertions: (0..<30).map { "assert f(\($0)) == f(\($0 + 1))" }, entry: "f")
        #expect(found.tests.count == 10)
        #expect(found.calls.count == 10)
    }
}
