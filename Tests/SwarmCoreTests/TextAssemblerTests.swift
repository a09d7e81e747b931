import SwarmCore
import Testing

struct TextAssemblerTests {
    /// Bytes as written here, with the stop strings and what the whole must come to.
    struct Case: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8]
        var stops: [String] = []
        var expected: String
        var stop: String?
        var testDescription: String { "\(String(decoding: bytes, as: UTF8.self)) \(stops)" }

        init(_ text: String, stops: [String] = [], _ expected: String, stop: String? = nil) {
            self.init(bytes: Array(text.utf8), stops: stops, expected, stop: stop)
        }

        init(bytes: [UInt8], stops: [String] = [], _ expected: String, stop: String? = nil) {
            (self.bytes, self.stops, self.expected, self.stop) = (bytes, stops, expected, stop)
        }
    }

    static let cases: [Case] = [
        Case("", ""), Case("plain text", "plain text"), Case("é€😀", "é€😀"),
        Case("a é\u{301} 👩‍👧", "a é\u{301} 👩‍👧"),
        Case("onetwo", stops: ["two"], "one", stop: "two"), Case("two", stops: ["two"], "", stop: "two"),
        Case("onetw", stops: ["two"], "onetw"), Case("twtwo!", stops: ["two"], "tw", stop: "two"),
        Case("aab aac", stops: ["aac"], "aab ", stop: "aac"), Case("x", stops: ["", "y"], "x"),
        Case("xabcd", stops: ["abcd", "bc"], "xa", stop: "bc"), Case("xabce", stops: ["abcd", "bc"], "xa", stop: "bc"),
        Case("xabd", stops: ["abcd", "bc"], "xabd"), Case("xab", stops: ["ab", "abc"], "x", stop: "ab"),
        Case("xabc", stops: ["bc", "abc"], "x", stop: "abc"), Case("1€2€€3", stops: ["€€"], "1€2", stop: "€€"),
        Case("1é2", stops: ["é"], "1", stop: "é"), Case("a\n\nb", stops: ["\n\n", "END"], "a", stop: "\n\n"),
        Case(bytes: [0x61, 0xFF, 0x62], "a\u{FFFD}b"), Case(bytes: [0xE2, 0x82], "\u{FFFD}"),
        Case(bytes: [0xE2, 0x82, 0x61], "\u{FFFD}a"), Case(bytes: [0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
        Case(bytes: [0xED, 0xA0, 0x80, 0x62], "\u{FFFD}\u{FFFD}\u{FFFD}b"),
        Case(bytes: [0xF0, 0x9F, 0x98], "\u{FFFD}"),
        Case(bytes: [0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        Case(bytes: [0x80, 0x80, 0x80, 0x80, 0x80, 0x61], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}a"),
        Case(bytes: [0xE2, 0x82, 0xAC, 0x80, 0xE2], "€\u{FFFD}\u{FFFD}"),
        Case(bytes: [0xE2, 0xC3, 0xA9, 0x62], stops: ["é"], "\u{FFFD}", stop: "é"),
    ]

    @Test(arguments: cases)
    func theTextIsTheSameForEveryCut(of given: Case) {
        // Each bit of `cuts` is a place between two bytes: all ways to cut there; what is longer comes byte by byte.
        let places = min(max(given.bytes.count - 1, 0), 10)
        for cuts in 0..<(1 << places) {
            var assembler = TextAssembler(stops: given.stops)
            var text = ""
            var piece: [UInt8] = []
            for (at, byte) in given.bytes.enumerated() {
                piece.append(byte)
                guard at >= places || cuts >> at & 1 == 1 else { continue }
                text += assembler.feed(piece)
                piece = []
            }
            text += assembler.feed(piece)
            text += assembler.finish()
            #expect(Array(text.utf8) == Array(given.expected.utf8), "cut \(cuts)")
            #expect(assembler.stop == given.stop, "cut \(cuts)")
        }
    }

    @Test(arguments: 0..<200)
    func randomBytesInRandomPiecesGiveWhatOneByteAtATimeGives(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let alphabet: [UInt8] = [0x61, 0x62, 0x63, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0xFF]
        let bytes = (0..<40).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] }
        let stops = Array(
            ["abc", "bc", "é", "€a", "ccc"].shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))
        )

        var single = TextAssembler(stops: stops)
        let expected = bytes.map { single.feed([$0]) }.joined() + single.finish()

        var assembler = TextAssembler(stops: stops)
        var text = ""
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = Int.random(in: 1...7, using: &random)
            text += assembler.feed(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        text += assembler.finish()
        #expect(Array(text.utf8) == Array(expected.utf8))
        #expect(assembler.stop == single.stop)
    }

    @Test func textIsShownAsSoonAsItIsCertain() {
        var assembler = TextAssembler(stops: ["END"])
        #expect(assembler.feed("abc".utf8) == "abc")
        #expect(assembler.feed("dEN".utf8) == "d")
        #expect(assembler.feed("xE".utf8) == "ENx")
        #expect(assembler.feed([0xE2, 0x82]) == "E")
        #expect(assembler.feed([0xAC]) == "€")
        #expect(assembler.finish().isEmpty)
    }

    @Test func afterAStopNothingComes() {
        var assembler = TextAssembler(stops: ["END"])
        #expect(assembler.feed("aENDb".utf8) == "a")
        #expect(assembler.feed("c".utf8).isEmpty)
        #expect(assembler.finish().isEmpty)
        #expect(assembler.stop == "END")
    }
}
