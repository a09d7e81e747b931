import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

/// The Responses API, and the responses that are kept.
@Suite(.timeLimit(.minutes(1)))
struct ResponsesTests {
    private static let paths = ["/v1/responses", "/responses", "/v1/responses/"]

    @Test(arguments: paths)
    func anAnswerComesInItems(path: String) async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.post(path, ["input": "6 * 7?", "model": "gpt-x"])
            #expect(reply.status == 200)
            let json = try reply.json()
            #expect(json["object"] == "response")
            #expect(json["id"]?.stringValue?.hasPrefix("resp_") == true)
            #expect(json["status"] == "completed")
            #expect(json["model"] == "gpt-x")
            let content = json["output"]?.arrayValue?.first?["content"]?.arrayValue?.first
            #expect(content?["type"] == "output_text")
            #expect(content?["text"] == "42")
            #expect(json["usage"]?["output_tokens"] == 2)
            #expect(json["swarm"]?["n_requested"] == 3)
        }
    }

    @Test(arguments: paths)
    func aStreamIsNamedEventsFromCreatedToCompleted(path: String) async throws {
        try await serving(unanimous("42")) { api in
            var stream = try await api.stream(["input": "6 * 7?", "stream": true], path: path)
            #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
            let events = try await stream.restNamed()
            #expect(
                events.map(\.name) == [
                    "response.created", "response.in_progress", "response.output_item.added",
                    "response.content_part.added", "response.output_text.delta", "response.output_text.done",
                    "response.content_part.done", "response.output_item.done", "response.completed",
                ]
            )
            #expect(events.map { $0.data["type"]?.stringValue } == events.map(\.name))
            #expect(events.map { $0.data["sequence_number"]?.intValue } == Array(0..<9))
            let ids = Set(events.compactMap { $0.data["response"]?["id"]?.stringValue })
            #expect(ids.count == 1)
        }
    }

    @Test(arguments: [false, true])
    func aResponseIsKeptUntilItIsDeleted(isStreamed: Bool) async throws {
        try await serving(unanimous("42")) { api in
            let response: JSON
            if isStreamed {
                var stream = try await api.stream(["input": "6 * 7?", "stream": true], path: "/v1/responses")
                response = try #require(try await stream.restNamed().last?.data["response"])
            } else {
                response = try await api.post("/v1/responses", ["input": "6 * 7?"]).json()
            }
            let id = try #require(response["id"]?.stringValue)
            for path in ["/v1/responses/\(id)", "/responses/\(id)/"] {
                #expect(try await api.get(path).json() == response)
            }
            let deleted = try await api.send("DELETE", "/v1/responses/\(id)")
            #expect(deleted.status == 200)
            #expect(try deleted.json() == ["id": .string(id), "object": "response", "deleted": true])
            for method in ["GET", "DELETE"] {
                let reply = try await api.send(method, "/v1/responses/\(id)")
                #expect(reply.status == 404)
                #expect(reply.error("code") == "not_found")
            }
        }
    }

    @Test func whatIsNotToBeStoredIsNot() async throws {
        try await serving(unanimous("42")) { api in
            let response = try await api.post("/v1/responses", ["input": "6 * 7?", "store": false]).json()
            let id = try #require(response["id"]?.stringValue)
            #expect(try await api.get("/v1/responses/\(id)").status == 404)
            let next = try await api.post("/v1/responses", ["input": "8?", "previous_response_id": .string(id)])
            #expect(next.status == 400)
            #expect(next.error("param") == "previous_response_id")
        }
    }

    @Test func aConversationGoesOn() async throws {
        let source = unanimous("42")
        try await serving(source) { api in
            let first = try await api.post("/v1/responses", ["input": "6 * 7?", "instructions": "Be brief."]).json()
            let body: JSON = ["input": "And 8?", "previous_response_id": first["id"] ?? .null]
            let second = try await api.post("/responses", body).json()
            #expect(second["previous_response_id"] == first["id"])
            let third: JSON = ["input": "And 9?", "previous_response_id": second["id"] ?? .null]
            _ = try await api.post("/v1/responses", third).json()
        }
        let turns = source.record.value.started.map { $0.request.messages.map(\.content) }
        #expect(
            turns == [
                ["Be brief.", "6 * 7?"], ["6 * 7?", "42", "And 8?"], ["6 * 7?", "42", "And 8?", "42", "And 9?"],
            ]
        )
    }

    /// Whoever reads the last event may send the next request before anything else has happened here.
    @Test func aStreamCanBeContinuedAsSoonAsItsEndIsRead() async throws {
        let memory = Gate()
        let source = unanimous("<call:ls>{}</call>")
        try await serving(source, model: ScriptedModel(memory: memory)) { api in
            let tools: JSON = [["type": "function", "name": "ls", "parameters": ["type": "object"]]]
            var stream = try await api.stream(["input": "?", "tools": tools, "stream": true], path: "/v1/responses")
            var last = try await stream.nextNamed()
            while let event = last, event.name != "response.completed" { last = try await stream.nextNamed() }
            let id = try #require(last?.data["response"]?["id"])
            #expect(try await api.get("/v1/responses/\(id.stringValue ?? "")").status == 200)
            memory.open()
            #expect(try await stream.restNamed().isEmpty)
        }
    }

    @Test func aResponseThatFailedIsNotKept() async throws {
        let source = ScriptedSource([.say(0, "Well, "), .fail(0, .backend("broken"))])
        try await serving(source) { api in
            let body: JSON = ["input": "6 * 7?", "swarm": false, "stream": true]
            var stream = try await api.stream(body, path: "/v1/responses")
            let id = try #require(try await stream.nextNamed()?.data["response"]?["id"]?.stringValue)
            _ = try await stream.restNamed()
            #expect(try await api.get("/v1/responses/\(id)").status == 404)
        }
    }

    @Test func aPromptThatIsTooLongIsRefused() async throws {
        try await serving(unanimous("42"), model: ScriptedModel(contextLength: 12)) { api in
            for isStreamed in [false, true] {
                let reply = try await api.post("/v1/responses", ["input": "6 * 7?", "stream": .bool(isStreamed)])
                #expect(reply.status == 400)
                #expect(reply.error("code") == "context_length_exceeded")
            }
        }
    }
}
