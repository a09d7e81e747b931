import SwarmCore
import Testing
import WireFormats

struct MessagesFixtureTests {
    @Test(arguments: ["f_messages_claude_code_turn1", "f_messages_count_tokens"])
    func whatTheCodingAgentSendsIsTakenOver(name: String) throws {
        let body = try Fixture.requestBody(name)
        let decoded = try MessagesBody.decode(body)
        let tools = try #require(body["tools"]?.arrayValue).prefix(3)
        var request = ChatRequest(
            id: ChatBody.testID,
            model: ModelID(rawValue: "claude-sonnet-4-6"),
            messages: [
                Message(
                    role: .system,
                    content: "You are a coding agent.\n(The real system prompt has 12-16 thousand characters.)"
                ),
                Message(
                    role: .user,
                    content: "<system-reminder>\nToday is 2026-11-22.\n</system-reminder>\nWhat is in src?"
                ),
            ],
            tools: tools.map {
                ToolSpec(
                    name: $0["name"]?.stringValue ?? "",
                    summary: $0["description"]?.stringValue,
                    parameters: $0["input_schema"]
                )
            },
            parallelToolCalls: true,
            templateArguments: ["enable_thinking": true]
        )
        request.limits.maxTokens = body["max_tokens"]?.intValue
        #expect(decoded == MessagesBody(request: request, stream: body["stream"] == true))
        #expect(request.tools.map(\.name) == ["Bash", "Read", "EnterPlanMode"])
        #expect(decoded.request.tools.map { $0.parameters?.text } == tools.map { $0["input_schema"]?.text })
    }

    @Test func whatIsCountedIsWhatIsAsked() throws {
        let asked = try MessagesBody.decode(try Fixture.requestBody("f_messages_claude_code_turn1")).request
        var counted = try MessagesBody.decode(try Fixture.requestBody("f_messages_count_tokens")).request
        counted.limits = asked.limits
        #expect(counted == asked)
        let reply = try Fixture.json("f_messages_count_tokens.request.json")["expect"]?["body"]
        #expect(MessagesCount.reply(tokens: 1234) == reply)
    }

    @Test func anotherNonceIsTheSameRequest() throws {
        let body = try Fixture.requestBody("f_messages_claude_code_turn1")
        let other = body.text.replacing("cch=36ee5", with: "cch=00000")
        #expect(other != body.text)
        #expect(
            try MessagesBody.decode(Array(other.utf8), id: ChatBody.testID) == MessagesBody.decode(body)
        )
    }

    static let identity = MessagesIdentity(id: "msg_01Lk3Vq9", model: "claude-sonnet-4-6")
    static let events: [AnswerEvent] = [
        .delta(choice: 0, .reasoning("List the files ")), .delta(choice: 0, .reasoning("first.")),
        .delta(choice: 0, .content("I list the files.")),
        .delta(choice: 0, .toolCall(index: 0, id: "call_01AbC", name: "Bash")),
        .delta(choice: 0, .toolArguments(index: 0, #"{"command":"ls -la src","#)),
        .delta(choice: 0, .toolArguments(index: 0, #""description":"List src"}"#)),
        .choiceFinished(choice: 0, .toolCalls),
    ]

    static var summary: AnswerSummary {
        var summary = AnswerSummary.test
        summary.usage = Usage(promptTokens: 5120, completionTokens: 58, cachedTokens: 4096)
        return summary
    }

    @Test func aWholeReplyIsTheRecordedOne() throws {
        var encoder = MessagesReplyEncoder(Self.identity)
        for event in Self.events { #expect(encoder.encode(event) == nil) }
        let reply = encoder.encode(.finished(Self.summary))
        let body = try #require(reply?.objectValue)
        let known = try #require(try Fixture.json("f_messages.nonstream.response.json").objectValue)
        for (key, value) in known.members where key != "usage" { #expect(body[key] == value, "\(key)") }
        for (key, value) in known["usage"]?.objectValue?.members ?? [] { #expect(body["usage"]?[key] == value) }
    }

    /// The events of a stream, less pings, empty pieces and what is known only at the end.
    private func story(_ bytes: [UInt8]) throws -> [String] {
        var parser = ServerSentEventParser()
        return try parser.feed(bytes).compactMap { event in
            guard case .message(let name, let data) = event, name != "ping" else { return nil }
            var json = try #require(try JSON(parsing: data).objectValue)
            #expect(json["type"]?.stringValue == name)
            if var message = json["message"]?.objectValue {
                message["usage"] = nil
                json["message"] = .object(message)
            }
            if let usage = json["usage"] {
                json["usage"] = [
                    "input_tokens": usage["input_tokens"] ?? .null, "output_tokens": usage["output_tokens"] ?? .null,
                ]
            }
            json["swarm"] = nil
            return json["delta"]?["partial_json"] == "" ? nil : JSON.object(json).text
        }
    }

    @Test func aStreamIsTheRecordedOne() throws {
        var encoder = MessagesStreamEncoder(Self.identity, promptTokens: 5120)
        let ours = (Self.events + [.finished(Self.summary)]).flatMap { encoder.encode($0) }
        #expect(try story(ours) == story(try Fixture.bytes("f_messages.response.sse")))
    }
}
