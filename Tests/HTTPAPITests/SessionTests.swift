import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

/// How a conversation is known, so that it finds its own prefix in memory.
@Suite(.timeLimit(.minutes(1)))
struct SessionTests {
    private static let names = [
        "x-session-affinity", "X-Session-Id", "x-opencode-session", "X-Claude-Code-Session-Id", "session_id",
        "session-id",
        "conversation_id",
    ]

    private static let bodies: [(path: String, body: JSON)] = [
        ("/v1/chat/completions", asking()), ("/v1/completions", ["prompt": "a"]),
        ("/v1/fim/completions", ["prompt": "a", "suffix": "b"]), ("/v1/responses", ["input": "6 * 7?"]),
        ("/v1/messages", asking([("max_tokens", 10)])),
    ]

    private static func sessions(_ source: ScriptedSource) -> [String?] {
        source.record.value.started.map(\.request.session?.rawValue)
    }

    @Test(arguments: names)
    func aConversationIsKnownByItsHeader(name: String) async throws {
        let source = unanimous("42")
        try await serving(source) { api in
            for (path, body) in Self.bodies {
                let reply = try await api.post(path, body, headers: [name: "s-1"])
                #expect(reply.status == 200)
            }
        }
        #expect(Self.sessions(source) == Self.bodies.map { _ in "s-1" })
    }

    @Test func theKeyInTheBodyCountsFirst() async throws {
        let source = unanimous("42")
        let bodies = Self.bodies.filter { $0.path != "/v1/messages" }
        try await serving(source) { api in
            for (path, body) in bodies {
                var object = try #require(body.objectValue)
                object["prompt_cache_key"] = "of the body"
                #expect(try await api.post(path, .object(object), headers: ["session_id": "s-1"]).status == 200)
            }
        }
        #expect(Self.sessions(source) == bodies.map { _ in "of the body" })
    }

    @Test func ofSeveralHeadersTheFirstThatSaysSomethingCounts() async throws {
        let source = unanimous("42")
        try await serving(source) { api in
            for headers in [
                ["conversation_id": "c", "x-session-id": "s"], ["x-session-affinity": "", "session_id": "i"],
                ["session-id": ""], [:],
            ] { _ = try await api.chat(asking(), headers: headers) }
        }
        #expect(Self.sessions(source) == ["s", "i", nil, nil])
    }

    @Test func aNameThatIsTooLongIsCut() async throws {
        let source = unanimous("42")
        try await serving(source) { api in
            _ = try await api.chat(asking(), headers: ["session_id": String(repeating: "x", count: 5000)])
        }
        #expect(Self.sessions(source) == [String(repeating: "x", count: 200)])
    }

    @Test func promptsOfOneRequestAreOfOneConversation() async throws {
        let source = unanimous("42")
        try await serving(source) { api in
            _ = try await api.post("/v1/completions", ["prompt": ["a", "b"]], headers: ["session_id": "s"])
        }
        #expect(Self.sessions(source) == ["s", "s"])
    }
}
