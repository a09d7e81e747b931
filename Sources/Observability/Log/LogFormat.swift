/// How log lines are written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// Time, level, message and `key=value` pairs, for people.
    case text
    /// One JSON object per line, for programs.
    case json
}
