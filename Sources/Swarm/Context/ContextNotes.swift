/// What a model reads in place of what was left out.
///
/// Constant, so that the prefix in memory holds from turn to turn, and short: the budget for prompts in CONTRIBUTING
/// gives a note 24 tokens, and by the bundled model's small vocabulary these have 23 and 21.
enum ContextNotes {
    /// The whole content of a tool's message whose result was left out.
    static let toolResult = "[Result left out for space. Call the tool again if you need it.]"

    /// Stands before the first user message that is left of a conversation whose oldest turns were left out.
    static let turns = "[Earlier turns were left out to save space.]"
}
