import SwarmCore
import Testing

struct JSONTests {
    static let written: [(JSON, String)] = [
        (JSON.null, "null"), (true, "true"), (false, "false"), (.number("1e3"), "1e3"), (-3, "-3"), (2.5, "2.5"),
        ([], "[]"), ([1, [nil]], "[1,[null]]"), ([:], "{}"), (["b": 1, "a": ["x": "y"]], #"{"b":1,"a":{"x":"y"}}"#),
        ("\"\\/\n\r\t\u{8}\u{1F}\u{7F}é😀", "\"\\\"\\\\/\\n\\r\\t\\u0008\\u001f\u{7F}é😀\""),
        (["k\"": 1], #"{"k\"":1}"#),
    ]

    @Test(arguments: written)
    func isWrittenCompactly(value: JSON, text: String) {
        #expect(value.text == text)
        #expect(value.utf8 == Array(text.utf8))
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1, "1"), (-2, "-2"), (0.1, "0.1"), (1e14, "100000000000000"), (1e20, "1e+20"),
        (1e-7, "1e-07"), (.infinity, "null"), (-.infinity, "null"), (.nan, "null"), (.leastNonzeroMagnitude, "5e-324"),
    ])
    func doublesAreWrittenAsJSONNumbers(value: Double, text: String) throws {
        #expect(JSON.double(value).text == text)
        #expect(throws: Never.self) { try JSON(parsing: JSON.double(value).text) }
    }

    @Test(arguments: [
        ("3", 3), ("-3", -3), ("3.0", 3), ("1e2", 100), ("0.5", nil), ("1e400", nil), ("9223372036854775807", .max),
        ("9223372036854775808", nil), ("-9223372036854775808", .min),
    ])
    func aWholeNumberIsAnIntegerHoweverItIsWritten(text: String, expected: Int?) {
        #expect(JSON.number(text).intValue == expected)
    }

    @Test func eachAccessorAnswersForItsOwnKindOnly() {
        let all: [JSON] = [nil, true, 1, "s", [1], ["k": 1]]
        #expect(all.map(\.isNull) == [true, false, false, false, false, false])
        #expect(all.map(\.boolValue) == [nil, true, nil, nil, nil, nil])
        #expect(all.map(\.intValue) == [nil, nil, 1, nil, nil, nil])
        #expect(all.map(\.doubleValue) == [nil, nil, 1, nil, nil, nil])
        #expect(all.map(\.stringValue) == [nil, nil, nil, "s", nil, nil])
        #expect(all.map(\.arrayValue) == [nil, nil, nil, nil, [1], nil])
        #expect(all.map { $0["k"] } == [nil, nil, nil, nil, nil, 1])
        #expect(all.map(\.kindName) == ["null", "a boolean", "a number", "a string", "an array", "an object"])
    }

    @Test func anObjectKeepsItsOrderWhileItChanges() {
        var object = JSON.Object([(key: "a", value: 1), (key: "b", value: 2), (key: "c", value: 3)])
        object["b"] = nil
        object["missing"] = nil
        object["c"] = 4
        object["b"] = 5
        #expect(object.keys == ["a", "c", "b"])
        #expect(JSON.object(object).text == #"{"a":1,"c":4,"b":5}"#)
        #expect(object.count == 3)
        #expect(!object.isEmpty)
        #expect(JSON.Object().isEmpty)
    }

    @Test func objectsAreEqualInAnyOrder() {
        #expect(JSON(dictionaryLiteral: ("a", 1), ("b", 2)) == JSON(dictionaryLiteral: ("b", 2), ("a", 1)))
        #expect(JSON(dictionaryLiteral: ("a", 1)) != JSON(dictionaryLiteral: ("a", 1), ("b", 2)))
        #expect(JSON(dictionaryLiteral: ("a", 1)) != JSON(dictionaryLiteral: ("a", 2)))
        #expect(JSON(dictionaryLiteral: ("a", 1)) != JSON(dictionaryLiteral: ("b", 1)))
    }
}
