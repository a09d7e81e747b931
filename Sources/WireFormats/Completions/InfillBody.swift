package import SwarmCore

/// A decoded body of `POST /v1/fim/completions`, Mistral's endpoint for filling in the middle.
///
/// Its replies are those of the chat endpoint, so that it decodes into a chat body.
package enum InfillBody {
    /// Decodes a body.
    ///
    /// An empty `suffix` is still something to fill in, as it is at the end of a file; without one the prompt is
    /// continued. Unknown fields are skipped, and `null` counts as absent.
    /// - Throws: `malformedJSON`, or `invalidParameter` with the path of the field that is wrong.
    package static func decode(_ body: [UInt8], id: RequestID) throws(WireError) -> ChatBody {
        let body = try Field.body(body)
        let text = try body["prompt"].requiredString()
        var sampling = try ChatSampling.decode(body)
        let seed = try ChatSampling.seed(body["random_seed"])
        sampling.seed = sampling.seed ?? seed
        var request = try CompletionBody.request(body, sampling: sampling, limits: try ChatBody.limits(body))
        request.id = id
        request.input = .completion(CompletionPrompt(.text(text), suffix: try body["suffix"].string()))
        return ChatBody(
            request: request,
            stream: try body["stream"].bool() ?? false,
            includeUsage: try body["stream_options"].object()?["include_usage"].bool() ?? false
        )
    }
}
