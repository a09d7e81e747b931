import SwarmCore
import Testing
import WireFormats

/// What a client makes of a stream, and the rules that every event has to keep.
struct ResponsesReader {
    struct Item {
        var added: JSON
        var done: JSON?
        var deltas = ""
    }

    var items: [Int: Item] = [:]
    var response: JSON?
    private var number = 0

    mutating func read(_ bytes: [UInt8]) throws {
        let frames = try ResponsesFrames(bytes)
        for (name, event) in zip(frames.names, frames.data) { try read(name, event) }
    }

    private mutating func read(_ name: String, _ event: JSON) throws {
        #expect(response == nil)
        #expect(event["type"]?.stringValue == name)
        #expect(event["sequence_number"]?.intValue == number)
        switch number {
        case 0: #expect(name == "response.created")
        case 1: #expect(name == "response.in_progress")
        default: try readLater(name, event)
        }
        number += 1
    }

    private mutating func readLater(_ name: String, _ event: JSON) throws {
        if ["response.completed", "response.incomplete", "response.failed"].contains(name) {
            response = event["response"]
            return
        }
        let place = try #require(event["output_index"]?.intValue)
        guard name != "response.output_item.added" else {
            #expect(place == items.count)
            items[place] = Item(added: try #require(event["item"]))
            return
        }
        let item = try #require(items[place])
        #expect(item.done == nil)
        let id = event["item_id"] ?? event["item"]?["id"]
        #expect(id != nil && id == item.added["id"])
        if name.hasSuffix(".delta") { items[place]?.deltas += try #require(event["delta"]?.stringValue) }
        if name == "response.output_item.done" {
            items[place]?.done = event["item"]
        } else if name.hasSuffix(".done"), let whole = event["text"] ?? event["arguments"] ?? event["input"] {
            #expect(whole.stringValue == items[place]?.deltas)
        }
    }

    /// What is to hold at the end of a stream that did not fail.
    func check() throws {
        let output = try #require(response?["output"]?.arrayValue)
        #expect(output == items.sorted { $0.key < $1.key }.map { $0.value.done })
        #expect(Set(output.compactMap { $0["id"]?.stringValue }).count == output.count)
        for (place, item) in items {
            let whole =
                output[place]["arguments"] ?? output[place]["input"]
                ?? (output[place]["content"] ?? output[place]["summary"])?.arrayValue?.first?["text"]
            #expect(whole?.stringValue == item.deltas)
        }
    }
}

struct ResponsesStreamInvariantTests {
    @Test(arguments: 0..<200)
    func aClientReadsTheSameFromAStreamAsFromABody(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let events = ChatStreamInvariantTests.events(using: &random)
        var stream = ResponsesStreamEncoder(try .test())
        var whole = ResponsesReplyEncoder(try .test())
        var reader = ResponsesReader()
        var body: JSON?
        for event in events {
            try reader.read(stream.encode(event))
            body = whole.encode(event)
        }
        try reader.check()
        #expect(reader.response == body)
        #expect(stream.outcome == whole.outcome)
        #expect(body?["swarm"]?.objectValue != nil)
        #expect(body?["usage"]?["total_tokens"]?.intValue == 19)
    }

    @Test(arguments: 0..<200)
    func eventsInAnyOrderNeverBreakTheRules(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var encoder = ResponsesStreamEncoder(try .test())
        var reader = ResponsesReader()
        for _ in 0..<20 {
            let index = Int.random(in: 0..<3, using: &random)
            let event: AnswerEvent =
                switch Int.random(in: 0..<16, using: &random) {
                case 0: .phase(.queued(ahead: 1))
                case 1: .choiceFinished(choice: index, FinishReason.allCases[index])
                case 2, 3: .delta(choice: 0, .toolCall(index: index, id: "c\(index)", name: index == 1 ? "patch" : "f"))
                case 4, 5, 6: .delta(choice: 0, .toolArguments(index: index, "{}"))
                case 7, 8: .delta(choice: 0, .toolArguments(index: index, #"{"input":""#))
                case 9, 10: .delta(choice: 0, .content(ChatStreamInvariantTests.piece(using: &random)))
                case 11, 12: .delta(choice: 0, .reasoning(ChatStreamInvariantTests.piece(using: &random)))
                case 13: .delta(choice: 1, .content("not ours"))
                default: .delta(choice: 0, .logprobs([.hi]))
                }
            try reader.read(encoder.encode(event))
        }
        try reader.read(encoder.encode(.finished(.test)))
        try reader.check()
        #expect(encoder.encode(.finished(.test)).isEmpty)
    }

    /// A client that sends the whole conversation back every time continues the same one as a client that names the
    /// response.
    @Test(arguments: 0..<200)
    func itemsThatAreSentBackAreTheTurnThatIsKept(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var encoder = ResponsesReplyEncoder(try .test())
        var calls = 0
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: _ = encoder.encode(.delta(choice: 0, .reasoning("r\(calls)")))
            case 1: _ = encoder.encode(.delta(choice: 0, .content("c\(calls)")))
            default:
                let isCustom = Bool.random(using: &random)
                let name = isCustom ? "patch" : "f"
                _ = encoder.encode(.delta(choice: 0, .toolCall(index: calls, id: "id\(calls)", name: name)))
                if isCustom || Bool.random(using: &random) {
                    _ = encoder.encode(.delta(choice: 0, .toolArguments(index: calls, #"{"input":"\n"}"#)))
                }
                calls += 1
            }
        }
        _ = encoder.encode(.finished(.test))
        let outcome = try #require(encoder.outcome)
        let output = try #require(outcome.response["output"]?.arrayValue)
        let question: JSON = ["role": "user", "content": "x"]
        let turn = try ResponsesBody.decode(["input": .array([question] + output)]).conversation.dropFirst()
        let says = !outcome.message.content.isEmpty || !outcome.message.toolCalls.isEmpty
        #expect(Array(turn) == (says ? [outcome.message] : []))
    }
}
