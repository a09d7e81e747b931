package import SwarmCore

/// Names that do not repeat: letters and digits only, since some clients cut ids at other characters.
package enum RandomName {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

    /// An id for a tool call.
    package static func call() -> String { "call_" + letters(24) }

    /// An id for a request, whose beginning tells clients what it is of.
    package static func request(_ kind: String = "chatcmpl-") -> RequestID {
        RequestID(rawValue: kind + letters(24))
    }

    /// So many letters and digits.
    static func letters(_ count: Int) -> String {
        String((0..<count).map { _ in alphabet[Int.random(in: alphabet.indices)] })
    }
}
