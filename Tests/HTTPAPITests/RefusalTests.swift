import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

/// Requests that are wrong; the server tells how and goes on.
@Suite(.timeLimit(.minutes(1)))
struct RefusalTests {
    struct Malformed: Sendable, CustomTestStringConvertible {
        var name: String
        var body: [UInt8]
        var code = "invalid_json"
        var parameter = "null"
        var testDescription: String { name }

        init(_ name: String, _ body: [UInt8], code: String = "invalid_json", parameter: String = "null") {
            (self.name, self.body, self.code, self.parameter) = (name, body, code, parameter)
        }

        init(_ name: String, _ body: String, parameter: String? = nil) {
            let code = parameter == nil ? "invalid_json" : "invalid_value"
            self.init(name, Array(body.utf8), code: code, parameter: parameter ?? "null")
        }
    }

    private static let message = #""messages":[{"role":"user","content":"Hi"}]"#

    @Test(
        arguments: [
            Malformed("nothing", ""), Malformed("not JSON", "hello"), Malformed("half of an object", "{\(message)"),
            Malformed("text behind the object", "{\(message)} {}"),
            Malformed("nested too deeply", String(repeating: "[", count: 100_000)),
            Malformed("not UTF-8", Array(#"{"messages":"#.utf8) + [0x22, 0xC3, 0x28, 0x22, 0x7D]),
            Malformed("an array", "[]", parameter: "body"), Malformed("a string", "\"Hi\"", parameter: "body"),
            Malformed("no messages", "{}", parameter: "messages"),
            Malformed("messages of another type", #"{"messages":"Hi"}"#, parameter: "messages"),
            Malformed("no message", #"{"messages":[]}"#, parameter: "messages"),
            Malformed("a message that is a number", #"{"messages":[1]}"#, parameter: "messages[0]"),
            Malformed("an unknown role", #"{"messages":[{"role":"bee"}]}"#, parameter: "messages[0].role"),
            Malformed(
                "content of another type",
                #"{"messages":[{"role":"user","content":5}]}"#,
                parameter: "messages[0].content"
            ),
            Malformed("a temperature in words", #"{\#(message),"temperature":"hot"}"#, parameter: "temperature"),
            Malformed("too many choices", #"{\#(message),"n":17}"#, parameter: "n"),
            Malformed("too many candidates", #"{\#(message),"swarm":{"n":1000}}"#, parameter: "swarm.n"),
            Malformed("no tokens at all", #"{\#(message),"max_tokens":0}"#, parameter: "max_tokens"),
            Malformed("stream of another type", #"{\#(message),"stream":"yes"}"#, parameter: "stream"),
            Malformed("tools of another type", #"{\#(message),"tools":{}}"#, parameter: "tools"),
        ]
    )
    func aMalformedBodyIsRefusedAndTheServerGoesOn(malformed: Malformed) async throws {
        let source = unanimous("42")
        try await serving(source) { api in
            let reply = try await api.send("POST", "/v1/chat/completions", body: malformed.body)
            #expect(reply.status == 400)
            #expect(reply.headers["content-type"] == "application/json")
            #expect(try reply.json()["error"]?.objectValue?.keys == ["message", "type", "param", "code"])
            #expect(reply.error("type") == "invalid_request_error")
            #expect(reply.error("code") == malformed.code)
            #expect(reply.error("param") == malformed.parameter)
            #expect(source.record.value.started.isEmpty)
            #expect(try await api.chat(asking()).json().content == "42")
        }
    }

    @Test func aBodyLargerThanTheLimitIsRefused() async throws {
        try await serving(unanimous("42")) { api in
            let body = [UInt8](repeating: UInt8(ascii: " "), count: 65 << 20)
            for isChunked in [false, true] {
                let reply = try await api.send("POST", "/v1/chat/completions", body: body, isChunked: isChunked)
                #expect(reply.status == 413)
                #expect(reply.error("code") == "payload_too_large")
            }
            #expect(try await api.chat(asking()).json().content == "42")
        }
    }

    @Test func aBodyOfUnknownLengthIsRead() async throws {
        try await serving(unanimous("42")) { api in
            let body = Array(asking().utf8)
            let reply = try await api.send("POST", "/v1/chat/completions", body: body, isChunked: true)
            #expect(try reply.json().content == "42")
        }
    }

    @Test func noBodyIsRefused() async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.send("POST", "/v1/chat/completions")
            #expect(reply.status == 400)
            #expect(reply.error("code") == "invalid_json")
        }
    }

    @Test(
        arguments: [
            ("GET", "/v1/chat/completions", "POST"), ("PUT", "/chat/completions", "POST"),
            ("POST", "/v1/models", "GET"), ("DELETE", "/models", "GET"), ("DELETE", "/v1/models/scripted", "GET"),
            ("POST", "/health", "GET"),
        ]
    )
    func aKnownPathSaysWhichMethodItTakes(method: String, path: String, allowed: String) async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.send(method, path)
            #expect(reply.status == 405)
            #expect(reply.headers["allow"] == allowed)
            #expect(reply.error("code") == "method_not_allowed")
        }
    }

    @Test(arguments: [
        ("GET", "/"), ("GET", "/v1"), ("POST", "/v1/images"), ("GET", "/a/b/c"), ("GET", "/v2/models"),
    ])
    func anUnknownPathIsNotFound(method: String, path: String) async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.send(method, path)
            #expect(reply.status == 404)
            #expect(reply.error("code") == "not_found")
        }
    }
}
