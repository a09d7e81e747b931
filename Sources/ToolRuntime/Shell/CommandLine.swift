/// A shell command line taken apart into its simple commands; for deciding only, never for running.
struct CommandLine: Sendable, Equatable {
    /// Each with single spaces between its words.
    private(set) var commands: [String] = []
    /// Whether nothing in the line can do more than the commands say: no substitution, no redirection to a file, no
    /// grouping, no here-document, all quotes closed.
    private(set) var isCertain = true

    init(_ text: String) {
        var word = ""
        var quote: Character?
        var isEscaped = false
        let characters = Array(text)
        for (place, character) in characters.enumerated() {
            if isEscaped {
                isEscaped = false
                word.append(character)
                continue
            }
            switch (character, quote) {
            case ("\\", nil), ("\\", "\""):
                isEscaped = true
                word.append(character)
            case ("'", nil), ("\"", nil):
                quote = character
                word.append(character)
            case ("'", "'"), ("\"", "\""):
                quote = nil
                word.append(character)
            case (_, "'"): word.append(character)
            case ("`", _): isCertain = false
            case ("$", _):
                // `$NAME` may be any words, `$(…)` any command.
                isCertain = false
                word.append(character)
            case (_, "\""): word.append(character)
            case ("&", _) where isRedirection(characters, place): word.append(character)
            case (";", _), ("|", _), ("&", _), ("\n", _), ("\r\n", _): end(&word)
            case ("(", _), (")", _), ("{", _), ("}", _):
                isCertain = false
                end(&word)
            case ("<", _), (">", _):
                if !isHarmless(characters, place) { isCertain = false }
                word.append(character)
            default: word.append(character)
            }
        }
        if quote != nil || isEscaped { isCertain = false }
        end(&word)
    }

    private mutating func end(_ word: inout String) {
        let command = word.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !command.isEmpty { commands.append(command) }
        word = ""
    }

    /// The `&` in `2>&1`, `>&2` and `&>`.
    private func isRedirection(_ characters: [Character], _ place: Int) -> Bool {
        (place > 0 && characters[place - 1] == ">") || (place + 1 < characters.count && characters[place + 1] == ">")
    }

    /// `2>&1` and `>/dev/null` change no file.
    private func isHarmless(_ characters: [Character], _ place: Int) -> Bool {
        guard characters[place] == ">" else { return false }
        let rest = String(characters[(place + 1)...].prefix(12).drop(while: \.isWhitespace))
        if ["&1", "&2"].contains(rest.prefix(2)) { return true }
        guard rest.hasPrefix("/dev/null") else { return false }
        let after = rest.dropFirst(9).first
        return after == nil || after?.isWhitespace == true || after == ";" || after == "|" || after == "&"
    }
}
