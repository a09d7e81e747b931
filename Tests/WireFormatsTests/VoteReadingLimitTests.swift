import SwarmCore
import Testing
import WireFormats

/// Replies without end, and without sense.
@Suite struct VoteReadingLimitTests {
    /// A line with half a megabyte of text.
    private static func large(_ candidate: Int) -> [UInt8] {
        Array("{\"candidate\":\(candidate),\"content\":\"".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 19)
            + Array("\"}\n".utf8)
    }

    @Test func aLineWithoutEndIsNotKept() {
        var reading = VoteReading(candidates: [4, 2], promptTokens: 1)
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
        var events: [(Int, CandidateEvent)] = []
        for _ in 0..<16 { events += reading.feed(piece) }
        #expect(events.isEmpty)
        events = reading.feed(piece)
        #expect(events.map { $0.0 } == [2, 4])
        let lost = CandidateEvent.failed(.backend("it sent a line of more than 1048576 bytes"))
        #expect(events.map { $0.1 } == [lost, lost])
        #expect(reading.isOver)
        #expect(reading.feed(piece).isEmpty)
        #expect(reading.end("it left").isEmpty)
    }

    @Test func aLongLineThatComesWholeIsNotReadEither() {
        var reading = VoteReading(candidates: [0], promptTokens: 1)
        let text = String(repeating: "x", count: VoteReading.lineLimit)
        let events = reading.feed(Array("{\"candidate\":0,\"content\":\"\(text)\"}\n".utf8))
        #expect(events.map { $0.1 } == [.failed(.backend("it sent a line of more than 1048576 bytes"))])
    }

    @Test func anAnswerWithoutEndLosesThatCandidateAlone() {
        var reading = VoteReading(candidates: [0, 1], promptTokens: 1)
        var count = 0
        var end: CandidateEvent?
        while end == nil, count < 100 {
            end = reading.feed(Self.large(0)).map { $0.1 }.first(where: \.isEnd)
            count += 1
        }
        #expect(count == 17)
        #expect(end == .failed(.backend("one of its answers has more than 8388608 bytes")))
        #expect(reading.outstanding == [1])
    }

    @Test func aReplyWithoutEndIsNotReadForEver() {
        var reading = VoteReading(candidates: [0], promptTokens: 1)
        var count = 0
        var end: CandidateEvent?
        while end == nil, count < 100 {
            // Nobody asked for this candidate.
            end = reading.feed(Self.large(9)).map { $0.1 }.first
            count += 1
        }
        #expect(end == .failed(.backend("it sent more than 33554432 bytes")))
        #expect(count == 64)
    }

    @Test func aCandidateIsStoppedOnce() {
        var reading = VoteReading(candidates: [0, 1, 1], promptTokens: 1)
        #expect(reading.outstanding == [0, 1])
        let stops = [1, 1, 7].map { reading.stop($0) }
        #expect(stops == [CandidateEvent.failed(.cancelled), nil, nil])
        let late = reading.feed(Array("{\"candidate\":1,\"content\":\"x\"}\n".utf8))
        #expect(late.isEmpty)
        #expect(reading.outstanding == [0])
        #expect(!reading.isOver)
    }

    @Test func whoeverAsksForNothingGetsNothing() {
        var reading = VoteReading(candidates: [], promptTokens: 1)
        #expect(reading.isOver)
        #expect(reading.feed(Array("garbage\n".utf8)).isEmpty)
    }

    @Test func everyCandidateHasOneEndWhateverComes() {
        var generator = SplitMix64(seed: 13)
        let words = [
            "\n", "\n\n", "{", "}", "{}", "null", "\u{0}", "é", "garbage", "{\"alive\":true}\n",
            "{\"candidate\":0,\"content\":\"x\"}\n", "{\"candidate\":1,\"reasoning\":\"x\"}\n",
            "{\"candidate\":1,\"end\":\"stop\"}\n", "{\"candidate\":0,\"error\":\"shed\"}\n",
            "{\"candidate\":2,\"call\":0,\"name\":\"ls\",\"arguments\":\"{}\"}\n",
            "{\"candidate\":2,\"call\":3,\"arguments\":\"\"}\n",
            "{\"candidate\":9,\"end\":\"stop\"}\n",
        ]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 1..<20, using: &generator)).compactMap { _ in
                words.randomElement(using: &generator)
            }
            let read = VoteReadingTests.read(
                Array(text.joined().utf8),
                candidates: [0, 1, 2],
                pieces: Int.random(in: 1..<9, using: &generator)
            )
            #expect(read.indices == [0, 1, 2])
            for index in 0..<3 {
                #expect(read.events(index).count(where: \.isEnd) == 1)
                #expect(read.events(index).last?.isEnd == true)
            }
        }
    }
}
