import Consensus
import SwarmCore
import Testing

@Suite struct ClassifierTests {
    private let long =
        "The function walks the list once and keeps the largest value it has seen so far, then returns it."

    private func kind(_ content: String, calls: [ToolCall] = [], format: ResponseFormat = .text) -> TurnKind {
        Classifier(request: request(format: format)).read(ParsedAnswer(content: content, toolCalls: calls)).kind
    }

    @Test func callsComeBeforeEverything() {
        #expect(kind("\\boxed{4}", calls: [ToolCall(id: "1", name: "f", arguments: "{}")]) == .toolCall)
    }

    @Test func jsonIsAskedForOrIsTheWholeAnswer() {
        #expect(kind(#"  {"a": 1} "#) == .json)
        #expect(kind("[1, 2]") == .json)
        #expect(kind("```json\n{\"a\": 1}\n```") == .json)
        #expect(kind("```\n{\"a\": 1}\n```", format: .jsonObject) == .json)
        #expect(kind("not json at all", format: .jsonObject) == .json)
        #expect(kind("Here: {\"a\": 1}") != .json)
        #expect(kind("17") == .number)
        #expect(kind("null") == .short)
    }

    @Test func codeMakesUpHalfOfTheAnswer() {
        #expect(kind("Here you go:\n```python\nprint('The answer is 5')\nprint('and more of it')\n```") == .code)
        #expect(kind("```swift\nlet a = 1") == .code)
        #expect(kind("\(long)\n\(long)\n```sh\nls\n```") == .prose)
        #expect(kind("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b") == .code)
        #expect(kind("diff --git a/x b/x\nnew file") == .code)
    }

    @Test func anAnswerIsShortUpToTwelveWordsOnOneLine() {
        let words = (1...12).map { _ in "word" }.joined(separator: " ")
        #expect(kind(words) == .short)
        #expect(kind(words + " word") == .prose)
        #expect(kind("two\nlines") == .prose)
    }

    @Test func aPhraseInProseAnnouncesNothing() {
        #expect(kind(long + " The answer is rarely that simple.") == .prose)
        #expect(kind(long + "\n\nAnswer: Paris") == .short)
        #expect(kind("#### 1. Overview\n" + long) == .prose)
        #expect(kind(long + " The answer is 7.") == .number)
    }

    @Test(arguments: [
        ("1 apple", TurnKind.number), ("3 wise men came to town", .short), ("Yes.", .short), ("", .prose),
    ])
    func edgesOfShortAnswers(_ text: String, _ expected: TurnKind) {
        #expect(kind(text) == expected)
    }
}
