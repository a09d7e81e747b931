/// Signs in a user's message of what it asks for; English only.
struct RequestText {
    private let lines: [Substring]
    /// The message in lower case.
    private let lower: String
    private let words: [String]
    private let questions: [[String]]

    /// Most words that are looked at, and most of a message that is a closed question.
    private static let mostWords = (read: 1000, closed: 120)

    init(_ text: String) {
        let lower = text.lowercased()
        self.lower = lower
        lines = text.split(whereSeparator: \.isNewline)
        words = Words.all(in: lower, limit: RequestText.mostWords.read)
        questions = RequestText.sentences(of: lower).filter { $0.last == "?" }.map { Words.all(in: String($0)) }
    }

    private static func sentences(of text: String) -> [Substring] {
        var sentences: [Substring] = []
        var start = text.startIndex
        for place in text.indices {
            let after = text.index(after: place)
            let ends = ".!?".contains(text[place]) && (after == text.endIndex || text[after].isWhitespace)
            guard ends || text[place].isNewline else { continue }
            sentences.append(text[start..<after].trimmed())
            start = after
        }
        sentences.append(text[start...].trimmed())
        return sentences.filter { !$0.isEmpty }
    }

    /// A verb of making and a thing made of code within seven words, or a stub to be filled in.
    var asksForCode: Bool {
        if words.first.map(RequestText.explaining.contains) ?? true { return false }
        if asksForText { return false }
        for (place, word) in words.enumerated() where RequestText.making.contains(word) {
            for next in words[(place + 1)...].prefix(7) {
                if RequestText.programs.contains(next) { return true }
            }
        }
        if zip(words, words.dropFirst()).contains(where: { RequestText.languages.contains($0) && $1 == "function" }) {
            return true
        }
        if words.contains(where: RequestText.making.contains), isNamingLanguage { return true }
        if namesCall { return true }
        return hasStub && !questions.contains { $0.first.map(RequestText.explaining.contains) ?? false }
    }

    /// A title, a story or another text that is no program.
    var asksForText: Bool {
        // Not of `words`, which part "title_case" in two.
        let parts = lower.prefix(200).split(whereSeparator: \.isWhitespace).prefix(8)
            .map { String($0.trimmed { !$0.isLetter && $0 != "(" && $0 != "_" }) }
        guard let verb = parts.prefix(4).firstIndex(where: RequestText.making.contains) else { return false }
        return parts[(verb + 1)...].prefix(4).contains(where: RequestText.texts.contains)
    }

    /// "Implement gcd(a, b)": one of the first words is a verb of making, the next is called.
    private var namesCall: Bool {
        let parts = lower.prefix(200).split(whereSeparator: \.isWhitespace)
        return zip(parts, parts.dropFirst()).prefix(5).contains { verb, object in
            guard RequestText.making.contains(String(verb)), let open = object.firstIndex(of: "(") else { return false }
            return open > object.startIndex && object[..<open].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        }
    }

    private var isNamingLanguage: Bool {
        zip(words, words.dropFirst()).contains { ["in", "using"].contains($0) && RequestText.languages.contains($1) }
    }

    /// A Python function's head with its documentation, or doctests.
    private var hasStub: Bool {
        let heads = lines.contains { line in
            let head = line.trimmed()
            return head.hasPrefix("def ") && head.hasSuffix(":")
        }
        return lines.contains { $0.trimmed().hasPrefix(">>> ") } || (heads && lower.contains("\"\"\""))
    }

    var asksForJSON: Bool {
        words.contains("json")
            && ["as json", "in json", "json object", "json array", "valid json", "only json", "json only"]
                .contains { lower.contains($0) }
    }

    /// "How many …?", a calculation, or a question after several numbers.
    var asksForNumber: Bool {
        if hasArithmetic { return true }
        if words.first.map(["calculate", "compute", "evaluate", "solve"].contains) ?? false, hasDigits { return true }
        for question in questions {
            let text = " " + question.joined(separator: " ") + " "
            if RequestText.amounts.contains(where: { text.contains(" " + $0 + " ") }) { return true }
        }
        return false
    }

    private var hasDigits: Bool { lower.contains(where: \.isASCIIDigit) }

    /// `5 * 6`, `302 - 64`, "3 plus 4".
    private var hasArithmetic: Bool {
        guard words.count <= 20 else { return false }
        if lower.contains(where: { "+*×÷^".contains($0) }) || lower.contains(" - ") || lower.contains(" / ") {
            // Names between the numbers make it something else.
            return words.count { $0.allSatisfy(\.isASCIIDigit) } >= 2
        }
        return zip(words, words.dropFirst()).contains { left, operation in
            left.allSatisfy(\.isASCIIDigit) && ["plus", "minus", "times", "divided", "x"].contains(operation)
        }
    }

    /// One question with a short answer, with or without the facts it is about.
    var isClosedQuestion: Bool {
        guard words.count <= RequestText.mostWords.closed else { return false }
        if lower.contains("true or false") || lower.contains("yes or no") { return true }
        guard let question = questions.last, questions.count == 1, let first = question.first,
            RequestText.personal.isDisjoint(with: question)
        else { return false }
        if first == "what", let second = question.dropFirst().first { return RequestText.afterWhat.contains(second) }
        return RequestText.closed.contains(first)
    }

    private static let making: Set<String> = [
        "write", "implement", "complete", "code", "create", "develop", "fix", "refactor", "define", "generate", "make",
        "build", "program", "give", "need", "want", "finish", "add", "rewrite", "show",
    ]
    private static let programs: Set<String> = [
        "function", "functions", "program", "script", "class", "method", "module", "snippet", "subroutine", "regex",
        "code", "query", "struct", "decorator", "algorithm", "def", "func",
    ]
    private static let texts: Set<String> = [
        "title", "story", "poem", "email", "essay", "letter", "summary", "paragraph", "article", "name", "joke", "song",
        "haiku", "headline", "explanation",
    ]
    private static let languages: Set<String> = [
        "python", "swift", "rust", "java", "javascript", "typescript", "c", "go", "ruby", "kotlin", "bash", "sql",
        "php",
        "haskell", "perl", "lua", "scala", "html", "css",
    ]
    private static let explaining: Set<String> = ["explain", "describe", "why", "what", "how", "does", "is", "compare"]
    private static let amounts = [
        "how many", "how much", "how old", "how far", "how tall", "how fast", "how long", "how high", "how heavy",
        "what percentage", "what fraction", "what percent", "what number", "what is the total", "what is the sum",
        "what is the product", "what is the difference", "what is the average", "what is the price", "what is the cost",
        "what is the number", "what was the total", "what will be the total",
    ]
    private static let closed: Set<String> = [
        "who", "whose", "whom", "where", "when", "which", "is", "are", "was", "were", "does", "do", "did", "has",
        "have",
        "can",
    ]
    private static let afterWhat: Set<String> = [
        "is", "was", "are", "were", "colour", "color", "year", "day", "month", "city", "country", "language", "animal",
        "kind", "time", "date", "s", "does", "did",
    ]
    private static let personal: Set<String> = ["you", "your", "yours", "me", "my", "i"]
}
