/// What follows a number: nothing, a percent sign, a unit, a scale such as "million", the rest of a sentence.
struct NumberUnit {
    /// By how much the number is to be multiplied.
    private(set) var scale: Int128 = 1
    /// It makes a part of the number before it, as in "two thirds" or "one of them".
    let isPart: Bool

    /// - Returns: `nil` when what follows makes the number mean something else, or has more words.
    init?(_ rest: Substring, maximumWords: Int) {
        var unit = rest
        if unit.first == "%" { unit = unit.dropFirst() }
        for end in NumberUnit.clauseEnds {
            guard let range = unit.firstRange(of: end) else { continue }
            // "5, 6" and "5 apples, 6 pears" are several numbers.
            if end == ", " || end == "; ", unit[range.upperBound...].first?.isASCIIDigit == true { return nil }
            unit = unit[..<range.lowerBound]
        }
        let isAttached = unit.first?.isLetter == true
        unit = unit.trimmed { $0.isWhitespace || ".,;!?)]}\"'".contains($0) }

        var words = unit.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        isPart = words.first.map(NumberUnit.parts.contains) ?? false
        guard let first = words.first else { return }
        if isAttached {
            // A single letter next to a number is a unit or a variable.
            if unit.prefix(while: \.isLetter).count == 1, unit.first.map("mgshlLVWJNCF".contains) != true { return nil }
            if ["st", "nd", "rd", "th"].contains(first) { return nil }
        }
        guard unit.first?.isLetter == true, words.count <= maximumWords, NumberUnit.notUnits.isDisjoint(with: words),
            !NumberUnit.hasLooseDigits(unit)
        else { return nil }
        if let factor = NumberUnit.scales[first] {
            scale = factor
            words.removeFirst()
            guard words.first.flatMap({ NumberUnit.scales[$0] }) == nil else { return nil }
        }
    }

    /// Digits elsewhere than in an exponent such as `m^2`.
    private static func hasLooseDigits(_ unit: Substring) -> Bool {
        zip(unit, " " + unit).contains { $0.isASCIIDigit && $1 != "^" && $1 != "{" }
    }

    private static let clauseEnds = [
        ". ", ", ", "; ", "! ", " (", " because ", " since ", " as ", " so ", " which ", " when ",
    ]

    private static let scales: [String: Int128] = [
        "dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000,
        "trillion": 1_000_000_000_000,
    ]

    private static let parts: Set<String> = [
        "of", "half", "halves", "third", "thirds", "quarter", "quarters", "fourth", "fourths", "fifth", "fifths",
        "sixth", "eighth", "tenth", "tenths", "more", "less", "way", "another", "point", "by", "that", "thing",
        "person",
    ]

    private static let notUnits: Set<String> = [
        "or", "and", "to", "plus", "minus", "times", "divided", "over", "am", "pm", "a.m", "p.m", "o'clock",
        "factorial",
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    ]
}
