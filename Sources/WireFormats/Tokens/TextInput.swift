import SwarmCore

/// Text, or the tokens it would become.
enum TextInput {
    case text(String)
    /// At least one.
    case tokens([Int32])

    /// Reads the four forms that OpenAI gives `prompt` and `input`: a string, a list of strings, a list of tokens, or a
    /// list of such lists.
    static func list(_ field: Field, atMost limit: Int) throws(WireError) -> [TextInput] {
        if let text = field.value?.stringValue { return [.text(text)] }
        guard let values = field.value?.arrayValue else { throw field.wrong("a string or an array") }
        if case .number? = values.first { return [.tokens(try someTokens(field))] }
        guard !values.isEmpty else { throw field.invalid("expected at least one text or token") }
        guard values.count <= limit else { throw field.invalid("expected at most \(limit), got \(values.count)") }
        var inputs: [TextInput] = []
        for element in try field.requiredElements() {
            switch element.value {
            case .string(let text): inputs.append(.text(text))
            case .array: inputs.append(.tokens(try someTokens(element)))
            default: throw element.wrong("a string or an array of tokens")
            }
        }
        return inputs
    }

    /// Reads a list of tokens, which may be empty.
    static func tokens(_ field: Field) throws(WireError) -> [Int32] {
        guard let values = field.value?.arrayValue else { throw field.wrong("an array of tokens") }
        var tokens: [Int32] = []
        tokens.reserveCapacity(values.count)
        for (place, value) in values.enumerated() {
            guard let token = value.intValue.flatMap({ Int32(exactly: $0) }), token >= 0 else {
                throw Field(path: "\(field.path)[\(place)]", value).wrong("a token id")
            }
            tokens.append(token)
        }
        return tokens
    }

    private static func someTokens(_ field: Field) throws(WireError) -> [Int32] {
        let tokens = try tokens(field)
        guard !tokens.isEmpty else { throw field.invalid("expected at least one token") }
        return tokens
    }
}
