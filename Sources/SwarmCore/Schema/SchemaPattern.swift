/// Regular expressions of schemas, as far as Swift's `Regex` reads them.
enum SchemaPattern {
    /// Longer texts are not searched: a pattern may need time in proportion to a power of the length.
    static let longestText = 512

    /// Whether the pattern is found anywhere in the text; `nil` where that cannot be told.
    ///
    /// That is so for patterns `Regex` does not read, for texts longer than `longestText`, and for patterns that repeat
    /// a group with a repetition or a choice inside: those may take time exponential in the length of the text.
    static func fits(_ text: String, _ pattern: String) -> Bool? {
        guard text.unicodeScalars.count <= longestText, !mayExplode(pattern), let regex = try? Regex(pattern) else {
            return nil
        }
        return (try? regex.matchingSemantics(.unicodeScalar).firstMatch(in: text)) != nil
    }

    /// Whether a repeated group has a repetition or a choice inside, or an earlier match is referred to.
    private static func mayExplode(_ pattern: String) -> Bool {
        var groups: [Bool] = []
        var isInClass = false
        var closed: Bool?
        var isEscaped = false
        for character in pattern {
            let group = closed
            closed = nil
            if isEscaped {
                isEscaped = false
                if ("1"..."9").contains(character) || character == "k" { return true }
                continue
            }
            switch character {
            case "\\": isEscaped = true
            case "[": isInClass = true
            case "]": isInClass = false
            case _ where isInClass: break
            case "(": groups.append(false)
            case ")":
                let inner = groups.popLast() ?? false
                closed = inner
                if inner, let last = groups.indices.last { groups[last] = true }
            case "*", "+", "{":
                if group == true { return true }
                if let last = groups.indices.last { groups[last] = true }
            case "|":
                if let last = groups.indices.last { groups[last] = true }
            default: break
            }
        }
        return false
    }
}
