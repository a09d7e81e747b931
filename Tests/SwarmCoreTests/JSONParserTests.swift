import SwarmCore
import Testing

struct JSONParserTests {
    static let allowed: [(String, JSON)] = [
        ("null", JSON.null), ("true", true), ("false", false), (" \t\r\n1 ", 1), ("-0", .number("-0")),
        ("1e3", .number("1e3")), ("1E+3", .number("1E+3")), ("-12.50e-07", .number("-12.50e-07")),
        ("9007199254740993", .number("9007199254740993")), (#""""#, ""), ("[]", []), ("{}", [:]),
        ("[1,[2,{}],\"x\"]", [1, [2, [:]], "x"]), (#"{ "a" : { "b" : null } }"#, ["a": ["b": nil]]),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
        (#""\ud83d\uDE00""#, "😀"), ("\"é😀\u{7F}\"", "é😀\u{7F}"), (#""\u0000""#, "\u{0}"),
    ]

    @Test(arguments: allowed)
    func readsWhatRFC8259Allows(text: String, expected: JSON) throws {
        #expect(try JSON(parsing: text) == expected)
    }

    @Test(arguments: [
        (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
        (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ud83dx""#, "\u{FFFD}x"), (#""\ud83d\n""#, "\u{FFFD}\n"),
    ])
    func halfASurrogatePairBecomesTheReplacementCharacter(text: String, expected: String) throws {
        #expect(try JSON(parsing: text) == .string(expected))
    }

    @Test(arguments: [
        ("", "unexpected end", 0), ("  ", "unexpected end", 2), ("nul", "expected a value", 3),
        ("nulL", "expected a value", 3), ("TRUE", "expected a value", 0), ("1 2", "unexpected text after the value", 2),
        ("nullx", "unexpected text after the value", 4), ("[1,]", "expected a value", 3),
        ("[1 2]", "expected ',' or ']'", 3), ("[1", "expected ',' or ']'", 2), ("{", "expected a key in quotes", 1),
        ("{a:1}", "expected a key in quotes", 1), (#"{"a" 1}"#, "expected ':'", 5), (#"{"a":}"#, "expected a value", 5),
        (#"{"a":1,}"#, "expected a key in quotes", 7), (#"{"a":1 "b":2}"#, "expected ',' or '}'", 7),
        ("01", "a number may not start with 0", 1), ("-", "expected a digit", 1), ("+1", "expected a value", 0),
        (".5", "expected a value", 0), ("1.", "expected a digit", 2), ("1.e3", "expected a digit", 2),
        ("1e", "expected a digit", 2), ("1e+", "expected a digit", 3), ("NaN", "expected a value", 0),
        ("\"", "unfinished string", 1), (#""a\"#, "unfinished string", 3), (#""a\n"#, "unfinished string", 4),
        (#""\x""#, "unknown escape in a string", 3), (#""\u12g4""#, "expected four hexadecimal digits", 3),
        (#""\u12"#, "expected four hexadecimal digits", 3), (#""\u+123""#, "expected four hexadecimal digits", 3),
        ("\"a\nb\"", "unescaped control character in a string", 2),
        (#"'a'"#, "expected a value", 0), ("// x\n1", "expected a value", 0),
    ])
    func refusesEverythingElseAndSaysWhere(text: String, reason: String, offset: Int) {
        #expect(throws: JSONSyntaxError(reason: reason, offset: offset)) { try JSON(parsing: text) }
    }

    @Test(
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]]
    )
    func refusesStringsThatAreNotUTF8(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        for before in ["", #"\n"#] {
            let text = [quote] + Array(before.utf8) + bytes + [quote]
            let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
            #expect(error?.reason == "a string is not valid UTF-8")
        }
    }

    @Test(arguments: ["[", #"{"a":"#])
    func nestingIsBoundedInsteadOfRecursedInto(opening: String) throws {
        let million = String(repeating: opening, count: 100_000)
        let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: million) }
        #expect(error?.reason == "nested deeper than 128 levels")
        #expect(throws: Never.self) { try JSON(parsing: "[[[]]]", maximumDepth: 3) }
        #expect(throws: JSONSyntaxError(reason: "nested deeper than 2 levels", offset: 2)) {
            try JSON(parsing: "[[[]]]", maximumDepth: 2)
        }
    }

    @Test func keepsTheOrderOfKeysAndTheLastOfARepeatedKey() throws {
        let object = try #require(try JSON(parsing: #"{"z":1,"a":2,"z":3,"m":4}"#).objectValue)
        #expect(object.keys == ["z", "a", "m"])
        #expect(object["z"] == 3)
    }

    @Test func anErrorReadsAsASentencePart() {
        #expect("\(JSONSyntaxError(reason: "expected ':'", offset: 12))" == "expected ':' at byte 12")
    }

    @Test(arguments: 0..<200)
    func whatIsWrittenIsReadBackTheSame(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = JSON.random(depth: 4, using: &random)
        let back = try JSON(parsing: value.utf8)
        #expect(back == value)
        #expect(back.utf8 == value.utf8)
    }

    @Test(arguments: 0..<200)
    func brokenInputIsRefusedOrReadButNeverFatal(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bytes = JSON.random(depth: 4, using: &random).utf8
        for _ in 0..<3 {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            bytes[at] = UInt8.random(in: 0...255, using: &random)
        }
        // Whatever is accepted must survive a second round.
        guard let value = try? JSON(parsing: bytes) else { return }
        #expect(try JSON(parsing: value.utf8) == value)
    }
}

extension JSON {
    static func random(depth: Int, using random: inout SplitMix64) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3: return .double(Double.random(in: -1e20...1e20, using: &random))
        case 4: return .string(.random(using: &random))
        case 5, 6:
            return .array(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in .random(depth: depth - 1, using: &random) }
            )
        default:
            var object = Object()
            for _ in 0..<Int.random(in: 0..<5, using: &random) {
                object[.random(using: &random)] = .random(depth: depth - 1, using: &random)
            }
            return .object(object)
        }
    }
}

extension String {
    static func random(using random: inout SplitMix64) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "é", "€", "😀", "\u{2028}", "\u{7F}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            text.unicodeScalars.append(alphabet[Int.random(in: alphabet.indices, using: &random)])
        }
        return text
    }
}
