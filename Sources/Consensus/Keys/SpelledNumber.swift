/// A whole number in English words at the start of a text: "eighteen", "twenty-one", "a hundred and five".
struct SpelledNumber {
    let value: Int128
    /// The text after it.
    let rest: Substring

    /// - Returns: `nil` when the text does not start with one.
    init?(_ text: Substring) {
        let words = SpelledNumber.words(in: text)
        var (total, group, used): (Int128, Int128?, Int) = (0, nil, 0)
        var place = 0
        reading: while place < words.count {
            let word = words[place].lowercased()
            if let unit = SpelledNumber.units[word], SpelledNumber.mayAdd(unit, to: group) {
                group = (group ?? 0) + unit
            } else if place == 0, word == "a" || word == "an", words.count > 1,
                SpelledNumber.scales.contains(words[1].lowercased())
            {
                group = 1
            } else if word == "hundred", let count = group, (1..<100).contains(count) {
                group = count * 100
            } else if let thousands = SpelledNumber.thousands[word], let count = group, count > 0,
                total == 0 || total >= thousands * 1000
            {
                total += count * thousands
                group = nil
            } else if word == "and", used == place, place > 0, place + 1 < words.count,
                SpelledNumber.units[words[place + 1].lowercased()] != nil,
                ["hundred", "thousand"].contains(words[place - 1].lowercased())
            {
                place += 1
                continue reading
            } else {
                break
            }
            place += 1
            used = place
        }
        // "twenty thirty" is two numbers.
        let next = used < words.count ? words[used].lowercased() : ""
        guard used > 0, SpelledNumber.units[next] == nil else { return nil }
        value = total + (group ?? 0)
        rest = text[words[used - 1].endIndex...]
    }

    /// Words of letters; a hyphen parts the two words of "twenty-one".
    private static func words(in text: Substring) -> [Substring] {
        var words: [Substring] = []
        var rest = text
        while let first = rest.first, first.isLetter {
            let word = rest.prefix(while: \.isLetter)
            words.append(word)
            rest = rest[word.endIndex...]
            guard let gap = rest.first, gap == " " || gap == "-" else { break }
            rest = rest.dropFirst()
        }
        return words
    }

    /// "twenty" takes "one", "hundred" takes "five", "five" takes nothing.
    private static func mayAdd(_ unit: Int128, to group: Int128?) -> Bool {
        guard let group else { return true }
        if unit == 0 || group == 0 { return false }
        return unit < 10 ? group % 10 == 0 && group % 100 != 10 : group % 100 == 0
    }

    private static let scales: Set<String> = ["dozen", "hundred", "thousand", "million", "billion"]

    private static let thousands: [String: Int128] = ["thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000]

    private static let units: [String: Int128] = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
        "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    ]
}
