package import SwarmCore

/// How many tokens texts have for a model whose tokenizer is not here: an estimate that is rather too high.
///
/// One token for every three bytes. Byte-pair vocabularies of today's models come to about four bytes of English and three
/// of code per token; other scripts have two or three bytes per character.
package enum TokenEstimate {
    private static let bytesPerToken = 3
    /// What templates put around a message.
    private static let perMessage = 8

    package static func tokens(of text: String) -> Int {
        (text.utf8.count + bytesPerToken - 1) / bytesPerToken
    }

    package static func tokens(of request: ChatRequest) -> Int {
        if let completion = request.completion {
            switch completion.source {
            case .text(let text): return tokens(of: text) + tokens(of: completion.suffix ?? "")
            case .tokens(let tokens): return tokens.count
            }
        }
        let tools = request.tools.reduce(0) { sum, tool in
            sum + tokens(of: tool.name + (tool.summary ?? "") + (tool.parameters?.text ?? "")) + perMessage
        }
        return request.messages.reduce(tools) { sum, message in
            let calls = message.toolCalls.reduce(0) { $0 + tokens(of: $1.name + $1.arguments) + perMessage }
            return sum + tokens(of: message.content) + tokens(of: message.reasoning ?? "") + calls + perMessage
        }
    }
}
