import SwarmCore

/// What policy makes of one call.
struct PolicyGate: Sendable {
    let policy: ToolPolicy
    /// Whether a person allowed this very call when asked.
    let isApproved: Bool

    /// - Returns: what ends the call; `nil` when it may go on.
    func stop(_ decision: ToolDecision, _ tool: String, _ subject: String) -> ToolOutcome? {
        switch decision {
        case .allow: return nil
        case .ask where isApproved: return nil
        case .ask:
            let text = "May \(tool) be used for: \(subject.prefix(500))"
            return ToolOutcome(.asks, text, question: ToolQuestion(text: text, options: ["allow", "deny"]))
        case .deny: return refusal(tool, subject)
        }
    }

    func refusal(_ tool: String, _ subject: String) -> ToolOutcome {
        ToolOutcome(.refused, "The policy of this server does not let \(tool) be used for \(subject.prefix(200)).")
    }

    /// Carries something out that cannot fail.
    func passed(_ decision: ToolDecision, _ tool: String, _ subject: String, _ body: () -> String) -> ToolOutcome {
        stop(decision, tool, subject) ?? ToolOutcome(.done, body())
    }
}
