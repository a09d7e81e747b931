/// Lets a fixed number of tasks in at a time, first come, first served.
package final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var next = 0
        var waiting: [(ticket: Int, wake: CheckedContinuation<Bool, Never>)] = []
    }

    private let state: Locked<State>

    /// - Parameter width: how many at a time.
    package init(width: Int) { state = Locked(State(free: width)) }

    /// Runs the body once there is room.
    /// - Returns: `nil` when the task was cancelled before.
    package func pass<R: Sendable>(_ body: () async -> R) async -> R? {
        guard await enter() else { return nil }
        defer { leave() }
        return await body()
    }

    /// Waits until there is room; who was let in has to `leave`.
    /// - Returns: `false` when the task was cancelled before.
    package func enter() async -> Bool {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                // Looked at inside the lock: a cancellation is either seen here or finds the ticket in the queue.
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    guard state.free == 0 else {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((ticket, wake))
                    return nil
                }
                if let answer { wake.resume(returning: answer) }
            }
        } onCancel: {
            let wake = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let place = state.waiting.firstIndex(where: { $0.ticket == ticket }) else { return nil }
                return state.waiting.remove(at: place).wake
            }
            wake?.resume(returning: false)
        }
    }

    /// Makes room for the next.
    package func leave() {
        let wake = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().wake
        }
        wake?.resume(returning: true)
    }
}
