import HTTPTestSupport
import Subprocess
import SwarmCore
import SwarmTestSupport
import Testing

extension EndToEnd {
    @Suite struct ServeTests {}
}

extension EndToEnd.ServeTests {
    @Test func aQuestionIsAnsweredWholeAndStreamedWithAReport() async throws {
        let ended = try await Server.run { server in
            let members: [(String, JSON)] = [("temperature", 0), ("seed", 1)]
            let reply = try await server.api.chat(.asking("What is 12 + 30?", members))
            #expect(reply.status == 200)
            let json = try reply.json()
            #expect(json.content?.hasSuffix("Answer: 42") == true)
            #expect(json["model"] == "bumble")
            #expect(json["swarm"]?["kind"] == "number")
            #expect(json["swarm"]?["n_requested"] == 4)
            #expect(json["swarm"]?["clusters"]?.arrayValue?.first?["key"] == "42")
            #expect((json["usage"]?["completion_tokens"]?.intValue ?? 0) > 0)

            var stream = try await server.api.stream(.asking("What is 12 + 30?", members + [("stream", true)]))
            #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
            let data = try await stream.rest()
            let chunks = try data.dropLast().map { try JSON(parsing: $0) }
            #expect(chunks.compactMap(\.chunkContent).joined() == json.content)
            #expect(chunks.last?["swarm"]?["n_requested"] == 4)
            #expect(data.last == "[DONE]")
        }
        #expect(ended.status == .exited(0))
        // The greeting and nothing else: llama.cpp's own lines belong on standard error.
        let lines = ended.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("bumble is ready on http://127.0.0.1:") == true)
        #expect(lines.last?.hasPrefix("  curl -s http://127.0.0.1:") == true)
        #expect(lines.count == 8)
    }

    @Test func wrongRequestsLeaveTheServerAlive() async throws {
        let ended = try await Server.run { server in
            let deep = String(repeating: "[", count: 1_000_000)
            for body in ["", "hello", "[]", "{}", #"{"messages":[{"role":"bee"}]}"#, deep, "{\"messages\":\"\u{0}\"}"] {
                let reply = try await server.api.send("POST", "/v1/chat/completions", body: Array(body.utf8))
                #expect(reply.status == 400)
                #expect(reply.error("type") == "invalid_request_error")
            }
            let tools: JSON = [["type": "function", "function": ["name": "f", "parameters": ["type": "nonsense"]]]]
            let schema: JSON = ["type": "json_schema", "json_schema": ["schema": ["$ref": "#/nowhere"]]]
            for members in [[("tools", tools)], [("response_format", schema)]] as [[(String, JSON)]] {
                let reply = try await server.api.chat(.asking("Hi", members + [("max_tokens", 8)]))
                #expect((200..<500).contains(reply.status))
            }
            let long = String(repeating: "What is 12 + 30? ", count: 2000)
            for members in [[], [("stream", true)]] as [[(String, JSON)]] {
                let reply = try await server.api.chat(.asking(long, members))
                #expect(reply.status == 400)
                #expect(reply.error("code") == "context_length_exceeded")
            }
            #expect(try await server.api.get("/v1/models").json()["data"]?.arrayValue?.first?["id"] == "bumble")
            #expect(try await server.api.chat(.asking("What is 12 + 30?", [("max_tokens", 8)])).status == 200)
        }
        #expect(ended.status == .exited(0))
    }

    @Test func clientsThatLeaveDoNotDisturbTheOthersAndLeaveNothingBehind() async throws {
        let ended = try await Server.run { server in
            let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
                var random = SplitMix64(seed: 7)
                for number in 0..<50 {
                    let leavesAfter = number % 3 == 0 ? Int.random(in: 0...3, using: &random) : nil
                    let members: [(String, JSON)] = [
                        ("stream", true), ("swarm", ["n": number % 2 == 0 ? 1 : 4]), ("max_tokens", 120),
                    ]
                    let body = JSON.asking("What is \(number) + 30?", members)
                    group.addTask {
                        if let leavesAfter {
                            await leave(server.api, body, after: leavesAfter)
                            return false
                        }
                        return try await isComplete(server.api, body)
                    }
                }
                return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
            }
            #expect(answered == 33)
            while try await !isIdle(server.api) { await Task.yield() }
        }
        #expect(ended.status == .exited(0))
    }

    @Test func aRunningAnswerMayFinishAfterTheFirstSignal() async throws {
        let ended = try await Server.run(["--grace-period", "120"]) { server in
            var stream = try await server.api.stream(.endless(tokens: 300, [("stream", true), ("swarm", false)]))
            _ = try #require(try await stream.nextContent())
            try server.terminate()
            await server.notes.wait { $0.contains { $0.contains("stopping") } }
            let data = try await stream.rest()
            #expect(data.last == "[DONE]")
            let last = try JSON(parsing: try #require(data.dropLast().last))
            #expect(last["choices"]?.arrayValue?.first?["finish_reason"] == "length")
            #expect(last["swarm"]?["tokens_total"] == 300)
        }
        #expect(ended.status == .exited(0))
    }

    @Test func theSecondSignalStopsAtOnce() async throws {
        let ended = try await Server.run(["--grace-period", "3600"]) { server in
            // More than a minute's work, so that only the signal can end it.
            let body = JSON.endless(tokens: 1900, [("stream", true), ("swarm", ["n": 16])])
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<32 {
                    group.addTask {
                        guard var stream = try? await server.api.stream(body) else { return }
                        let data = try? await stream.rest()
                        #expect(data?.last != "[DONE]")
                    }
                }
                group.addTask {
                    while (try? await server.api.get("/health").json()["engine"]?["running"]?.intValue ?? 0) == 0 {
                        await Task.yield()
                    }
                    #expect(throws: Never.self) { try server.terminate() }
                    await server.notes.wait { $0.contains { $0.contains("stopping") } }
                    #expect(throws: Never.self) { try server.terminate() }
                }
            }
        }
        #expect(ended.status == .exited(128 + 15))
    }

    @Test func aPortInUseIsNamed() async throws {
        _ = try await Server.run { server in
            let second = try await Program.run("serve", "--port", "\(server.port)")
            #expect(second.status == .exited(1))
            #expect(second.output.isEmpty)
            #expect(second.notes.contains("port \(server.port) on 127.0.0.1 is already in use"))
            #expect(try await server.api.get("/health").status == 200)
        }
    }
}

/// Asks, takes some events, and closes the connection.
private func leave(_ api: APIClient, _ body: JSON, after events: Int) async {
    let ready = Gate()
    let client = Task {
        defer { ready.open() }
        var stream = try await api.stream(body)
        for _ in 0..<events { _ = try await stream.next() }
        ready.open()
        _ = try await stream.rest()
    }
    await ready.passed()
    client.cancel()
    _ = await client.result
}

private func isComplete(_ api: APIClient, _ body: JSON) async throws -> Bool {
    var stream = try await api.stream(body)
    let data = try await stream.rest()
    guard data.last == "[DONE]", let last = data.dropLast().last else { return false }
    let reason = try JSON(parsing: last)["choices"]?.arrayValue?.first?["finish_reason"]
    return reason == "stop" || reason == "length"
}

private func isIdle(_ api: APIClient) async throws -> Bool {
    let engine = try await api.get("/health").json()["engine"]
    return ["running", "prefilling", "waiting"].allSatisfy { engine?[$0] == 0 }
}
