/// The tools this server can run, by the names models call them.
package enum ToolName: String, Sendable, CaseIterable {
    case read, write, edit, bash, grep, glob, list, webfetch, todowrite, todoread, question, skill
}
