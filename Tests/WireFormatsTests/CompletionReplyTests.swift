import Foundation
import SwarmCore
import Testing
import WireFormats

struct CompletionReplyTests {
    typealias Step = (prompt: Int, event: AnswerEvent)

    static let identity = ChatIdentity(
        id: "cmpl-3d1",
        created: 1_795_305_600,
        model: "qwen3-coder-30b",
        fingerprint: "fp_local"
    )

    static func score(
        _ text: String,
        _ logprob: Float = -0.5,
        _ alternatives: [(String, Float)] = []
    ) -> TokenScore {
        TokenScore(
            token: 1,
            bytes: Array(text.utf8),
            logprob: logprob,
            selfCertainty: 0,
            alternatives: alternatives.map { .init(token: 2, bytes: Array($0.0.utf8), logprob: $0.1) }
        )
    }

    /// The body of a reply, which comes with the last event and not before.
    static func reply(prompts: Int = 1, choices: Int = 1, _ steps: [Step]) throws -> JSON {
        var encoder = CompletionReplyEncoder(identity, prompts: prompts, choicesPerPrompt: choices)
        var bodies: [JSON?] = []
        for step in steps { bodies.append(encoder.encode(step.event, ofPrompt: step.prompt)) }
        #expect(bodies.dropLast().allSatisfy { $0 == nil })
        return try #require(bodies.last.flatMap { $0 })
    }

    static func stream(prompts: Int = 1, choices: Int = 1, includeUsage: Bool = true, _ steps: [Step]) -> [String] {
        var encoder = CompletionStreamEncoder(
            identity,
            prompts: prompts,
            choicesPerPrompt: choices,
            includeUsage: includeUsage
        )
        return steps.map { String(decoding: encoder.encode($0.event, ofPrompt: $0.prompt), as: UTF8.self) }
    }

    static let head =
        #"{"id":"cmpl-3d1","object":"text_completion","created":1795305600,"model":"qwen3-coder-30b","system_fingerprint":"fp_local""#

    static func chunk(
        _ index: Int,
        _ text: String,
        logprobs: String = "null",
        reason: String = "null",
        beside: String = ""
    ) -> String {
        let body = #"{"index":\#(index),"text":"\#(text)","logprobs":\#(logprobs),"finish_reason":\#(reason)}"#
        return #"data: \#(head),"choices":[\#(body)]\#(beside)}"# + "\n\n"
    }

    static let done = "data: [DONE]\n\n"

    /// Chunks without what the recorded server does not send.
    static func plain(_ text: String) throws -> [JSON] {
        var parser = ServerSentEventParser()
        return try parser.feed(text.utf8).compactMap { event -> JSON? in
            guard case .message(_, let data) = event, data != "[DONE]" else { return nil }
            var object = try #require(try JSON(parsing: data).objectValue)
            object["system_fingerprint"] = nil
            object["swarm"] = nil
            return .object(object)
        }
    }

    @Test func aWholeReplyIsTheRecordedOne() throws {
        var summary = AnswerSummary.test
        summary.usage = Usage(promptTokens: 4, completionTokens: 12)
        let text = "def add(a, b):\n    return a + b"
        let body = try Self.reply([
            (0, .phase(.queued(ahead: 1))),
            (0, .delta(choice: 0, .logprobs([Self.score("def", -0.1, [("def", -0.1), ("async", -3.2)])]))),
            (0, .delta(choice: 0, .content(text))), (0, .choiceFinished(choice: 0, .stop)), (0, .finished(summary)),
        ])
        var ours = try #require(body.objectValue)
        #expect(ours["system_fingerprint"] == "fp_local")
        #expect(ours["swarm"]?.text == AnswerSummary.testReport)
        ours["system_fingerprint"] = nil
        ours["swarm"] = nil
        #expect(JSON.object(ours) == (try Fixture.json("d_completions.response.json")))
    }

    @Test func aStreamIsTheRecordedOne() throws {
        var summary = AnswerSummary.test
        summary.usage = Usage(promptTokens: 4, completionTokens: 12)
        let ours = Self.stream([
            (0, .delta(choice: 0, .content("def add"))), (0, .delta(choice: 0, .content("(a, b):"))),
            (0, .choiceFinished(choice: 0, .stop)), (0, .finished(summary)),
        ]).joined()
        let known = String(decoding: try Fixture.bytes("d_completions.response.sse"), as: UTF8.self)
        #expect(try Self.plain(ours) == Self.plain(known))
        #expect(ours.hasSuffix(Self.done))
    }

    @Test func severalPromptsShareOneStream() {
        let report = AnswerSummary.testReport
        let usage =
            #""usage":{"prompt_tokens":24,"completion_tokens":14,"total_tokens":38,"prompt_tokens_details":{"cached_tokens":16},"completion_tokens_details":{"reasoning_tokens":4}}"#
        let pieces = Self.stream(
            prompts: 2,
            choices: 2,
            [
                (1, .delta(choice: 0, .content("c"))), (0, .delta(choice: 1, .content("b"))),
                (1, .phase(.voting(ready: 1, of: 2))), (1, .choiceFinished(choice: 0, .length)),
                (1, .choiceFinished(choice: 1, .stop)), (1, .finished(.test)), (0, .choiceFinished(choice: 1, .stop)),
                (0, .delta(choice: 0, .content("a\""))), (0, .choiceFinished(choice: 0, .toolCalls)),
                (0, .finished(.test)),
            ]
        )
        #expect(
            pieces == [
                Self.chunk(2, "c"), Self.chunk(1, "b"), ": keep-alive, 1 of 2 have ended\n\n",
                Self.chunk(2, "", reason: #""length""#), Self.chunk(3, "", reason: #""stop""#), "",
                Self.chunk(1, "", reason: #""stop""#), Self.chunk(0, #"a\""#), Self.chunk(0, "", reason: #""stop""#),
                #"data: \#(Self.head),"choices":[],\#(usage),"swarm":[\#(report),\#(report)]}"# + "\n\n" + Self.done,
            ]
        )
    }

    @Test func withoutTokenCountsTheReportTravelsWithTheLastFinishReason() {
        let pieces = Self.stream(
            prompts: 2,
            includeUsage: false,
            [
                (0, .delta(choice: 0, .content("a"))), (0, .choiceFinished(choice: 0, .stop)), (0, .finished(.test)),
                (1, .choiceFinished(choice: 0, .length)), (1, .finished(.test)),
            ]
        )
        let report = AnswerSummary.testReport
        #expect(
            pieces == [
                Self.chunk(0, "a"), "", "", Self.chunk(0, "", reason: #""stop""#),
                Self.chunk(1, "", reason: #""length""#, beside: #","swarm":[\#(report),\#(report)]"#) + Self.done,
            ]
        )
    }

    /// How evaluation programs score a text: they repeat it and let nothing be generated.
    static let echoed: [Step] = [
        (
            0,
            .prompt(
                "Hé 2",
                [
                    score("<s>", .nan), score("Hé", -1.5, [("Hé", -1.5), (" H", -2)]),
                    score(" ", -.infinity, [("x", -0.5)]),
                    score("2", -3, []),
                ]
            )
        ), (0, .choiceFinished(choice: 0, .length)), (0, .finished(.test)),
    ]

    static let echoedLogprobs =
        #"{"tokens":["<s>","Hé"," ","2"],"token_logprobs":[null,-1.5,-9999.0,-3.0],"top_logprobs":[null,{"Hé":-1.5," H":-2.0},{"x":-0.5," ":-9999.0},{"2":-3.0}],"text_offset":[0,0,2,3]}"#

    @Test func anEchoedPromptHasScoresButItsFirstToken() throws {
        let body = try Self.reply(Self.echoed)
        let choice = try #require(body["choices"]?.arrayValue?.first)
        #expect(choice["text"] == "Hé 2")
        #expect(choice["finish_reason"] == "length")
        #expect(choice["logprobs"]?.text == Self.echoedLogprobs)
        let pieces = Self.stream(Self.echoed)
        #expect(pieces[0] == Self.chunk(0, "Hé 2", logprobs: Self.echoedLogprobs))
    }

    @Test func everyChoiceBeginsWithItsPromptAndOffsetsGoOnBehindIt() throws {
        let steps: [Step] = [
            (0, .prompt("ab", [Self.score("ab", .nan)])), (1, .prompt("🙂", [])),
            (0, .delta(choice: 1, .logprobs([Self.score("c")]))), (0, .delta(choice: 1, .content("c"))),
            (0, .delta(choice: 0, .logprobs([Self.score("é"), Self.score("d")]))),
            (0, .delta(choice: 0, .content("éd"))), (1, .delta(choice: 0, .logprobs([Self.score("e")]))),
            (1, .delta(choice: 0, .content("e"))), (0, .choiceFinished(choice: 0, .stop)),
            (0, .choiceFinished(choice: 1, .stop)), (1, .choiceFinished(choice: 0, .stop)),
            (1, .choiceFinished(choice: 1, .stop)), (0, .finished(.test)), (1, .finished(.test)),
        ]
        let choices = try #require(try Self.reply(prompts: 2, choices: 2, steps)["choices"]?.arrayValue)
        #expect(choices.map { $0["text"]?.stringValue } == ["abéd", "abc", "🙂e", "🙂"])
        let offsets = choices.map { $0["logprobs"]?["text_offset"]?.text }
        #expect(offsets == ["[0,2,3]", "[0,2]", "[1]", nil])
        #expect(choices[3]["logprobs"] == .null)
        let pieces = Self.stream(prompts: 2, choices: 2, steps)
        let prompt = #"{"tokens":["ab"],"token_logprobs":[null],"top_logprobs":[null],"text_offset":[0]}"#
        #expect(pieces[0] == Self.chunk(0, "ab", logprobs: prompt) + Self.chunk(1, "ab", logprobs: prompt))
        #expect(pieces[1] == Self.chunk(2, "🙂") + Self.chunk(3, "🙂"))
        #expect(
            pieces[3]
                == Self.chunk(
                    1,
                    "c",
                    logprobs: #"{"tokens":["c"],"token_logprobs":[-0.5],"top_logprobs":[{"c":-0.5}],"text_offset":[2]}"#
                )
        )
    }

    @Test func tokensThatAreNoWholeTextAreToldApart() throws {
        var score = TokenScore.hi
        score.bytes = [0x20, 0xF0, 0x9F]
        score.alternatives = [
            .init(token: 1, bytes: [0xF0, 0x9F], logprob: -0.1), .init(token: 2, bytes: [0xF0, 0x98], logprob: -1),
            .init(token: 3, bytes: [65], logprob: -2), .init(token: 4, bytes: [65], logprob: -3),
        ]
        let body = try Self.reply([
            (0, .delta(choice: 0, .logprobs([score, Self.score("z")]))), (0, .choiceFinished(choice: 0, .stop)),
            (0, .finished(.test)),
        ])
        let logprobs = body["choices"]?.arrayValue?.first?["logprobs"]
        #expect(logprobs?["tokens"] == [#"bytes: \xf0\x9f"#, "z"])
        #expect(
            logprobs?["top_logprobs"]?.arrayValue?.first?.text
                == #"{"bytes:\\xf0\\x9f":-0.1,"bytes:\\xf0\\x98":-1.0,"A":-2.0,"bytes: \\xf0\\x9f":-0.01}"#
        )
        #expect(logprobs?["text_offset"] == [0, 2])
    }

    @Test func scoresWithoutTextComeBeforeTheEnd() {
        let pieces = Self.stream([
            (0, .delta(choice: 0, .logprobs([Self.score("</s>")]))), (0, .choiceFinished(choice: 0, .stop)),
        ])
        let logprobs =
            #"{"tokens":["</s>"],"token_logprobs":[-0.5],"top_logprobs":[{"</s>":-0.5}],"text_offset":[0]}"#
        #expect(pieces == ["", Self.chunk(0, "", logprobs: logprobs) + Self.chunk(0, "", reason: #""stop""#)])
    }

    @Test func aFailureOfOnePromptEndsTheStream() {
        var encoder = CompletionStreamEncoder(Self.identity, prompts: 2, choicesPerPrompt: 1, includeUsage: true)
        _ = encoder.encode(.delta(choice: 0, .content("Half")), ofPrompt: 1)
        let frame =
            #"data: {"error":{"message":"The model stopped working: out of memory.","type":"server_error","param":null,"code":"server_error"}}"#
        #expect(
            String(decoding: encoder.fail(.modelFailed("out of memory")), as: UTF8.self) == frame + "\n\n" + Self.done
        )
        #expect(encoder.encode(.delta(choice: 0, .content("more")), ofPrompt: 0).isEmpty)
        #expect(encoder.encode(.phase(.queued(ahead: 0)), ofPrompt: 0).isEmpty)
        #expect(encoder.fail(.internalFailure).isEmpty)
    }
}
