/// A request as the model sees it: rendered by its own chat template and tokenised.
package struct Prompt: Sendable, Equatable {
    package var text: String
    package var tokens: [Int32]
    /// Constrains what may be generated; `nil` is free text.
    package var grammar: Grammar?
    /// Stops the template asks for, beside the client's.
    package var extraStops: [String]
    /// Markers that must be rendered as text although they are special tokens, such as `<tool_call>`.
    package var preservedTokens: [String]
    /// Markers that must not be generated, such as that of a call where there is nothing to call; only those of one token count.
    package var forbiddenTokens: [String]
    /// Tools whose arguments are constrained only loosely, because their schema has no grammar.
    package var relaxedTools: [String]
    /// How to read the generated text back.
    package var reading: AnswerReading

    package init(
        text: String,
        tokens: [Int32],
        grammar: Grammar? = nil,
        extraStops: [String] = [],
        preservedTokens: [String] = [],
        forbiddenTokens: [String] = [],
        relaxedTools: [String] = [],
        reading: AnswerReading = AnswerReading()
    ) {
        self.text = text
        self.tokens = tokens
        self.grammar = grammar
        self.extraStops = extraStops
        self.preservedTokens = preservedTokens
        self.forbiddenTokens = forbiddenTokens
        self.relaxedTools = relaxedTools
        self.reading = reading
    }
}

/// A GBNF grammar and when it takes effect.
package struct Grammar: Sendable, Equatable {
    /// Something in the generated text that puts the grammar in force.
    package enum Trigger: Sendable, Equatable {
        case word(String)
        case token(String)
        case pattern(String)
        /// The pattern must match the whole text from its start.
        case patternFull(String)
    }

    package var gbnf: String
    /// Free text until a trigger occurs, instead of in force from the first token.
    package var isLazy: Bool
    package var triggers: [Trigger]
    /// Text the grammar expects before the first generated token.
    package var prefill: String

    package init(gbnf: String, isLazy: Bool = false, triggers: [Trigger] = [], prefill: String = "") {
        self.gbnf = gbnf
        self.isLazy = isLazy
        self.triggers = triggers
        self.prefill = prefill
    }
}

/// How generated text is to be read.
package struct AnswerReading: Sendable, Equatable {
    /// The model's own description of its output format: opaque to everything but the model that made it.
    package var format: String
    /// Tools that are called in plain text; `nil` where the format has calls of its own, or there is nothing to call.
    package var textTools: TextTools?
    private var isPlainFormat: Bool
    /// The marker that begins the model's reasoning; empty when it has none.
    package var thinkingStart: String
    /// The markers that end it.
    package var thinkingEnds: [String]
    /// The prompt already opened the reasoning.
    package var startsThinking: Bool

    package init(
        format: String = "",
        isPlainText: Bool = true,
        thinkingStart: String = "",
        thinkingEnds: [String] = [],
        startsThinking: Bool = false,
        textTools: TextTools? = nil
    ) {
        self.format = format
        self.textTools = textTools
        isPlainFormat = isPlainText
        self.thinkingStart = thinkingStart
        self.thinkingEnds = thinkingEnds
        self.startsThinking = startsThinking
    }

    /// Generated text is the content as it stands: no tools, no reasoning markup.
    package var isPlainText: Bool { isPlainFormat && textTools == nil }
}

/// Tools that are called in plain text, since the model's own format has no calls.
package struct TextTools: Sendable, Equatable {
    /// Names that may be called, as the client wrote them.
    package var names: [String]
    /// Those of them that require no argument, so that a call may come without any.
    package var bare: Set<String>
    /// An answer may hold several calls.
    package var isParallel: Bool

    package init(names: [String], bare: Set<String> = [], isParallel: Bool = true) {
        self.names = names
        self.bare = bare
        self.isParallel = isParallel
    }
}
