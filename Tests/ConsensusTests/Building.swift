import SwarmCore

let local = SourceID(rawValue: "local")

func request(_ prompt: String = "Question?", format: ResponseFormat = .text) -> ChatRequest {
    ChatRequest(
        id: RequestID(rawValue: "r"),
        messages: [Message(role: .user, content: prompt)],
        responseFormat: format
    )
}

func candidate(_ index: Int, _ content: String, _ reason: FinishReason = .stop, calls: [ToolCall] = []) -> Candidate {
    Candidate(
        id: CandidateID(source: local, index: index),
        text: content,
        answer: ParsedAnswer(content: content, toolCalls: calls),
        outcome: Outcome(reason: reason, usage: Usage())
    )
}

func calling(_ index: Int, _ name: String, _ arguments: String) -> Candidate {
    candidate(index, "", .toolCalls, calls: [ToolCall(id: "c\(index)", name: name, arguments: arguments)])
}

func ids(_ count: Int) -> [CandidateID] { (0..<count).map { CandidateID(source: local, index: $0) } }
