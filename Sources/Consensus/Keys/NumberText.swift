/// Reads the number in a stated answer: `$1,234.50`, `18 dollars`, `\frac{3}{4}`, `3 1/2`, `3 \times 10^5`, `x = 7`.
///
/// Currency signs, percent signs and units are dropped, as graders of mathematical word problems do.
struct NumberText {
    private var rest: Substring

    /// The canonical text of the one number in `value`.
    ///
    /// At most `unitWords` words of unit may follow the number; `readsWords` also takes numbers spelled in English, such
    /// as "eighteen" or "a dozen".
    /// - Returns: `nil` when it is not one plain number with at most a unit: `3x + 1`, `12:30`, `10,15`, `5 or 6`, `5-6`,
    ///   `1.2.3`, `2024-01-05`, `5th`.
    static func key(of value: String, unitWords: Int, readsWords: Bool = false) -> String? {
        guard let statement = rightSide(of: simplified(value)) else { return nil }
        var reader = NumberText(rest: statement.drop { $0.isWhitespace || "([\"'".contains($0) })
        return reader.read(unitWords: unitWords, readsWords: readsWords)
    }

    /// What comes after the last equals sign; `nil` for several equations, `x = 5, y = 6`.
    private static func rightSide(of text: String) -> Substring? {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false)
        let inner = sides.dropFirst().dropLast()
        guard !inner.contains(where: { side in [", ", ",y", " or ", " and ", ";"].contains { side.contains($0) } })
        else {
            return nil
        }
        return sides.last
    }

    private mutating func read(unitWords: Int, readsWords: Bool) -> String? {
        for filler in NumberText.fillers where skip(filler) { break }
        rest = rest.trimmed()
        let isNegative = skip("-") || skip("minus ") || skip("negative ")
        if !isNegative { _ = skip("+") }
        for code in NumberText.currencies where skip(code) { break }
        skipSpaces()

        if let magnitude = fraction() ?? mixedOrPlain() {
            return scaled(magnitude, isNegative: isNegative, unit: NumberUnit(rest, maximumWords: unitWords))
        }
        if let literal = literal() {
            guard NumberUnit(rest, maximumWords: unitWords)?.scale == 1 else { return nil }
            return LongDecimal(literal).map { (isNegative ? "-" : "") + $0.text }
        }
        guard readsWords, let spelled = SpelledNumber(rest), let magnitude = Rational(spelled.value) else { return nil }
        let unit = NumberUnit(spelled.rest, maximumWords: min(unitWords, 2))
        guard let unit, !unit.isPart else { return nil }
        return scaled(magnitude, isNegative: isNegative, unit: unit)
    }

    private func scaled(_ magnitude: Rational, isNegative: Bool, unit: NumberUnit?) -> String? {
        guard let unit, let factor = Rational(isNegative ? -unit.scale : unit.scale) else { return nil }
        return magnitude.multiplied(by: factor)?.text
    }

    private mutating func skip(_ prefix: String) -> Bool {
        guard rest.prefix(prefix.count).lowercased() == prefix else { return false }
        rest = rest.dropFirst(prefix.count)
        return true
    }

    private mutating func skipSpaces() { rest = rest.drop(while: \.isWhitespace) }

    /// LaTeX `\frac{a}{b}`, or `\frac34` of two digits.
    private mutating func fraction() -> Rational? {
        let start = rest
        if skip("\\frac"), let top = argument(), let bottom = argument() { return top.divided(by: bottom) }
        rest = start
        return nil
    }

    private mutating func argument() -> Rational? {
        guard skip("{") else {
            guard let digit = rest.first, digit.isASCIIDigit else { return nil }
            rest = rest.dropFirst()
            return Rational(decimal: String(digit))
        }
        let sign = skip("-") ? "-" : ""
        guard let number = literal(), skip("}") else { return nil }
        return Rational(decimal: sign + number)
    }

    /// `a`, `a/b`, `w a/b` or `w\frac{a}{b}`.
    private mutating func mixedOrPlain() -> Rational? {
        let start = rest
        guard let first = literal().flatMap({ Rational(decimal: $0) }) else {
            rest = start
            return nil
        }
        if let ratio = over(first) { return ratio }
        let afterWhole = rest
        if first.denominator == 1 {
            let isApart = rest.first?.isWhitespace == true
            skipSpaces()
            if let part = fraction() { return first.adding(part) }
            if isApart, let top = literal().flatMap({ Rational(decimal: $0) }), let part = over(top) {
                return first.adding(part)
            }
        }
        rest = afterWhole
        return first
    }

    private mutating func over(_ top: Rational) -> Rational? {
        let start = rest
        skipSpaces()
        if skip("/") {
            skipSpaces()
            if let bottom = literal().flatMap({ Rational(decimal: $0) }) { return top.divided(by: bottom) }
        }
        rest = start
        return nil
    }

    /// Digits with thousands separators, a decimal point and an exponent; returned as digits, point and `e`.
    private mutating func literal() -> String? {
        var digits = String(takeDigits())
        if (1...3).contains(digits.count), let separator = rest.first, NumberText.separators.contains(separator) {
            while rest.first == separator {
                let group = rest.dropFirst().prefix(while: \.isASCIIDigit)
                guard group.count == 3 else { break }
                digits += group
                rest = rest[group.endIndex...]
            }
        }
        if rest.first == ".", rest.dropFirst().first?.isASCIIDigit == true {
            rest = rest.dropFirst()
            digits = (digits.isEmpty ? "0" : digits) + "." + takeDigits()
        }
        guard !digits.isEmpty else { return nil }
        if digits == "10", let exponent = raised() { return "1e" + exponent }
        return (written() ?? timesPowerOfTen()).map { digits + "e" + $0 } ?? digits
    }

    private mutating func takeDigits() -> Substring {
        let digits = rest.prefix(while: \.isASCIIDigit)
        rest = rest[digits.endIndex...]
        return digits
    }

    /// The exponent in `e5`, `E-5`.
    private mutating func written() -> String? {
        let start = rest
        if skip("e"), let exponent = signedDigits() { return exponent }
        rest = start
        return nil
    }

    /// The exponent in `× 10^5`, `x 10^{-5}`, `·10⁵`, `* 10**5`.
    private mutating func timesPowerOfTen() -> String? {
        let start = rest
        skipSpaces()
        if let sign = rest.first, "×x*·⋅".contains(sign) {
            rest = rest.dropFirst()
            skipSpaces()
            if skip("10"), let exponent = raised() { return exponent }
        }
        rest = start
        return nil
    }

    private mutating func raised() -> String? {
        let start = rest
        if skip("^") || skip("**") {
            let isGroup = skip("{") || skip("(")
            if let exponent = signedDigits(), !isGroup || skip("}") || skip(")") { return exponent }
        } else {
            let high = rest.prefix { NumberText.superscripts[$0] != nil }
            rest = rest[high.endIndex...]
            let exponent = high.compactMap { NumberText.superscripts[$0] }.joined()
            if Int(exponent) != nil { return exponent }
        }
        rest = start
        return nil
    }

    private mutating func signedDigits() -> String? {
        let sign = skip("-") ? "-" : ""
        if sign.isEmpty { _ = skip("+") }
        let digits = takeDigits()
        return digits.isEmpty ? nil : sign + digits
    }

    /// The value without typesetting and currency signs.
    private static func simplified(_ value: String) -> String {
        var plain = value.halfWidth.withoutBold
        // Most answers have neither LaTeX nor signs beyond ASCII.
        if plain.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "{") || $0 >= 0x80 }) {
            for (old, new) in replacements where plain.contains(old) { plain = plain.replacing(old, with: new) }
        }
        plain.removeAll { "$€£¥₹₽₩`".contains($0) }
        return plain
    }

    private static let replacements = [
        ("\\dfrac", "\\frac"), ("\\tfrac", "\\frac"), ("{,}", ","), ("\\%", "%"), ("\\(", ""), ("\\)", ""),
        ("\\[", ""), ("\\]", ""), ("\\,", ""), ("\\!", ""), ("\\;", " "), ("\\ ", " "), ("^\\circ", ""),
        ("^{\\circ}", ""), ("\\$", ""), ("\\text{", " "), ("\\mathrm{", " "), ("\\textbf{", " "), ("\\mathbf{", " "),
        ("\\approx", "~"), ("\\times", "×"), ("\\cdot", "·"), ("\u{2212}", "-"), ("–", "-"), ("⁄", "/"), ("°", ""),
        ("½", " 1/2"), ("⅓", " 1/3"), ("⅔", " 2/3"), ("¼", " 1/4"), ("¾", " 3/4"), ("⅕", " 1/5"), ("⅛", " 1/8"),
    ]

    private static let fillers = [
        "about ", "approximately ", "around ", "roughly ", "exactly ", "only ", "a total of ", "total: ", "~", "≈",
    ]

    private static let currencies = [
        "usd", "eur", "gbp", "inr", "jpy", "cny", "chf", "cad", "aud", "us", "rs.", "rs",
    ]

    /// What groups thousands: comma, underscore, apostrophe, and the spaces that do not break or are narrow.
    private static let separators: Set<Character> = [
        ",", "_", "'", "\u{00A0}", "\u{2007}", "\u{2008}", "\u{2009}", "\u{202F}",
    ]

    private static let superscripts: [Character: String] = [
        "⁻": "-", "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
    ]
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
