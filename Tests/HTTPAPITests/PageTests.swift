import HTTPAPI
import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

/// Web pages in a browser of this machine, and names for it.
@Suite(.timeLimit(.minutes(1)))
struct PageTests {
    private static let page = "https://app.example"
    private static let access = AccessPolicy(origins: [page], names: ["workstation.lan"])

    @Test(arguments: ["evil.example", "evil.example:17615", ""])
    func anotherNameIsRefusedInTheClientsForm(host: String) async throws {
        let source = unanimous("42")
        try await serving(source, access: Self.access) { api in
            let chat = try await api.chat(asking(), headers: ["host": host])
            #expect(chat.status == 403)
            #expect(chat.error("code") == "forbidden")
            #expect(chat.error("message")?.contains("http.names") == true)
            let message = try await api.post("/v1/messages", asking(), headers: ["host": host])
            #expect(message.status == 403)
            #expect(message.error("type") == "permission_error")
            #expect(try await api.get("/health", headers: ["host": host]).status == 403)
        }
        #expect(source.record.value.started.isEmpty)
    }

    @Test func aNameThatIsListedIsLetIn() async throws {
        try await serving(unanimous("42"), access: Self.access) { api in
            let reply = try await api.chat(asking(), headers: ["host": "workstation.lan:17615"])
            #expect(reply.status == 200)
        }
    }

    /// Browsers send such requests without asking before.
    @Test(arguments: ["https://evil.example", "null", "http://127.0.0.1:1"])
    func aForeignPageIsRefusedAndCannotReadWhy(origin: String) async throws {
        let source = unanimous("42")
        try await serving(source, access: Self.access) { api in
            let body = Array(asking().utf8)
            let replies = [
                try await api.send(
                    "POST",
                    "/v1/chat/completions",
                    body: body,
                    headers: ["origin": origin, "content-type": "text/plain"]
                ),
                try await api.send("POST", "/v1/messages", body: body, headers: ["origin": origin]),
                try await api.get("/v1/models", headers: ["origin": origin]),
                try await api.get("/health", headers: ["origin": origin]),
                try await api.get("/nothing", headers: ["origin": origin]),
                try await api.send("OPTIONS", "/v1/chat/completions", headers: Self.preflight(origin)),
            ]
            for reply in replies {
                #expect(reply.status == 403)
                #expect(reply.headers.keys.filter { $0.hasPrefix("access-control") }.isEmpty)
                #expect(reply.headers["vary"] == "Origin")
            }
        }
        #expect(source.record.value.started.isEmpty)
    }

    @Test func aPageThatIsLetInReadsAnswersAndErrors() async throws {
        let access = AccessPolicy(keys: ["one"], origins: [Self.page])
        let headers = ["origin": Self.page, "x-api-key": "one"]
        try await serving(unanimous("42"), access: access) { api in
            let broken = Array("{".utf8)
            let replies = [
                (200, try await api.chat(asking(), headers: headers)),
                (200, try await api.get("/v1/models", headers: headers)),
                (400, try await api.send("POST", "/v1/chat/completions", body: broken, headers: headers)),
                (400, try await api.send("POST", "/v1/messages", body: broken, headers: headers)),
                (401, try await api.chat(asking(), headers: ["origin": Self.page])),
                (403, try await api.chat(asking(), headers: ["origin": Self.page, "host": "evil.example"])),
                (404, try await api.get("/nothing", headers: headers)),
                (405, try await api.get("/v1/messages", headers: headers)),
            ]
            for (status, reply) in replies {
                #expect(reply.status == status)
                #expect(reply.headers["access-control-allow-origin"] == Self.page, "\(status)")
                #expect(reply.headers["vary"] == "Origin")
            }
            let stream = try await api.stream(asking([("stream", true)]), headers: headers)
            #expect(stream.headers["access-control-allow-origin"] == Self.page)
        }
    }

    /// Browsers hide all but a few fields from pages.
    @Test func aPageCanReadWhenToComeBack() async throws {
        try await serving(ScriptedSource(isSaturated: true) { _ in [] }, access: Self.access) { api in
            let reply = try await api.chat(asking(), headers: ["origin": Self.page])
            #expect(reply.status == 503)
            #expect(reply.headers["access-control-allow-origin"] == Self.page)
            let exposed = reply.headers["access-control-expose-headers"]?.split(separator: ", ") ?? []
            #expect(Set(exposed).isSuperset(of: ["retry-after", "retry-after-ms"]))
        }
    }

    @Test func aPageFromHereIsLetIn() async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.chat(asking(), headers: ["origin": "http://\(api.host)"])
            #expect(reply.status == 200)
            #expect(reply.headers["access-control-allow-origin"] == "http://\(api.host)")
        }
    }

    @Test func whoeverIsNoPageGetsNothingOfIt() async throws {
        try await serving(unanimous("42"), access: Self.access) { api in
            let reply = try await api.get("/v1/models")
            #expect(reply.headers.keys.filter { $0.hasPrefix("access-control") || $0 == "vary" }.isEmpty)
        }
    }

    private static func preflight(_ origin: String) -> [String: String] {
        [
            "origin": origin, "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type,x-stainless-os",
        ]
    }

    @Test(arguments: ["/v1/chat/completions", "/v1/messages", "/v1/responses/resp_1", "/v1/models/a/b", "/health"])
    func aBrowserMayAskBeforeItSends(path: String) async throws {
        let access = AccessPolicy(keys: ["one"], origins: [Self.page])
        try await serving(unanimous("42"), access: access) { api in
            let reply = try await api.send("OPTIONS", path, headers: Self.preflight(Self.page))
            #expect(reply.status == 204)
            #expect(reply.bytes.isEmpty)
            #expect(reply.headers["access-control-allow-origin"] == Self.page)
            #expect(reply.headers["access-control-allow-methods"] == "GET, POST, DELETE, OPTIONS")
            #expect(reply.headers["access-control-allow-headers"] == "authorization,content-type,x-stainless-os")
            #expect(reply.headers["access-control-max-age"] == "600")
            #expect(reply.headers["access-control-allow-private-network"] == nil)
        }
    }

    @Test func aBrowserMayAskForAPrivateNetwork() async throws {
        try await serving(unanimous("42"), access: Self.access) { api in
            var headers = Self.preflight(Self.page)
            headers["access-control-request-private-network"] = "true"
            headers["access-control-request-headers"] = nil
            let reply = try await api.send("OPTIONS", "/v1/chat/completions", headers: headers)
            #expect(reply.headers["access-control-allow-private-network"] == "true")
            #expect(reply.headers["access-control-allow-headers"]?.contains("authorization") == true)
        }
    }
}
