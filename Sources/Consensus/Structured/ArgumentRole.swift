import SwarmCore

/// What an argument is to the vote on a call.
enum ArgumentRole: Sendable {
    /// Says what the call is about: votes must be for the very same.
    case identity
    /// Long text that hardly two candidates write in the same way: compared by similarity.
    case payload
    /// Says why the call is made: does not count.
    case commentary

    /// Longer strings are payload, in characters.
    static let longestIdentity = 64

    /// How an argument's texts are compared.
    enum Text {
        case exact, path, loose, command, lines
    }

    /// The role of an argument by its name and its value, in a call with these `others`.
    ///
    /// Names of addresses are identity however long, names of code are payload however short. Otherwise short strings
    /// on one line, numbers, booleans, null and enumerated values are identity; arrays and objects go by their longest
    /// string. Spaces and line ends at the end do not make a string long.
    init(name: String, value: JSON, isEnumerated: Bool, others: some Sequence<String>) {
        let plain = NameWords.joined(name)
        if isEnumerated {
            self = .identity
        } else if value.stringValue != nil, ArgumentRole.isCommentary(plain, others: others) {
            self = .commentary
        } else if ArgumentRole.payloadNames.contains(plain), value.holdsString {
            self = .payload
        } else if ArgumentRole.isAddress(plain) {
            self = .identity
        } else {
            self = value.hasLongString ? .payload : .identity
        }
    }

    /// How the strings of an argument, or of a member within it, are compared.
    static func text(name: String, value: String, isEnumerated: Bool, role: ArgumentRole) -> Text {
        let plain = NameWords.joined(name)
        if isEnumerated { return .exact }
        if commandNames.contains(plain) { return .command }
        if isPath(plain) { return .path }
        if isAddress(plain) { return .exact }
        return role == .payload || TextForms.lines(value).contains(where: \.isNewline) ? .lines : .loose
    }

    /// A remark, if the call has something else that says what it does.
    ///
    /// A `description` needs code or a path beside it: without, it may be all there is, as when an issue is filed.
    private static func isCommentary(_ plain: String, others: some Sequence<String>) -> Bool {
        let names = others.map(NameWords.joined)
        if plain == "description" { return names.contains { payloadNames.contains($0) || isPath($0) } }
        return (plain == "explanation" || plain == "reason") && !names.isEmpty
    }

    private static func isPath(_ plain: String) -> Bool {
        plain.hasSuffix("path") || plain.hasSuffix("paths") || pathNames.contains(plain)
    }

    private static func isAddress(_ plain: String) -> Bool {
        isPath(plain) || addressNames.contains(plain) || plain.hasSuffix("url")
    }

    private static let pathNames: Set<String> = [
        "file", "files", "filename", "dir", "directory", "folder", "workdir", "cwd",
    ]

    private static let addressNames: Set<String> = [
        "url", "urls", "uri", "id", "ids", "pattern", "regex", "glob", "include", "exclude", "symbol", "key", "line",
    ]

    private static let commandNames: Set<String> = ["command", "cmd"]

    /// Text, body, query, prompt and message are not among them: they are payload when they are long.
    private static let payloadNames: Set<String> = [
        "command", "cmd", "code", "script", "content", "contents", "patch", "patchtext", "diff", "oldstring",
        "newstring",
        "oldstr", "newstr", "oldtext", "newtext", "newsource", "filetext", "edits", "input",
    ]
}

extension JSON {
    /// The string, or those within.
    var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.strings)
        case .object(let object): object.members.flatMap(\.value.strings)
        case .null, .bool, .number: []
        }
    }

    fileprivate var holdsString: Bool { !strings.isEmpty }

    fileprivate var hasLongString: Bool {
        strings.contains { text in
            let bare = TextForms.lines(text)
            return bare.count > ArgumentRole.longestIdentity || bare.contains(where: \.isNewline)
        }
    }
}
