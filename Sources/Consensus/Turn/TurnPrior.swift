package import SwarmCore

/// What kind of answer a request will probably get, before anything is generated.
///
/// A guess for the first choices, such as how many candidates to begin with; what candidates really give is read by
/// `Classifier`.
package enum TurnPrior {
    /// Guesses from the tools and the format asked for, then from the last message of the user.
    ///
    /// In this order: tools that may be called; a JSON format; options to choose from; a request for a text such as a
    /// title; for code; for JSON in words; for a number; a closed question; else prose.
    package static func kind(of request: ChatRequest) -> TurnKind {
        switch request.toolChoice {
        case .required, .named: return .toolCall
        case .auto where !request.tools.isEmpty: return .toolCall
        case .auto, .none: break
        }
        if request.responseFormat != .text { return .json }
        guard let question = request.messages.last(where: { $0.role == .user })?.content else { return .prose }
        if !Options(in: request.messages).isEmpty { return .choice }
        let text = RequestText(question)
        if text.asksForText { return .prose }
        if text.asksForCode { return .code }
        if text.asksForJSON { return .json }
        if text.asksForNumber { return .number }
        return text.isClosedQuestion ? .short : .prose
    }
}
