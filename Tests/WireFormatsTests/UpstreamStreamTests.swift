import SwarmCore
import Testing
import WireFormats

@Suite struct UpstreamStreamTests {
    /// Everything that comes of a stream whose bytes arrive in pieces of one size.
    static func events(
        _ bytes: [UInt8],
        pieces: Int = .max,
        wantsScores: Bool = false,
        ends: Bool = true
    ) -> [CandidateEvent] {
        var stream = UpstreamStream(wantsScores: wantsScores, promptTokens: 5)
        var events: [CandidateEvent] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            events += stream.feed(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        if ends, let end = stream.end() { events.append(end) }
        return events
    }

    static func events(_ frames: [String], wantsScores: Bool = false) -> [CandidateEvent] {
        events(Array(frames.map { "data: \($0)\n\n" }.joined().utf8), wantsScores: wantsScores)
    }

    @Test(arguments: [1, 7, 4096])
    func aRecordedAnswerIsTakenApartHoweverItIsCut(pieces: Int) throws {
        let events = Self.events(try Fixture.bytes("a_opencode_v1_turn1.response.sse"), pieces: pieces)
        #expect(
            events.text(.reasoning)
                == "The flag is printed by the list command. I should find the code that writes the array."
        )
        #expect(events.text(.content) == "I look for the code that prints the list.")
        let calls = events.calls
        #expect(calls.map(\.name) == ["grep", "read"])
        for call in calls { #expect(try JSON(parsing: call.arguments).objectValue != nil) }
        let outcome = try #require(events.outcome)
        #expect(outcome.reason == .toolCalls)
        #expect(outcome.usage.promptTokens > 1000)
        #expect(outcome.usage.completionTokens > 0)
        #expect(events.count(where: \.isEnd) == 1)
    }

    @Test func whatOurOwnEncoderWritesIsReadBack() throws {
        var encoder = ChatStreamEncoder(
            ChatIdentity(id: "x", created: 1, model: "m", fingerprint: "f"),
            includeUsage: true
        )
        let score = TokenScore(token: 1, bytes: [0x68, 0x69], logprob: -0.25, selfCertainty: 3)
        let told: [AnswerEvent] = [
            .phase(.queued(ahead: 1)), .delta(choice: 0, .reasoning("Hm. ")), .delta(choice: 0, .logprobs([score])),
            .delta(choice: 0, .content("hi")), .delta(choice: 0, .toolCall(index: 0, id: "call_9", name: "ls")),
            .delta(choice: 0, .toolArguments(index: 0, "{\"a\"")), .delta(choice: 0, .toolArguments(index: 0, ":1}")),
            .choiceFinished(choice: 0, .toolCalls), .finished(.test),
        ]
        let bytes = told.flatMap { encoder.encode($0) }
        let events = Self.events(bytes, wantsScores: true)
        #expect(events.text(.reasoning) == "Hm. ")
        #expect(events.text(.content) == "hi")
        #expect(events.calls == [ToolCall(id: "", name: "ls", arguments: "{\"a\":1}")])
        #expect(events.outcome == Outcome(reason: .toolCalls, usage: AnswerSummary.test.usage))
        let scores = events.deltas.flatMap(\.tokens)
        #expect(scores.map(\.bytes) == [[0x68, 0x69]])
        #expect(scores.map(\.logprob) == [-0.25])
        #expect(scores.map(\.token) == [-1])
        #expect(Self.events(bytes).deltas.flatMap(\.tokens).isEmpty, "scores nobody asked for")
    }

    @Test func anErrorInsideTheStreamEndsTheCandidateInTheServersWords() throws {
        let events = Self.events(try Fixture.bytes("g_stream_keepalive_and_error.sse"))
        #expect(events.text(.content) == "Half an answer")
        #expect(events.last == .failed(.backend("The model stopped working: out of memory")))
        #expect(events.count(where: \.isEnd) == 1)
    }

    @Test(arguments: [
        (#"{"error":"no"}"#, "no"), (#"{"error":{"message":"a\u0007 b\n c"}}"#, "a b c"),
        (#"{"error":{}}"#, "no reason given"),
    ])
    func errorsComeInSeveralForms(frame: String, words: String) {
        #expect(Self.events([frame]) == [.failed(.backend(words))])
    }

    @Test func aStreamWithoutItsLastLineIsWhole() {
        let chunk = #"{"choices":[{"delta":{"content":"42"}}]}"#
        let finish = #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#
        #expect(Self.events([chunk, finish]).outcome?.reason == .stop)
        #expect(Self.events([chunk, finish, "[DONE]"]).outcome?.reason == .stop)
        #expect(Self.events([chunk]).last == .failed(.backend("it broke off in the middle of an answer")))
        #expect(Self.events([chunk, "[DONE]"]).last == .failed(.backend("it broke off in the middle of an answer")))
    }

    @Test func whatComesAfterTheEndDoesNotCount() {
        let finish = #"{"choices":[{"delta":{"content":"1"},"finish_reason":"stop"}]}"#
        let more = #"{"choices":[{"delta":{"content":"2"},"finish_reason":"length"}]}"#
        let events = Self.events([finish, more, "[DONE]", more, "garbage"])
        #expect(events.text(.content) == "1")
        #expect(events.outcome?.reason == .stop)
        #expect(events.count(where: \.isEnd) == 1)
    }

    @Test func countsAreEstimatedWhereTheServerDoesNotCount() {
        let frames = [#"{"choices":[{"delta":{"content":"12345678"}}]}"#, #"{"choices":[{"finish_reason":"length"}]}"#]
        #expect(
            Self.events(frames).outcome == Outcome(reason: .length, usage: Usage(promptTokens: 5, completionTokens: 2))
        )
        let wrong = #"{"choices":[],"usage":{"prompt_tokens":-3,"completion_tokens":99999999999999}}"#
        let usage = Self.events(frames + [wrong]).outcome?.usage
        #expect(usage?.promptTokens == 0)
        #expect(usage?.completionTokens == Int(Int32.max))
    }

    @Test(arguments: ["nonsense", "[1]", "null", "{\"choices\":", "\u{FFFD}", "42"])
    func whatIsNoObjectEndsTheCandidate(data: String) {
        #expect(Self.events([data]) == [.failed(.backend("it sent an event that is no JSON object"))])
    }

    @Test(arguments: [
        #"{}"#, #"{"choices":{}}"#, #"{"choices":[null,1,"x",{}]}"#, #"{"choices":[{"delta":"x"}]}"#,
        #"{"choices":[{"delta":{"content":7,"tool_calls":{}}}]}"#,
        #"{"choices":[{"index":1,"delta":{"content":"x"}}]}"#,
        #"{"usage":7}"#, #"{"choices":[{"delta":{"tool_calls":[null]}}],"usage":null}"#,
    ])
    func wrongTypesAreHarmless(frame: String) {
        let events = Self.events([frame, #"{"choices":[{"delta":{"content":"ok"},"finish_reason":"stop"}]}"#])
        #expect(events.text(.content) == "ok")
        #expect(events.outcome != nil)
    }

    @Test func anEventWithoutEndIsNotKept() {
        var stream = UpstreamStream(wantsScores: false, promptTokens: 1)
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
        var events: [CandidateEvent] = []
        for _ in 0..<17 { events += stream.feed(piece) }
        #expect(events == [.failed(.backend("it sent an event of more than 1048576 bytes"))])
        #expect(stream.feed(piece).isEmpty)
        #expect(stream.end() == nil)
    }

    @Test func anAnswerWithoutEndIsNotReadForEver() {
        var stream = UpstreamStream(wantsScores: false, promptTokens: 1)
        let chunk = #"{"choices":[{"delta":{"content":""#.utf8 + Array(repeating: UInt8(ascii: "x"), count: 1 << 19)
        let frame = "data: ".utf8 + Array(chunk) + Array("\"}}]}\n\n".utf8)
        var end: CandidateEvent?
        var count = 0
        while end == nil, count < 1000 {
            end = stream.feed(Array(frame)).first(where: \.isEnd)
            count += 1
        }
        #expect(end == .failed(.backend("it sent more than 67108864 bytes")))
        #expect(count == 128)
    }

    @Test(arguments: [
        // Each call is whole and numbered 0; nothing is numbered; a number is missing from later pieces.
        [
            #"[{"index":0,"id":"a","function":{"name":"ls","arguments":"{}"}}]"#,
            #"[{"index":0,"id":"b","function":{"name":"rm","arguments":"{}"}}]"#,
        ],
        [#"[{"id":"a","function":{"name":"ls","arguments":{}}},{"id":"b","function":{"name":"rm","arguments":{}}}]"#],
        [
            #"[{"function":{"name":"ls","arguments":"{"}}]"#, #"[{"function":{"arguments":"}"}}]"#,
            #"[{"function":{"name":"rm","arguments":"{}"}}]"#,
        ],
        [
            #"[{"index":4,"id":"a","function":{"name":"ls","arguments":""}}]"#,
            #"[{"index":4,"function":{"arguments":"{}"}},{"index":9,"id":"b","function":{"name":"rm","arguments":"{}"}}]"#,
        ],
    ])
    func callsAreToldApartHoweverTheyAreNumbered(pieces: [String]) {
        let frames = pieces.map { #"{"choices":[{"delta":{"tool_calls":\#($0)}}]}"# }
        let events = Self.events(frames + [#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#])
        #expect(events.calls.map(\.name) == ["ls", "rm"])
        #expect(events.calls.map(\.arguments) == ["{}", "{}"])
        #expect(events.outcome?.reason == .toolCalls)
    }

    @Test func nobodyCallsThousandsOfToolsAtOnce() {
        let call = #"{"function":{"name":"ls","arguments":"{}"}}"#
        let frame =
            #"{"choices":[{"delta":{"tool_calls":[\#(Array(repeating: call, count: 200).joined(separator: ","))]}}]}"#
        #expect(Self.events([frame]).last == .failed(.backend("it called more than 128 tools in one answer")))
    }

    @Test(arguments: ["content_filter", "abort", "error"])
    func anAnswerThatWasGivenUpIsNone(reason: String) {
        let events = Self.events([#"{"choices":[{"delta":{"content":"x"},"finish_reason":"\#(reason)"}]}"#])
        #expect(events.outcome == nil)
        #expect(events.count(where: \.isEnd) == 1)
    }

    @Test func aServerThatDoesNotStreamIsReadToo() throws {
        var stream = UpstreamStream(wantsScores: false, promptTokens: 1)
        let events = stream.whole(try Fixture.bytes("d_chat_tools_parallel.response.json"))
        #expect(events.calls.count == 2)
        #expect(events.outcome?.reason == .toolCalls)
        var other = UpstreamStream(wantsScores: false, promptTokens: 1)
        #expect(other.whole(Array("<html>".utf8)) == [.failed(.backend("it sent neither a stream nor JSON"))])
        var empty = UpstreamStream(wantsScores: false, promptTokens: 1)
        #expect(empty.whole(Array("{}".utf8)) == [.failed(.backend("its reply has no answer in it"))])
    }

    @Test func randomBytesNeverEndACandidateTwice() {
        var generator = SplitMix64(seed: 11)
        let words = [
            "data: ", "\n", "\n\n", "[DONE]", "{", "}", #"{"choices":[{"delta":{"content":"x"}}]}"#, ":", "\r\n",
            "error", "\u{0}",
        ]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 1..<20, using: &generator)).compactMap { _ in
                words.randomElement(using: &generator)
            }
            let events = Self.events(Array(text.joined().utf8), pieces: Int.random(in: 1..<9, using: &generator))
            #expect(events.count(where: \.isEnd) == 1)
            #expect(events.last?.isEnd == true)
        }
    }
}

extension [CandidateEvent] {
    var deltas: [TextDelta] { compactMap { if case .text(let delta) = $0 { delta } else { nil } } }

    func text(_ channel: TextDelta.Channel) -> String { deltas.filter { $0.channel == channel }.map(\.text).joined() }

    var outcome: Outcome? { if case .finished(let outcome) = last { outcome } else { nil } }

    /// Calls as they are put together.
    var calls: [ToolCall] {
        var calls: [ToolCall] = []
        for delta in deltas {
            guard case .call(let index, let name) = delta.channel else { continue }
            if index == calls.count { calls.append(ToolCall(id: "", name: name, arguments: "")) }
            if calls.indices.contains(index) { calls[index].arguments += delta.text }
        }
        return calls
    }
}
