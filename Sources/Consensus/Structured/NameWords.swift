/// Names of tools and arguments taken apart at changes of case and at `_`, `-`, `.`, `:`, `/` and spaces.
enum NameWords {
    /// `readTextFile` and `read-text_file` are `read`, `text`, `file`.
    static func of(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var last: Character?
        for character in name {
            let isBorder = !character.isLetter && !character.isNumber
            if isBorder || (character.isUppercase && last?.isLowercase == true) {
                if !word.isEmpty { words.append(word.lowercased()) }
                word = ""
            }
            if !isBorder { word.append(character) }
            last = character
        }
        if !word.isEmpty { words.append(word.lowercased()) }
        return words
    }

    /// The words without borders: `old_string`, `oldString` and `OldString` are `oldstring`.
    static func joined(_ name: String) -> String { of(name).joined() }
}
