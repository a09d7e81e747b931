import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing
import WireFormats

@Suite(.timeLimit(.minutes(1)))
struct ChatTests {
    @Test(arguments: ["/v1/chat/completions", "/chat/completions", "/v1/chat/completions/"])
    func anAnswerComesWhole(path: String) async throws {
        try await serving(unanimous("42")) { api in
            let reply = try await api.send("POST", path, body: Array(asking([("seed", 9)]).utf8))
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "application/json")
            #expect(reply.headers["connection"] == "close")
            let json = try reply.json()
            #expect(json["object"] == "chat.completion")
            #expect(json["id"]?.stringValue?.hasPrefix("chatcmpl-") == true)
            #expect(json["model"] == "scripted")
            #expect(json["system_fingerprint"] == "fp_1")
            #expect(
                json["choices"]?.text == """
                    [{"index":0,"message":{"role":"assistant","content":"42","refusal":null,"annotations":[]},\
                    "logprobs":null,"finish_reason":"stop"}]
                    """
            )
            #expect(
                json["usage"]?.text == """
                    {"prompt_tokens":13,"completion_tokens":2,"total_tokens":15,\
                    "prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}
                    """
            )
            #expect(json["swarm"]?["kind"] == "number")
            #expect(json["swarm"]?["seed"] == 9)
            #expect(json["swarm"]?["n_requested"] == 3)
        }
    }

    @Test func aStreamIsTheSameBytesEveryTime() async throws {
        try await serving(unanimous("forty-two \"42\"\n")) { api in
            var stream = try await api.stream(asking([("stream", true), ("stream_options", ["include_usage": true])]))
            #expect(stream.status == 200)
            #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(stream.headers["cache-control"] == "no-cache")
            #expect(stream.headers["connection"] == "close")
            let data = try await stream.rest()
            let first = try JSON(parsing: try #require(data.first))
            let (id, created) = (try #require(first["id"]?.stringValue), try #require(first["created"]?.intValue))
            let head = """
                {"id":"\(id)","object":"chat.completion.chunk","created":\(created),"model":"scripted",\
                "system_fingerprint":"fp_1","choices":[
                """
            func chunk(_ delta: String, _ reason: String = "null") -> String {
                head + #"{"index":0,"delta":\#(delta),"logprobs":null,"finish_reason":\#(reason)}]}"#
            }
            #expect(
                Array(data.prefix(3)) == [
                    chunk(#"{"role":"assistant","content":""}"#), chunk(#"{"content":"forty-two \"42\"\n"}"#),
                    chunk("{}", #""stop""#),
                ]
            )
            let last = try #require(data.dropFirst(3).first)
            #expect(
                last.hasPrefix(
                    head + #"],"usage":{"prompt_tokens":13,"completion_tokens":15,"total_tokens":28,"#
                )
            )
            #expect(try JSON(parsing: last)["swarm"]?["n_requested"] == 3)
            #expect(data.dropFirst(4) == ["[DONE]"])
            #expect(stream.text == data.map { "data: \($0)\n\n" }.joined())
        }
    }

    @Test func choicesComeSideBySide() async throws {
        let source = ScriptedSource([.say(1, "no"), .say(0, "yes"), .finish(1), .finish(0)])
        try await serving(source) { api in
            let json = try await api.chat(asking([("n", 2)])).json()
            let choices = try #require(json["choices"]?.arrayValue)
            #expect(choices.map { $0["index"] } == [0, 1])
            #expect(choices.map { $0["message"]?["content"] } == ["yes", "no"])
            #expect(json["swarm"]?["clusters"] == nil)
        }
    }

    @Test func aToolCallArrivesAsOne() async throws {
        let source = unanimous("<call:ls>{\"path\":\".\"}</call>")
        let tools: JSON = [["type": "function", "function": ["name": "ls", "parameters": ["type": "object"]]]]
        try await serving(source) { api in
            let choice = try await api.chat(asking([("tools", tools)])).json()["choices"]?.arrayValue?.first
            #expect(choice?["finish_reason"] == "tool_calls")
            let call: JSON = [
                "id": "call_1", "type": "function", "function": ["name": "ls", "arguments": "{\"path\":\".\"}"],
            ]
            #expect(choice?["message"]?["tool_calls"] == [call])
        }
    }

    @Test func headersComeBeforeTheVoteIsDecided() async throws {
        let gate = Gate()
        let source = ScriptedSource([.wait(gate), .whole(0, "42"), .whole(1, "42"), .whole(2, "42")])
        try await serving(source) { api in
            var stream = try await api.stream(asking([("stream", true)]))
            #expect(stream.status == 200)
            gate.open()
            #expect(try await stream.nextContent() == "42")
            #expect(try await stream.rest().last == "[DONE]")
        }
    }

    @Test func aWaitingClientIsKeptAlive() async throws {
        let gate = Gate()
        let source = ScriptedSource([.wait(gate), .whole(0, "42"), .whole(1, "42"), .whole(2, "42")])
        try await serving(source, heartbeat: .milliseconds(1)) { api in
            var stream = try await api.stream(asking([("stream", true)]))
            for _ in 0..<3 { #expect(try await stream.next()?.isSignOfLife == true) }
            gate.open()
            #expect(try await stream.nextContent() == "42")
            #expect(try await stream.rest().last == "[DONE]")
        }
    }

    @Test func oneCandidateIsStreamedAsItIsGenerated() async throws {
        let gate = Gate()
        let source = ScriptedSource([.say(0, "Well, "), .wait(gate), .whole(0, "42.")])
        try await serving(source) { api in
            var stream = try await api.stream(asking([("stream", true), ("swarm", false)]))
            #expect(try await stream.nextContent() == "Well, ")
            gate.open()
            #expect(try await stream.nextContent() == "42.")
            #expect(try await stream.rest().last == "[DONE]")
        }
    }

    @Test func twoHundredRequestsOverOnePoolAllSucceed() async throws {
        try await serving(unanimous("42")) { api in
            for number in 0..<200 {
                let reply = try await api.chat(asking())
                #expect(try reply.json().content == "42", "request \(number)")
            }
        }
    }
}
