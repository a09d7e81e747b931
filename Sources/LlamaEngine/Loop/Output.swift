import AsyncAlgorithms
import SwarmCore

/// Where the events of one assignment go: a bounded channel from the engine thread to the task that reads it.
// Unchecked: made on the caller's task, then handed to the engine thread, which alone touches it from then on.
final class Output: @unchecked Sendable {
    typealias Channel = MultiProducerSingleConsumerAsyncChannel<CandidateUpdate, Never>

    private var source: Channel.Source?

    init(_ source: consuming sending Channel.Source) { self.source = consume source }

    /// Sends an event without waiting.
    ///
    /// - Returns: `false` when the reader is behind; `onRoom` is then called once there is room again.
    func send(_ update: CandidateUpdate, onRoom: @escaping @Sendable () -> Void) -> Bool {
        // After the reader is gone sending fails; its termination callback cancels the assignment.
        guard let result = try? source?.send(update) else { return true }
        switch consume result {
        case .produceMore:
            return true
        case .enqueueCallback(var handle):
            handle.enqueueCallback { _ in onRoom() }
            return false
        }
    }

    /// No more events.
    func finish() { source.take()?.finish() }
}
