import SwarmCore

/// Writes answers of about 2 kB that say nearly the same, each in words, names and values of its own.
struct DecisionWriter {
    /// Bytes of an answer that has room for them.
    private static let length = 2000
    private static let goods = ["apples", "pears", "plums", "lemons", "cherries", "figs", "quinces", "melons"]
    private static let people = ["Ann", "Bob", "Cleo", "Dan", "Eve", "Finn"]

    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// The first, three times in four.
    mutating func mostly(_ usual: String, else other: String) -> String { chance(4) ? other : usual }

    private mutating func chance(_ times: Int) -> Bool { Int.random(in: 0..<times, using: &random) == 0 }

    private mutating func pick(_ words: [String]) -> String { words[Int.random(in: words.indices, using: &random)] }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// Steps of a calculation.
    mutating func reasoning() -> String {
        var text =
            pick(["Let us go through the days.", "First the boxes of every day.", "We count day by day."]) + "\n"
        var step = 1
        while text.utf8.count < DecisionWriter.length {
            let (boxes, each, sold) = (number(2...9), number(6...24), number(1...11))
            let good = pick(DecisionWriter.goods)
            let came = pick([
                "\(pick(DecisionWriter.people)) brings \(boxes) boxes of \(each) \(good)",
                "there are \(boxes) boxes with \(each) \(good) each",
                "the shop gets \(boxes) x \(each) \(good)",
            ])
            let left = pick(["so there are", "which makes", "and that is"])
            let gone = pick(["are sold", "go to \(pick(DecisionWriter.people))", "are thrown away"])
            text += "\(step). On day \(step % 4 + 1) \(came), \(left) \(boxes * each). "
            text += "\(sold) of them \(gone): \(boxes * each) - \(sold) = \(boxes * each - sold).\n"
            step += 1
        }
        return text + pick(["Adding up what is left of the apples gives the result.", "That is what is left."])
    }

    /// What is in stock, by a schema: a few leaves differ.
    mutating func stock() -> JSON {
        var items: [JSON] = []
        let places = ["shelf", "cellar", "window"]
        for row in 0..<22 {
            let good = DecisionWriter.goods[row % DecisionWriter.goods.count]
            let usual = (row * 37) % 90 + 3
            items.append([
                "name": .string("\(row % 3 == 0 ? "red" : "fresh") \(good) \(row)"),
                "count": .integer(chance(20) ? usual + number(1...9) : usual),
                "price": .double(Double(usual * 5) / 20),
                "place": .string(chance(20) ? pick(places) : places[row % 3]),
                "tags": .array(["fruit", .string(mostly("fresh", else: "new"))]),
            ])
        }
        return ["shop": .string("corner"), "items": .array(items)]
    }

    /// Python with names, loops and comments of its own.
    mutating func program() -> String {
        var text = "import math\nfrom collections import defaultdict\n\n\n"
        var function = 0
        while text.utf8.count < DecisionWriter.length - 250 {
            text += self.function(DecisionWriter.goods[function % DecisionWriter.goods.count]) + "\n\n"
            function += 1
        }
        let rows = pick(["rows", "lines", "out"])
        return text + """
            def report(stock, least=\(number(2...9))):
                \(pick(["\"\"\"Lists what has to be ordered again.\"\"\"", "# What has to be ordered again."]))
                \(rows) = []
                for name, count in sorted(stock.items()):
                    if count < least:
                        \(rows).append(f"{name}: {least - count}")
                return \(pick(["\"\\n\".join(\(rows))", "\(rows)"]))

            """
    }

    private mutating func function(_ good: String) -> String {
        let (total, item) = (pick(["total", "result", "amount", "value"]), pick(["item", "row", "entry", "x"]))
        let comment = pick(["", "", "    # Only what can still be sold counts.\n", "    # Skip what is spoilt.\n"])
        let limit = number(1...30)
        switch number(0...2) {
        case 0:
            return """
                def count_\(good)(items, limit=\(limit)):
                    \(total) = 0
                \(comment)    for \(item) in items:
                        if \(item)["name"] == "\(good)" and \(item)["age"] < limit:
                            \(total) += \(item)["count"]
                    return \(total)

                """
        case 1:
            return """
                def count_\(good)(items, limit=\(limit)):
                    \"\"\"Counts the \(good) that are not too old.\"\"\"
                \(comment)    fresh = [\(item) for \(item) in items if \(item)["age"] < limit]
                    return sum(\(item)["count"] for \(item) in fresh if \(item)["name"] == "\(good)")

                """
        default:
            return """
                def count_\(good)(items, limit=\(limit)):
                    \(total) = defaultdict(int)
                \(comment)    index = 0
                    while index < len(items):
                        \(item) = items[index]
                        if \(item)["age"] < limit:
                            \(total)[\(item)["name"]] += math.floor(\(item)["count"])
                        index += 1
                    return \(total)["\(good)"]

                """
        }
    }

    /// Advice in paragraphs.
    mutating func prose() -> String {
        var text = ""
        while text.utf8.count < DecisionWriter.length {
            // Each piece of advice comes once before any comes again, as in a text that does not go round in circles.
            for sentence in advice().shuffled(using: &random) where text.utf8.count < DecisionWriter.length {
                text += sentence + (chance(4) ? "\n\n" : " ")
            }
        }
        return text
    }

    private mutating func advice() -> [String] {
        let good = pick(DecisionWriter.goods)
        return [
            "A small shop does best when it counts the \(good) every evening, before the door is locked.",
            "It helps to write down what came in and what went out, with the date and the name of the supplier.",
            "Keep the \(good) that came first in front, so that nothing spoils at the back of the shelf.",
            "For each kind of fruit there should be a lowest number at which more is ordered.",
            "A table on paper is enough at first; later a spreadsheet saves the adding up.",
            "If \(number(2...9)) boxes of \(good) are left on a Friday, they will rarely last until Monday.",
            "\(pick(DecisionWriter.people)) could do the counting, as long as it is always the same person.",
            "Differences between the list and the shelf are normal, but they should be looked into within a week.",
            "Prices belong in the same list, because they change with the season.",
            "Once a month the whole list is compared with the bills of the suppliers.",
        ]
    }
}
