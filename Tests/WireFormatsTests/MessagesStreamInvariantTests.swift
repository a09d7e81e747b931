import SwarmCore
import Testing
import WireFormats

/// What a client makes of a stream of blocks, and the rules that every event has to keep.
struct MessagesReader {
    struct Block {
        var type: String
        var text = ""
        var id: String?
        var name: String?
        var signature = ""
        var isClosed = false
    }

    var blocks: [Block] = []
    var starts = 0
    var stopReason: String?
    var isDone = false

    mutating func read(_ bytes: [UInt8]) throws {
        var parser = ServerSentEventParser()
        for event in parser.feed(bytes) {
            guard case .message(let name, let data) = event else { continue }
            #expect(!isDone)
            let json = try JSON(parsing: data)
            #expect(json["type"]?.stringValue == name)
            #expect((starts == 0) == (name == "message_start"))
            switch name {
            case "message_start": starts += 1
            case "ping": #expect(blocks.isEmpty)
            case "content_block_start": try begin(json)
            case "content_block_delta": try add(json)
            case "content_block_stop": try close(json)
            case "message_delta":
                #expect(stopReason == nil)
                #expect(!blocks.contains { !$0.isClosed })
                #expect(json["usage"]?["output_tokens"]?.intValue == 7)
                #expect(json["swarm"]?.objectValue != nil)
                stopReason = json["delta"]?["stop_reason"]?.stringValue
            case "message_stop":
                #expect(stopReason != nil)
                isDone = true
            default: Issue.record("unknown event \(name ?? "without a name")")
            }
        }
    }

    private mutating func begin(_ json: JSON) throws {
        #expect(blocks.last?.isClosed != false)
        #expect(json["index"]?.intValue == blocks.count)
        let block = try #require(json["content_block"])
        let type = try #require(block["type"]?.stringValue)
        if type == "tool_use" { #expect(block["input"] == [:]) }
        blocks.append(Block(type: type, id: block["id"]?.stringValue, name: block["name"]?.stringValue))
    }

    private mutating func add(_ json: JSON) throws {
        let index = try #require(json["index"]?.intValue)
        try #require(index == blocks.count - 1)
        #expect(!blocks[index].isClosed)
        let delta = try #require(json["delta"])
        switch (blocks[index].type, delta["type"]?.stringValue) {
        case ("text", "text_delta"): blocks[index].text += try #require(delta["text"]?.stringValue)
        case ("thinking", "thinking_delta"):
            #expect(blocks[index].signature.isEmpty)
            blocks[index].text += try #require(delta["thinking"]?.stringValue)
        case ("thinking", "signature_delta"): blocks[index].signature = try #require(delta["signature"]?.stringValue)
        case ("tool_use", "input_json_delta"):
            blocks[index].text += try #require(delta["partial_json"]?.stringValue)
        default: Issue.record("\(delta) does not fit its block")
        }
    }

    private mutating func close(_ json: JSON) throws {
        let index = try #require(json["index"]?.intValue)
        try #require(index == blocks.count - 1)
        #expect(!blocks[index].isClosed)
        blocks[index].isClosed = true
        if blocks[index].type == "thinking" { #expect(!blocks[index].signature.isEmpty) }
    }

    func text(of type: String) -> String { blocks.filter { $0.type == type }.map(\.text).joined() }
}

struct MessagesStreamInvariantTests {
    /// The pieces of one call, whose arguments are whole unless they are cut off.
    static func call(_ index: Int, isCut: Bool, using random: inout SplitMix64) -> [AnswerDelta] {
        let value = JSON.string(ChatStreamInvariantTests.piece(using: &random))
        let whole = JSON.object(JSON.Object([(key: "a", value: value), (key: "b", value: ["c": [1, 2]])])).text
        var rest = isCut ? whole.dropLast(Int.random(in: 1..<whole.count, using: &random)) : whole[...]
        var deltas: [AnswerDelta] = [.toolCall(index: index, id: "call_\(index)", name: "f\(index)")]
        while !rest.isEmpty {
            let length = Int.random(in: 0...rest.count, using: &random)
            deltas.append(.toolArguments(index: index, String(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
        return deltas
    }

    /// Reasoning, text and calls, each in its own order, in a row or mixed.
    static func events(using random: inout SplitMix64) -> [AnswerEvent] {
        func texts(_ wrap: (String) -> AnswerDelta, using random: inout SplitMix64) -> [AnswerDelta] {
            let count = Int.random(in: 0...3, using: &random)
            return (0..<count).map { _ in wrap(ChatStreamInvariantTests.piece(using: &random)) }
        }
        let isCut = Int.random(in: 0..<4, using: &random) == 0
        let calls = Int.random(in: 0...3, using: &random)
        var left = [texts(AnswerDelta.reasoning, using: &random), texts(AnswerDelta.content, using: &random)]
        for index in 0..<calls { left.append(call(index, isCut: isCut && index == calls - 1, using: &random)) }
        let isMixed = Bool.random(using: &random)
        var events: [AnswerEvent] = []
        while let first = left.indices.first(where: { !left[$0].isEmpty }) {
            let some = left.indices.filter { !left[$0].isEmpty }.randomElement(using: &random) ?? first
            if Int.random(in: 0..<4, using: &random) == 0 { events.append(.phase(.voting(ready: 0, of: 2))) }
            events.append(.delta(choice: 0, left[isMixed ? some : first].removeFirst()))
        }
        return events + [.choiceFinished(choice: 0, isCut ? .length : .stop), .finished(.test)]
    }

    @Test(arguments: 0..<300)
    func aClientReadsTheSameFromAStreamAsFromABody(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var stream = MessagesStreamEncoder(.test, promptTokens: 12)
        var whole = MessagesReplyEncoder(.test)
        var reader = MessagesReader()
        var body: JSON?
        var arguments: [String: String] = [:]
        for event in Self.events(using: &random) {
            if case .delta(_, .toolCall(let call, _, _)) = event { arguments["toolu_\(call)"] = "" }
            if case .delta(_, .toolArguments(let call, let text)) = event { arguments["toolu_\(call)"]? += text }
            try reader.read(stream.encode(event))
            body = whole.encode(event)
        }
        #expect(reader.isDone)
        #expect(reader.stopReason == body?["stop_reason"]?.stringValue)
        let blocks = try #require(body?["content"]?.arrayValue)
        func text(_ type: String, _ key: String) -> String {
            blocks.filter { $0["type"]?.stringValue == type }.map { $0[key]?.stringValue ?? "" }.joined()
        }
        #expect(reader.text(of: "text") == text("text", "text"))
        #expect(reader.text(of: "thinking") == text("thinking", "thinking"))
        let calls = reader.blocks.filter { $0.type == "tool_use" }
        #expect(calls.count == arguments.count)
        for call in calls { #expect(call.text == arguments[call.id ?? ""]) }
        for block in blocks where block["type"] == "tool_use" {
            let call = try #require(calls.first { $0.id == block["id"]?.stringValue })
            #expect(call.name == block["name"]?.stringValue)
            #expect(block["input"] == ((try? JSON(parsing: call.text)) ?? [:]))
        }
    }

    @Test(arguments: 0..<200)
    func eventsInAnyOrderNeverBreakTheRulesOfABlock(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var encoder = MessagesStreamEncoder(.test, promptTokens: 12)
        var reader = MessagesReader()
        for _ in 0..<20 {
            let index = Int.random(in: 0..<3, using: &random)
            let event: AnswerEvent =
                switch Int.random(in: 0..<12, using: &random) {
                case 0: .phase(.queued(ahead: 1))
                case 1: .choiceFinished(choice: index, .toolCalls)
                case 2, 3: .delta(choice: 0, .toolCall(index: index, id: "c\(index)", name: "f"))
                case 4, 5, 6: .delta(choice: 0, .toolArguments(index: index, "{}"))
                case 7, 8: .delta(choice: 0, .content(ChatStreamInvariantTests.piece(using: &random)))
                case 9, 10: .delta(choice: 0, .reasoning(ChatStreamInvariantTests.piece(using: &random)))
                default: .delta(choice: 0, .logprobs([.hi]))
                }
            try reader.read(encoder.encode(event))
        }
        try reader.read(encoder.encode(.finished(.test)))
        #expect(reader.isDone)
        #expect(encoder.encode(.finished(.test)).isEmpty)
        #expect((reader.stopReason == "tool_use") == reader.blocks.contains { $0.type == "tool_use" })
    }
}
