package import SwarmCore

/// The reply of `POST /v1/messages/count_tokens`.
package enum MessagesCount {
    /// How many tokens the prompt has that the request would be rendered to.
    package static func reply(tokens: Int) -> JSON { ["input_tokens": .integer(tokens)] }
}
