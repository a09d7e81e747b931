import Consensus
import SwarmCore

/// Answers of every kind to draw ballots from, and a driver that feeds a vote as a server does.
struct AnswerPool: Sendable, CustomStringConvertible {
    /// How good an answer is by construction; the vote is not asked.
    enum Quality: Int, Comparable, Sendable {
        case sound, cut, unusable
        static func < (a: Quality, b: Quality) -> Bool { a.rawValue < b.rawValue }
    }

    struct Item: Sendable {
        var answer: ParsedAnswer
        var quality = Quality.sound
    }

    let name: String
    let request: ChatRequest
    let items: [Item]
    let shapes: ToolShapes

    var description: String { name }

    init(_ name: String, _ request: ChatRequest, sound: [ParsedAnswer], unusable: [ParsedAnswer] = []) {
        self.name = name
        self.request = request
        let empty = ["", " \n"].map { ParsedAnswer(content: $0) }
        let looping = [ParsedAnswer(content: String(repeating: "again and again ", count: 8))]
        items =
            sound.map { Item(answer: $0) } + sound.map { Item(answer: $0, quality: .cut) }
            + (empty + looping + unusable).map { Item(answer: $0, quality: .unusable) }
        shapes = ToolShapes(tools: request.tools)
    }

    init(_ name: String, _ request: ChatRequest, sound: [String], unusable: [String] = []) {
        self.init(
            name,
            request,
            sound: sound.map { ParsedAnswer(content: $0) },
            unusable: unusable.map { ParsedAnswer(content: $0) }
        )
    }

    var sound: [Item] { items.filter { $0.quality == .sound } }

    func candidate(_ index: Int, _ item: Item, source: SourceID = local) -> Candidate {
        let reason: FinishReason = item.answer.toolCalls.isEmpty ? .stop : .toolCalls
        return Candidate(
            id: CandidateID(source: source, index: index),
            text: item.answer.content,
            answer: item.answer,
            outcome: Outcome(reason: item.quality == .cut ? .length : reason, usage: Usage())
        )
    }

    /// Mostly a few sound answers, again and again.
    func draw(_ count: Int, sources: [SourceID] = [local], using generator: inout SplitMix64) -> [Candidate] {
        let favourites = (0..<3).map { _ in sound[Int.random(in: 0..<sound.count, using: &generator)] }
        return (0..<count).map { index in
            let isFavourite = Int.random(in: 0..<3, using: &generator) > 0
            let from = isFavourite ? favourites : items
            return candidate(
                index,
                from[Int.random(in: 0..<from.count, using: &generator)],
                source: sources[Int.random(in: 0..<sources.count, using: &generator)]
            )
        }
    }

    func quality(of candidate: Candidate) -> Quality? {
        items.first { $0.answer == candidate.answer && ($0.quality == .cut) == (candidate.outcome.reason == .length) }?
            .quality
    }

    /// What the client would act on, in canonical form.
    func key(_ candidate: Candidate) -> String {
        if !candidate.answer.toolCalls.isEmpty {
            guard case .success(let shape) = shapes.shape(of: candidate.answer.toolCalls) else { return "malformed" }
            return shape.key
        }
        let reading = Classifier(request: request).read(candidate.answer)
        if case .jsonSchema(_, let schema) = request.responseFormat,
            let value = try? JSON(parsing: candidate.answer.content)
        {
            return CanonicalKey.json(value, schema: JSONSchema(schema))
        }
        if reading.kind == .code {
            if let diff = UnifiedDiff(candidate.answer.content) {
                return PatchKey.key(of: diff, files: FileTexts(messages: request.messages))
            }
            if let code = CodeAnswer(candidate.answer.content) {
                return CanonicalCode.text(of: code.code, language: code.language)
            }
        }
        return reading.kind.rawValue + ":" + (reading.key ?? candidate.answer.content)
    }

    /// Plays a vote to its end: candidates of a round arrive in a random order, further ones are those next in the list.
    ///
    /// - Parameter lost: these never end.
    /// - Returns: the winner's key, and the tally; `nil` when all were lost.
    func play(
        _ candidates: [Candidate],
        rules: VoteRules,
        lost: Set<CandidateID> = [],
        using generator: inout SplitMix64
    ) -> (key: String, tally: Tally)? {
        var started = min(rules.widths.first ?? 0, candidates.count)
        var tally = Tally(request: request, candidates: candidates.prefix(started).map(\.id), rules: rules)
        var waiting = candidates.prefix(started).shuffled(using: &generator)
        while true {
            switch tally.decision {
            case .locked: return tally.winner.map { (key($0), tally) }
            case .examine(let examination): tally.learn(AnswerPool.evidence(for: examination))
            case .escalate(let plan):
                let further = candidates.dropFirst(started).prefix(plan.count)
                started += further.count
                waiting = further.shuffled(using: &generator)
                if further.isEmpty { tally.decline() } else { tally.expect(further.map(\.id)) }
            case .undecided:
                guard let next = waiting.popLast() else { return nil }
                if lost.contains(next.id) { tally.lose(next.id, because: .shed) } else { tally.record(next) }
            }
        }
    }

    /// Outputs made up from the code, the same for the same code.
    static func evidence(for examination: CodeExamination) -> CodeEvidence {
        CodeEvidence(
            Dictionary(
                uniqueKeysWithValues: examination.programs.map { program in
                    let sign = program.code.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) % 3 }
                    return (
                        program.id,
                        CodeEvidence.Finding(isValid: true, outputs: examination.calls.map { _ in "\(sign)" })
                    )
                }
            )
        )
    }
}

// The pools.
extension AnswerPool {
    static let all = [
        numbers, largeNumbers, short, choice, json, calls, destructive, commands, code, patches, prose, mixed,
    ]

    static let refusal = "I'm sorry, but I can't help with that request."

    static let numbers = AnswerPool(
        "numbers",
        testRequest("How many apples are left?"),
        sound: ["41", "42", "The answer is 42.", "42.0", "\\boxed{41}", "43", "1/3", "0.33333333", "#### 43", refusal]
    )
    /// Keys that join and part their neighbours.
    static let largeNumbers = AnswerPool(
        "large numbers",
        testRequest("How many apples are left?"),
        sound: ["10000000", "10000001", "10000000.5", "10000001.5", "10000002"]
    )
    static let short = AnswerPool(
        "short",
        testRequest("Where is the summer school of the Royal Society held?"),
        sound: [
            "Paris", "paris.", "Rome", "the great old town", "great old town centre", "great old town",
            "great old town centre hall", refusal,
        ]
    )
    static let choice = AnswerPool(
        "choice",
        testRequest("Which is a metal?\nA) iron\nB) wood\nC) glass"),
        sound: ["A", "B", "The answer is (A).", "C) glass", "iron", refusal]
    )
    static let person: JSON = [
        "type": "object",
        "properties": ["name": ["type": "string"], "age": ["type": "integer"], "note": ["type": "string"]],
        "required": ["name", "age"],
    ]
    static let json = AnswerPool(
        "json",
        testRequest("Who?", format: .jsonSchema(name: "person", schema: person)),
        sound: [
            #"{"name":"Ann","age":1}"#, #"{"age":1.0,"name":"Ann"}"#, #"{"name":"Ann","age":2}"#,
            #"{"name":"Bob","age":2}"#, #"{"name":"Bob","age":1,"note":"x"}"#,
        ],
        unusable: [#"{"name":"Ann"}"#, #"{"name":1,"age":1}"#, "{oops", refusal]
    )
    static let tools = [
        ToolSpec(
            name: "read_file",
            parameters: object(["path": ["type": "string"], "limit": ["type": "integer"]], ["path"])
        ),
        ToolSpec(
            name: "write_file",
            parameters: object(["path": ["type": "string"], "content": ["type": "string"]], ["path", "content"])
        ),
        ToolSpec(name: "bash", parameters: object(["command": ["type": "string"]], ["command"])),
        ToolSpec(
            name: "weather",
            parameters: object(
                ["city": ["type": "string"], "unit": ["type": "string", "enum": ["C", "F"]]],
                ["city"]
            )
        ),
    ]

    static func object(_ properties: JSON, _ required: [JSON]) -> JSON {
        ["type": "object", "properties": properties, "required": .array(required), "additionalProperties": false]
    }

    static func call(_ name: String, _ arguments: String) -> ToolCall {
        ToolCall(id: "c", name: name, arguments: arguments)
    }

    static func acting(_ calls: ToolCall...) -> ParsedAnswer { ParsedAnswer(toolCalls: calls) }

    static let calls = AnswerPool(
        "calls",
        testRequest("Look.", tools: tools),
        sound: [
            acting(call("read_file", #"{"path":"src/a.py"}"#)), acting(call("read_file", #"{"path":"./src/a.py"}"#)),
            acting(call("read_file", #"{"path":"src/b.py"}"#)), acting(call("weather", #"{"city":"Rome","unit":"c"}"#)),
            acting(call("read_file", #"{"path":"a"}"#), call("read_file", #"{"path":"b"}"#)),
            acting(call("read_file", #"{"path":"b"}"#), call("read_file", #"{"path":"a"}"#)),
            ParsedAnswer(content: "Nothing has to be read for this."), ParsedAnswer(content: refusal),
        ],
        unusable: [
            acting(call("read_file", #"{"path":1}"#)), acting(call("read_file", "{")), acting(call("unknown", "{}")),
            acting(call("weather", #"{"city":"Rome","unit":"K"}"#)),
        ]
    )
    static let destructive = AnswerPool(
        "destructive calls",
        testRequest("Write.", tools: tools),
        sound: [
            acting(call("write_file", #"{"path":"a","content":"one line of text"}"#)),
            acting(call("write_file", #"{"path":"./a","content":"one line of text\n"}"#)),
            acting(call("write_file", #"{"path":"a","content":"another line of text"}"#)),
            acting(call("write_file", #"{"path":"b","content":"one line of text"}"#)),
            acting(call("write_file", #"{"path":"c","content":"x"}"#)),
            acting(call("read_file", #"{"path":"a"}"#)), ParsedAnswer(content: "It is written already, as I see it."),
        ],
        unusable: [acting(call("write_file", #"{"path":"a"}"#))]
    )
    static let commands = AnswerPool(
        "commands",
        testRequest("Run.", tools: tools),
        sound: [
            acting(call("bash", #"{"command":"ls -l"}"#)), acting(call("bash", #"{"command":"ls  -l"}"#)),
            acting(call("bash", #"{"command":"rm -r build"}"#)), acting(call("bash", #"{"command":"make clean"}"#)),
        ],
        unusable: [acting(call("bash", "{}"))]
    )
    static let code = AnswerPool(
        "code",
        testRequest("Write a Python function `def add(a, b):` that adds.\n>>> add(1, 2)\n3\n"),
        sound: [
            "```python\ndef add(a, b):\n    return a + b\n```",
            "```python\ndef add(a, b):\n    # sum\n    return a + b\n```",
            "```python\ndef add(a, b):\n    c = a\n    c += b\n    return c\n```",
            "```python\ndef add(a, b):\n    return sum([a, b])\n```",
        ],
        unusable: ["```python\ndef add(a, b:\n    return a +\n```"]
    )
    static let patches = AnswerPool(
        "patches",
        testRequest("Change it.\n\na.txt\n```\none\ntwo\nthree\n```\n"),
        sound: [
            "```diff\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n```",
            "```diff\n--- a/a.txt\n+++ b/a.txt\n@@ -2,1 +2,1 @@\n-two\n+2\n```",
            "```diff\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n-one\n+1\n two\n three\n```",
        ]
    )
    static let sentence =
        "The list is walked once from the front, and the largest value so far is kept until the end."
    static let prose = AnswerPool(
        "prose",
        testRequest("Explain how the maximum is found."),
        sound: [
            sentence, sentence + " Then it is returned, of course.", sentence + " It is returned at the end.",
            "- " + sentence + "\n- Then it is returned.",
            "Could you tell me which list you mean, and what its values are? Are they all numbers?", refusal,
        ]
    )
    static let mixed = AnswerPool(
        "mixed",
        testRequest("Go on.", tools: tools),
        sound: [
            ParsedAnswer(content: "42"), ParsedAnswer(content: "Paris"), ParsedAnswer(content: sentence),
            ParsedAnswer(content: #"{"a":1}"#), ParsedAnswer(content: refusal),
            acting(call("read_file", #"{"path":"a"}"#)), acting(call("bash", #"{"command":"ls"}"#)),
            ParsedAnswer(content: "```python\ndef add(a, b):\n    return a + b\n```"),
        ],
        unusable: [acting(call("read_file", "{}"))]
    )
}

func testRequest(
    _ prompt: String,
    format: ResponseFormat = .text,
    tools: [ToolSpec] = [],
    choice: ToolChoice = .auto
) -> ChatRequest {
    ChatRequest(
        id: RequestID(rawValue: "r"),
        messages: [Message(role: .user, content: prompt)],
        tools: tools,
        toolChoice: choice,
        responseFormat: format
    )
}
