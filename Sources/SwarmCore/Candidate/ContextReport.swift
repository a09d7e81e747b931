/// What was done to a request so that it fits the model's context; there is none where it was left as it was sent.
package struct ContextReport: Sendable, Equatable {
    /// How much of its tools a model is shown.
    package enum Tools: String, Sendable, CaseIterable {
        /// As the client describes them.
        case full
        /// Names, one line each, and parameters without descriptions.
        case compact
        /// Names and required parameters.
        case minimal
    }

    package var mode: ContextMode
    /// Tokens of the prompt as it was sent, also where that many do not fit.
    package var tokensBefore: Int
    /// Tokens of the prompt as the model reads it.
    package var tokensAfter: Int
    /// Most tokens of prompt and answer together.
    package var limit: Int
    package var tools: Tools
    /// Results of tools that a note stands for.
    package var toolResultsReplaced: Int
    /// Messages that were left out with their whole turns.
    package var turnsDropped: Int

    package init(
        mode: ContextMode,
        tokensBefore: Int,
        tokensAfter: Int,
        limit: Int,
        tools: Tools = .full,
        toolResultsReplaced: Int = 0,
        turnsDropped: Int = 0
    ) {
        self.mode = mode
        self.tokensBefore = tokensBefore
        self.tokensAfter = tokensAfter
        self.limit = limit
        self.tools = tools
        self.toolResultsReplaced = toolResultsReplaced
        self.turnsDropped = turnsDropped
    }
}
