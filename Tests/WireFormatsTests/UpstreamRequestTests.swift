import SwarmCore
import Testing
import WireFormats

@Suite struct UpstreamRequestTests {
    private let plan = CandidatePlan(index: 1, sampling: Sampling(temperature: 0.8, topK: 40, minP: 0.05, seed: .max))

    private func body(_ request: ChatRequest, without refused: Set<String> = []) throws -> JSON {
        try UpstreamRequest(request, candidate: plan, model: "m").body(without: refused)
    }

    /// What is sent on is decoded to the same request again.
    @Test(arguments: [
        "a_opencode_v1_turn1", "b_opencode_v1_turn2", "a2_opencode_v2_turn1", "d_chat_json_schema",
        "d_chat_tools_parallel",
        "d_chat_tool_choice_forced", "d_chat_json_object",
    ])
    func aRequestIsPassedOnWhole(fixture: String) throws {
        var original = try ChatBody.decode(try Fixture.requestBody(fixture)).request
        original.policy = .vote(candidates: 1)
        let body = try body(original)
        let decoded = try ChatBody.decode(body)
        #expect(decoded.stream && decoded.includeUsage)
        let passed = decoded.request
        #expect(passed.messages == original.messages)
        #expect(passed.tools == original.tools)
        #expect(passed.toolChoice == original.toolChoice)
        #expect(passed.responseFormat == original.responseFormat)
        #expect(passed.limits == original.limits)
        #expect(passed.policy == .vote(candidates: 1))
        #expect(body["model"] == "m")
        #expect(body["n"] == nil)
    }

    @Test func onlyWhatTheClientAskedForIsSentBesideTheWarmthOfAVote() throws {
        var request = ChatRequest(id: RequestID(rawValue: "r"), messages: [Message(role: .user, content: "x")])
        let body = try body(request)
        #expect(body["temperature"] == .number("0.8"))
        for name in ["top_k", "top_p", "min_p", "seed", "logprobs", "max_tokens", "stop", "tools", "response_format"] {
            #expect(body[name] == nil)
        }
        let first = UpstreamRequest(request, candidate: CandidatePlan(index: 0, sampling: plan.sampling), model: nil)
        #expect(try first.body()["temperature"] == nil)
        #expect(try first.body()["model"] == nil)
        request.sampling = Sampling(topK: 3, seed: 5, topLogprobs: 2)
        let asked = try self.body(request)
        #expect(asked["top_k"] == 3)
        #expect(asked["seed"] == 2_147_483_647)
        #expect(asked["logprobs"] == true)
        #expect(asked["top_logprobs"] == 2)
        var silent = UpstreamRequest(request, candidate: plan, model: nil, maxTokens: 9, sendsSeed: false)
        #expect(try silent.body()["seed"] == nil)
        #expect(try silent.body()["max_tokens"] == 9)
        silent.request.limits.maxTokens = 4
        #expect(try silent.body()["max_tokens"] == 4)
        #expect(try silent.body(without: ["max_tokens"])["max_completion_tokens"] == 4)
        #expect(try silent.body(without: ["max_tokens"])["max_tokens"] == nil)
    }

    @Test func tokenIdsAreOnlySentToTheModelTheyAreOf() throws {
        var request = ChatRequest(id: RequestID(rawValue: "r"), messages: [Message(role: .user, content: "x")])
        request.sampling.logitBias = [7: -100]
        #expect(try body(request)["logit_bias"] == nil)
        let own = UpstreamRequest(request, candidate: plan, model: nil, knowsTokens: true)
        #expect(try own.body()["logit_bias"] == ["7": -100])
        request.input = .completion(CompletionPrompt(.tokens([1])))
        #expect(throws: SourceError.self) { try body(request) }
        request.input = .completion(CompletionPrompt(.text("def f("), suffix: ")"))
        let completion = UpstreamRequest(request, candidate: plan, model: nil)
        #expect(completion.path == "/completions")
        #expect(try completion.body()["prompt"] == "def f(")
        #expect(try completion.body()["suffix"] == ")")
        #expect(try completion.body()["messages"] == nil)
    }

    @Test(
        arguments: [
            (400, #"{"error":{"message":"Unsupported parameter: 'seed'","param":"seed"}}"#, ["seed"]),
            (400, #"{"error":"top_k must be of type int"}"#, ["top_k"]),
            (
                422, #"{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}"#,
                ["stream_options"]
            ),
            (400, #"{"error":{"message":"Unrecognized request argument supplied: swarm"}}"#, ["swarm"]),
            (400, #"{"error":{"message":"bad","param":"messages.2.reasoning_content"}}"#, ["reasoning_content"]),
            (400, #"{"error":{"message":"too many seeds"}}"#, []),
            (400, #"{"error":{"message":"messages must not be empty","param":"messages"}}"#, []),
            (500, #"{"error":{"message":"seed"}}"#, []),
        ] as [(Int, String, Set<String>)]
    )
    func refusedFieldsAreRecognised(status: Int, text: String, refused: Set<String>) {
        let sent: Set<String> = ["messages", "seed", "top_k", "stream_options", "swarm", "reasoning_content", "model"]
        #expect(UpstreamRefusal(status: status, body: Array(text.utf8)).refused(of: sent) == refused)
    }

    @Test(
        arguments: [
            (429, "", "7", .saturated(retryAfterSeconds: 7)), (503, "{}", nil, .saturated(retryAfterSeconds: 2)),
            (503, "", "Thu, 01 Jan 1970", .saturated(retryAfterSeconds: 2)),
            (401, #"{"error":{"message":"no"}}"#, nil, .backend("it does not accept the key: no")),
            (404, "Not Found", nil, .backend("it does not have that model or path: Not Found")),
            (500, "<h1>oops</h1>", nil, .backend("it answers 500: <h1>oops</h1>")),
            (502, "", nil, .backend("it answers 502: no reason given")),
            (
                400, #"{"error":{"message":"no images","param":"messages"}}"#, nil,
                .unusable(parameter: "messages", reason: "no images")
            ),
            (
                400,
                #"{"error":{"code":400,"message":"the request exceeds","type":"exceed_context_size_error","n_prompt_tokens":900,"n_ctx":512}}"#,
                nil, .contextLength(needed: 900, limit: 512)
            ),
            (
                400,
                #"{"error":{"message":"This model's maximum context length is 2048 tokens. However, you requested 9000 tokens.","code":400}}"#,
                nil, .contextLength(needed: 9000, limit: 2048)
            ),
        ] as [(Int, String, String?, SourceError)]
    )
    func refusalsKeepTheServersWords(status: Int, text: String, retry: String?, error: SourceError) {
        #expect(UpstreamRefusal(status: status, body: Array(text.utf8), retryAfter: retry).error == error)
    }

    @Test func ourOwnRefusalsAreUnderstood() {
        let errors: [(WireError, SourceError)] = [
            (.contextLengthExceeded(needed: 5000, limit: 2048), .contextLength(needed: 5000, limit: 2048)),
            (.saturated(retryAfterSeconds: 3), .saturated(retryAfterSeconds: 2)),
        ]
        for (ours, theirs) in errors {
            #expect(UpstreamRefusal(status: ours.status, body: ours.openAIEnvelope.utf8).error == theirs)
        }
    }

    @Test(
        arguments: [
            (#"{"data":[{"id":"a","max_model_len":4096}]}"#, "a", 4096),
            (#"{"data":[{"id":"a","context_length":100}]}"#, "a", 100),
            (#"{"data":[{"id":"a","meta":{"n_ctx_train":2048}}]}"#, "a", 2048),
            (#"{"models":[{"name":"b"}]}"#, "b", nil),
            (#"{"data":[null,7,{"id":""},{"id":"c","max_model_len":-1,"context_window":"x"}]}"#, "c", nil),
            (#"[{"id":"d","max_model_len":1e99}]"#, "d", nil),
        ] as [(String, String, Int?)]
    )
    func listsOfModelsComeInSeveralForms(text: String, id: String, context: Int?) throws {
        let entry = try #require(UpstreamModelEntry.list(try JSON(parsing: text)).first)
        #expect(entry.id == id)
        #expect(entry.contextLength == context)
    }

    @Test(arguments: ["{}", "7", #"{"data":{}}"#, #"{"data":[]}"#])
    func whatIsNoListHasNoModels(text: String) throws {
        #expect(UpstreamModelEntry.list(try JSON(parsing: text)).isEmpty)
    }

    @Test func vectorsAreReadInTheOrderOfTheirIndex() throws {
        let reply = try JSON(
            parsing:
                #"{"data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1,2]}],"usage":{"prompt_tokens":9}}"#
        )
        #expect(
            UpstreamEmbeddings.vectors(reply, count: 2) == Embeddings(vectors: [[1, 2], [3, 4]], promptTokens: 9)
        )
        for wrong in [
            #"{"data":[]}"#, #"{"data":[{"embedding":[1]},{"embedding":[1,2]}]}"#,
            #"{"data":[{"embedding":[]},{"embedding":["x"]}]}"#,
        ] {
            #expect(UpstreamEmbeddings.vectors(try JSON(parsing: wrong), count: 2) == nil)
        }
    }
}
