import SwarmCore
import Testing
import WireFormats

struct ServerSentEventTests {
    static func parse(_ text: String) -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        return parser.feed(text.utf8)
    }

    @Test func framesAreWrittenAsTheStandardSays() {
        let progress: [(Phase, String)] = [
            (.queued(ahead: 2), "waiting behind 2"), (.prefilling(done: 1, of: 4), "1 of 4 prompt tokens read"),
            (.voting(ready: 3, of: 5), "3 of 5 have ended"),
        ]
        for (phase, words) in progress {
            #expect(ServerSentEvent.keepAlive(phase) == Array(": keep-alive, \(words)\n\n".utf8))
        }
        #expect(ServerSentEvent.done == Array("data: [DONE]\n\n".utf8))
        #expect(ServerSentEvent.data(["a": "b\n"]) == Array("data: {\"a\":\"b\\n\"}\n\n".utf8))
        #expect(ServerSentEvent.message(event: "e", data: "1\n2").utf8 == Array("event: e\ndata: 1\ndata: 2\n\n".utf8))
    }

    @Test(arguments: [
        ("data: a\n\n", [ServerSentEvent.message(data: "a")]), ("data:a\r\n\r\n", [.message(data: "a")]),
        ("data:  a\r\r", [.message(data: " a")]), ("data\n\n", [.message(data: "")]), ("data: a\n", []), ("\n\n\n", []),
        ("\u{FEFF}data: a\n\n", [.message(data: "a")]), ("event: e\n\n", []),
        ("event: e\ndata: a\ndata: b\n\ndata: c\n\n", [.message(event: "e", data: "a\nb"), .message(data: "c")]),
        (":x\n: y\ndata: a\n\n", [.comment("x"), .comment("y"), .message(data: "a")]),
        ("id: 1\nretry: 5\nfoo\ndata: a:b\n\n", [.message(data: "a:b")]),
    ])
    func framesAreReadAsTheStandardSays(text: String, expected: [ServerSentEvent]) {
        #expect(Self.parse(text) == expected)
    }

    @Test(arguments: 0..<200)
    func whatIsWrittenIsReadBackHoweverItIsCut(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let words = ["", "a", "é😀", "x: y", ":", " ", "data: z", "{\"k\":1}"]
        func word() -> String { words[Int.random(in: words.indices, using: &random)] }
        let events = (0..<8).map { _ -> ServerSentEvent in
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return .comment(word())
            case 1: return .message(data: "\(word())\n\(word())")
            default: return .message(event: "e\(word())", data: word())
            }
        }
        var rest = events.flatMap(\.utf8)[...]
        var parser = ServerSentEventParser()
        var read: [ServerSentEvent] = []
        while !rest.isEmpty {
            let length = Int.random(in: 1...9, using: &random)
            read += parser.feed(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        #expect(read == events)
    }

    @Test func aStreamOfAKnownClientIsReadWhole() throws {
        var parser = ServerSentEventParser()
        let events = parser.feed(try Fixture.bytes("a_opencode_v1_turn1.response.sse"))
        #expect(events.first == .comment("keep-alive"))
        #expect(events.last == .message(data: "[DONE]"))
        for case .message(_, let data) in events.dropLast() {
            #expect(throws: Never.self) { try JSON(parsing: data) }
        }
    }
}
