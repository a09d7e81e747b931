import SwarmCore

/// A value that tests wait for instead of sleeping.
package final class Observed<Value: Sendable>: Sendable {
    private struct Waiter: Sendable {
        let condition: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State: Sendable {
        var value: Value
        var waiting: [Int: Waiter] = [:]
        var nextKey = 0
        /// Waiters that were cancelled before they began to wait.
        var cancelled: Set<Int> = []
    }

    private let state: Locked<State>

    package init(_ value: Value) { state = Locked(State(value: value)) }

    package var value: Value { state.withLock { $0.value } }

    /// Changes the value and wakes whoever waited for what it is now.
    package func change(_ body: @Sendable (inout Value) -> Void) {
        let woken = state.withLock { state in
            body(&state.value)
            let met = state.waiting.filter { $0.value.condition(state.value) }
            for key in met.keys { state.waiting[key] = nil }
            return met.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Waits until the condition holds; returns early when the task is cancelled.
    package func wait(until condition: @escaping @Sendable (Value) -> Bool) async {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if condition(state.value) || state.cancelled.remove(key) != nil { return true }
                    state.waiting[key] = Waiter(condition: condition, continuation: continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                if state.waiting[key] == nil { state.cancelled.insert(key) }
                return state.waiting.removeValue(forKey: key)
            }
            waiter?.continuation.resume()
        }
    }
}

/// Something that is closed until a test opens it.
package typealias Gate = Observed<Bool>

extension Gate {
    /// A closed gate.
    package convenience init() { self.init(false) }

    /// Lets everybody through, now and later.
    package func open() { change { $0 = true } }

    /// Waits until it is open; returns early when the task is cancelled.
    package func passed() async { await wait { $0 } }
}
