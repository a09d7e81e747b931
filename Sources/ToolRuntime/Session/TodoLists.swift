package import SwarmCore

/// The lists of tasks of the sessions, kept while the server runs.
package final class TodoLists: Sendable {
    /// Sessions that are remembered; the one that was longest untouched is forgotten first.
    private static let sessions = 256

    private struct State {
        var lists: [SessionKey: [Todo]] = [:]
        /// Oldest first.
        var order: [SessionKey] = []
    }

    private let state = Locked(State())

    package init() {}

    /// The list of a session; empty when it has none.
    package subscript(session: SessionKey) -> [Todo] { state.withLock { $0.lists[session] ?? [] } }

    /// Replaces the list of a session.
    package func replace(_ todos: [Todo], of session: SessionKey) {
        state.withLock { state in
            state.order.removeAll { $0 == session }
            state.order.append(session)
            state.lists[session] = todos
            if state.order.count > TodoLists.sessions { state.lists[state.order.removeFirst()] = nil }
        }
    }

    /// A list as the model reads it.
    static func text(_ todos: [Todo]) -> String {
        guard !todos.isEmpty else { return "(no tasks)" }
        return todos.map { todo in
            let mark =
                switch todo.status {
                case .pending: "[ ]"
                case .inProgress: "[>]"
                case .completed: "[x]"
                }
            return "\(mark) \(todo.content)"
        }.joined(separator: "\n")
    }
}
