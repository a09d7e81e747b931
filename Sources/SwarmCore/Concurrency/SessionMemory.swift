/// One value for each of the latest sessions, kept while the server runs.
package final class SessionMemory<Value: Sendable>: Sendable {
    /// Sessions that are remembered; the one that was longest not written to is forgotten first.
    package static var sessions: Int { 256 }

    private struct State {
        var values: [SessionKey: Value] = [:]
        /// Oldest first.
        var order: [SessionKey] = []
    }

    private let state = Locked(State())

    package init() {}

    /// What is remembered of a session; `nil` when that is nothing.
    package subscript(session: SessionKey) -> Value? { state.withLock { $0.values[session] } }

    /// Replaces what is remembered of a session.
    package func remember(_ value: Value, of session: SessionKey) {
        state.withLock { state in
            state.order.removeAll { $0 == session }
            state.order.append(session)
            state.values[session] = value
            if state.order.count > Self.sessions { state.values[state.order.removeFirst()] = nil }
        }
    }
}
