import HTTPAPI
import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

/// API keys, as clients send them.
@Suite(.timeLimit(.minutes(1)))
struct KeyTests {
    private static let access = AccessPolicy(keys: ["one", "two"])
    private static let paths = [
        "/v1/chat/completions", "/v1/completions", "/v1/fim/completions", "/v1/embeddings", "/v1/responses",
        "/v1/messages", "/v1/messages/count_tokens", "/tokenize", "/detokenize",
    ]

    @Test(
        arguments: [
            ["authorization": "Bearer one"], ["authorization": "bearer two"], ["authorization": "BEARER   one "],
            ["x-api-key": "one"], ["api-key": "two"], ["authorization": "Bearer wrong", "x-api-key": "one"],
            ["x-api-key": "wrong", "api-key": "one"],
        ]
    )
    func aKeyIsFoundInEveryField(headers: [String: String]) async throws {
        try await serving(unanimous("42"), access: Self.access) { api in
            let (list, answer) = (
                try await api.get("/v1/models", headers: headers), try await api.chat(asking(), headers: headers)
            )
            #expect(list.status == 200)
            #expect(try answer.json().content == "42")
        }
    }

    @Test(
        arguments: [
            [:], ["authorization": "one"], ["authorization": "Basic one"], ["authorization": "Bearer"],
            ["authorization": "Bearer "], ["authorization": "Bearer one1"], ["x-api-key": "ONE"], ["api-key": ""],
            ["cookie": "api-key=one"],
        ]
    )
    func withoutItNothingIsDone(headers: [String: String]) async throws {
        let source = unanimous("42")
        try await serving(source, access: Self.access) { api in
            for path in Self.paths {
                let reply = try await api.post(path, asking(), headers: headers)
                #expect(reply.status == 401)
                #expect(reply.headers["www-authenticate"] == "Bearer")
                let json = try reply.json()
                if path.hasPrefix("/v1/messages") {
                    #expect(json["type"] == "error")
                    #expect(json["error"]?["type"] == "authentication_error")
                } else {
                    #expect(json["error"]?.objectValue?.keys == ["message", "type", "param", "code"])
                    #expect(json["error"]?["code"] == "invalid_api_key")
                }
            }
            #expect(try await api.get("/v1/models", headers: headers).status == 401)
            #expect(try await api.get("/opencode.json", headers: headers).status == 401)
            #expect(try await api.get("/nothing", headers: headers).status == 401)
        }
        #expect(source.record.value.started.isEmpty)
    }

    @Test(arguments: ["/health", "/v1/health", "/health/"])
    func whetherTheServerLivesMayBeAskedByAnybody(path: String) async throws {
        try await serving(unanimous("42"), access: Self.access) { api in
            let reply = try await api.get(path)
            #expect(reply.status == 200)
        }
    }

    @Test(arguments: ["/health/models", "/v1/models/health", "/healthy", "/v1/v1/health"])
    func nothingElseIsOpen(path: String) async throws {
        try await serving(unanimous("42"), access: Self.access) { api in
            let reply = try await api.get(path)
            #expect(reply.status == 401)
        }
    }
}
