/// A decimal number of any size, compared by value and without rounding.
///
/// JSON numbers have no limits (RFC 8259, section 6): neither `Double` nor `Int128` holds all of them.
package struct ExactNumber: Sendable, Hashable {
    package let isNegative: Bool
    /// Without zeros at either end; empty for zero.
    private let digits: [UInt8]
    /// The power of ten the digits are to be multiplied by; 0 for zero.
    private let exponent: Int

    /// Exponents beyond this are not read, so that sums of them cannot overflow.
    private static let largestExponent = 1_000_000_000

    /// Reads a JSON number, also with a leading `+` or zeros; `nil` if it is none or its exponent is beyond ±10⁹.
    package init?(_ text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        let sign = rest.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        let whole = rest.prefix(while: isDigit)
        rest = rest[whole.endIndex...]
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: isDigit)
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !whole.isEmpty else { return nil }
        var power = 0
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            let written = Int(String(decoding: rest.dropFirst(), as: UTF8.self))
            guard let written, abs(written) <= ExactNumber.largestExponent else { return nil }
            power = written
            rest = []
        }
        guard rest.isEmpty else { return nil }

        let zero = UInt8(ascii: "0")
        var digits = Array((whole + fraction).drop { $0 == zero })
        power -= fraction.count
        while digits.last == zero {
            digits.removeLast()
            power += 1
        }
        self.digits = digits.map { $0 - zero }
        isNegative = sign == UInt8(ascii: "-") && !digits.isEmpty
        exponent = digits.isEmpty ? 0 : power
    }

    package var isInteger: Bool { exponent >= 0 }

    /// Where the first digit stands before the decimal point.
    private var magnitude: Int { digits.count + exponent }

    /// The number as text, the same for equal values.
    ///
    /// Plain up to 40 places on either side of the point, beyond that like `15e60`.
    package var text: String {
        let sign = isNegative ? "-" : ""
        let plain = digits.map(String.init).joined()
        if digits.isEmpty { return "0" }
        if exponent >= 0, magnitude <= 40 { return sign + plain + String(repeating: "0", count: exponent) }
        guard exponent < 0, exponent >= -40 else { return sign + plain + "e" + String(exponent) }
        let padded = String(repeating: "0", count: max(0, 1 - magnitude)) + plain
        return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
    }

    /// Whether the number is a whole multiple of another; of zero only zero is.
    ///
    /// A divisor of more than 36 digits is too long to divide by and counts as dividing everything.
    package func isMultiple(of divisor: ExactNumber) -> Bool {
        if digits.isEmpty { return true }
        if divisor.digits.isEmpty { return false }
        guard divisor.digits.count <= 36 else { return true }
        // The digits do not end in zero, so nothing that ends in zero divides them.
        guard exponent >= divisor.exponent else { return false }
        let modulus = divisor.digits.reduce(Int128(0)) { $0 * 10 + Int128($1) }
        var rest = digits.reduce(Int128(0)) { ($0 * 10 + Int128($1)) % modulus }
        // 128 tens hold all factors two and five a divisor of this size can have.
        for _ in 0..<min(exponent - divisor.exponent, 128) where rest != 0 { rest = rest * 10 % modulus }
        return rest == 0
    }
}

extension ExactNumber: Comparable {
    package static func < (a: ExactNumber, b: ExactNumber) -> Bool {
        guard a.isNegative == b.isNegative else { return a.isNegative }
        return a.isNegative ? b.isSmallerInSize(than: a) : a.isSmallerInSize(than: b)
    }

    private func isSmallerInSize(than other: ExactNumber) -> Bool {
        if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
        if magnitude != other.magnitude { return magnitude < other.magnitude }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}

extension JSON {
    /// The number without rounding; `nil` for anything but a number that `ExactNumber` can hold.
    package var exactNumber: ExactNumber? { if case .number(let text) = self { ExactNumber(text) } else { nil } }

    /// The value with members sorted by name and numbers written in one way: of equal values, the same text.
    package var byValue: JSON {
        switch self {
        case .null, .bool, .string: self
        case .number(let text): .number(ExactNumber(text)?.text ?? text.lowercased())
        case .array(let elements): .array(elements.map(\.byValue))
        case .object(let object):
            .object(
                Object(object.members.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.byValue) })
            )
        }
    }
}
