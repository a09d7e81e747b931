package import SwarmCore

/// Names that do not repeat: letters and digits only, since some clients cut ids at other characters.
package enum RandomName {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

    /// An id for a tool call.
    package static func call() -> String { "call_" + letters(24) }

    /// An id for a chat completion.
    package static func request() -> RequestID { RequestID(rawValue: "chatcmpl-" + letters(24)) }

    private static func letters(_ count: Int) -> String {
        String((0..<count).map { _ in alphabet[Int.random(in: alphabet.indices)] })
    }
}
