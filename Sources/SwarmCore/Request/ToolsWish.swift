/// What a request says about the tools of the server; one that says nothing has them where it brings no tools of its own.
package enum ToolsWish: String, Sendable, CaseIterable {
    /// The server's are shown, and carried out by it, in place of those that the request brings.
    case server
    /// The server's are not shown.
    case none
}
