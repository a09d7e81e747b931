/// How a conversation is made to fit the model's context.
package enum ContextMode: String, Sendable, CaseIterable {
    /// As it was sent where that fits, else shortened step by step; the default.
    case auto
    /// As it was sent, or refused.
    case full
    /// Tools as short signatures from the start, then as `auto`.
    case compact
    /// Tools by name and required parameters from the start, then as `auto`.
    case minimal
}
