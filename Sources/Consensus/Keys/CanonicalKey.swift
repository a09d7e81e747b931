package import SwarmCore

/// What makes two answers "the same answer" for their kind.
package enum CanonicalKey {
    /// The key of a short answer: case, outer quotes, a leading article, final punctuation and spacing do not count.
    ///
    /// Words with the marks of paths and code keep their case, for there it means something.
    package static func short(_ text: String) -> String {
        let whole = text.withoutBold
        let bare = whole.trimmed { $0.isWhitespace || "\"'`“”‘’«».!?,;:".contains($0) }
        var words = bare.split(whereSeparator: \.isWhitespace).map { word in
            word.contains(where: "/\\_(){}[]<>=|#@".contains) ? String(word) : word.lowercased()
        }
        if words.count > 1, let first = words.first, ["the", "a", "an"].contains(first) { words.removeFirst() }
        let key = words.joined(separator: " ")
        return key.isEmpty ? String(text.trimmed()) : key
    }

    /// The key of a JSON value: members sorted by name, numbers by value, strings as they are.
    ///
    /// In the manner of RFC 8785, but with exact numbers: `1.0`, `1` and `1e0` are the same.
    package static func json(_ value: JSON) -> String { canonical(value).text }

    /// The key of a turn that calls tools: names and arguments; the order of several calls does not count.
    ///
    /// - Returns: `nil` when the arguments of a call are not a JSON object.
    package static func toolCalls(_ calls: [ToolCall]) -> String? {
        var keys: [String] = []
        for call in calls {
            guard let arguments = arguments(of: call) else { return nil }
            keys.append(call.name + "(" + json(.object(arguments)) + ")")
        }
        return keys.isEmpty ? nil : keys.sorted().joined(separator: "\n")
    }

    /// The arguments of a call as an object; no text at all counts as no arguments.
    static func arguments(of call: ToolCall) -> JSON.Object? {
        if call.arguments.allSatisfy(\.isWhitespace) { return JSON.Object() }
        return (try? JSON(parsing: call.arguments))?.objectValue
    }

    private static func canonical(_ value: JSON) -> JSON {
        switch value {
        case .null, .bool, .string: value
        case .number(let text): .number(Rational(decimal: text)?.text ?? text.lowercased())
        case .array(let elements): .array(elements.map(canonical))
        case .object(let object):
            .object(
                JSON.Object(
                    object.members.sorted { $0.key < $1.key }.map { (key: $0.key, value: canonical($0.value)) }
                )
            )
        }
    }
}
