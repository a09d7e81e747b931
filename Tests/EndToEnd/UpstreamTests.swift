import Foundation
import HTTPTestSupport
import Subprocess
import SwarmCore
import SwarmTestSupport
import Testing

extension EndToEnd {
    @Suite struct UpstreamTests {}
}

extension EndToEnd.UpstreamTests {
    private static let exact: [(String, JSON)] = [
        ("temperature", 0), ("seed", 1), ("swarm", ["n": 4, "strategy": "majority"]),
    ]

    /// The sources of a report, by whether they are the model in the process.
    private func sources(_ json: JSON) -> (local: JSON?, other: JSON?) {
        let all = json["swarm"]?["sources"]?.arrayValue ?? []
        return (all.first { $0["id"] == "local" }, all.first { $0["id"] != "local" })
    }

    @Test func aSwarmOfLocalAndUpstreamVotesAndOutlivesTheUpstream() async throws {
        let ended = try await Server.run(environment: ["LOCAL_SWARM_HTTP_API_KEY": "sk-of-the-other"]) { other in
            let url = "http://127.0.0.1:\(other.port)"
            let ended = try await Server.run(
                ["--upstream", url],
                environment: ["LOCAL_SWARM_UPSTREAM_KEY": "sk-of-the-other"]
            ) { server in
                let json = try await server.api.chat(.asking("What is 12 + 30?", Self.exact)).json()
                #expect(json.content?.hasSuffix("Answer: 42") == true)
                let (local, upstream) = sources(json)
                #expect(local?["candidates"] == [0, 2])
                #expect(upstream?["candidates"] == [1, 3])
                #expect(upstream?["model"] == "bumble")
                #expect(upstream?["error"] == .null)
                #expect(json["swarm"]?["n_lost"] == 0)
                #expect(json["swarm"]?["winner_source"] == "local")

                // A call that the other model makes is judged here, and is the same as ours.
                let tool: JSON = [
                    "type": "function",
                    "function": [
                        "name": "read_file",
                        "parameters": [
                            "type": "object", "properties": ["path": ["type": "string"]], "required": ["path"],
                        ],
                    ],
                ]
                let members: [(String, JSON)] = [("tools", [tool]), ("tool_choice", "required")] + Self.exact
                let call = try await server.api.chat(.asking("Read the file notes.txt.", members)).json()
                #expect(call["swarm"]?["kind"] == "tool_call")
                #expect(call["swarm"]?["n_finished"] == 4, "\(call.text)")
                #expect(call["choices"]?.arrayValue?.first?["finish_reason"] == "tool_calls")
                #expect(sources(call).other?["n_lost"] == 0)

                // One candidate is the head's alone.
                let single = try await server.api.chat(.asking("What is 12 + 30?", [("swarm", false)])).json()
                #expect(single["swarm"]?["n_requested"] == 1)

                try other.terminate()
                await other.notes.wait { $0.contains { $0.contains("stopped") } }
                let alone = try await server.api.chat(.asking("What is 12 + 30?", Self.exact)).json()
                #expect(alone.content?.hasSuffix("Answer: 42") == true)
                #expect(sources(alone).other?["n_lost"] == 2)
                #expect(sources(alone).other?["error"]?.stringValue?.isEmpty == false)
                // It is left alone for a while.
                let again = try await server.api.chat(.asking("What is 12 + 30?", Self.exact)).json()
                #expect(again["swarm"]?["sources"] == nil)
            }
            #expect(ended.status == .exited(0))
            #expect(!ended.notes.contains("sk-of-the-other"))
            #expect(ended.output.contains("upstreams   127.0.0.1:\(other.port)"))
        }
        #expect(ended.status == .exited(0))
    }

    @Test func theModelOfAnotherServerCanBeTheHead() async throws {
        _ = try await Server.run { other in
            let url = "http://127.0.0.1:\(other.port)/v1"
            let ended = try await Server.run(["--backend", "upstream", "--upstream", url]) { server in
                let models = try await server.api.get("/v1/models").json()
                #expect(models["data"]?.arrayValue?.first?["id"] == "bumble")
                #expect(models["data"]?.arrayValue?.first?["context_length"] == 2048)
                let json = try await server.api.chat(.asking("What is 12 + 30?", Self.exact)).json()
                #expect(json.content?.hasSuffix("Answer: 42") == true)
                #expect(json["swarm"]?["n_requested"] == 4)
                #expect(json["swarm"]?["sources"] == nil)
                #expect((json["usage"]?["prompt_tokens"]?.intValue ?? 0) > 5)

                var stream = try await server.api.stream(
                    .asking("What is 12 + 30?", [("stream", true), ("swarm", false), ("temperature", 0)])
                )
                let data = try await stream.rest()
                let text = try data.dropLast().compactMap { try JSON(parsing: $0).chunkContent }.joined()
                #expect(text.hasSuffix("Answer: 42"))

                let tokens = try await server.api.post("/tokenize", ["content": "x"])
                #expect(tokens.status == 400)
                let vectors = try await server.api.post("/v1/embeddings", ["input": ["a", "b"]]).json()
                #expect(vectors["data"]?.arrayValue?.count == 2)
                let completion = try await server.api.post(
                    "/v1/completions",
                    ["prompt": "What is", "max_tokens": 4, "temperature": 0]
                )
                #expect(completion.status == 200)
                let long = String(repeating: "What is 12 + 30? ", count: 1000)
                let refused = try await server.api.chat(.asking(long, [("swarm", ["context": "full"])]))
                #expect(refused.error("code") == "context_length_exceeded")
                #expect(try await server.api.get("/health").json()["engine"] == .null)
            }
            #expect(ended.status == .exited(0))
        }
    }

    @Test func aHeadThatIsNotThereIsAnErrorThatNamesIt() async throws {
        let none = try await Program.run("run", "--backend", "upstream", "Hi")
        #expect(none.status == .exited(1))
        #expect(none.notes.contains("--upstream"))
        let gone = try await Program.run("run", "--backend", "upstream", "--upstream", "http://127.0.0.1:1", "Hi")
        #expect(gone.status == .exited(1))
        #expect(gone.notes.contains("cannot be reached at 127.0.0.1:1"))
        let folder = try await Program.run("run", "--backend", "mlx", "--model", "/nowhere", "Hi")
        #expect(folder.status == .exited(1))
        #expect(folder.notes.contains("/nowhere is no folder"))
    }

    /// llama-server of the same source tree, if it was built.
    private static let llamaServer: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let manager = FileManager.default
        let places = ["/.llama/bin/llama-server", "/.llama/build/bin/llama-server"].map { root + $0 }
        return places.first { manager.isExecutableFile(atPath: $0) }
    }()

    @Test(.enabled(if: llamaServer != nil, "llama-server is not built: scripts/llama-cpp tools"))
    func llamaServerGivesCandidates() async throws {
        let port = 18_000 + Int.random(in: 0..<2000)
        let program = try #require(Self.llamaServer)
        _ = try await Subprocess.run(
            .name("env"),
            arguments: [
                program, "-m", Bumble.path, "--port", "\(port)", "--host", "127.0.0.1", "-c", "8192", "-np", "4",
                "--jinja",
            ],
            platformOptions: Program.ownSession,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            let api = APIClient(port: port)
            while (try? await api.get("/health"))?.status != 200 { try await Task.sleep(for: .milliseconds(50)) }
            let ended = try await Server.run(["--upstream", "http://127.0.0.1:\(port)"]) { server in
                let json = try await server.api.chat(.asking("What is 12 + 30?", Self.exact)).json()
                #expect(json.content?.hasSuffix("Answer: 42") == true)
                let (local, upstream) = sources(json)
                #expect(local?["n_finished"] == 2 || json["swarm"]?["stop"] == "lead")
                #expect(upstream?["error"] == .null)
                let logprobs = Self.exact + [("logprobs", true), ("top_logprobs", 2)]
                let scored = try await server.api.chat(.asking("What is 12 + 30?", logprobs)).json()
                #expect(sources(scored).other?["error"] == .null)
            }
            #expect(ended.status == .exited(0))
            try execution.send(signal: .terminate)
        }
    }
}
