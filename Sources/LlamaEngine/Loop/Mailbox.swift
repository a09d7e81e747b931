import Dispatch
import SwarmCore

/// Commands on their way to the engine thread, and its status on the way back.
final class Mailbox: Sendable {
    private struct State {
        var commands: [Command] = []
        var isClosed = false
        /// The only assignment in the batch that is being decoded.
        var soleTicket: Int?
        var status = EngineStatus()
    }

    private let state = Locked(State())
    private let arrival = DispatchSemaphore(value: 0)
    let abort = AbortSwitch()

    /// The engine's state after its last step.
    var status: EngineStatus { state.withLock { $0.status } }

    func publish(_ status: EngineStatus) { state.withLock { $0.status = status } }

    /// Leaves a command; `false` when the engine has stopped.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            state.commands.append(command)
            if case .cancel(let ticket) = command, state.soleTicket == ticket { abort.set(true) }
            if case .shutdown = command { state.isClosed = true }
            return true
        }
        if isOpen { arrival.signal() }
        return isOpen
    }

    var isEmpty: Bool { state.withLock { $0.commands.isEmpty } }

    /// Everything that has come in.
    func take() -> [Command] {
        state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }

    /// Blocks until something comes in.
    func waitAndTake() -> [Command] {
        while true {
            let commands = take()
            if !commands.isEmpty { return commands }
            arrival.wait()
        }
    }

    /// Lets a cancellation of the only assignment in a batch stop the decode at once instead of after the batch.
    func whileDecoding<R>(soleTicket: Int?, _ decode: () -> R) -> R {
        state.withLock { state in
            state.soleTicket = soleTicket
            abort.set(false)
            // It may have been cancelled between the last look into the mailbox and now.
            for case .cancel(let ticket) in state.commands where ticket == soleTicket { abort.set(true) }
        }
        defer { state.withLock { $0.soleTicket = nil } }
        return decode()
    }
}
