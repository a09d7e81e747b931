package import SwarmCore

/// One stored ballot, a line of the files that `swarm vote` reads:
/// `{"id", "prompt"?, "messages"?, "tools"?, "response_format"?, "kind"?, "candidates": [...], "tests"?}`.
///
/// A candidate is `{"text" | "tool_calls", "finish"?, "logprob"?, "self_certainty"?, "source"?, "seconds"?}`. Other fields are
/// skipped.
package struct BallotLine: Sendable, Equatable {
    package var id: String
    package var request: ChatRequest
    /// What kind of answer was wanted; `nil` leaves it to the candidates.
    package var kind: TurnKind?
    /// In the order of the file; index and place are the same.
    package var candidates: [Candidate]
    /// Assertions of unknown truth about programs.
    package var tests: [String]

    /// Reads one line.
    /// - Throws: `malformedJSON`, or `invalidParameter` with the path of the field that is wrong.
    package init(parsing line: String) throws(WireError) {
        let json: JSON
        do throws(JSONSyntaxError) { json = try JSON(parsing: line) } catch { throw .malformedJSON(error) }
        let body = try Field(json).requiredObject()
        id = try body["id"].string() ?? ""
        var request = ChatRequest(id: RequestID(rawValue: id), messages: try BallotLine.messages(body))
        request.tools = try ChatTools.decode(body)
        request.toolChoice = try ChatTools.choice(body, among: request.tools)
        request.responseFormat = try ChatBody.responseFormat(body["response_format"])
        self.request = request
        kind = try body["kind"].choice(of: TurnKind.self)
        var tests: [String] = []
        for element in try body["tests"].elements() ?? [] { tests.append(try element.requiredString()) }
        self.tests = tests
        let elements = try body["candidates"].requiredElements()
        guard !elements.isEmpty else { throw body["candidates"].invalid("expected at least one candidate") }
        var candidates: [Candidate] = []
        for (index, element) in elements.enumerated() {
            candidates.append(try BallotLine.candidate(try element.requiredObject(), index: index))
        }
        self.candidates = candidates
    }

    private static func messages(_ body: Field) throws(WireError) -> [Message] {
        if body["messages"].value != nil { return try ChatMessages.decode(body["messages"]) }
        return try body["prompt"].string().map { [Message(role: .user, content: $0)] } ?? []
    }

    private static func candidate(_ field: Field, index: Int) throws(WireError) -> Candidate {
        let text = try field["text"].string() ?? ""
        let calls = try ChatMessages.toolCalls(field)
        guard !calls.isEmpty || field["text"].value != nil else {
            throw field.invalid("expected text or tool_calls")
        }
        let finish = try field["finish"].choice(of: FinishReason.self) ?? (calls.isEmpty ? .stop : .toolCalls)
        let source = try field["source"].string() ?? "file"
        return Candidate(
            id: CandidateID(source: SourceID(rawValue: source), index: index),
            text: text,
            answer: ParsedAnswer(content: text, toolCalls: calls),
            outcome: Outcome(reason: finish, usage: Usage()),
            meanLogprob: try field["logprob"].number(in: -1e6...1e6) ?? 0,
            selfCertainty: try field["self_certainty"].number(in: -1e6...1e6) ?? 0,
            seconds: try field["seconds"].number(in: 0...1e9) ?? Double(index)
        )
    }
}

extension Candidate {
    /// As a candidate of a ballot line; calls with their arguments as text, as the chat API has them.
    package var ballotJSON: JSON {
        var object = JSON.Object([("index", .integer(id.index)), ("text", .string(answer.content))])
        if !answer.toolCalls.isEmpty {
            object["tool_calls"] = .array(
                answer.toolCalls.map { call in
                    [
                        "id": .string(call.id), "type": "function",
                        "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                    ]
                }
            )
        }
        object["finish"] = .string(outcome.reason.rawValue)
        object["logprob"] = .double(meanLogprob)
        object["self_certainty"] = .double(selfCertainty)
        object["source"] = .string(id.source.rawValue)
        object["seconds"] = .double(seconds)
        return .object(object)
    }
}
