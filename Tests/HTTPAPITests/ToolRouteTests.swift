import HTTPAPI
import HTTPTestSupport
import Hummingbird
import HummingbirdTesting
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing
import WireFormats

@Suite(.timeLimit(.minutes(1)))
struct ToolRouteTests {
    /// Serves a host without a model until the body returns.
    private func hosting(
        _ executor: ScriptedExecutor,
        access: AccessPolicy = AccessPolicy(),
        _ body: @escaping @Sendable (APIClient) async throws -> Void
    ) async throws {
        let settings = HTTPSettings(port: 0, access: access)
        let door = FrontDoor(settings: settings, logger: silentLogger)
        door.open(ToolHost(executor: executor, settings: settings, logger: silentLogger)) { _ in }
        try await door.application().test(.live) { client in
            try await body(APIClient(port: try #require(client.port)))
        }
    }

    private static let call: JSON = [
        "id": "c1", "name": "list", "arguments": ["path": "src"], "session": "s", "caller": "me", "folder": "web",
    ]

    @Test(arguments: ["", "/v1"])
    func aHostListsItsToolsAndRunsThem(prefix: String) async throws {
        let executor = ScriptedExecutor { ToolOutcome(.done, $0.arguments.text) }
        try await hosting(executor) { api in
            let list = try await api.get("\(prefix)/tools").json()
            #expect(try ToolList.tools(list) == ScriptedExecutor.usual)
            let reply = try await api.post("\(prefix)/tools/execute", Self.call)
            #expect(reply.status == 200)
            #expect(try reply.json() == ["status": "done", "output": #"{"path":"src"}"#])
            #expect(try await api.get("\(prefix)/health").json() == ["status": "ok"])
            #expect(try await api.get("\(prefix)/models").status == 404)
        }
        let invocation = try #require(executor.record.value.begun.first)
        let sent = try ToolInvocation(json: Self.call)
        #expect(invocation == sent)
    }

    @Test(arguments: ["", "[]", "{}", #"{"id":"1","name":"list","arguments":"x","session":"s"}"#])
    func whatIsNoCallIsRefused(body: String) async throws {
        let executor = ScriptedExecutor()
        try await hosting(executor) { api in
            let reply = try await api.send("POST", "/v1/tools/execute", body: Array(body.utf8))
            #expect(reply.status == 400)
        }
        #expect(executor.record.value.begun.isEmpty)
    }

    @Test func aHostWithKeysRunsNothingWithoutOne() async throws {
        let executor = ScriptedExecutor()
        try await hosting(executor, access: AccessPolicy(keys: ["sk-of-the-host"])) { api in
            let list = try await api.get("/v1/tools")
            #expect(list.status == 401)
            let reply = try await api.post("/v1/tools/execute", Self.call)
            #expect(reply.status == 401)
            let health = try await api.get("/health")
            #expect(health.status == 200)
        }
        #expect(executor.record.value.begun.isEmpty)
        #expect(executor.record.value.lists == 0)
    }

    @Test func aWebPageRunsNothing() async throws {
        let executor = ScriptedExecutor()
        try await hosting(executor) { api in
            let reply = try await api.send(
                "POST",
                "/v1/tools/execute",
                body: Self.call.utf8,
                headers: ["origin": "https://evil.example", "content-type": "text/plain"]
            )
            #expect(reply.status == 403)
        }
        #expect(executor.record.value.begun.isEmpty)
    }

    @Test func aCallerThatLeavesEndsTheCall() async throws {
        let executor = ScriptedExecutor(gates: ["list": Gate()])
        try await hosting(executor) { api in
            let body = Self.call.text
            try await api.raw { connection in
                try await connection.write(
                    "POST /v1/tools/execute HTTP/1.1\r\nhost: localhost\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
                )
                await executor.record.wait { $0.begun.count == 1 }
            }
            await executor.record.wait { $0.cancelled == 1 }
        }
        #expect(executor.record.value.cancelled == 1)
    }

    @Test func aServerWithoutToolsSaysSo() async throws {
        try await serving(unanimous("42")) { api in
            let list = try await api.get("/v1/tools").json()
            #expect(list == ["tools": []])
            let reply = try await api.post("/v1/tools/execute", Self.call)
            #expect(reply.status == 400)
            #expect(try reply.json()["error"]?["message"]?.stringValue?.contains("--tools") == true)
            let asked = try await api.chat(asking([("swarm", ["tools": "server"])]))
            #expect(asked.status == 400)
            #expect(asked.error("param") == "swarm.tools")
            let wrong = try await api.chat(asking([("swarm", ["tools": "mine"])]))
            #expect(wrong.error("param") == "swarm.tools")
        }
    }
}

/// What clients see of the loop, in every dialect.
@Suite(.timeLimit(.minutes(1)))
struct HandsOverHTTPTests {
    private static let call = #"<call:list>{"path":"src"}</call>"#

    private func working(_ body: @escaping @Sendable (APIClient) async throws -> Void) async throws {
        let source = ScriptedSource { assignment in
            let text = assignment.request.messages.last?.role == .tool ? "It is done." : Self.call
            return assignment.candidates.map { .whole($0.index, text) }
        }
        let executor = ScriptedExecutor { _ in ToolOutcome(.done, "a\nb\nc") }
        try await serving(source, model: ScriptedModel(contextLength: 20_000), hands: Hands(executor: executor), body)
    }

    @Test func chatCompletions() async throws {
        try await working { api in
            let json = try await api.chat(asking()).json()
            #expect(json.content == "It is done.")
            let message = json["choices"]?.arrayValue?.first?["message"]
            #expect(message?["reasoning_content"] == "list src → 3 lines\n")
            #expect(message?["tool_calls"] == nil)
            #expect(json["choices"]?.arrayValue?.first?["finish_reason"] == "stop")
            let run = try #require(json["swarm"]?["tools"]?.arrayValue?.first)
            #expect(run["name"] == "list" && run["status"] == "done" && run["seconds"]?.doubleValue != nil)
            #expect(json["swarm"]?["tool_steps"] == 2)
            #expect(json["swarm"]?["tool_stop"] == .null)

            var stream = try await api.stream(asking([("stream", true)]))
            let chunks = try await stream.rest().dropLast().map { try JSON(parsing: $0) }
            #expect(chunks.compactMap(\.chunkContent).joined() == "It is done.")
            let reasoning = chunks.compactMap {
                $0["choices"]?.arrayValue?.first?["delta"]?["reasoning_content"]?.stringValue
            }
            #expect(reasoning == ["list src → 3 lines\n"])
            #expect(chunks.last?["swarm"]?["tools"]?.arrayValue?.count == 1)
        }
    }

    @Test func messages() async throws {
        try await working { api in
            let body: JSON = ["max_tokens": 100, "messages": [["role": "user", "content": "Go."]]]
            let json = try await api.post("/v1/messages", body).json()
            #expect(json["content"]?.arrayValue?.map { $0["type"] } == ["thinking", "text"])
            #expect(json["content"]?.arrayValue?.last?["text"] == "It is done.")
            #expect(json["stop_reason"] == "end_turn")
            #expect(json["swarm"]?["tools"]?.arrayValue?.count == 1)
        }
    }

    @Test func responses() async throws {
        try await working { api in
            let json = try await api.post("/v1/responses", ["input": "Go."]).json()
            #expect(json["output"]?.arrayValue?.map { $0["type"] } == ["reasoning", "message"])
            #expect(json["status"] == "completed")
            #expect(json["swarm"]?["tools"]?.arrayValue?.count == 1)
        }
    }

    @Test func aRequestCanDoWithout() async throws {
        try await working { api in
            let json = try await api.chat(asking([("swarm", ["tools": "none"])])).json()
            #expect(json["swarm"]?["tools"] == nil)
        }
    }
}
