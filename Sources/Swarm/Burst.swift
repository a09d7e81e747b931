import SwarmCore

extension Candidate {
    /// A decided answer as deltas of ordinary size, all at once.
    func burst(wantsScores: Bool) -> [AnswerDelta] {
        var deltas = answer.reasoning.pieces.map(AnswerDelta.reasoning)
        if wantsScores { deltas.append(.logprobs(tokens)) }
        deltas += answer.content.pieces.map(AnswerDelta.content)
        for (index, call) in answer.toolCalls.enumerated() {
            deltas.append(.toolCall(index: index, id: call.id, name: call.name))
            deltas.append(.toolArguments(index: index, call.arguments))
        }
        return deltas
    }
}

extension String {
    /// Pieces that clients show smoothly; none splits a character.
    fileprivate var pieces: [String] {
        var pieces: [String] = []
        var rest = self[...]
        while !rest.isEmpty {
            let piece = rest.prefix(48)
            pieces.append(String(piece))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}
