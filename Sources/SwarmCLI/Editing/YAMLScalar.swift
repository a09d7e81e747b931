import SwarmCore
import Yams

/// How a single value is written in YAML.
enum YAMLScalar {
    /// The value on one line; `nil` when it is not a single value or a list of such.
    static func text(_ value: JSON) -> String? {
        switch value {
        case .string(let text): isPlain(text) ? text : JSON.string(text).text
        case .array(let elements) where elements.allSatisfy({ $0.arrayValue == nil && $0.objectValue == nil }):
            "[" + elements.compactMap(text).joined(separator: ", ") + "]"
        case .null, .bool, .number: value.text
        case .array, .object: nil
        }
    }

    static func key(_ text: String) -> String { isPlain(text) ? text : JSON.string(text).text }

    /// Whether a text means itself without quotes, as a string, to every reader of YAML.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, isOrdinary(first), first != ":", first != "-" else { return false }
        guard text.unicodeScalars.allSatisfy(isOrdinary), !text.hasSuffix(":") else { return false }
        // Also numbers in other notations: 0x1F, 1_000, and 1:30 of base 60.
        return !words.contains(text.lowercased()) && !("0"..."9").contains(first) && first != "+" && first != "."
    }

    /// What YAML 1.1 reads as something else than a string.
    private static let words: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "."]

    private static func isOrdinary(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "_", "+", "-", ":": true
        default: false
        }
    }

    /// How many scalars of a line, from its beginning on, spell a value that ends on it.
    static func length(of scalar: YAMLNode.Scalar, in line: ArraySlice<Unicode.Scalar>) -> Int? {
        switch scalar.style {
        case .singleQuoted: quoted(line, by: "'", escape: "'")
        case .doubleQuoted: quoted(line, by: "\"", escape: "\\")
        case .plain: spelled(scalar, line)
        case .any, .literal, .folded: nil
        }
    }

    /// A plain value is spelled as it is read, unless it goes on on the next line or has a tag.
    private static func spelled(_ scalar: YAMLNode.Scalar, _ line: ArraySlice<Unicode.Scalar>) -> Int? {
        let spelling = Array(scalar.string.unicodeScalars)
        return !spelling.isEmpty && line.starts(with: spelling) ? spelling.count : nil
    }

    private static func quoted(
        _ line: ArraySlice<Unicode.Scalar>,
        by quote: Unicode.Scalar,
        escape: Unicode.Scalar
    ) -> Int? {
        guard line.first == quote else { return nil }
        var at = line.startIndex + 1
        while at < line.endIndex {
            let isEscaped = line[at] == escape && at + 1 < line.endIndex && (escape != quote || line[at + 1] == quote)
            if isEscaped {
                at += 2
            } else if line[at] == quote {
                return at + 1 - line.startIndex
            } else {
                at += 1
            }
        }
        return nil
    }
}
