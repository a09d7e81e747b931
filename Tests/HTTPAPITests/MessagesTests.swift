import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

/// Anthropic's Messages API.
@Suite(.timeLimit(.minutes(1)))
struct MessagesTests {
    private static let paths = ["/v1/messages", "/messages", "/v1/messages/", "/v1/messages?beta=true"]

    private static func body(_ members: [(String, JSON)] = []) -> JSON { asking([("max_tokens", 100)] + members) }

    @Test(arguments: paths)
    func anAnswerComesWhole(path: String) async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.post(path, Self.body([("model", "claude-x")]))
            #expect(reply.status == 200)
            let json = try reply.json()
            #expect(json["type"] == "message")
            #expect(json["role"] == "assistant")
            #expect(json["id"]?.stringValue?.hasPrefix("msg_") == true)
            #expect(json["model"] == "claude-x")
            #expect(json["content"]?.text == #"[{"type":"text","text":"42"}]"#)
            #expect(json["stop_reason"] == "end_turn")
            #expect(json["usage"]?["input_tokens"] == 13)
            #expect(json["usage"]?["output_tokens"] == 2)
            #expect(json["swarm"]?["n_requested"] == 3)
        }
    }

    @Test(arguments: paths)
    func aStreamIsNamedEvents(path: String) async throws {
        try await serving(unanimous("42")) { api in
            var stream = try await api.stream(Self.body([("stream", true)]), path: path)
            #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
            let events = try await stream.restNamed()
            #expect(
                events.map(\.name) == [
                    "message_start", "content_block_start", "content_block_delta", "content_block_stop",
                    "message_delta", "message_stop",
                ]
            )
            #expect(events.map { $0.data["type"]?.stringValue } == events.map(\.name))
            #expect(events.first?.data["message"]?["usage"]?["input_tokens"] == 13)
            #expect(events.dropFirst(2).first?.data["delta"]?["text"] == "42")
        }
    }

    @Test func aWaitingClientIsKeptAliveWithPings() async throws {
        let gate = Gate()
        let source = ScriptedSource([.wait(gate), .whole(0, "42")])
        try await serving(source, heartbeat: .milliseconds(1)) { api in
            let body = Self.body([("stream", true), ("swarm", false)])
            var stream = try await api.stream(body, path: "/v1/messages")
            #expect(try await stream.nextNamed()?.name == "message_start")
            #expect(try await stream.nextNamed()?.name == "ping")
            gate.open()
            #expect(try await stream.restNamed().last?.name == "message_stop")
        }
    }

    @Test(arguments: ["/v1/messages/count_tokens", "/messages/count_tokens", "/v1/messages/count_tokens/?beta=true"])
    func tokensAreCountedAndNothingIsGenerated(path: String) async throws {
        let source = unanimous("42")
        try await serving(source) { api in
            let reply = try await api.post(path, asking())
            #expect(reply.status == 200)
            #expect(try reply.json() == ["input_tokens": 13])
        }
        #expect(source.record.value.started.isEmpty)
    }

    @Test func tokensAreCountedAlsoWhereTheyDoNotFit() async throws {
        try await serving(unanimous("42"), model: ScriptedModel(contextLength: 12)) { api in
            let text = String(repeating: "x", count: 5000)
            let body: JSON = ["messages": [["role": "user", "content": .string(text)]]]
            let count = try await api.post("/v1/messages/count_tokens", body).json()
            #expect(count == ["input_tokens": 5007])
        }
    }

    @Test func errorsHaveAnthropicsForm() async throws {
        try await serving(unanimous("42")) { api in
            let broken = Array("{\"messages\":".utf8)
            let replies = [
                (400, "invalid_request_error", try await api.send("POST", "/v1/messages", body: broken)),
                (400, "invalid_request_error", try await api.send("POST", "/messages/count_tokens", body: broken)),
                (400, "invalid_request_error", try await api.post("/v1/messages", ["messages": []])),
                (404, "not_found_error", try await api.get("/v1/messages/nothing")),
                (405, "invalid_request_error", try await api.get("/v1/messages")),
            ]
            for (status, type, reply) in replies {
                #expect(reply.status == status)
                let json = try reply.json()
                #expect(json.objectValue?.keys == ["type", "error", "request_id"])
                #expect(json["type"] == "error")
                #expect(json["error"]?.objectValue?.keys == ["type", "message"])
                #expect(json["error"]?["type"] == .string(type))
            }
        }
    }

    @Test func anOverflowIsSaidInAnthropicsWords() async throws {
        try await serving(unanimous("42"), model: ScriptedModel(contextLength: 12)) { api in
            for isStreamed in [false, true] {
                let reply = try await api.post("/v1/messages", Self.body([("stream", .bool(isStreamed))]))
                #expect(reply.status == 400)
                #expect(reply.error("type") == "invalid_request_error")
                #expect(reply.error("message") == "prompt is too long: 13 tokens > 12 maximum")
            }
        }
    }

    @Test func aFullServerIsOverloaded() async throws {
        try await serving(ScriptedSource(isSaturated: true) { _ in [] }) { api in
            let reply = try await api.post("/v1/messages", Self.body())
            #expect(reply.status == 503)
            #expect(reply.headers["retry-after"] == "2")
            #expect(reply.error("type") == "overloaded_error")
        }
    }
}
