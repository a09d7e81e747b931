package import SwarmCore

/// The bundled model, as the tests find it.
package enum Bumble {
    /// Its file in this checkout.
    package static var path: String {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return root + "/Models/bumble/bumble-q8_0.gguf"
    }

    package static let id = ModelID(rawValue: "bumble")

    /// A question it answers well.
    package static func question(_ text: String = "What is 12 + 30?") -> [Message] {
        [Message(role: .user, content: text)]
    }

    /// Forbids the tokens that end a text, so that it goes on until a limit.
    package static let endless: [Int32: Double] = [2039: -1000, 2040: -1000, 2041: -1000]
}
