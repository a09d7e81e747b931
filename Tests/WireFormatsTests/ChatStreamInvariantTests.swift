import SwarmCore
import Testing
import WireFormats

/// What a client makes of a stream, and the rules that every chunk has to keep.
struct StreamReader {
    struct Choice {
        var content = ""
        var reasoning = ""
        var calls: [Int: ToolCall] = [:]
        var scores = 0
        var reason: String?
    }

    var choices: [Int: Choice] = [:]
    var usages = 0
    var reports = 0
    var isDone = false
    var heads: Set<String> = []

    mutating func read(_ bytes: [UInt8]) throws {
        var parser = ServerSentEventParser()
        for event in parser.feed(bytes) {
            guard case .message(let name, let data) = event else {
                guard case .comment(let text) = event else { continue }
                #expect(text.hasPrefix("keep-alive, "))
                continue
            }
            #expect(name == nil)
            #expect(!isDone)
            if data == "[DONE]" { isDone = true } else { try read(chunk: try JSON(parsing: data)) }
        }
    }

    private mutating func read(chunk: JSON) throws {
        let object = try #require(chunk.objectValue)
        #expect(object["object"] == "chat.completion.chunk")
        #expect(object["error"] == nil)
        heads.insert("\(object["id"]?.text ?? "") \(object["created"]?.text ?? "") \(object["model"]?.text ?? "")")
        if let usage = object["usage"] {
            usages += 1
            #expect(usage["total_tokens"]?.intValue == 19)
        }
        if let report = object["swarm"] {
            reports += 1
            #expect(report.objectValue != nil)
        }
        let list = try #require(object["choices"]?.arrayValue)
        #expect(list.count == 1 || object["swarm"] != nil)
        for choice in list { try read(choice: choice) }
    }

    private mutating func read(choice: JSON) throws {
        let index = try #require(choice["index"]?.intValue)
        let delta = try #require(choice["delta"]?.objectValue)
        #expect(delta.members.allSatisfy { !$0.value.isNull })
        #expect((choices[index] == nil) == (delta["role"] == "assistant"))
        #expect(choices[index]?.reason == nil)
        #expect(["content", "reasoning_content", "tool_calls"].filter { delta[$0] != nil }.count <= 1)
        var known = choices[index] ?? Choice()
        known.content += delta["content"]?.stringValue ?? ""
        known.reasoning += delta["reasoning_content"]?.stringValue ?? ""
        known.scores += choice["logprobs"]?["content"]?.arrayValue?.count ?? 0
        known.reason = choice["finish_reason"]?.stringValue
        #expect((known.reason != nil) == delta.isEmpty)
        for call in delta["tool_calls"]?.arrayValue ?? [] {
            let place = try #require(call["index"]?.intValue)
            let arguments = try #require(call["function"]?["arguments"]?.stringValue)
            if let id = call["id"]?.stringValue {
                #expect(known.calls[place] == nil)
                known.calls[place] = ToolCall(
                    id: id,
                    name: try #require(call["function"]?["name"]?.stringValue),
                    arguments: ""
                )
            }
            #expect(known.calls[place] != nil)
            known.calls[place]?.arguments += arguments
        }
        choices[index] = known
    }
}

struct ChatStreamInvariantTests {
    static func piece(using random: inout SplitMix64) -> String {
        let words = ["", "a", "\"", "\n\n", "data: x", "é😀", "\u{2028}", "\\u", "\u{0}", "{\"k\":"]
        return (0..<3).map { _ in words[Int.random(in: words.indices, using: &random)] }.joined()
    }

    static func delta(calls: inout Int, using random: inout SplitMix64) -> AnswerDelta {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return .reasoning(piece(using: &random))
        case 1: return .content(piece(using: &random))
        case 2: return .logprobs([.hi])
        case 3 where calls > 0:
            return .toolArguments(index: Int.random(in: 0..<calls, using: &random), piece(using: &random))
        default:
            defer { calls += 1 }
            return .toolCall(index: calls, id: "call_\(calls)", name: piece(using: &random))
        }
    }

    /// Events in an order that is allowed: choices interleave, each ends once, the summary is last.
    static func events(using random: inout SplitMix64) -> [AnswerEvent] {
        var left = (0..<Int.random(in: 1...3, using: &random)).map { choice in
            var calls = 0
            let deltas = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                AnswerEvent.delta(choice: choice, delta(calls: &calls, using: &random))
            }
            let reason = FinishReason.allCases[Int.random(in: 0..<3, using: &random)]
            return deltas + [.choiceFinished(choice: choice, reason)]
        }
        var events: [AnswerEvent] = []
        while let choice = left.indices.filter({ !left[$0].isEmpty }).randomElement(using: &random) {
            if Bool.random(using: &random) { events.append(.phase(.voting(ready: 0, of: 2))) }
            events.append(left[choice].removeFirst())
        }
        return events + [.finished(.test)]
    }

    @Test(arguments: 0..<200)
    func aClientReadsTheSameFromAStreamAsFromABody(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let events = Self.events(using: &random)
        let includeUsage = Bool.random(using: &random)
        var stream = ChatStreamEncoder(.test, includeUsage: includeUsage)
        var whole = ChatResponseEncoder(.test)
        var reader = StreamReader()
        var body: JSON?
        for event in events {
            try reader.read(stream.encode(event))
            body = whole.encode(event)
        }

        #expect(reader.isDone)
        #expect(reader.heads.count == 1)
        #expect(reader.usages == (includeUsage ? 1 : 0))
        #expect(reader.reports == 1)
        let choices = try #require(body?["choices"]?.arrayValue)
        #expect(choices.map { $0["index"]?.intValue } == Array(0..<reader.choices.count))
        for (index, choice) in choices.enumerated() {
            let read = try #require(reader.choices[index])
            let message = try #require(choice["message"]?.objectValue)
            #expect(read.reason == choice["finish_reason"]?.stringValue)
            #expect((read.reason == "tool_calls") == (!read.calls.isEmpty && read.reason != "length"))
            #expect(read.content == message["content"]?.stringValue ?? "")
            #expect(read.reasoning == message["reasoning_content"]?.stringValue ?? "")
            #expect(read.scores == choice["logprobs"]?["content"]?.arrayValue?.count ?? 0)
            let calls = (message["tool_calls"]?.arrayValue ?? []).map { call in
                ToolCall(
                    id: call["id"]?.stringValue ?? "",
                    name: call["function"]?["name"]?.stringValue ?? "",
                    arguments: call["function"]?["arguments"]?.stringValue ?? ""
                )
            }
            #expect(read.calls.sorted { $0.key < $1.key }.map(\.value) == calls)
        }
    }

    @Test(arguments: 0..<200)
    func eventsInAnyOrderNeverBreakTheRulesOfAChunk(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var encoder = ChatStreamEncoder(.test, includeUsage: Bool.random(using: &random))
        var reader = StreamReader()
        for _ in 0..<20 {
            let choice = Int.random(in: 0..<2, using: &random)
            let index = Int.random(in: 0..<2, using: &random)
            let event: AnswerEvent =
                switch Int.random(in: 0..<8, using: &random) {
                case 0: .phase(.queued(ahead: 1))
                case 1: .choiceFinished(choice: choice, .toolCalls)
                case 2: .delta(choice: choice, .toolCall(index: index, id: "c\(index)", name: "f"))
                case 3, 4: .delta(choice: choice, .toolArguments(index: index, "{}"))
                case 5: .delta(choice: choice, .content(Self.piece(using: &random)))
                case 6: .delta(choice: choice, .reasoning(Self.piece(using: &random)))
                default: .delta(choice: choice, .logprobs([.hi]))
                }
            try reader.read(encoder.encode(event))
        }
        try reader.read(encoder.encode(.finished(.test)))
        #expect(reader.isDone)
        #expect(encoder.encode(.finished(.test)).isEmpty)
    }
}
