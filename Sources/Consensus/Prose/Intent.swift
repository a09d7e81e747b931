extension Structure.Intent {
    /// Most words of an answer that is nothing but a question.
    private static let questionWords = 40

    init(_ content: String, fences: Fences) {
        let text = content.halfWidth.trimmed()
        let opening = Structure.Intent.opening(of: text)
        if fences.blocks.isEmpty, Structure.Intent.isRefusal(opening) {
            self = .refusal
        } else if fences.blocks.isEmpty, Structure.Intent.asks(text, opening: opening) {
            self = .question
        } else {
            self = .answer
        }
    }

    /// The first sentence, or the first two when the first only says sorry, in lower case.
    private static func opening(of text: Substring) -> String {
        var rest = text.prefix(400).lowercased().withoutBold[...].trimmed { $0.isWhitespace || "\"'*_".contains($0) }
        while true {
            let shorter = apologies.first { rest.hasPrefix($0) }.map { rest.dropFirst($0.count) } ?? rest
            let next = shorter.drop { $0.isWhitespace || ".,!-—:;".contains($0) }
            if next.count == rest.count { break }
            rest = next
        }
        var end = rest.startIndex
        while end < rest.endIndex {
            let after = rest.index(after: end)
            if rest[end].isNewline { break }
            if ".!?。！？".contains(rest[end]), after == rest.endIndex || rest[after].isWhitespace || !rest[end].isASCII {
                break
            }
            end = after
        }
        return String(rest[..<end])
    }

    private static func isRefusal(_ opening: String) -> Bool {
        if hedges.contains(where: { opening.contains($0) }) { return false }
        if declines.contains(where: { opening.hasPrefix($0) }) { return true }
        for inability in inabilities where opening.hasPrefix(inability) {
            let words = opening.dropFirst(inability.count).split { !$0.isLetter }.filter { !adverbs.contains($0) }
            return words.first.map(services.contains) ?? true
        }
        let saysWhat = selves.contains { opening.hasPrefix($0) }
        return (saysWhat || opening.contains("so i can")) && negations.contains { opening.contains($0) }
    }

    private static func asks(_ text: Substring, opening: String) -> Bool {
        if requests.contains(where: { opening.hasPrefix($0) }) { return true }
        guard let last = text.last(where: { !$0.isWhitespace && !"\"'*_)”’".contains($0) }), "?？؟;".contains(last)
        else {
            return false
        }
        if last == ";" { return false }
        return Words.all(in: String(text), limit: questionWords + 1).count <= questionWords
    }

    private static let apologies = [
        "i'm sorry", "i am sorry", "sorry", "i'm afraid that", "i'm afraid", "i am afraid", "i apologize",
        "i apologise",
        "my apologies", "apologies", "unfortunately", "regrettably", "thanks for asking", "thank you for asking",
        "but ",
        "about that", "for the inconvenience", "for the confusion", "however", "es tut mir leid", "tut mir leid",
        "leider", "aber ", "désolé", "désolée", "je suis désolé", "malheureusement", "mais ", "lo siento", "pero ",
        "mi dispiace", "purtroppo", "ma ", "desculpe", "sinto muito", "mas ", "het spijt me", "helaas", "maar ",
    ]

    /// These refuse whatever follows.
    private static let declines = [
        "i must decline", "i have to decline", "i decline", "i refuse", "i won't", "i will not", "i'd rather not",
        "i do not know", "i don't know", "that is beyond me", "that's beyond me", "i'm not comfortable",
        "i am not comfortable", "i'm not allowed", "i am not allowed", "no, i can't", "no, i cannot",
        "ich kann dir dabei nicht", "ich kann dabei nicht", "ich kann das nicht", "ich kann ihnen dabei nicht",
        "ich kann ihnen nicht", "ich kann nicht helfen", "je ne peux pas", "je ne suis pas en mesure", "no puedo",
        "non posso", "não posso", "ik kan je daar niet", "ik kan u daar niet", "ik kan dat niet", "ik kan niet helpen",
    ]

    private static let inabilities = [
        "i can't ", "i cannot ", "i can not ", "i am unable to ", "i'm unable to ", "i am not able to ",
        "i'm not able to ", "i could not ", "we can't ", "we cannot ",
    ]

    private static let adverbs: Set<Substring> = [
        "really", "directly", "currently", "actually", "ethically", "legally", "be", "able", "to", "possibly", "just",
        "in", "good", "conscience",
    ]

    /// What an assistant is asked for; "I can't reproduce …" or "I can't believe …" refuse nothing.
    private static let services: Set<Substring> = [
        "help", "assist", "provide", "do", "comply", "fulfill", "fulfil", "answer", "create", "write", "generate",
        "support", "engage", "discuss", "share", "give", "offer", "participate", "access", "browse", "open", "perform",
        "complete", "respond", "continue", "process", "translate", "tell", "make", "send", "recommend", "advise",
        "facilitate", "produce", "draw", "play", "promote", "encourage",
    ]

    private static let selves = [
        "as an ai", "as a language model", "as a large language model", "i'm an ai", "i am an ai", "i'm just an ai",
        "i am just an ai", "als ki", "en tant qu'ia", "como ia", "como modelo de lenguaje",
    ]

    private static let negations = [
        "can't", "cannot", "can not", "unable", "not able", "won't", "will not", "don't have", "do not have",
        "not have",
        "nicht", "ne peux pas", "no puedo", "não posso",
    ]

    /// What follows is an answer after all.
    private static let hedges = [
        "but here", "however, here", "but i can see", "but i can tell", "but i think", "but the", "but you can",
        "but it ", "but this", "without ",
    ]

    private static let requests = [
        "could you please", "could you clarify", "could you share", "could you tell", "could you provide",
        "could you give", "could you specify", "can you clarify", "can you share", "can you tell", "can you provide",
        "can you specify", "please provide", "please specify", "please clarify", "please share", "please tell",
        "please paste", "please upload", "i need more information", "i need more context", "i need more details",
        "what would you like", "what do you want", "which one do you", "do you want me", "do you mean",
        "would you like me",
    ]
}
