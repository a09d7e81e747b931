import SwarmCore
import Testing
import WireFormats

/// Replies to votes by peers that behave, and by others.
@Suite struct VoteReadingTests {
    /// What came of each candidate, and every index that was told of.
    struct Read {
        var updates: [(index: Int, event: CandidateEvent)] = []

        func events(_ index: Int) -> [CandidateEvent] { updates.filter { $0.index == index }.map(\.event) }
        var indices: Set<Int> { Set(updates.map(\.index)) }

        mutating func add(_ events: [(Int, CandidateEvent)]) {
            for (index, event) in events { updates.append((index, event)) }
        }
    }

    static func read(_ bytes: [UInt8], candidates: [Int] = [0, 1], pieces: Int = .max) -> Read {
        var reading = VoteReading(candidates: candidates, promptTokens: 5)
        var read = Read()
        var rest = bytes[...]
        while !rest.isEmpty {
            read.add(reading.feed(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        read.add(reading.end("it left"))
        return read
    }

    static func read(_ lines: [String], candidates: [Int] = [0, 1]) -> Read {
        read(Array(lines.map { $0 + "\n" }.joined().utf8), candidates: candidates)
    }

    private static let left = CandidateEvent.failed(.backend("it left"))

    @Test(arguments: [1, 7, 4096])
    func whatIsWrittenIsReadBackHoweverItIsCut(pieces: Int) {
        let usage = Usage(promptTokens: 40, completionTokens: 9, cachedTokens: 30, reasoningTokens: 2)
        let first: [CandidateEvent] = [
            .text(TextDelta(text: "Hm. é\n", channel: .reasoning)), .text(TextDelta(text: "Look.", channel: .content)),
            .text(TextDelta(text: "", channel: .call(index: 0, name: "ls"))),
            .text(TextDelta(text: "{\"a\":1}", channel: .call(index: 0, name: "ls"))),
            .text(TextDelta(text: "{}", channel: .call(index: 1, name: "rm"))),
            .finished(Outcome(reason: .toolCalls, usage: usage)),
        ]
        let second: [CandidateEvent] = [.text(TextDelta(text: "4", channel: .content)), .failed(.shed)]
        var bytes: [UInt8] = []
        for event in first.prefix(2) { bytes += VoteLine.candidate(7, event).bytes ?? [] }
        bytes += VoteLine.alive.bytes ?? []
        for event in second { bytes += VoteLine.candidate(2, event).bytes ?? [] }
        for event in first.dropFirst(2) { bytes += VoteLine.candidate(7, event).bytes ?? [] }
        let read = Self.read(bytes, candidates: [2, 7], pieces: pieces)
        #expect(read.events(7) == first)
        #expect(read.events(2) == second)
    }

    @Test func aReplyThatBreaksOffEndsWhatHasNotEnded() {
        let read = Self.read([#"{"candidate":1,"content":"4"}"#, #"{"candidate":0,"end":"stop"}"#])
        #expect(read.events(1).last == Self.left)
        #expect(read.events(0).outcome?.reason == .stop)
    }

    @Test func aHalfLineDoesNotCount() {
        let read = Self.read(Array(#"{"candidate":0,"content":"42"}"#.utf8))
        #expect(read.events(0) == [Self.left])
    }

    @Test(arguments: [
        "{}", #"{"alive":true}"#, #"{"candidate":0}"#, #"{"candidate":5,"content":"x"}"#,
        #"{"candidate":-1,"end":"stop"}"#, #"{"candidate":"0","content":"x"}"#, #"{"candidate":0.5,"content":"x"}"#,
        #"{"candidate":0,"content":7}"#, #"{"candidate":0,"call":0}"#, #"{"candidate":0,"call":"0","arguments":"{}"}"#,
        #"{"candidate":0,"end":true}"#, #"{"candidate":0,"error":{}}"#, #"{"candidate":null,"content":"x"}"#, "",
    ])
    func whatMeansNothingIsPassedOver(line: String) {
        let read = Self.read([line, #"{"candidate":0,"content":"42"}"#, #"{"candidate":0,"end":"stop"}"#])
        #expect(read.indices == [0, 1])
        #expect(read.events(0).text(.content) == "42")
        #expect(read.events(0).outcome != nil)
        #expect(read.events(1) == [Self.left])
    }

    @Test(arguments: ["nonsense", "[1]", "null", "{\"candidate\":", "\u{0}", "42", "<html>"])
    func whatIsNoObjectEndsEverything(line: String) {
        let read = Self.read([line, #"{"candidate":0,"content":"42"}"#])
        let lost = CandidateEvent.failed(.backend("it sent a line that is no JSON object"))
        #expect(read.events(0) == [lost])
        #expect(read.events(1) == [lost])
    }

    @Test func whatComesAfterTheEndDoesNotCount() {
        let read = Self.read([
            #"{"candidate":0,"content":"1"}"#, #"{"candidate":0,"end":"stop"}"#, #"{"candidate":0,"content":"2"}"#,
            #"{"candidate":0,"end":"length"}"#, #"{"candidate":0,"error":"backend"}"#, #"{"candidate":1,"end":"stop"}"#,
            "garbage",
        ])
        #expect(read.events(0).text(.content) == "1")
        #expect(read.events(0).outcome?.reason == .stop)
        #expect(read.events(0).count(where: \.isEnd) == 1)
        #expect(read.events(1).count == 1)
    }

    @Test(
        arguments: [
            (
                #""prompt_tokens":-3,"completion_tokens":999999999,"cached_tokens":-1,"reasoning_tokens":99"#, 0, 66, 0,
                66
            ),
            (#""prompt_tokens":99999999999,"completion_tokens":-1,"cached_tokens":3"#, Int(Int32.max), 0, 3, 0),
            (#""prompt_tokens":"7","completion_tokens":null,"cached_tokens":[],"reasoning_tokens":{}"#, 5, 1, 0, 0),
            (#""prompt_tokens":9,"completion_tokens":2,"cached_tokens":8,"reasoning_tokens":1"#, 9, 2, 8, 1),
        ] as [(String, Int, Int, Int, Int)]
    )
    func onlyCountsThatCanBeAreBelieved(told: String, prompt: Int, completion: Int, cached: Int, reasoning: Int) {
        let read = Self.read([#"{"candidate":0,"content":"42"}"#, #"{"candidate":0,"end":"stop",\#(told)}"#])
        let usage = Usage(
            promptTokens: prompt,
            completionTokens: completion,
            cachedTokens: cached,
            reasoningTokens: reasoning
        )
        #expect(read.events(0).outcome?.usage == usage)
    }

    @Test(arguments: [
        ("stop", false, FinishReason.stop), ("tool_calls", false, .stop), ("", false, .stop),
        ("length", false, .length), ("stop", true, .toolCalls), ("length", true, .length),
        ("tool_calls", true, .toolCalls),
    ])
    func howAnAnswerEndedFollowsFromWhatItIs(word: String, hasCall: Bool, reason: FinishReason) {
        let call = hasCall ? [#"{"candidate":0,"call":0,"name":"ls","arguments":"{}"}"#] : []
        #expect(Self.read(call + [#"{"candidate":0,"end":"\#(word)"}"#]).events(0).outcome?.reason == reason)
    }

    @Test(arguments: [-1, 1, 128, Int.max])
    func callsOutOfOrderLoseTheCandidateAlone(number: Int) {
        let read = Self.read([
            #"{"candidate":0,"call":\#(number),"name":"ls","arguments":"{}"}"#, #"{"candidate":1,"content":"42"}"#,
            #"{"candidate":1,"end":"stop"}"#,
        ])
        let words = "it numbered its calls wrongly, or called more than 128 tools"
        #expect(read.events(0) == [.failed(.backend(words))])
        #expect(read.events(1).outcome != nil)
    }

    @Test func nobodyCallsThousandsOfToolsAtOnce() {
        let lines = (0..<200).map { #"{"candidate":0,"call":\#($0),"name":"ls","arguments":"{}"}"# }
        let events = Self.read(lines).events(0)
        #expect(events.deltas.count == 128)
        #expect(events.count == 129)
        #expect(events.last?.isEnd == true)
    }

    @Test func theFirstPieceOfACallNamesIt() {
        let read = Self.read([
            #"{"candidate":0,"call":0,"name":"read","arguments":"{"}"#,
            #"{"candidate":0,"call":0,"name":"delete","arguments":"}"}"#, #"{"candidate":0,"end":"stop"}"#,
        ])
        #expect(read.events(0).calls == [ToolCall(id: "", name: "read", arguments: "{}")])
        #expect(read.events(0).deltas.allSatisfy { $0.channel == .call(index: 0, name: "read") })
    }

    @Test(arguments: [
        ("shed", SourceError.shed), ("cancelled", .cancelled), ("saturated", .saturated(retryAfterSeconds: 2)),
        ("context_length", .backend("why")), ("anything", .backend("why")),
    ])
    func aLossIsToldInThePeersWords(code: String, error: SourceError) {
        let read = Self.read([#"{"candidate":0,"error":"\#(code)","reason":"why"}"#])
        #expect(read.events(0) == [.failed(error)])
    }

    @Test func longReasonsAreCut() {
        let reason = String(repeating: "x", count: 5000)
        let read = Self.read([#"{"candidate":0,"error":"backend","reason":"\#(reason)"}"#])
        #expect(read.events(0) == [.failed(.backend(String(reason.prefix(300))))])
    }
}
