package import SwarmCore
package import WireFormats

/// The model of another server as the head of a swarm: nothing is known of it but what the server tells.
///
/// Requests are sent as they are, and the server renders them with the model's own template. Its tokenizer is not here, and
/// asking the server for every text would make planning wait for the network: token counts are a `TokenEstimate`.
package struct UpstreamModel: ChatModel {
    package let card: ModelCard

    /// The context that is assumed where neither the settings nor the server say.
    package static let defaultContext = 32_768

    /// - Parameters:
    ///   - id: what clients call it.
    ///   - entry: what the server lists; `nil` where it lists nothing.
    ///   - candidates: its part of a vote, if that is set.
    package init(
        id: ModelID,
        entry: UpstreamModelEntry? = nil,
        contextLength: Int? = nil,
        trained: Int? = nil,
        fileBytes: UInt64 = 0,
        candidates: Int? = nil,
        fingerprint: String
    ) {
        let context = contextLength ?? entry?.contextLength ?? Self.defaultContext
        card = ModelCard(
            id: id,
            contextLength: context,
            trainedContextLength: max(context, trained ?? entry?.contextLength ?? 0),
            parameters: entry?.parameters ?? 0,
            fileBytes: entry?.fileBytes ?? fileBytes,
            sampling: Sampling(),
            recommendedCandidates: candidates ?? 5,
            fingerprint: fingerprint,
            created: entry?.created ?? 0,
            countsTokens: false
        )
    }

    package func render(_ request: ChatRequest) async throws(PlanError) -> Prompt {
        if case .tokens = request.completion?.source {
            throw .unusable(parameter: "prompt", reason: "token ids cannot be passed on to another server")
        }
        let needed = TokenEstimate.tokens(of: request)
        guard needed < card.contextLength else {
            throw .contextLengthExceeded(needed: needed, limit: card.contextLength)
        }
        return Prompt(text: request.transcript, tokens: Self.unknown(needed))
    }

    /// As many unknown tokens as a text is estimated to have.
    package func tokenize(_ text: String, isPrompt: Bool) -> [Int32] { Self.unknown(TokenEstimate.tokens(of: text)) }

    package func detokenize(_ tokens: [Int32]) -> String? { nil }

    package func remember(_ answer: ParsedAnswer, tokens: [Int32], of request: ChatRequest) async {}

    package func reader(for reading: AnswerReading) throws(ReadError) -> any AnswerReader { PlainTextReader() }

    private static func unknown(_ count: Int) -> [Int32] { Array(repeating: -1, count: count) }
}

extension ChatRequest {
    /// Tells this prompt from others, for records.
    fileprivate var transcript: String {
        if case .text(let text) = completion?.source { return text }
        let tools = tools.map { "tool \($0.name) \($0.summary ?? "") \($0.parameters?.text ?? "")\n" }
        let lines = messages.map { message in
            let calls = message.toolCalls.map { " \($0.name) \($0.arguments)" }.joined()
            return "\(message.role.rawValue): \(message.content)\(calls)\n"
        }
        return (tools + lines).joined()
    }
}

extension UpstreamModel {
    /// The model of an MLX server.
    package init(_ folder: MLXModelFolder, id: ModelID, contextLength: Int) {
        self.init(
            id: id,
            contextLength: contextLength,
            trained: folder.contextLength,
            fileBytes: folder.fileBytes,
            fingerprint: "mlx \(folder.path) \(folder.fileBytes)"
        )
    }
}
