import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing
import WireFormats

@Suite(.timeLimit(.minutes(1)))
struct ModelRoutesTests {
    @Test(arguments: ["/v1/models", "/models"])
    func theLoadedModelIsListed(path: String) async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.get(path)
            #expect(reply.status == 200)
            #expect(reply.headers["connection"] != "close")
            #expect(try reply.json() == OpenAIModels.list([ScriptedModel().card]))
        }
    }

    @Test func oneModelIsDescribed() async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.get("/v1/models/scripted")
            #expect(reply.status == 200)
            #expect(try reply.json() == OpenAIModels.model(ScriptedModel().card))
        }
    }

    @Test func anotherModelIsNotFound() async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.get("/v1/models/gpt-x")
            #expect(reply.status == 404)
            #expect(reply.error("code") == "model_not_found")
        }
    }

    @Test(arguments: ["/health", "/v1/health"])
    func healthTellsTheModelAndWhatTheEngineSays(path: String) async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.get(path)
            #expect(reply.status == 200)
            #expect(reply.headers["connection"] != "close")
            #expect(try reply.json() == ["status": "ok", "model": "scripted", "engine": ["running": 0]])
        }
    }
}
