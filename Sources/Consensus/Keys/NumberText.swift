/// Reads the number in a stated answer: `$1,234.50`, `18 dollars`, `\frac{3}{4}`, `3 1/2`, `x = 7`, `-2.5%`.
///
/// Currency signs, percent signs and units are dropped, as graders of mathematical word problems do.
struct NumberText {
    private var rest: Substring

    /// The canonical text of the one number in `value`.
    ///
    /// At most `unitWords` words of unit may follow the number.
    /// - Returns: `nil` when it is not one plain number with at most a unit: `3x + 1`, `12:30`, `10,15`, `5 or 6`.
    static func key(of value: String, unitWords: Int) -> String? {
        let plain = simplified(value)
        let statement = plain.lastIndex(of: "=").map { plain[plain.index(after: $0)...] } ?? plain[...]
        var reader = NumberText(rest: statement.trimmed())
        return reader.read(unitWords: unitWords)
    }

    private mutating func read(unitWords: Int) -> String? {
        for filler in ["about ", "approximately ", "around ", "exactly ", "only ", "~", "≈"] where skip(filler) {
            break
        }
        rest = rest.trimmed()
        let isNegative = skip("-")
        if !isNegative { _ = skip("+") }

        if let magnitude = fraction() ?? mixedOrPlain() {
            guard let unit = Unit(rest, maximumWords: unitWords),
                let value = magnitude.multiplied(by: unit.scale)?.multiplied(by: isNegative ? Unit.minusOne : Unit.one)
            else { return nil }
            return value.text
        }
        guard let literal = literal(), Unit(rest, maximumWords: unitWords)?.scale == Unit.one else { return nil }
        return (isNegative ? "-" : "") + literal
    }

    private mutating func skip(_ prefix: String) -> Bool {
        guard rest.lowercased().hasPrefix(prefix) else { return false }
        rest = rest.dropFirst(prefix.count)
        return true
    }

    /// LaTeX `\frac{a}{b}` of two plain numbers.
    private mutating func fraction() -> Rational? {
        let start = rest
        if skip("\\frac{"), let top = literal(), skip("}{"), let bottom = literal(), skip("}"),
            let a = Rational(decimal: top), let b = Rational(decimal: bottom)
        {
            return a.divided(by: b)
        }
        rest = start
        return nil
    }

    /// `a`, `a/b` or `w a/b`.
    private mutating func mixedOrPlain() -> Rational? {
        let start = rest
        guard let first = literal().flatMap({ Rational(decimal: $0) }) else {
            rest = start
            return nil
        }
        if let ratio = over(first) { return ratio }
        let afterWhole = rest
        if first.denominator == 1, skip(" "), let top = literal().flatMap({ Rational(decimal: $0) }),
            let part = over(top)
        {
            return first.adding(part)
        }
        rest = afterWhole
        return first
    }

    private mutating func over(_ top: Rational) -> Rational? {
        let start = rest
        if skip("/"), let bottom = literal().flatMap({ Rational(decimal: $0) }) { return top.divided(by: bottom) }
        rest = start
        return nil
    }

    /// Digits with thousands separators, a decimal point and an exponent; returned without the separators.
    private mutating func literal() -> String? {
        var digits = String(takeDigits())
        while !digits.isEmpty, rest.first == "," {
            let group = rest.dropFirst().prefix(while: \.isASCIIDigit)
            guard group.count == 3 else { break }
            digits += group
            rest = rest[group.endIndex...]
        }
        if rest.first == ".", rest.dropFirst().first?.isASCIIDigit == true {
            rest = rest.dropFirst()
            digits = (digits.isEmpty ? "0" : digits) + "." + takeDigits()
        }
        guard !digits.isEmpty else { return nil }
        if rest.first == "e" || rest.first == "E" {
            var tail = rest.dropFirst()
            let sign = tail.first == "-" ? "-" : ""
            if tail.first == "-" || tail.first == "+" { tail = tail.dropFirst() }
            let exponent = tail.prefix(while: \.isASCIIDigit)
            if !exponent.isEmpty {
                rest = rest[exponent.endIndex...]
                digits += "e" + sign + exponent
            }
        }
        return digits
    }

    private mutating func takeDigits() -> Substring {
        let digits = rest.prefix(while: \.isASCIIDigit)
        rest = rest[digits.endIndex...]
        return digits
    }

    /// The value without typesetting and currency signs.
    private static func simplified(_ value: String) -> String {
        let replacements = [
            ("\\dfrac", "\\frac"), ("\\tfrac", "\\frac"), ("{,}", ","), ("\\%", "%"), ("\\(", ""), ("\\)", ""),
            ("\\[", ""), ("\\]", ""), ("\\,", ""), ("\\!", ""), ("\\;", " "), ("\\ ", " "), ("^\\circ", ""),
            ("^{\\circ}", ""), ("\\$", ""), ("\\text{", " "), ("\\mathrm{", " "), ("\\approx", "~"), ("\u{2212}", "-"),
            ("\u{00A0}", " "), ("\u{202F}", " "), ("°", ""),
        ]
        var plain = value.withoutBold
        for (old, new) in replacements where plain.contains(old) {
            plain = plain.replacing(old, with: new)
        }
        plain.removeAll { "$€£¥₹`".contains($0) }
        return plain
    }
}

/// What follows a number: nothing, a percent sign, a unit, a scale such as "million", the rest of a sentence.
private struct Unit {
    static let one = Rational(integer: 1)
    static let minusOne = Rational(integer: -1)

    var scale = Unit.one

    /// - Returns: `nil` when what follows makes the number mean something else.
    init?(_ rest: Substring, maximumWords: Int) {
        var unit = rest[...]
        if unit.first == "%" { unit = unit.dropFirst() }
        for end in [". ", ", ", "; ", "! ", " (", " because ", " since ", " as ", " so ", " which ", " when "] {
            if let range = unit.firstRange(of: end) { unit = unit[..<range.lowerBound] }
        }
        let isAttached = unit.first?.isLetter == true
        unit = unit.trimmed { $0.isWhitespace || ".,;!?)}\"'".contains($0) }
        guard !unit.isEmpty else { return }

        var words = unit.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        if isAttached, unit.prefix(while: \.isLetter).count == 1, let letter = unit.first {
            // A single letter next to a number is a unit or a variable.
            guard "mgshlLVWJNCF".contains(letter) else { return nil }
        }
        guard unit.first?.isLetter == true, words.count <= maximumWords,
            Unit.notUnits.isDisjoint(with: words), !Unit.hasLooseDigits(unit)
        else { return nil }
        if let first = words.first, let factor = Unit.scales[first] {
            scale = Rational(integer: factor)
            words.removeFirst()
            guard words.first.flatMap({ Unit.scales[$0] }) == nil else { return nil }
        }
    }

    /// Digits elsewhere than in an exponent such as `m^2`.
    private static func hasLooseDigits(_ unit: Substring) -> Bool {
        zip(unit, " " + unit).contains { $0.isNumber && $1 != "^" && $1 != "{" }
    }

    private static let scales: [String: Int128] = [
        "dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000,
        "trillion": 1_000_000_000_000,
    ]

    private static let notUnits: Set<String> = [
        "or", "and", "to", "plus", "minus", "times", "divided", "over", "am", "pm", "a.m", "p.m", "factorial",
    ]
}

extension Rational {
    fileprivate init(integer: Int128) {
        numerator = integer
        denominator = 1
    }
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
