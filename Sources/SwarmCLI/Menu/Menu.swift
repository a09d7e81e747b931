package import Observability

/// The menu of `swarm` without arguments: which model, how many candidates, how long a context.
///
/// A state machine: its owner draws `lines`, gives it what is pressed, and does what it says.
package struct Menu: Sendable, Equatable {
    /// What was chosen.
    package struct Answer: Sendable, Equatable {
        /// What `model.path` is set to.
        package var model: String
        /// `nil` leaves it to the kind of answer.
        package var candidates: Int?
        /// `nil` leaves it to the model and the memory.
        package var context: Int?

        package init(model: String, candidates: Int? = nil, context: Int? = nil) {
            self.model = model
            self.candidates = candidates
            self.context = context
        }
    }

    package enum Page: Sendable, Equatable {
        case model
        /// The name of another model is typed.
        case other
        case candidates
        case context
    }

    /// What the owner is to do.
    package enum Step: Sendable, Equatable {
        /// Draw it again.
        case stay
        /// Say with `accept` or `refuse` whether there is such a model.
        case check(String)
        case done(Answer)
        /// Nothing was chosen.
        case leave
    }

    /// One line that can be chosen.
    package struct Option: Sendable, Equatable {
        package var words: String
        /// More about it, shown while it is marked.
        package var details: String
    }

    /// What the machine has, in words.
    package let machine: [String]
    package let suggestions: [Suggestion]
    package private(set) var page = Page.model
    /// The marked line.
    package private(set) var cursor = 0
    /// What was typed.
    package private(set) var input = ""
    /// Why what was typed cannot be used.
    package private(set) var complaint: String?
    private var answer: Answer
    private let contexts: [Int?]

    /// - Parameters:
    ///   - machine: what it has, a line each.
    ///   - suggestions: the best first; at most nine are shown.
    ///   - remembered: what was chosen before.
    package init(machine: [String], suggestions: [Suggestion], remembered: Answer? = nil) {
        self.machine = machine
        self.suggestions = Array(suggestions.prefix(Self.most))
        let first = self.suggestions.first
        answer = remembered ?? Answer(model: first?.reference ?? "")
        let sizes = [8192, 16_384, 32_768, 65_536, 131_072] + [remembered?.context].compactMap { $0 }
        contexts = [nil] + Set(sizes).sorted()
        cursor = self.suggestions.firstIndex { $0.reference == remembered?.model } ?? 0
    }

    /// So many lines have a digit each, the last being for another model.
    private static let most = 8
    private static let counts: [Int?] = [nil, 1, 3, 4, 5, 6, 8]
    /// Longer names are nobody's.
    private static let longestInput = 4096

    private var candidateCounts: [Int?] {
        guard let count = answer.candidates, !Self.counts.contains(count) else { return Self.counts }
        return (Self.counts + [count]).sorted { ($0 ?? 0) < ($1 ?? 0) }
    }

    /// Contexts that the chosen model can have.
    private var possibleContexts: [Int?] {
        let longest = suggestions.first { $0.reference == answer.model }?.context ?? .max
        return contexts.filter { ($0 ?? 0) <= longest }
    }

    /// What can be chosen on this page; nothing where something is typed.
    package var options: [Option] {
        switch page {
        case .model:
            return suggestions.map { Option(words: $0.title, details: $0.fit) }
                + [Option(words: "another model …", details: "A path, or a name of `swarm models` or a hub.")]
        case .other: return []
        case .candidates:
            return candidateCounts.map { count in
                switch count {
                case nil:
                    Option(
                        words: "automatic",
                        details: "3 to 8 by the kind of answer; 1 where `swarm eval` found no gain."
                    )
                case 1?: Option(words: "1, no vote", details: "The fastest; nothing is compared.")
                case let count?: Option(words: "\(count)", details: "Each answer is the vote of \(count) candidates.")
                }
            }
        case .context:
            return possibleContexts.map { context in
                context.map { Option(words: "\($0) tokens", details: Self.use(of: $0)) }
                    ?? Option(words: "automatic", details: "What model and memory allow, up to 32768.")
            }
        }
    }

    private static func use(of context: Int) -> String {
        context < 32_768
            ? "Enough to chat; prompts of coding agents need 32768."
            : "Enough for coding agents; longer ones take more memory."
    }

    /// Takes one key.
    package mutating func press(_ key: Key) -> Step {
        if page == .other { return type(key) }
        switch key {
        case .up: cursor = cursor > 0 ? cursor - 1 : options.count - 1
        case .down: cursor = cursor + 1 < options.count ? cursor + 1 : 0
        case .home: cursor = 0
        case .end: cursor = options.count - 1
        case .enter, .right: return choose()
        case .escape, .left, .backspace: return goBack()
        case .interrupt, .endOfInput: return .leave
        case .character("q"), .character("Q"): return .leave
        case .character("k"): return press(.up)
        case .character("j"): return press(.down)
        case .character(let character):
            guard let number = character.wholeNumberValue, (1...options.count).contains(number) else { return .stay }
            cursor = number - 1
            return choose()
        }
        return .stay
    }

    /// Takes a whole line, where keys do not come one by one: nothing for the marked line, a number, or what is typed.
    package mutating func enter(_ line: String) -> Step {
        let text = line.trimmed
        if page == .other {
            input = text
            return text.isEmpty ? goBack() : .check(text)
        }
        if text.isEmpty { return choose() }
        if text.lowercased() == "q" { return .leave }
        guard let number = Int(text), (1...options.count).contains(number) else {
            complaint = "a number from 1 to \(options.count), or q to leave"
            return .stay
        }
        cursor = number - 1
        return choose()
    }

    /// There is such a model.
    package mutating func accept() {
        guard page == .other else { return }
        answer.model = input
        open(.candidates)
    }

    /// There is no such model.
    package mutating func refuse(_ reason: String) { complaint = reason }

    private mutating func type(_ key: Key) -> Step {
        complaint = nil
        switch key {
        case .character(let character): if input.count < Self.longestInput { input.append(character) }
        case .backspace: if !input.isEmpty { input.removeLast() }
        case .enter:
            input = input.trimmed
            return input.isEmpty ? goBack() : .check(input)
        case .escape: return goBack()
        case .interrupt, .endOfInput: return .leave
        case .up, .down, .left, .right, .home, .end: break
        }
        return .stay
    }

    private mutating func choose() -> Step {
        switch page {
        case .model:
            guard cursor < suggestions.count else {
                open(.other)
                return .stay
            }
            answer.model = suggestions[cursor].reference
            open(.candidates)
        case .candidates:
            answer.candidates = candidateCounts[cursor]
            open(.context)
        case .context:
            answer.context = possibleContexts[cursor]
            return .done(answer)
        case .other: return .check(input)
        }
        return .stay
    }

    private mutating func goBack() -> Step {
        switch page {
        case .model: return .leave
        case .other, .candidates: open(.model)
        case .context: open(.candidates)
        }
        return .stay
    }

    private mutating func open(_ page: Page) {
        self.page = page
        complaint = nil
        switch page {
        case .model: cursor = suggestions.firstIndex { $0.reference == answer.model } ?? 0
        case .other: input = ""
        case .candidates: cursor = candidateCounts.firstIndex(of: answer.candidates) ?? 0
        case .context: cursor = possibleContexts.firstIndex(of: answer.context) ?? 0
        }
    }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
