import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

/// Answers that break off when some of them was sent already.
@Suite(.timeLimit(.minutes(1)))
struct BreakingOffTests {
    /// Fails once its text was read, so that the text has been sent before.
    private static func breaking(_ gate: Gate, _ error: SourceError = .backend("broken")) -> ScriptedSource {
        ScriptedSource([.say(0, "Well, "), .wait(gate), .fail(0, error)])
    }

    @Test func aChatEndsWithAnError() async throws {
        let gate = Gate()
        try await serving(Self.breaking(gate)) { api in
            var stream = try await api.stream(asking([("stream", true), ("swarm", false)]))
            #expect(try await stream.nextContent() == "Well, ")
            gate.open()
            let rest = try await stream.rest()
            #expect(rest.count == 2)
            let error = try JSON(parsing: try #require(rest.first))["error"]
            #expect(error?.objectValue?.keys == ["message", "type", "param", "code"])
            #expect(error?["code"] == "server_error")
            #expect(rest.last == "[DONE]")
        }
    }

    @Test func aCompletionEndsWithAnError() async throws {
        let gate = Gate()
        try await serving(Self.breaking(gate)) { api in
            var stream = try await api.stream(["prompt": "Once", "stream": true], path: "/v1/completions")
            let first = try JSON(parsing: try #require(try await stream.nextData()))
            #expect(first["choices"]?.arrayValue?.first?["text"] == "Well, ")
            gate.open()
            let rest = try await stream.rest()
            #expect(rest.count == 2)
            #expect(try JSON(parsing: try #require(rest.first))["error"]?["code"] == "server_error")
            #expect(rest.last == "[DONE]")
        }
    }

    @Test func aResponseFails() async throws {
        let gate = Gate()
        try await serving(Self.breaking(gate)) { api in
            let body: JSON = ["input": "6 * 7?", "stream": true, "swarm": false]
            var stream = try await api.stream(body, path: "/v1/responses")
            while let event = try await stream.nextNamed(), event.name != "response.output_text.delta" {}
            gate.open()
            let rest = try await stream.restNamed()
            #expect(rest.map(\.name) == ["response.failed"])
            let response = rest.first?.data["response"]
            #expect(response?["status"] == "failed")
            #expect(response?["error"]?["code"] == "server_error")
        }
    }

    @Test(
        arguments: [(.backend("broken"), "api_error"), (.shed, "overloaded_error")] as [(SourceError, String)]
    )
    func aMessageEndsWithAnError(error: SourceError, type: String) async throws {
        let gate = Gate()
        try await serving(Self.breaking(gate, error)) { api in
            let body = asking([("stream", true), ("swarm", false), ("max_tokens", 100)])
            var stream = try await api.stream(body, path: "/v1/messages")
            while let event = try await stream.nextNamed(), event.name != "content_block_delta" {}
            gate.open()
            let rest = try await stream.restNamed()
            #expect(rest.map(\.name) == ["error"])
            #expect(rest.first?.data["type"] == "error")
            #expect(rest.first?.data["error"]?["type"] == .string(type))
        }
    }

    /// A defect of the server: no reader for what its own model writes.
    @Test func whateverBreaksOffAStreamEndsItWithAnError() async throws {
        try await serving(unanimous("42"), model: ScriptedModel(format: "of another model")) { api in
            let tools: JSON = [["type": "function", "function": ["name": "ls", "parameters": ["type": "object"]]]]
            var stream = try await api.stream(asking([("stream", true), ("tools", tools)]))
            let rest = try await stream.rest()
            #expect(rest.count == 2)
            #expect(try JSON(parsing: try #require(rest.first))["error"]?["code"] == "internal_error")
            #expect(rest.last == "[DONE]")
            let whole = try await api.chat(asking([("tools", tools)]))
            #expect(whole.status == 500)
            #expect(whole.headers["connection"] == "close")
            #expect(whole.error("code") == "internal_error")
        }
    }

    /// Nobody has seen anything of a whole reply, so that its status can still tell.
    @Test(
        arguments: [
            ("/v1/chat/completions", asking([("swarm", false)])), ("/v1/completions", ["prompt": "a"]),
            ("/v1/fim/completions", ["prompt": "a"]), ("/v1/responses", ["input": "a", "swarm": false]),
            ("/v1/messages", asking([("swarm", false)])),
        ] as [(String, JSON)]
    )
    func aWholeReplySaysSoInItsStatus(path: String, body: JSON) async throws {
        let gate = Gate()
        gate.open()
        try await serving(Self.breaking(gate)) { api in
            let reply = try await api.post(path, body)
            #expect(reply.status == 500)
            #expect(reply.headers["connection"] == "close")
            #expect(reply.error("type") == (path == "/v1/messages" ? "api_error" : "server_error"))
        }
    }
}
