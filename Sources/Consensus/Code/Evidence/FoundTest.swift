import SwarmCore

/// A test found in a text, with where it was and the calls in it.
struct FoundTest: Equatable {
    var line: Int
    var test: CodeTest?
    var calls: [String]

    /// Longer tests and calls are left out, in bytes.
    static let maximumBytes = 4096

    var isSmall: Bool {
        let size =
            switch test {
            case .value(let expression, let expected): expression.utf8.count + expected.utf8.count
            case .assertion(let text): text.utf8.count
            case .output(let input, let expected): input.utf8.count + expected.utf8.count
            case nil: 0
            }
        return size <= Self.maximumBytes && calls.allSatisfy { $0.utf8.count <= Self.maximumBytes }
    }
}

extension String {
    /// The text as a string literal of Python.
    var pythonLiteral: String {
        var literal = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": literal += "\\" + String(scalar)
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\0": literal += "\\0"
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
