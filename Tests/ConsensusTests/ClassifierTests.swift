import Consensus
import SwarmCore
import Testing

@Suite struct ClassifierTests {
    private let long =
        "The function walks the list once and keeps the largest value it has seen so far, then returns it."

    private func kind(
        _ content: String,
        calls: [ToolCall] = [],
        format: ResponseFormat = .text,
        prompt: String = "Question?"
    ) -> TurnKind {
        Classifier(request: request(prompt, format: format))
            .read(ParsedAnswer(content: content, toolCalls: calls)).kind
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

    @Test func jsonAskedForInWordsMayHaveTextAroundIt() {
        let answer = "Here you are:\n```json\n{\"a\": 1}\n```\nIt has one member."
        #expect(kind(answer, prompt: "List the members as JSON.") == .json)
        #expect(kind(answer) != .json)
        let schema = ResponseFormat.jsonSchema(name: "n", schema: .object(JSON.Object()))
        #expect(kind("7", format: schema) == .json)
        #expect(Classifier(request: request(format: schema)).read(ParsedAnswer(content: "7")).key == "7")
        #expect(Classifier(request: request(format: .jsonObject)).read(ParsedAnswer(content: "7")).key == nil)
    }

    @Test func textThatLooksLikeACallIsNone() {
        #expect(kind("<tool_call>{\"name\": \"read\", \"arguments\": {}}</tool_call>") != .toolCall)
        #expect(kind(#"{"name": "read", "arguments": {}}"#) == .json)
    }

    @Test func reasoningDoesNotCount() {
        let answer = ParsedAnswer(content: "Paris", reasoning: "Answer: 5")
        #expect(Classifier(request: request()).read(answer) == Classifier.Reading(kind: .short, key: "paris"))
    }

    @Test func codeIsFullOfWhatLooksLikeAnnouncements() {
        let prompt = "Write a Python function that returns the answer."
        let block = "```python\ndef answer():\n    return 42\n\nprint(answer())\n```"
        #expect(kind(block + "\nAnswer: 42", prompt: prompt) == .code)
        #expect(kind(block + "\nAnswer: 42", prompt: "How many are there?") == .number)
        #expect(kind("Here is the answer:\n" + block + "\nDone.") == .code)
        #expect(kind("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-Answer: 41\n+Answer: 42") == .code)
        #expect(kind("*** Begin Patch\n*** Update File: x\n@@\n-a\n+b\n*** End Patch") == .code)
        #expect(kind("x.py\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE") == .code)
    }

    @Test func codeNeedsNoFence() {
        #expect(kind("def add(a, b):\n    # Answer: 5\n    return a + b", prompt: "Write a function add.") == .code)
        #expect(kind("import os\n\nfor name in os.listdir():\n    print(name)") == .code)
        #expect(kind("class is over.\nfrom now on we are free, and nobody minds.") == .prose)
        #expect(kind("# Title\nA paragraph of text that says something.") == .prose)
    }

    @Test(arguments: [
        ("Option B", TurnKind.choice), ("option (B)", .choice), ("B.", .choice), ("**B**", .choice), ("b", .choice),
        ("The answer is (B) Paris", .choice), ("Both A and C", .short), ("A and C", .short), ("B, C", .short),
        ("B/C", .short), ("The answer is B or C.", .short), ("B, because A is too old", .choice),
        ("None of the above", .short),
    ])
    func severalOptionsAreNoChoice(_ text: String, _ expected: TurnKind) {
        #expect(kind(text, prompt: "Which?\nA) London\nB) Paris\nC) Rome") == expected)
    }
}

@Suite struct TurnPriorTests {
    private let tool = ToolSpec(name: "read")

    private func kind(_ prompt: String) -> TurnKind { TurnPrior.kind(of: request(prompt)) }

    @Test func toolsComeFirst() {
        var asked = request("How many files are there?")
        asked.tools = [tool]
        #expect(TurnPrior.kind(of: asked) == .toolCall)
        asked.toolChoice = .named("read")
        #expect(TurnPrior.kind(of: asked) == .toolCall)
        asked.toolChoice = .none
        #expect(TurnPrior.kind(of: asked) == .number)
    }

    @Test func aFormatComesBeforeWords() {
        #expect(TurnPrior.kind(of: request("How many?", format: .jsonObject)) == .json)
        #expect(kind("Return the colours as JSON.") == .json)
        #expect(TurnPrior.kind(of: ChatRequest(id: RequestID(rawValue: "r"), messages: [])) == .prose)
    }

    @Test(arguments: [
        ("Where is Ben?\nA) garden\nB) station", TurnKind.choice),
        ("Write a Python function that reverses a list.", .code),
        ("Implement this:\ndef f(x):\n    \"\"\"Return x.\"\"\"", .code),
        ("Please complete the class below.", .code), ("Write matching(xs) in Swift.", .code),
        ("def last(xs):\n    \"\"\"Return the last.\n\n    >>> last([1])\n    1\n    \"\"\"", .code),
        ("Write a short title for: I need a Python function", .prose),
        ("Explain this function: def f(x): return x", .prose),
        ("What is 3 + 4?", .number), ("5 * 6", .number), ("Compute 302 - 64", .number), ("what is 3 plus 4", .number),
        ("Hana has 54 flowers and sells 8. How many flowers are left?", .number),
        ("Ann is 43. Leo is 29.\nHow old is Leo?", .number),
        ("Who wrote Hamlet?", .short), ("What is the capital of France?", .short), ("Is 7 a prime?", .short),
        ("The map is on the desk. Where is the map?", .short), ("True or false: ice is water.", .short),
        ("Why is the sky blue?", .prose), ("What do you think about bees?", .prose), ("Do you like honey?", .prose),
        ("Hello!", .prose), ("Write a poem about the sea.", .prose), ("", .prose),
    ])
    func wordsOfTheRequestTellTheKind(_ prompt: String, _ expected: TurnKind) {
        #expect(kind(prompt) == expected)
    }
}
