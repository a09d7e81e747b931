/// Why a text is no join code; none of it is repeated, since nearly all of it may be right.
package enum JoinCodeError: Error, Sendable, Equatable {
    case empty
    /// A character that no code has.
    case character(Character)
    /// Characters without prefix, dashes and spaces.
    case length(Int)
    /// The check at its end does not fit: somewhere there is a slip.
    case mistyped
}

extension JoinCodeError: CustomStringConvertible {
    package var description: String {
        let whole = "swarm- and \(JoinCode.length) letters and digits"
        return switch self {
        case .empty: "there is no join code; it is \(whole), and `swarm cluster show --code` prints it on a member"
        case .character(let character):
            "the join code has \(JoinCodeError.shown(character)) in it, which no code has; it is \(whole)"
        case .length(let count):
            "the join code has \(count) letters and digits behind swarm-; a whole one has \(JoinCode.length)"
        case .mistyped: "the join code has a slip in it: its check does not fit; compare it with the original"
        }
    }

    private static func shown(_ character: Character) -> String {
        if character.isASCII, character.isLetter || character.isNumber || character.isPunctuation || character.isSymbol
        {
            return "\"\(character)\""
        }
        return "the character "
            + character.unicodeScalars.map { "U+" + String($0.value, radix: 16, uppercase: true) }
            .joined(separator: " ")
    }
}
