import SwarmCore

/// Eight candidates for one request that differ as samples of one model do, always the same ones for a seed.
struct DecisionBallot {
    static let width = 8

    let kind: TurnKind
    let request: ChatRequest
    let candidates: [Candidate]

    init(kind: TurnKind, seed: UInt64) {
        self.kind = kind
        request = DecisionBallot.request(kind)
        candidates = (0..<DecisionBallot.width).map { index in
            var writer = DecisionWriter(seed: Sampling.seed(ofCandidate: index, request: seed))
            let answer = DecisionBallot.answer(kind, writer: &writer)
            let text =
                answer.toolCalls.isEmpty ? answer.content : answer.toolCalls.map(\.arguments).joined(separator: "\n")
            let reason = answer.toolCalls.isEmpty ? FinishReason.stop : .toolCalls
            return Candidate(
                id: CandidateID(source: SourceID(rawValue: "benchmark"), index: index),
                text: text,
                answer: answer,
                outcome: Outcome(reason: reason, usage: Usage(promptTokens: 200, completionTokens: text.utf8.count / 4))
            )
        }
    }

    private static func request(_ kind: TurnKind) -> ChatRequest {
        var request = ChatRequest(
            id: RequestID(rawValue: "benchmark"),
            messages: [Message(role: .user, content: question(kind))]
        )
        switch kind {
        case .toolCall: request.tools = tools
        case .json: request.responseFormat = .jsonSchema(name: "stock", schema: stockSchema)
        case .number, .choice, .short, .code, .prose: break
        }
        return request
    }

    private static func question(_ kind: TurnKind) -> String {
        switch kind {
        case .toolCall: "Write the script that reports what is in stock to stock/report.py."
        case .json: "List everything that is in stock."
        case .number: "A shop sells boxes of apples and pears on four days. How many apples are left?"
        case .choice: "Which shop has the most apples left?\nA) the first\nB) the second\nC) the third\nD) none"
        case .short: "Who has the most apples?"
        case .code: "Write a Python function report(stock) that lists what has to be ordered again."
        case .prose: "Explain how a small shop should keep track of its stock."
        }
    }

    private static func answer(_ kind: TurnKind, writer: inout DecisionWriter) -> ParsedAnswer {
        switch kind {
        case .toolCall:
            let path = writer.mostly("stock/report.py", else: "report.py")
            let arguments: JSON = ["filePath": .string(path), "content": .string(writer.program())]
            let call = ToolCall(id: "call_1", name: "write", arguments: arguments.text)
            return ParsedAnswer(toolCalls: [call])
        case .json: return ParsedAnswer(content: writer.stock().text)
        case .number:
            let reasoning = writer.reasoning()
            return ParsedAnswer(content: reasoning + "\n\nAnswer: \(writer.mostly("96", else: "84")) apples")
        case .choice:
            let reasoning = writer.reasoning()
            return ParsedAnswer(content: reasoning + "\n\nAnswer: \(writer.mostly("B", else: "C"))")
        case .short: return ParsedAnswer(content: writer.mostly("Ann has the most.", else: "It is Bob."))
        case .code: return ParsedAnswer(content: "```python\n" + writer.program() + "```\n")
        case .prose: return ParsedAnswer(content: writer.prose())
        }
    }

    private static let tools: [ToolSpec] = [
        tool("bash", "Run a shell command", ["command": "string", "timeout": "number", "description": "string"]),
        tool("read", "Read a file", ["filePath": "string", "offset": "number", "limit": "number"]),
        tool("write", "Write a file", ["filePath": "string", "content": "string"]),
        tool("edit", "Change a file", ["filePath": "string", "oldString": "string", "newString": "string"]),
    ]

    private static func tool(_ name: String, _ summary: String, _ parameters: KeyValuePairs<String, String>) -> ToolSpec
    {
        let properties = parameters.map { (key: $0.key, value: ["type": .string($0.value)] as JSON) }
        let schema: JSON = [
            "type": "object",
            "properties": .object(JSON.Object(properties)),
            "required": .array([.string(parameters[0].key)]),
        ]
        return ToolSpec(name: name, summary: summary, parameters: schema)
    }

    private static let stockSchema: JSON = [
        "type": "object",
        "required": ["shop", "items"],
        "additionalProperties": false,
        "properties": [
            "shop": ["type": "string"],
            "items": [
                "type": "array",
                "items": [
                    "type": "object",
                    "required": ["name", "count", "price", "place", "tags"],
                    "additionalProperties": false,
                    "properties": [
                        "name": ["type": "string", "minLength": 1],
                        "count": ["type": "integer", "minimum": 0],
                        "price": ["type": "number"],
                        "place": ["type": "string", "enum": ["shelf", "cellar", "window"]],
                        "tags": ["type": "array", "items": ["type": "string"]],
                    ],
                ],
            ],
        ],
    ]
}
