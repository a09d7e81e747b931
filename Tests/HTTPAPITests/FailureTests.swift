import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

/// Requests that are sound but cannot be answered.
@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
    private static func failing(_ error: SourceError) -> ScriptedSource {
        ScriptedSource { assignment in assignment.candidates.map { .fail($0.index, error) } }
    }

    @Test func aFullServerSaysWhenToComeBack() async throws {
        try await serving(ScriptedSource(isSaturated: true) { _ in [] }) { api in
            for body in [asking(), asking([("stream", true)])] {
                let reply = try await api.chat(body)
                #expect(reply.status == 503)
                #expect(reply.headers["retry-after"] == "2")
                #expect(reply.headers["retry-after-ms"] == "2000")
                #expect(reply.error("code") == "server_busy")
            }
        }
    }

    @Test func aPromptLongerThanTheContextIsRefused() async throws {
        let source = unanimous("42")
        try await serving(source, model: ScriptedModel(contextLength: 12)) { api in
            for body in [asking(), asking([("stream", true)])] {
                let reply = try await api.chat(body)
                #expect(reply.status == 400)
                #expect(reply.error("code") == "context_length_exceeded")
                #expect(reply.error("param") == "messages")
                #expect(reply.error("type") == "invalid_request_error")
            }
        }
        #expect(source.record.value.started.isEmpty)
    }

    @Test func anotherModelsNameIsRepeatedAndTheLoadedOneAnswers() async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.chat(asking([("model", "gpt-x")]))
            #expect(reply.status == 200)
            #expect(try reply.json()["model"] == "gpt-x")
        }
    }

    @Test(
        arguments: [
            (.shed, 503, "server_busy"), (.saturated(retryAfterSeconds: 7), 503, "server_busy"),
            (.contextLength(needed: 9, limit: 8), 400, "context_length_exceeded"),
            (.grammar("no such rule"), 400, "unsupported_value"), (.cancelled, 503, "server_stopping"),
            (.backend("broken"), 500, "server_error"),
        ] as [(SourceError, Int, String)]
    )
    func whenEveryCandidateIsLostTheClientLearnsWhy(error: SourceError, status: Int, code: String) async throws {
        try await serving(Self.failing(error)) { api in
            let reply = try await api.chat(asking())
            #expect(reply.status == status)
            #expect(reply.error("code") == code)
            #expect((reply.headers["retry-after"] != nil) == (status == 503))

            var stream = try await api.stream(asking([("stream", true)]))
            #expect(stream.status == 200)
            let data = try await stream.rest()
            #expect(data.count == 2)
            #expect(try JSON(parsing: try #require(data.first))["error"]?["code"]?.stringValue == code)
            #expect(data.last == "[DONE]")
        }
    }

    /// The connection is closed after such a reply, so that a pool must not use it again.
    @Test func failuresDoNotSpoilTheConnectionsOfAPool() async throws {
        try await serving(Self.failing(.shed)) { api in
            for number in 0..<50 {
                let reply = try await api.chat(asking())
                #expect(reply.status == 503, "request \(number)")
                #expect(reply.headers["connection"] == "close")
            }
        }
    }
}
