import SwarmCore
import Testing

@Suite struct JSONSchemaNumberTests {
    @Test(arguments: [
        ("1", "1"), ("1.0", "1"), ("1e0", "1"), ("10e-1", "1"), ("-0.0", "0"), ("0e5", "0"), ("+7", "7"), ("007", "7"),
        ("0.50", "0.5"), ("5e-3", "0.005"), ("1.25e1", "12.5"), ("12e3", "12000"), ("1e400", "1e400"),
        ("10e399", "1e400"), ("1e-400", "1e-400"), ("-15.0e60", "-15e60"),
        ("170141183460469231731687303715884105728", "170141183460469231731687303715884105728"),
    ])
    func equalNumbersHaveTheSameText(_ written: String, _ text: String) throws {
        let number = try #require(ExactNumber(written))
        #expect(number.text == text)
        #expect(ExactNumber(text) == number)
    }

    @Test(arguments: ["", "-", "1.", ".5", "1e", "e5", "0x10", "1 ", "NaN", "1e9999999999", "१"])
    func whatIsNoNumberIsNotRead(_ text: String) {
        #expect(ExactNumber(text) == nil)
    }

    @Test func numbersAreOrderedByValue() throws {
        let ascending = [
            "-1e30", "-12", "-2", "-1.5", "-1e-9", "0", "1e-500", "0.09", "0.1", "0.11", "1",
            "1.000000000000000000000001",
            "9", "10", "9007199254740992", "9007199254740993", "1e300", "2e300", "1e500",
        ]
        let numbers = try ascending.map { try #require(ExactNumber($0)) }
        for (i, a) in numbers.enumerated() {
            for (j, b) in numbers.enumerated() {
                #expect((a < b) == (i < j))
                #expect((a == b) == (i == j))
            }
        }
    }

    @Test(arguments: [
        ("0", "3", true), ("3", "0", false), ("0", "0", true), ("9", "3", true), ("10", "3", false),
        ("0.3", "0.1", true),
        ("1", "0.1", true), ("0.1", "1", false), ("1e127", "170141183460469231731687303715884105", false),
        ("1e100", "1e100", true), ("1e99", "1e100", false), ("-6", "4", false), ("-8", "4", true),
    ])
    func multiplesAreExact(_ number: String, _ divisor: String, _ isMultiple: Bool) throws {
        #expect(try #require(ExactNumber(number)).isMultiple(of: try #require(ExactNumber(divisor))) == isMultiple)
    }
}
