package import SwarmCore

extension LlamaEngine {
    /// Numbers in one vector.
    package var embeddingLength: Int { embeddingModel.embeddingLength }

    /// The vectors of texts, each of unit length.
    ///
    /// They are made between decode steps, a bounded part at a time. Cancelling the task stops that.
    /// - Throws: `SourceError.contextLength` when an input is longer than the model takes, `saturated` when too many wait,
    ///   `cancelled` when the task or the engine ends first, `backend` when it cannot be done.
    package func embed(_ inputs: [EmbeddingInput]) async throws(SourceError) -> Embeddings {
        let vocabulary = Vocabulary(embeddingModel)
        var tokens: [[Int32]] = []
        for input in inputs { tokens.append(try Self.tokens(of: input, vocabulary)) }
        let ticket = nextTicket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<[[Float]], SourceError>, Never>) in
                let work = EmbeddingWork(ticket: ticket, inputs: tokens) { continuation.resume(returning: $0) }
                if !mailbox.post(.embed(work)) { continuation.resume(returning: .failure(.cancelled)) }
                // A cancellation that came first found nothing to cancel.
                if Task.isCancelled { mailbox.post(.cancelEmbedding(ticket: ticket)) }
            }
        } onCancel: {
            mailbox.post(.cancelEmbedding(ticket: ticket))
        }
        return Embeddings(vectors: try result.get(), promptTokens: tokens.reduce(0) { $0 + $1.count })
    }

    private static func tokens(of input: EmbeddingInput, _ vocabulary: Vocabulary) throws(SourceError) -> [Int32] {
        switch input {
        case .text(let text):
            let tokens = vocabulary.tokenize(text, addSpecial: true, parseSpecial: false)
            guard !tokens.isEmpty else {
                throw .unusable(parameter: "input", reason: "a text without tokens has no embedding")
            }
            return tokens
        case .tokens(let tokens):
            guard !tokens.isEmpty, tokens.allSatisfy({ (0..<vocabulary.size).contains(Int($0)) }) else {
                throw .unusable(
                    parameter: "input",
                    reason: "a token is not one of this model's \(vocabulary.size)"
                )
            }
            return tokens
        }
    }
}
