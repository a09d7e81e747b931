/// Regular expressions of schemas, as far as Swift's `Regex` reads them.
enum SchemaPattern {
    /// Longest text that is searched, in Unicode scalars, by how many repetitions and choices the pattern has.
    ///
    /// A search that goes back tries up to length^count ways; patterns come from clients, and a search cannot be stopped.
    static let longestText = [512, 512, 512, 128, 40]

    /// Whether the pattern is found anywhere in the text; `nil` where that cannot be told in bounded time.
    ///
    /// That is so for patterns `Regex` does not read, for texts too long for the pattern, and for patterns that repeat a
    /// group with a repetition or a choice inside, or refer to an earlier match.
    static func fits(_ text: String, _ pattern: String) -> Bool? {
        guard let turns = Scan(pattern).turns, turns < longestText.count,
            text.unicodeScalars.count <= longestText[turns], let regex = try? Regex(pattern)
        else { return nil }
        return (try? regex.matchingSemantics(.unicodeScalar).firstMatch(in: text)) != nil
    }

    /// Counts the places at which a search can go several ways.
    private struct Scan {
        private struct Group {
            var hasTurns = false
            var hasChoice = false
        }

        /// `nil` when it may be exponentially many.
        private(set) var turns: Int? = 0
        private var groups = [Group()]

        init(_ pattern: String) {
            var isInClass = false
            var isEscaped = false
            /// The part that was just read: whether it is a group with turns inside; `nil` where nothing can be repeated.
            var part: Bool?
            var rest = pattern[...]
            while let character = rest.popFirst() {
                let repeated = part
                part = false
                if isEscaped {
                    isEscaped = false
                    if ("1"..."9").contains(character) || character == "k" { turns = nil }
                    continue
                }
                switch character {
                case "\\": isEscaped = true
                case "]" where isInClass: isInClass = false
                case _ where isInClass: break
                case "[": isInClass = true
                case "(":
                    groups.append(Group())
                    part = nil
                case ")": part = close()
                case "|":
                    if !groups[groups.count - 1].hasChoice { turn() }
                    groups[groups.count - 1].hasChoice = true
                case "*", "+", "?", "{":
                    part = nil
                    guard let repeated else { continue }
                    if repeated { turns = nil }
                    let isFixed = character == "{" && !rest.prefix { $0 != "}" }.contains(",")
                    if !isFixed { turn() }
                default: break
                }
            }
        }

        private mutating func turn() {
            turns = turns.map { $0 + 1 }
            groups[groups.count - 1].hasTurns = true
        }

        /// - Returns: whether the group that ends has turns inside.
        private mutating func close() -> Bool {
            guard groups.count > 1, let group = groups.popLast() else { return false }
            if group.hasTurns { groups[groups.count - 1].hasTurns = true }
            return group.hasTurns
        }
    }
}
