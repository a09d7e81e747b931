import Foundation
import HTTPTestSupport
import Subprocess
import SwarmCore
import SwarmTestSupport
import Testing

extension EndToEnd {
    @Suite(.enabled(if: Folder.hasSandbox, "there is no sandbox")) struct ToolTests {}
}

extension EndToEnd.ToolTests {
    private static let files = ["src/apple.py": "a = 1\n", "src/pear.py": "b = 2\n", "notes.txt": "one\n"]
    private static let exact: [(String, JSON)] = [("temperature", 0), ("seed", 1)]

    /// What bumble was taught to do: the four tools of a coding agent.
    private static let known = ["--tool-offer", "bash,read,write,webfetch"]

    private func list(_ server: Server) async throws {
        let json = try await server.api.chat(.asking("List the files in src", Self.exact)).json()
        let run = json["swarm"]?["tools"]?.arrayValue?.first
        #expect(run?["name"] == "bash", "\(json.text)")
        #expect(run?["status"] == "done")
        #expect(json.content?.contains("apple.py") == true, "\(json.text)")
        #expect(json.content?.contains("pear.py") == true)
        #expect(json["choices"]?.arrayValue?.first?["finish_reason"] == "stop")
    }

    @Test func theServerListsTheFilesInSrc() async throws {
        try await Folder.with(Self.files) { folder in
            let ended = try await Server.run(["--tools", "--workspace", folder.path] + Self.known) { server in
                try await list(server)
                // A client's own tools are returned, and nothing is run for them.
                let tool: JSON = [
                    "type": "function",
                    "function": [
                        "name": "bash",
                        "parameters": [
                            "type": "object", "properties": ["command": ["type": "string"]], "required": ["command"],
                        ],
                    ],
                ]
                let members: [(String, JSON)] = [("tools", [tool]), ("tool_choice", "required")] + Self.exact
                let json = try await server.api.chat(.asking("List the files in src", members)).json()
                #expect(json["choices"]?.arrayValue?.first?["finish_reason"] == "tool_calls")
                #expect(json["swarm"]?["tools"] == nil)
            }
            #expect(ended.status == .exited(0))
            #expect(ended.output.contains("tools       on this machine, in \(folder.path); commands in a sandbox"))
            #expect(ended.notes.contains("tools.executor=\"this machine, in \(folder.path)\""), "\(ended.notes)")
            let log = try await Program.run("tools", "log", "--tool", "bash", "--limit", "1")
            #expect(log.output.contains("bash"), "\(log)")
        }
    }

    @Test func theSameOverAToolHost() async throws {
        try await Folder.with(Self.files) { folder in
            let port = 19_000 + Int.random(in: 0..<1000)
            let key = "sk-of-the-host-123"
            let host = Observed<[String]>([])
            _ = try await Subprocess.run(
                .name("swarm"),
                arguments: Arguments(
                    ["tools", "serve", "--port", "\(port)", "--workspace", folder.path] + Self.known
                ),
                environment: try Program.environment(with: ["LOCAL_SWARM_HTTP_API_KEY": key]),
                platformOptions: Program.ownSession,
                input: .none,
                output: .sequence,
                error: .sequence
            ) { execution in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for try await line in execution.standardOutput.strings() { host.change { $0.append(line) } }
                    }
                    group.addTask { for try await _ in execution.standardError.strings() {} }
                    await host.wait { $0.contains { $0.contains(" is ready on ") } }
                    let ended = try await Server.run(
                        ["--tool-host", "http://127.0.0.1:\(port)"],
                        environment: ["LOCAL_SWARM_TOOLS_KEY": key]
                    ) { server in
                        try await list(server)
                        // What another machine runs is not run for others.
                        let offered = try await server.api.get("/v1/tools").json()
                        #expect(offered == ["tools": []])
                    }
                    #expect(ended.status == .exited(0))
                    #expect(ended.notes.contains("tools.executor=\"the tool host http://127.0.0.1:\(port)\""))
                    #expect(!ended.notes.contains(key))
                    try execution.send(signal: .terminate)
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func aToolHostForOthersNeedsAKey() async throws {
        try await Folder.with { folder in
            let ended = try await Program.run("tools", "serve", "--host", "0.0.0.0", "--workspace", folder.path)
            #expect(ended.status == .exited(64))
            #expect(ended.notes.contains("http.api-key"))
            let lost = try await Program.run("tools", "serve", "--workspace", folder.path + "/nowhere")
            #expect(lost.status == .exited(1))
            #expect(lost.notes.contains("cannot be the workspace"))
        }
    }

    @Test func theToolsAreListed() async throws {
        let ended = try await Program.run("tools")
        #expect(ended.status == .exited(0))
        #expect(ended.output.contains("read(filePath, offset?, limit?)"))
        #expect(ended.output.split(separator: "\n").count == 12)
    }

    // MARK: A task of twelve steps and more

    private static func file(_ path: String, _ content: String) -> String {
        let arguments: JSON = ["filePath": .string(path), "content": .string(content)]
        return arguments.text
    }

    /// A small Python project, written, tested and mended, and between the steps what models do wrong.
    private static func task(page: String) -> [PlaybackServer.Turn] {
        let buggy = "def add(a, b):\n    return a - b\n"
        let tests = """
            import unittest
            from calc import add

            class AddTest(unittest.TestCase):
                def test_add(self):
                    self.assertEqual(add(2, 3), 5)

            if __name__ == "__main__":
                unittest.main()

            """
        let run: JSON = ["command": "cd calc && python3 test_calc.py", "description": "Run the tests"]
        return [
            .calls("todowrite", ["todos": [["content": "write calc"], ["content": "test it"]]]),
            PlaybackServer.Turn(content: "Let me look.", calls: [("list", "{}"), ("glob", #"{"pattern":"**/*.py"}"#)]),
            PlaybackServer.Turn(calls: [
                ("write", file("calc/calc.py", buggy)), ("write", file("calc/test_calc.py", tests)),
            ]),
            PlaybackServer.Turn(calls: [("write", #"{"filePath": "calc/x.py", "content": "#)]),
            .calls("delete_everything", ["path": "/"]),
            .calls("bash", run),
            .calls("read", ["filePath": "calc/calc.py"]),
            .calls("edit", ["filePath": "calc/calc.py", "oldString": "a - b", "newString": "a + b"]),
            .calls("bash", run),
            .calls("bash", ["command": "python3 -c \"print('x' * 200000)\"", "description": "Much output"]),
            .calls("bash", ["command": "sleep 600", "description": "Hang"]),
            .calls("webfetch", ["url": .string(page), "format": "text"]),
            .calls("read", ["filePath": "../../../etc/passwd"]),
            .says("The project is done: the tests pass."),
        ]
    }

    @Test func aTaskOfTwelveStepsIsCarriedOut() async throws {
        try await Folder.with { folder in
            let page = "<h1>Adding</h1><p>Numbers are <b>added</b> with a plus.</p><script>steal()</script>"
            try await PlaybackServer.run([], page: page) { pages in
                let task = Self.task(page: pages.url + "/page")
                try await PlaybackServer.run(task) { model in
                    let arguments = [
                        "--backend", "upstream", "--upstream", model.url, "--tools", "--workspace", folder.path,
                        "--tool-time", "2", "--tool-places", "127.0.0.1:\(pages.port)", "--candidates", "3",
                    ]
                    let ended = try await Server.run(arguments) { server in
                        var stream = try await server.api.stream(
                            .asking("Write a calculator in Python and test it.", [("stream", true)])
                        )
                        let chunks = try await stream.rest().dropLast().map { try JSON(parsing: $0) }
                        let text = chunks.compactMap(\.chunkContent).joined()
                        #expect(text == "The project is done: the tests pass.")
                        try check(chunks, folder, model)
                    }
                    #expect(ended.status == .exited(0))
                }
            }
        }
    }

    private func check(_ chunks: [JSON], _ folder: Folder, _ model: PlaybackServer) throws {
        let report = try #require(chunks.last?["swarm"])
        let runs = try #require(report["tools"]?.arrayValue).map {
            "\($0["name"]?.stringValue ?? "") \($0["status"]?.stringValue ?? "")"
        }
        #expect(
            runs == [
                "todowrite done", "list done", "glob done", "write done", "write done", "write not_run",
                "delete_everything not_run", "bash failed", "read done", "edit done", "bash done", "bash done",
                "bash failed", "webfetch done", "read refused",
            ]
        )
        #expect(report["tool_steps"] == 14)
        #expect(report["tool_stop"] == .null)
        // What the model was told of it.
        let results = model.results
        #expect(results.count == 15)
        #expect(results[5] == "The arguments are not a JSON object. The call was not carried out.")
        #expect(results[6].hasPrefix("There is no tool \"delete_everything\". Tools: read, write, "))
        #expect(results[7].contains("AssertionError: -1 != 5") && results[7].contains("[exit code 1]"))
        #expect(results[10].contains("OK"))
        #expect(results[11].count <= 3200)
        #expect(results[12].contains("[stopped after 2 s; it was still running]"))
        #expect(results[13].contains("Numbers are added with a plus.") && !results[13].contains("steal"))
        // And what it left.
        #expect(folder.text("calc/calc.py") == "def add(a, b):\n    return a + b\n")
        #expect(folder.text("calc/x.py") == nil)
        // Progress came as it happened, in what is thought.
        let thoughts = chunks.compactMap {
            $0["choices"]?.arrayValue?.first?["delta"]?["reasoning_content"]?.stringValue
        }
        #expect(thoughts.count == 15)
        #expect(thoughts.contains { $0.hasPrefix("edit calc/calc.py → ") })
    }

    @Test func whatPolicyAsksAboutIsAskedAndThenDone() async throws {
        let turns: [PlaybackServer.Turn] = [
            .calls("bash", ["command": "echo built > out.txt", "description": "Build"]), .says("It is built."),
        ]
        try await Folder.with { folder in
            try await PlaybackServer.run(turns) { model in
                let arguments = [
                    "--backend", "upstream", "--upstream", model.url, "--tools", "--workspace", folder.path,
                    "--tool-policy", "ask bash", "--candidates", "3",
                ]
                _ = try await Server.run(arguments) { server in
                    let question: JSON = ["role": "user", "content": "Build it."]
                    let asked = try await server.api.chat(["messages": [question]]).json()
                    let words = try #require(asked.content)
                    #expect(words.hasPrefix("May bash be used for: echo built > out.txt"))
                    #expect(asked["swarm"]?["tool_stop"] == "question")
                    #expect(folder.text("out.txt") == nil)
                    let answer: JSON = [
                        "messages": [
                            question, ["role": "assistant", "content": .string(words)],
                            ["role": "user", "content": "allow"],
                        ]
                    ]
                    let told = try await server.api.chat(answer).json()
                    #expect(told.content == "It is built.")
                    #expect(folder.text("out.txt") == "built\n")
                }
            }
        }
    }
}
