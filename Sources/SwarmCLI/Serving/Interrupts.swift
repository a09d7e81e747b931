import Foundation
import Observability
import SwarmCore
import UnixSignals

/// What Ctrl-C and SIGTERM do.
struct Interrupts: Sendable {
    private let terminal: Terminal
    /// What came of a signal.
    enum Effect: Sendable {
        /// The program is stopping by itself.
        case stop
        /// It is to end at once.
        case leave
    }

    private let gentle = Locked<(@Sendable () async -> Effect)?>(nil)

    init(terminal: Terminal) { self.terminal = terminal }

    /// The next signal calls this, once, instead of ending the process.
    func onNext(_ stop: @escaping @Sendable () async -> Effect) { gentle.withLock { $0 = stop } }

    /// Runs a body while signals are looked after.
    func guarding(_ body: () async throws -> Void) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await signal in signals {
                    let stop = gentle.withLock { stop in
                        defer { stop = nil }
                        return stop
                    }
                    guard let stop, await stop() == .stop else { leave(signal) }
                }
            }
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// Ends the process at once with the exit code shells use for a signal, 128 and its number.
    ///
    /// Nothing is unwound: the engine's thread may be in the middle of a step.
    private func leave(_ signal: UnixSignal) -> Never {
        terminal.close()
        _exit(signal == .sigterm ? 128 + SIGTERM : 128 + SIGINT)
    }
}
