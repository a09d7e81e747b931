/// What a completion continues, without a chat template.
package struct CompletionPrompt: Sendable, Equatable {
    package enum Source: Sendable, Equatable {
        case text(String)
        /// Ids of the loaded model's tokens, at least one, as they stand: nothing is put before them.
        case tokens([Int32])
    }

    package var source: Source
    /// What follows the place to fill in; `nil` continues at the end.
    package var suffix: String?
    /// The reply begins with the prompt itself.
    package var echoes: Bool

    package init(_ source: Source, suffix: String? = nil, echoes: Bool = false) {
        self.source = source
        self.suffix = suffix
        self.echoes = echoes
    }
}
