import HTTPTestSupport
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// Text that is continued, of one prompt and of several.
@Suite(.timeLimit(.minutes(1)))
struct CompletionTests {
    private static let paths = ["/v1/completions", "/completions", "/v1/completions/"]

    /// Continues each prompt with itself and the candidate's index.
    private static let repeating = ScriptedSource { assignment in
        assignment.candidates.map { .whole($0.index, "\(assignment.prompt.text)\($0.index)") }
    }

    /// The texts of a stream's choices by index, once each has ended and the stream has.
    private static func texts(_ stream: inout EventStream) async throws -> [String] {
        let data = try await stream.rest()
        #expect(data.last == "[DONE]")
        var (texts, ended): ([Int: String], [Int]) = ([:], [])
        for chunk in data.dropLast() {
            for choice in try JSON(parsing: chunk)["choices"]?.arrayValue ?? [] {
                let index = try #require(choice["index"]?.intValue)
                #expect(!ended.contains(index))
                texts[index, default: ""] += choice["text"]?.stringValue ?? ""
                if choice["finish_reason"] != .null { ended.append(index) }
            }
        }
        #expect(ended.sorted() == texts.keys.sorted())
        return texts.sorted { $0.key < $1.key }.map(\.value)
    }

    @Test(arguments: paths)
    func aTextIsContinuedWhole(path: String) async throws {
        try await serving(unanimous(" upon a time")) { api in
            let reply = try await api.post(path, ["prompt": "Once", "model": "gpt-x"])
            #expect(reply.status == 200)
            #expect(reply.headers["connection"] == "close")
            let json = try reply.json()
            #expect(json["object"] == "text_completion")
            #expect(json["id"]?.stringValue?.hasPrefix("cmpl-") == true)
            #expect(json["model"] == "gpt-x")
            #expect(
                json["choices"]?.text
                    == #"[{"index":0,"text":" upon a time","logprobs":null,"finish_reason":"stop"}]"#
            )
            #expect(json["usage"]?["prompt_tokens"] == 4)
            #expect(json["swarm"]?["n_requested"] == 1)
        }
    }

    @Test(arguments: paths)
    func aTextIsContinuedAsItIsGenerated(path: String) async throws {
        let gate = Gate()
        try await serving(ScriptedSource([.say(0, " upon"), .wait(gate), .whole(0, " a time")])) { api in
            let body: JSON = ["prompt": "Once", "stream": true, "stream_options": ["include_usage": true]]
            var stream = try await api.stream(body, path: path)
            #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
            let first = try JSON(parsing: try #require(try await stream.nextData()))
            #expect(first["choices"]?.arrayValue?.first?["text"] == " upon")
            gate.open()
            let rest = try await stream.rest()
            #expect(rest.last == "[DONE]")
            let usage = try JSON(parsing: try #require(rest.dropLast().last))["usage"]
            #expect(usage?["completion_tokens"] == 12)
        }
    }

    @Test func choicesOfSeveralPromptsAreNumberedThroughout() async throws {
        let body: [(key: String, value: JSON)] = [("prompt", ["a", "b"]), ("n", 2)]
        try await serving(Self.repeating) { api in
            let json = try await api.post("/v1/completions", .object(JSON.Object(body))).json()
            let choices = try #require(json["choices"]?.arrayValue)
            #expect(choices.map { $0["index"] } == [0, 1, 2, 3])
            #expect(choices.map { $0["text"] } == ["a0", "a1", "b0", "b1"])
            #expect(json["usage"]?["prompt_tokens"] == 2)
            #expect(json["usage"]?["completion_tokens"] == 8)
            #expect(json["swarm"]?.arrayValue?.count == 2)

            let streamed = JSON.object(JSON.Object(body + [("stream", true)]))
            var stream = try await api.stream(streamed, path: "/v1/completions")
            #expect(try await Self.texts(&stream) == ["a0", "a1", "b0", "b1"])
        }
    }

    @Test func theFormsOfAPromptAreTheSame() async throws {
        try await serving(Self.repeating) { api in
            let prompts: [JSON] = ["ab", ["ab"], [97, 98], [[97, 98]]]
            for prompt in prompts {
                let json = try await api.post("/v1/completions", ["prompt": prompt]).json()
                #expect(json["choices"]?.arrayValue?.map { $0["text"] } == ["ab0"])
            }
        }
    }

    @Test func anEchoComesBeforeTheText() async throws {
        try await serving(Self.repeating) { api in
            let body: [(key: String, value: JSON)] = [("prompt", ["a", "b"]), ("n", 2), ("echo", true)]
            let json = try await api.post("/v1/completions", .object(JSON.Object(body))).json()
            #expect(json["choices"]?.arrayValue?.map { $0["text"] } == ["aa0", "aa1", "bb0", "bb1"])
            let streamed = JSON.object(JSON.Object(body + [("stream", true)]))
            var stream = try await api.stream(streamed, path: "/v1/completions")
            #expect(try await Self.texts(&stream) == ["aa0", "aa1", "bb0", "bb1"])
        }
    }

    @Test(arguments: [false, true])
    func morePromptsThanRunAtOnceAllArrive(isStreamed: Bool) async throws {
        let gate = Gate()
        let source = ScriptedSource { assignment in [.wait(gate), .whole(0, assignment.prompt.text.uppercased())] }
        let names = (0..<20).map { String(UnicodeScalar(UInt8(97 + $0))) }
        try await serving(source) { api in
            let body: JSON = ["prompt": .array(names.map { .string($0) }), "stream": .bool(isStreamed)]
            async let texts: [String] = {
                if isStreamed {
                    var stream = try await api.stream(body, path: "/v1/completions")
                    return try await Self.texts(&stream)
                }
                let choices = try await api.post("/v1/completions", body).json()["choices"]?.arrayValue
                return choices?.compactMap { $0["text"]?.stringValue } ?? []
            }()
            await source.record.wait { $0.started.count == 8 }
            gate.open()
            let all = try await texts
            #expect(all == names.map { $0.uppercased() })
        }
        #expect(source.record.value.started.count == 20)
        #expect(source.record.value.cancelled.isEmpty)
    }

    @Test func onePromptThatFailsFailsTheRequest() async throws {
        let started = Gate()
        let source = ScriptedSource { assignment in
            assignment.prompt.text == "bad" ? [.wait(started), .fail(0, .backend("broken"))] : [.say(0, "and ")]
        }
        try await serving(source) { api in
            async let reply = api.post("/v1/completions", ["prompt": ["a", "bad", "c"]])
            await source.record.wait { $0.started.count == 3 }
            started.open()
            #expect(try await reply.status == 500)
            #expect(try await reply.error("code") == "server_error")
            #expect(try await reply.headers["connection"] == "close")
            #expect(await source.cancelled(2) == [[0], [0]])

            let body: JSON = ["prompt": ["a", "bad", "c"], "stream": true]
            var stream = try await api.stream(body, path: "/v1/completions")
            #expect(stream.status == 200)
            let data = try await stream.rest()
            #expect(data.last == "[DONE]")
            let error = try JSON(parsing: try #require(data.dropLast().last))["error"]
            #expect(error?["code"] == "server_error")
        }
        #expect(source.record.value.ended == source.record.value.started.count)
    }

    @Test(arguments: [false, true])
    func leavingCancelsAllPrompts(isStreamed: Bool) async throws {
        let source = ScriptedSource([.say(0, "and ")])
        let activity = Activity()
        try await serving(source, activity: activity) { api in
            let client = Task {
                let body: JSON = ["prompt": .array((0..<12).map { _ in "a" }), "stream": .bool(isStreamed)]
                guard isStreamed else { return _ = try await api.post("/v1/completions", body) }
                var stream = try await api.stream(body, path: "/v1/completions")
                _ = try await stream.rest()
            }
            await source.record.wait { $0.started.count == 8 }
            client.cancel()
            _ = await source.cancelled(8)
        }
        #expect(source.record.value.started.count == 8)
        #expect(activity.snapshot.isEmpty)
    }

    @Test(
        arguments: [
            (["prompt": 5], "prompt"), (["prompt": ["a", 5]], "prompt[1]"), (["prompt": []], "prompt"),
            (["prompt": "a", "n": 17], "n"), (["prompt": "a", "max_tokens": 0], "max_tokens"),
            (["prompt": "a", "logprobs": 21], "logprobs"), (["prompt": "a", "n": 3, "best_of": 2], "best_of"),
        ] as [(JSON, String)]
    )
    func aWrongFieldIsNamed(body: JSON, parameter: String) async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.post("/v1/completions", body)
            #expect(reply.status == 400)
            #expect(reply.error("param") == parameter)
        }
    }

    @Test func aPromptThatIsTooLongIsRefusedBeforeTheStreamBegins() async throws {
        let source = unanimous("42")
        try await serving(source, model: ScriptedModel(contextLength: 12)) { api in
            let body: JSON = ["prompt": ["a", "longer than the context"], "stream": true]
            let reply = try await api.post("/v1/completions", body)
            #expect(reply.status == 400)
            #expect(reply.error("code") == "context_length_exceeded")
        }
        #expect(source.record.value.started.isEmpty)
    }

    @Test(arguments: ["/v1/fim/completions", "/fim/completions", "/v1/fim/completions/"])
    func theMiddleOfATextIsFilledIn(path: String) async throws {
        try await serving(Self.repeating) { api in
            let json = try await api.post(path, ["prompt": "def f(", "suffix": "pass"]).json()
            #expect(json["object"] == "chat.completion")
            #expect(json.content == "def f(<fill>pass0")
            var stream = try await api.stream(["prompt": "def f(", "suffix": "pass", "stream": true], path: path)
            #expect(try await stream.nextContent() == "def f(<fill>pass0")
            #expect(try await stream.rest().last == "[DONE]")
        }
    }
}
