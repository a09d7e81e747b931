import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

/// Bodies as no sound client sends them, at every endpoint.
@Suite(.timeLimit(.minutes(1)))
struct BodyTests {
    struct Endpoint: Sendable, CustomTestStringConvertible {
        var path: String
        /// The members of a sound body, without its braces.
        var members: String
        var testDescription: String { path }
    }

    private static let messages = #""messages":[{"role":"user","content":"Hi"}]"#

    static let endpoints = [
        Endpoint(path: "/v1/chat/completions", members: messages),
        Endpoint(path: "/v1/completions", members: #""prompt":"Hi""#),
        Endpoint(path: "/v1/fim/completions", members: #""prompt":"Hi","suffix":"""#),
        Endpoint(path: "/v1/embeddings", members: #""input":"Hi""#),
        Endpoint(path: "/v1/responses", members: #""input":"Hi""#),
        Endpoint(path: "/v1/messages", members: messages + #","max_tokens":9"#),
        Endpoint(path: "/v1/messages/count_tokens", members: messages),
        Endpoint(path: "/v1/tokenize", members: #""content":"Hi""#),
        Endpoint(path: "/v1/detokenize", members: #""tokens":[72]"#),
    ]

    @Test(arguments: endpoints)
    func whatIsNoJSONIsRefused(endpoint: Endpoint) async throws {
        let source = unanimous("42")
        let bodies: [[UInt8]] = [
            [], Array(" ".utf8), Array("{\(endpoint.members)".utf8), Array("{\(endpoint.members)}{}".utf8),
            [0xFF, 0xFE],
            Array("{\(endpoint.members),\"x\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8),
            Array(
                "{\(endpoint.members),\"x\":\(String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000))}"
                    .utf8
            ),
            Array("{\(endpoint.members),\"x\":0123}".utf8), Array("[]".utf8), Array("null".utf8), Array("\"\"".utf8),
        ]
        try await serving(source) { api in
            for body in bodies {
                let reply = try await api.send("POST", endpoint.path, body: body)
                #expect(reply.status == 400)
                #expect(reply.error("type") == "invalid_request_error")
                let isAnthropic = endpoint.path.hasPrefix("/v1/messages")
                #expect((try reply.json()["type"] == "error") == isAnthropic)
            }
            #expect(source.record.value.started.isEmpty)
            let sound = try await api.send("POST", endpoint.path, body: Array("{\(endpoint.members)}".utf8))
            #expect(sound.status == 200)
        }
    }

    @Test(arguments: endpoints)
    func whatIsOddIsTaken(endpoint: Endpoint) async throws {
        let digits = String(repeating: "1", count: 10_000)
        let bodies = [
            "{\(endpoint.members),\"x\":\(digits)}", "{\(endpoint.members),\"x\":1e\(digits)}",
            "{\(endpoint.members),\(endpoint.members)}", "{\(endpoint.members),\"x\":{\"a\":1,\"a\":2},\"x\":null}",
            "\n{\(endpoint.members),\"\":\"\\ud800\"}\n",
        ]
        try await serving(unanimous("42")) { api in
            for body in bodies {
                let reply = try await api.send(
                    "POST",
                    endpoint.path,
                    body: Array(body.utf8),
                    headers: ["content-type": "text/plain; charset=latin-1"]
                )
                #expect(reply.status == 200, "\(reply.text)")
            }
        }
    }

    @Test(arguments: endpoints.dropLast(2).filter { $0.path != "/v1/embeddings" })
    func aNumberBeyondAllBoundsIsRefused(endpoint: Endpoint) async throws {
        let digits = String(repeating: "1", count: 10_000)
        try await serving(unanimous("42")) { api in
            for number in [digits, "-\(digits)", "1e\(digits)", "0.\(digits)e\(digits)"] {
                let body = "{\(endpoint.members),\"temperature\":\(number)}"
                let reply = try await api.send("POST", endpoint.path, body: Array(body.utf8))
                #expect(reply.status == 400)
                #expect(reply.bytes.count < 1000)
            }
        }
    }

    @Test func ofARepeatedKeyTheLastCounts() async throws {
        try await serving(unanimous("42")) { api in
            let body = #"{"content":"a","content":"Hi"}"#
            let reply = try await api.send("POST", "/tokenize", body: Array(body.utf8))
            #expect(try reply.json()["tokens"] == [72, 105])
        }
    }

    @Test(arguments: ["/v1/chat/completions", "/v1/messages"])
    func aBodyMayHaveSixtyFourMebibytesAndNoMore(path: String) async throws {
        let limit = 64 << 20
        let members = "{\(Self.messages),\"max_tokens\":9,\"x\":\""
        let end = "\"}"
        let padding = [UInt8](repeating: UInt8(ascii: "x"), count: limit - members.utf8.count - end.utf8.count)
        let body = Array(members.utf8) + padding + Array(end.utf8)
        try await serving(unanimous("42")) { api in
            #expect(try await api.send("POST", path, body: body).status == 200)
            let reply = try await api.send("POST", path, body: body + Array(" ".utf8))
            #expect(reply.status == 413)
            #expect(reply.error("type") == (path == "/v1/messages" ? "request_too_large" : "invalid_request_error"))
            #expect(try await api.chat(asking()).json().content == "42")
        }
    }
}
