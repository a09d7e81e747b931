package import SwarmCore

/// What makes two answers "the same answer" for their kind.
package enum CanonicalKey {
    /// The key of a short answer: case, outer quotes, leading articles, final punctuation and spacing do not count.
    ///
    /// Words with the marks of paths and code keep their case, for there it means something. Of Unicode's compatibility
    /// forms (UAX #15) only full-width ones are folded. The key of a key is that key.
    package static func short(_ text: String) -> String {
        var key = String(text.trimmed())
        while true {
            let next = plainer(key)
            if next.isEmpty || next == key { return key }
            key = next
        }
    }

    /// The text with one layer of its dress taken off; empty when nothing is left.
    private static func plainer(_ text: String) -> String {
        let whole = text.halfWidth.withoutBold
        let bare = whole.trimmed { $0.isWhitespace || "\"'`“”‘’«».!?,;:。、".contains($0) }
        let words = bare.split(whereSeparator: \.isWhitespace).map { word in
            word.contains(where: "/\\_(){}[]<>=|#@".contains) ? String(word) : word.lowercased()
        }
        let articles = words.dropLast().prefix { ["the", "a", "an"].contains($0) }
        return words.dropFirst(articles.count).joined(separator: " ")
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
