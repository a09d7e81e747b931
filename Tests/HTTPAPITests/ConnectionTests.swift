import HTTPTestSupport
import Logging
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// Connections that behave badly; nobody else notices.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    private static func head(_ method: String, _ path: String, _ fields: String...) -> String {
        (["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test func aBodyThatIsCutShortDisturbsNobody() async throws {
        let source = unanimous("42")
        let logged = Observed<[Logger.Level]>([])
        try await serving(source, logger: Logger(label: "test") { _ in Levels(logged: logged) }) { api in
            let body = asking().text
            for path in ["/v1/chat/completions", "/v1/messages", "/v1/completions"] {
                try await api.raw { connection in
                    let head = Self.head("POST", path, "Content-Length: \(body.utf8.count + 1)")
                    try await connection.write(head + body)
                }
            }
            #expect(try await api.chat(asking()).json().content == "42")
        }
        // It is nothing that the owner of the server could mend.
        #expect(source.record.value.started.count == 1)
        #expect(!logged.value.contains { $0 >= .warning })
    }

    @Test func aClientThatSaysItIsDoneTooEarlyIsNotAnswered() async throws {
        let source = unanimous("42")
        try await serving(source) { api in
            let reply = try await api.raw { connection in
                let body = asking().text
                let head = Self.head("POST", "/v1/chat/completions", "Content-Length: \(body.utf8.count + 1)")
                try await connection.write(head + body)
                connection.finish()
                return try await connection.rest()
            }
            #expect(!reply.contains(" 200 "))
            #expect(!reply.contains(" 500 "))
        }
        #expect(source.record.value.started.isEmpty)
    }

    @Test(
        arguments: [
            "NONSENSE\r\n\r\n", "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ]
    )
    func whatIsNoHTTPIsABadRequest(text: String) async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.raw { connection in
                try await connection.write(text)
                return try await connection.rest()
            }
            #expect(reply.hasPrefix("HTTP/1.1 400 "), "\(reply)")
            #expect(try await api.chat(asking()).json().content == "42")
        }
    }

    /// A body behind the head would be taken for the next reply.
    @Test(arguments: ["/nothing", "/health", "/v1/models", "/v1/messages"])
    func aReplyToHEADHasNoBody(path: String) async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.raw { connection in
                try await connection.write(Self.head("HEAD", path) + Self.head("GET", "/health", "Connection: close"))
                return try await connection.rest()
            }
            let parts = reply.split(separator: "\r\n\r\n", maxSplits: 1)
            #expect(parts.count == 2)
            #expect(parts.last?.hasPrefix("HTTP/1.1 200 ") == true, "\(reply)")
        }
    }

    @Test func requestsThatComeTogetherAreAnsweredInOrder() async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.raw { connection in
                try await connection.write(
                    Self.head("GET", "/v1/models/scripted") + Self.head("GET", "/nothing")
                        + Self.head("GET", "/health", "Connection: close")
                )
                return try await connection.rest()
            }
            let statuses = reply.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(statuses == ["200", "404", "200"])
        }
    }

    @Test func theOldestClientsNeedNoHost() async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.raw { connection in
                try await connection.write("GET /health HTTP/1.0\r\nConnection: close\r\n\r\n")
                return try await connection.rest()
            }
            #expect(reply.contains(" 200 "))
        }
    }

    /// The network between the two is full, and the server waits; only that answer waits with it.
    @Test func aSlowReaderHoldsUpNobodyElse() async throws {
        let source = ScriptedSource { assignment in
            assignment.request.session?.rawValue == "slow"
                ? Array(repeating: .say(0, String(repeating: "word ", count: 100)), count: 1_000_000)
                : [.whole(0, "42")]
        }
        let activity = Activity()
        try await serving(source, activity: activity) { api in
            try await api.raw { connection in
                let body = asking([("stream", true), ("swarm", false), ("prompt_cache_key", "slow")]).text
                let head = Self.head("POST", "/v1/chat/completions", "Content-Length: \(body.utf8.count)")
                try await connection.write(head + body)
                #expect(try await connection.read()?.hasPrefix("HTTP/1.1 200") == true)
                for _ in 0..<50 {
                    #expect(try await api.chat(asking([("swarm", false)])).json().content == "42")
                    _ = try await connection.read()
                }
                #expect(activity.snapshot.count == 1)
            }
            #expect(await source.cancelled() == [[0]])
        }
        #expect(activity.snapshot.isEmpty)
    }
}

/// Keeps how serious everything was that was logged.
private struct Levels: LogHandler {
    let logged: Observed<[Logger.Level]>
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { logged.change { $0.append(event.level) } }
}
