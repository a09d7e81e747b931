import SwarmCore
import Testing
import WireFormats

/// What a client makes of a stream of completions.
private struct CompletionReader {
    struct Choice: Equatable {
        var text = ""
        var reason: String?
        var lists: [String: [JSON]] = [:]

        mutating func take(_ logprobs: JSON?) throws {
            guard let logprobs = logprobs?.objectValue else { return }
            #expect(logprobs.keys == ["tokens", "token_logprobs", "top_logprobs", "text_offset"])
            #expect(Set(logprobs.members.map { $0.value.arrayValue?.count }).count == 1)
            for (key, value) in logprobs.members { lists[key, default: []] += try #require(value.arrayValue) }
        }
    }

    var choices: [Int: Choice] = [:]
    var usage: JSON?
    var reports: [JSON] = []
    var isDone = false

    mutating func read(_ bytes: [UInt8]) throws {
        var parser = ServerSentEventParser()
        for event in parser.feed(bytes) {
            guard case .message(_, let data) = event else { continue }
            #expect(!isDone)
            if data == "[DONE]" {
                isDone = true
                continue
            }
            let chunk = try JSON(parsing: data)
            #expect(chunk["object"] == "text_completion")
            if let counts = chunk["usage"] {
                #expect(usage == nil)
                usage = counts
            }
            if let report = chunk["swarm"] { reports.append(report) }
            for choice in try #require(chunk["choices"]?.arrayValue) { try read(choice: choice) }
        }
    }

    private mutating func read(choice: JSON) throws {
        let index = try #require(choice["index"]?.intValue)
        var known = choices[index] ?? Choice()
        #expect(known.reason == nil)
        known.text += try #require(choice["text"]?.stringValue)
        try known.take(choice["logprobs"])
        known.reason = choice["finish_reason"]?.stringValue
        choices[index] = known
    }
}

struct CompletionInvariantTests {
    /// The events of one prompt in an order that is allowed, choices interleaved.
    static func events(choices: Int, using random: inout SplitMix64) -> [AnswerEvent] {
        var left = (0..<choices).map { choice in
            let deltas = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                var calls = 0
                return AnswerEvent.delta(choice: choice, ChatStreamInvariantTests.delta(calls: &calls, using: &random))
            }
            return deltas + [
                .choiceFinished(choice: choice, FinishReason.allCases[Int.random(in: 0..<3, using: &random)])
            ]
        }
        var events: [AnswerEvent] = []
        if Bool.random(using: &random) {
            events.append(
                .prompt(ChatStreamInvariantTests.piece(using: &random), Bool.random(using: &random) ? [.hi] : [])
            )
        }
        while let choice = left.indices.filter({ !left[$0].isEmpty }).randomElement(using: &random) {
            if Bool.random(using: &random) { events.append(.phase(.voting(ready: 0, of: 2))) }
            events.append(left[choice].removeFirst())
        }
        return events + [.finished(.test)]
    }

    @Test(arguments: 0..<200)
    func aClientReadsTheSameFromAStreamAsFromABody(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (prompts, choices) = (Int.random(in: 1...3, using: &random), Int.random(in: 1...3, using: &random))
        let includeUsage = Bool.random(using: &random)
        var left = (0..<prompts).map { _ in Self.events(choices: choices, using: &random) }
        let identity = CompletionReplyTests.identity
        var stream = CompletionStreamEncoder(
            identity,
            prompts: prompts,
            choicesPerPrompt: choices,
            includeUsage: includeUsage
        )
        var whole = CompletionReplyEncoder(identity, prompts: prompts, choicesPerPrompt: choices)
        var reader = CompletionReader()
        var body: JSON?
        while let prompt = left.indices.filter({ !left[$0].isEmpty }).randomElement(using: &random) {
            let event = left[prompt].removeFirst()
            #expect(body == nil)
            #expect(!reader.isDone)
            try reader.read(stream.encode(event, ofPrompt: prompt))
            body = whole.encode(event, ofPrompt: prompt)
        }

        #expect(reader.isDone)
        #expect(reader.usage == (includeUsage ? body?["usage"] : nil))
        #expect(body?["usage"]?["total_tokens"]?.intValue == 19 * prompts)
        #expect(reader.reports == [try #require(body?["swarm"])])
        #expect(body?["swarm"]?.arrayValue?.count == (prompts == 1 ? nil : prompts))
        let known = try #require(body?["choices"]?.arrayValue)
        #expect(known.map { $0["index"]?.intValue } == Array(0..<prompts * choices))
        for (index, choice) in known.enumerated() {
            var expected = CompletionReader.Choice()
            expected.text = try #require(choice["text"]?.stringValue)
            expected.reason = try #require(choice["finish_reason"]?.stringValue)
            try expected.take(choice["logprobs"])
            #expect(reader.choices[index] == expected)
            #expect(["stop", "length"].contains(expected.reason))
            let offsets = (expected.lists["text_offset"] ?? []).compactMap(\.intValue)
            #expect(offsets == offsets.sorted())
        }
    }

    @Test(arguments: 0..<100)
    func eventsInAnyOrderNeverBreakTheRulesOfAChunk(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var encoder = CompletionStreamEncoder(
            CompletionReplyTests.identity,
            prompts: 2,
            choicesPerPrompt: 2,
            includeUsage: Bool.random(using: &random)
        )
        var reader = CompletionReader()
        for _ in 0..<30 {
            let choice = Int.random(in: -1...2, using: &random)
            var calls = 1
            let event: AnswerEvent =
                switch Int.random(in: 0..<8, using: &random) {
                case 0: .phase(.queued(ahead: 1))
                case 1: .choiceFinished(choice: choice, .toolCalls)
                case 2: .prompt(ChatStreamInvariantTests.piece(using: &random), [.hi])
                default: .delta(choice: choice, ChatStreamInvariantTests.delta(calls: &calls, using: &random))
                }
            try reader.read(encoder.encode(event, ofPrompt: Int.random(in: -1...2, using: &random)))
        }
        #expect(encoder.encode(.finished(.test), ofPrompt: 5).isEmpty)
        for prompt in [1, 1, 0] { try reader.read(encoder.encode(.finished(.test), ofPrompt: prompt)) }
        #expect(reader.isDone)
        #expect(reader.reports.count == 1)
        #expect(reader.choices.keys.allSatisfy { (0..<4).contains($0) })
        #expect(encoder.encode(.finished(.test), ofPrompt: 0).isEmpty)
    }
}
