import SwarmCore

/// A request on its way to fitting: what was done to it so far.
struct ContextStep {
    var request: ChatRequest
    var tools = ContextReport.Tools.full
    var toolResultsReplaced = 0
    var turnsDropped = 0

    var isUnchanged: Bool { tools == .full && toolResultsReplaced == 0 && turnsDropped == 0 }
}

/// Says what to shorten next until a request fits.
///
/// From what costs an answer least to what costs it most: tools in fewer words; notes in place of the oldest results;
/// the oldest turns left out. System messages at the start, names of tools, the results of the latest calls, and
/// everything from the last message of the user on are never touched. A state machine without waiting: the owner
/// renders what it returns, and says how long it came out.
struct ContextLadder {
    private let budget: Int
    private let contextLength: Int
    private let count: (String) -> Int
    private let mode: ContextMode
    private(set) var step: ContextStep
    /// Shorter forms of the tools that were not tried yet, longest first; `nil` before any was.
    private var forms: [Form]?
    private var conversation: ShortenedConversation?
    /// Tokens that are freed at once.
    private var stride = 1
    private var results: Descent?
    private var turns: Descent?
    private var cuts: [Int] = []

    /// - Parameters:
    ///   - budget: tokens that the prompt may have.
    ///   - contextLength: tokens that prompt and answer may have together.
    ///   - count: tokens of a text.
    init(_ request: ChatRequest, mode: ContextMode, budget: Int, contextLength: Int, count: @escaping (String) -> Int) {
        self.budget = budget
        self.contextLength = contextLength
        self.count = count
        self.mode = mode
        step = ContextStep(request: request)
    }

    /// The next step to try, after the last one was rendered to so many tokens.
    /// - Returns: `nil` when the last one that fits is as good as any, and when nothing is left to shorten.
    mutating func next(after tokens: Int) -> ContextStep? {
        let excess = tokens - budget
        if let form = nextForm(after: excess) {
            step.tools = form.name
            step.request.tools = form.tools
            return step
        }
        if excess <= 0, conversation == nil { return nil }
        let conversation = begin()
        if turns?.hasBegun != true {
            if let results = results?.next(after: excess) {
                step.toolResultsReplaced = results
                step.request.messages = conversation.replacing(results: results)
                return step
            }
            if results?.isFound == true { return nil }
        }
        guard let turns = turns?.next(after: excess) else { return nil }
        let place = cuts[turns - 1]
        let replaced = conversation.savings.count
        step.turnsDropped = conversation.dropped(at: place)
        step.toolResultsReplaced = conversation.replaced(of: replaced, from: place)
        step.request.messages = conversation.beginning(at: place, replacing: replaced)
        return step
    }

    private mutating func nextForm(after excess: Int) -> Form? {
        if excess <= 0, mode.tools == .full || forms != nil { return nil }
        let left = forms ?? Form.shorter(than: step.request.tools, mode: mode)
        // Where nothing has to be shortened, only a mode that is short from the start goes on.
        if excess <= 0, left.first?.name != mode.tools { return nil }
        forms = Array(left.dropFirst())
        return left.first
    }

    private mutating func begin() -> ShortenedConversation {
        if let conversation { return conversation }
        let conversation = ShortenedConversation(step.request.messages, count: count)
        // A quarter of the context is free after a cut, or half of what system messages and tools leave where that is
        // less. Both are the same in every turn.
        let tools = step.request.tools.reduce(0) { $0 + count($1.summary ?? "") + count($1.parameters?.text ?? "") }
        stride = max(1, min(contextLength / 4, (budget - conversation.systemTokens - tools) / 2))
        results = Descent(sizes: conversation.savings, step: stride, attempts: 2)
        cuts = conversation.cuts
        turns = Descent(
            sizes: conversation.sizes(of: cuts),
            overhead: count(ContextNotes.turns),
            step: stride,
            attempts: 3
        )
        self.conversation = conversation
        return conversation
    }
}

/// All tools of a request in one form.
private struct Form {
    var name: ContextReport.Tools
    var tools: [ToolSpec]

    /// Those that shorten anything, longest first.
    static func shorter(than tools: [ToolSpec], mode: ContextMode) -> [Form] {
        var forms = [Form(name: .full, tools: tools)]
        if mode != .minimal { forms.append(Form(name: .compact, tools: tools.map(ToolCompaction.compact))) }
        forms.append(Form(name: .minimal, tools: tools.map(ToolCompaction.minimal)))
        return zip(forms, forms.dropFirst()).filter { $0.tools != $1.tools }.map(\.1)
    }
}

extension ContextMode {
    /// The form of the tools that it begins with.
    fileprivate var tools: ContextReport.Tools {
        switch self {
        case .auto, .full: .full
        case .compact: .compact
        case .minimal: .minimal
        }
    }
}

/// How many of the oldest pieces to take away: by what they measure first, then by what that came to.
///
/// A template adds words of its own to every message, so that long conversations measure less than they are.
private struct Descent {
    private let sizes: [Int]
    /// Tokens that taking anything away adds.
    private let overhead: Int
    private let step: Int
    private var attempts: Int
    private var taken = 0
    /// What was too much before anything was taken away.
    private var before = 0
    private var tooFew = 0
    private var enough: Int?

    init(sizes: [Int], overhead: Int = 0, step: Int, attempts: Int) {
        self.sizes = sizes
        self.overhead = overhead
        self.step = step
        self.attempts = attempts
    }

    var hasBegun: Bool { taken > 0 }
    var isFound: Bool { enough != nil }

    /// How many to try next, after so many tokens were too many, or room for that many was left.
    /// - Returns: `nil` when what was found last is right, and when all are gone.
    mutating func next(after excess: Int) -> Int? {
        if taken == 0 { before = excess } else if excess > 0 { tooFew = taken } else { enough = taken }
        let open = tooFew + 1..<(enough ?? sizes.count + 1)
        guard attempts > 0, !open.isEmpty else { return nil }
        attempts -= 1
        let count = ContextCut.count(toFree: needed(excess), step: step, of: sizes)
        if enough != nil, !open.contains(count) { return nil }
        taken = attempts == 0 && enough == nil ? sizes.count : max(count, open.lowerBound)
        return taken
    }

    /// What has to be freed, in tokens as the pieces are measured.
    private func needed(_ excess: Int) -> Int {
        let measured = sizes.prefix(taken).reduce(0, +) - overhead
        let freed = before - excess
        guard taken > 0, measured > 0, freed > 0 else { return before + overhead }
        return Int((Double(before) * Double(measured) / Double(freed)).rounded(.up)) + overhead
    }
}
