import SwarmCore

/// Finds out how a template writes a turn of the model with tool calls.
struct TurnRendering {
    let templates: ChatTemplates
    let vocabulary: Vocabulary

    /// The turn as a later prompt will hold it; `nil` when the template does not write turns in one piece.
    ///
    /// Two small conversations are rendered: one that ends where the assistant's turn begins, and the same with the turn and
    /// the results of its calls. What the second has beyond the first, up to the end marker, is the turn.
    func turn(_ answer: ParsedAnswer, tokens: [Int32], of request: ChatRequest) -> WrittenCalls.Turn? {
        var asking = ChatRequest(id: request.id, messages: [Message(role: .user, content: "-")])
        asking.templateArguments = request.templateArguments
        guard let asked = try? templates.render(RenderRequest(asking).json), let before = asked["prompt"]?.stringValue,
            let opening = asked["generation_prompt"]?.stringValue, !opening.isEmpty, before.hasSuffix(opening)
        else { return nil }
        let markers = [vocabulary.endOfTurn, vocabulary.end].filter { $0 >= 0 }.map { token in
            String(decoding: vocabulary.bytes(of: token, special: true), as: UTF8.self)
        }
        // A marker in the words of a turn would be taken for its end.
        let words = [answer.content, answer.reasoning] + answer.toolCalls.flatMap { [$0.name, $0.arguments] }
        guard !words.contains(where: { word in markers.contains { !$0.isEmpty && word.contains($0) } }) else {
            return nil
        }
        var renderings: [String] = []
        var end = ""
        for calls in spellings(of: answer.toolCalls) {
            var later = asking
            later.messages.append(
                Message(
                    role: .assistant,
                    content: answer.content,
                    reasoning: answer.reasoning.isEmpty ? nil : answer.reasoning,
                    toolCalls: calls
                )
            )
            later.messages += calls.map { Message(role: .tool, content: "-", toolCallID: $0.id) }
            guard let told = try? templates.render(RenderRequest(later, opensAnswer: false).json),
                let after = told["prompt"]?.stringValue, after.hasPrefix(before)
            else { continue }
            let rest = after.dropFirst(before.count)
            let ends = markers.filter { !$0.isEmpty }.compactMap { marker in
                rest.firstRange(of: marker).map { (range: $0, marker: marker) }
            }
            guard let first = ends.min(by: { $0.range.lowerBound < $1.range.lowerBound }) else { continue }
            end = first.marker
            renderings.append(opening + rest[..<first.range.upperBound])
        }
        guard !renderings.isEmpty else { return nil }
        return WrittenCalls.Turn(renderings: renderings, opening: opening, end: end, tokens: tokens)
    }

    /// The calls as they were written, and with their arguments serialised anew.
    private func spellings(of calls: [ToolCall]) -> [[ToolCall]] {
        let anew = calls.map { call in
            var call = call
            if let value = try? JSON(parsing: call.arguments) { call.arguments = value.text }
            return call
        }
        return anew == calls ? [calls] : [calls, anew]
    }
}
