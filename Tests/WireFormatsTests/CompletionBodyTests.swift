import SwarmCore
import Testing
import WireFormats

extension CompletionBody {
    static let testID = RequestID(rawValue: "test")

    /// Decodes an object of these members.
    static func decode(with fields: String) throws(WireError) -> CompletionBody {
        try decode(Array("{\(fields)}".utf8), id: testID)
    }

    /// One request for each prompt, with nothing said about anything else.
    static func plain(_ prompts: [CompletionPrompt], _ change: (inout ChatRequest) -> Void = { _ in }) -> [ChatRequest]
    {
        prompts.enumerated().map { place, prompt in
            var request = ChatRequest(
                id: RequestID(rawValue: place == 0 ? "test" : "test-\(place)"),
                messages: [],
                policy: .vote(candidates: 1)
            )
            request.input = .completion(prompt)
            change(&request)
            return request
        }
    }
}

struct CompletionBodyTests {
    @Test func theRecordedRequestIsTakenOver() throws {
        let body = try CompletionBody.decode(Fixture.requestBody("d_completions").utf8, id: CompletionBody.testID)
        let expected = CompletionBody.plain([CompletionPrompt(.text("def add"), suffix: "\n")]) {
            $0.model = ModelID(rawValue: "qwen3-coder-30b")
            $0.sampling.topLogprobs = 2
            $0.limits.maxTokens = 32
        }
        #expect(body == CompletionBody(requests: expected))
        #expect(body.wantsLogprobs)
        #expect(!body.echoes)
        #expect(body.choicesPerPrompt == 1)
    }

    @Test func theRecordedStreamIsTakenOver() throws {
        let body = try CompletionBody.decode(
            Fixture.requestBody("d_completions_stream").utf8,
            id: CompletionBody.testID
        )
        let expected = CompletionBody.plain([CompletionPrompt(.text("def add"))]) {
            $0.model = ModelID(rawValue: "qwen3-coder-30b")
        }
        #expect(body == CompletionBody(requests: expected, stream: true, includeUsage: true))
    }

    @Test(arguments: [
        (#""prompt":"a""#, [CompletionPrompt.Source.text("a")]), (#""prompt":"""#, [.text("")]),
        (#""prompt":null"#, [.text("")]), (#""x":1"#, [.text("")]), (#""prompt":["a",""]"#, [.text("a"), .text("")]),
        (#""prompt":[1,2.0,2147483647]"#, [.tokens([1, 2, 2_147_483_647])]),
        (#""prompt":[[1],[0,3]]"#, [.tokens([1]), .tokens([0, 3])]),
        (#""prompt":["a",[1]]"#, [.text("a"), .tokens([1])]),
    ])
    func eachPromptIsARequestOfItsOwn(fields: String, sources: [CompletionPrompt.Source]) throws {
        let body = try CompletionBody.decode(with: fields)
        #expect(body == CompletionBody(requests: CompletionBody.plain(sources.map { CompletionPrompt($0) })))
        #expect(body.prompts.map(\.source) == sources)
    }

    @Test func idsAreCountedAndTheRestIsTheSame() throws {
        let body = try CompletionBody.decode(
            with: #""prompt":["a","b","c"],"seed":7,"prompt_cache_key":"k","top_p":0.5"#
        )
        #expect(body.requests.map(\.id.rawValue) == ["test", "test-1", "test-2"])
        #expect(body.requests.allSatisfy { $0.sampling == Sampling(topP: 0.5, seed: 7) })
        #expect(body.requests.allSatisfy { $0.session == SessionKey(rawValue: "k") })
    }

    @Test func nullAndUnknownFieldsAreAsGoodAsAbsent() throws {
        let names = [
            "model", "prompt", "suffix", "echo", "logprobs", "n", "best_of", "max_tokens", "stop", "stream", "seed",
            "stream_options", "temperature", "top_p", "presence_penalty", "frequency_penalty", "logit_bias", "swarm",
            "prompt_cache_key",
        ]
        let nulls = names.map { #""\#($0)":null"# }.joined(separator: ",")
        let plain = CompletionBody(requests: CompletionBody.plain([CompletionPrompt(.text(""))]))
        #expect(try CompletionBody.decode(with: nulls) == plain)
        #expect(try CompletionBody.decode(with: #""user":"u","top_logprobs":3,"messages":7"#) == plain)
    }

    @Test(arguments: [
        (#""x":1"#, SwarmPolicy.vote(candidates: 1)), (#""n":1"#, .vote(candidates: 1)), (#""n":4"#, .choices(4)),
        (#""best_of":1"#, .vote(candidates: 1)), (#""best_of":5"#, .vote(candidates: 5)),
        (#""n":2,"best_of":2"#, .choices(2)), (#""n":2,"best_of":5"#, .choices(2)),
        (#""swarm":true"#, .vote(candidates: nil)), (#""swarm":{}"#, .vote(candidates: nil)),
        (#""swarm":{"n":3}"#, .vote(candidates: 3)), (#""swarm":{"n":3},"best_of":5"#, .vote(candidates: 3)),
        (#""swarm":false,"best_of":5"#, .vote(candidates: 1)), (#""swarm":true,"n":2"#, .choices(2)),
    ])
    func thereIsOneCandidateUnlessMoreAreAskedFor(fields: String, policy: SwarmPolicy) throws {
        let body = try CompletionBody.decode(with: fields)
        #expect(body.requests.map(\.policy) == [policy])
        if case .choices(let count) = policy { #expect(body.choicesPerPrompt == count) }
    }

    @Test func theVotesOptionsAreTakenOver() throws {
        let body = try CompletionBody.decode(
            with: #""swarm":{"strategy":"majority","streaming":"leader","strict":true}"#
        )
        #expect(body.requests[0].vote == VoteOptions(strategy: .majority, streaming: .leader, isStrict: true))
    }

    @Test(arguments: [
        (#""max_tokens":16"#, Limits(maxTokens: 16)), (#""echo":true,"max_tokens":0"#, Limits(maxTokens: 0)),
        (#""echo":true,"max_tokens":0,"stop":["a"]"#, Limits(maxTokens: 0, stop: ["a"])),
        (#""echo":true,"max_tokens":3"#, Limits(maxTokens: 3)), (#""stop":"\n""#, Limits(stop: ["\n"])),
        (#""echo":true"#, Limits()),
    ])
    func limitsAreTakenOver(fields: String, limits: Limits) throws {
        #expect(try CompletionBody.decode(with: fields).requests[0].limits == limits)
    }

    @Test(arguments: [(0, 0), (1, 1), (20, 20)])
    func logprobsAreANumber(logprobs: Int, expected: Int) throws {
        let body = try CompletionBody.decode(with: #""logprobs":\#(logprobs)"#)
        #expect(body.requests[0].sampling == Sampling(topLogprobs: expected))
        #expect(body.wantsLogprobs)
    }

    @Test(arguments: [(#""suffix":"""#, nil), (#""suffix":" ""#, " "), (#""suffix":null"#, nil as String?)])
    func anEmptySuffixIsNone(fields: String, suffix: String?) throws {
        let body = try CompletionBody.decode(with: #""prompt":["a","b"],"echo":true,\#(fields)"#)
        #expect(body.prompts.map(\.suffix) == [suffix, suffix])
        #expect(body.prompts.map(\.echoes) == [true, true])
        #expect(body.echoes)
    }

    @Test(arguments: [
        (#""prompt":7"#, "prompt", "expected a string or an array, got 7"),
        (#""prompt":{}"#, "prompt", "expected a string or an array, got an object"),
        (#""prompt":[]"#, "prompt", "expected at least one text or token"),
        (#""prompt":[[]]"#, "prompt[0]", "expected at least one token"),
        (#""prompt":[[1],[]]"#, "prompt[1]", "expected at least one token"),
        (#""prompt":["a",7]"#, "prompt[1]", "expected a string or an array of tokens, got 7"),
        (#""prompt":["a",null]"#, "prompt[1]", "expected a string or an array of tokens, got nothing"),
        (#""prompt":[1,"a"]"#, "prompt[1]", #"expected a token id, got "a""#),
        (#""prompt":[1,-1]"#, "prompt[1]", "expected a token id, got -1"),
        (#""prompt":[1,0.5]"#, "prompt[1]", "expected a token id, got 0.5"),
        (#""prompt":[[1],[2,2147483648]]"#, "prompt[1][1]", "expected a token id, got 2147483648"),
        (#""prompt":[[1,null]]"#, "prompt[0][1]", "expected a token id, got nothing"),
        (#""suffix":[]"#, "suffix", "expected a string, got an array"),
        (#""echo":1"#, "echo", "expected a boolean, got 1"),
        (#""logprobs":true"#, "logprobs", "expected a whole number from 0 to 20, got a boolean"),
        (#""logprobs":21"#, "logprobs", "expected a whole number from 0 to 20, got 21"),
        (#""n":17"#, "n", "expected a whole number from 1 to 16, got 17"),
        (#""best_of":0"#, "best_of", "expected a whole number from 1 to 20, got 0"),
        (#""best_of":21"#, "best_of", "expected a whole number from 1 to 20, got 21"),
        (#""n":3,"best_of":2"#, "best_of", "expected at least n, which is 3, got 2"),
        (#""n":3,"swarm":{"n":2}"#, "swarm.n", "n asks for 3 choices without a vote; send one of the two"),
        (#""swarm":{"strategy":"x"}"#, "swarm.strategy", nil), (#""swarm":7"#, "swarm", nil),
        (#""max_tokens":0"#, "max_tokens", "expected a whole number of at least 1, got 0"),
        (#""echo":false,"max_tokens":0"#, "max_tokens", "expected a whole number of at least 1, got 0"),
        (#""echo":true,"max_tokens":-2"#, "max_tokens", "expected a whole number of at least 1, got -2"),
        (#""stop":7"#, "stop", "expected a string or an array, got 7"),
        (#""temperature":3"#, "temperature", "expected a number from 0 to 2, got 3"),
        (#""model":[]"#, "model", "expected a string, got an array"),
        (#""stream":1"#, "stream", "expected a boolean, got 1"),
        (#""stream_options":{"include_usage":1}"#, "stream_options.include_usage", "expected a boolean, got 1"),
    ])
    func aWrongFieldIsNamedWithWhatWasExpected(fields: String, name: String, reason: String?) {
        let error = #expect(throws: WireError.self) { try CompletionBody.decode(with: fields) }
        guard case .invalidParameter(let found, let why)? = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(found == name)
        if let reason { #expect(why == reason) }
    }

    @Test func thereAreAtMost128Prompts() throws {
        func prompts(_ count: Int) -> String {
            #""prompt":["# + Array(repeating: #""""#, count: count).joined(separator: ",") + "]"
        }
        #expect(try CompletionBody.decode(with: prompts(128)).requests.count == 128)
        #expect(throws: WireError.invalidParameter(name: "prompt", reason: "expected at most 128, got 129")) {
            try CompletionBody.decode(with: prompts(129))
        }
        let tokens = #""prompt":["# + Array(repeating: "1", count: 1000).joined(separator: ",") + "]"
        #expect(
            try CompletionBody.decode(with: tokens).prompts == [
                CompletionPrompt(.tokens(Array(repeating: 1, count: 1000)))
            ]
        )
    }

    @Test(arguments: [("[]", "an array"), ("null", "nothing")])
    func aBodyThatIsNoObjectIsRefused(text: String, found: String) {
        #expect(throws: WireError.invalidParameter(name: "body", reason: "expected an object, got \(found)")) {
            try CompletionBody.decode(Array(text.utf8), id: CompletionBody.testID)
        }
    }

    @Test func brokenJSONIsRefusedWithItsPlace() {
        #expect(throws: WireError.malformedJSON(JSONSyntaxError(reason: "unexpected end", offset: 0))) {
            try CompletionBody.decode([], id: CompletionBody.testID)
        }
    }
}

struct InfillBodyTests {
    static func decode(_ fields: String) throws(WireError) -> ChatBody {
        try InfillBody.decode(Array("{\(fields)}".utf8), id: CompletionBody.testID)
    }

    @Test func theGapIsACompletionWithASuffix() throws {
        let body = try Self.decode(
            """
            "model":"codestral","prompt":"def f(","suffix":"return a","max_tokens":64,"stop":["\\n\\n"],"temperature":0,\
            "stream":true,"stream_options":{"include_usage":true},"random_seed":9,"min_tokens":1
            """
        )
        let request = CompletionBody.plain([CompletionPrompt(.text("def f("), suffix: "return a")]) {
            $0.model = ModelID(rawValue: "codestral")
            $0.sampling = Sampling(temperature: 0, seed: 9)
            $0.limits = Limits(maxTokens: 64, stop: ["\n\n"])
        }
        #expect(body == ChatBody(request: request[0], stream: true, includeUsage: true))
    }

    @Test(arguments: [
        (#""prompt":"a""#, nil), (#""prompt":"a","suffix":null"#, nil), (#""prompt":"a","suffix":"""#, "" as String?),
    ])
    func theEndOfAFileIsStillSomethingToFillIn(fields: String, suffix: String?) throws {
        #expect(try Self.decode(fields).request.completion == CompletionPrompt(.text("a"), suffix: suffix))
    }

    @Test func theSeedHasTwoNamesAndTheGeneralOneCounts() throws {
        #expect(try Self.decode(#""prompt":"","seed":1,"random_seed":2"#).request.sampling.seed == 1)
    }

    @Test func candidatesAreAskedForAsInCompletions() throws {
        #expect(try Self.decode(#""prompt":"""#).request.policy == .vote(candidates: 1))
        #expect(try Self.decode(#""prompt":"","best_of":3"#).request.policy == .vote(candidates: 3))
        #expect(try Self.decode(#""prompt":"","swarm":{"n":5}"#).request.policy == .vote(candidates: 5))
    }

    @Test(arguments: [
        (#""suffix":"a""#, "prompt", "expected a string, got nothing"),
        (#""prompt":["a"]"#, "prompt", "expected a string, got an array"),
        (#""prompt":"a","suffix":7"#, "suffix", "expected a string, got 7"),
        (#""prompt":"a","random_seed":"x""#, "random_seed", "expected a whole number, got \"x\""),
        (#""prompt":"a","max_tokens":0"#, "max_tokens", "expected a whole number of at least 1, got 0"),
    ])
    func aWrongFieldIsNamedWithWhatWasExpected(fields: String, name: String, reason: String) {
        #expect(throws: WireError.invalidParameter(name: name, reason: reason)) { try Self.decode(fields) }
    }
}
