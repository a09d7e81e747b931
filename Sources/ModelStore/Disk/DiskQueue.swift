import Dispatch
import SwarmCore

/// Where files are read and written: a thread that may block, one piece of work at a time.
struct DiskQueue: Sendable {
    private let queue: DispatchQueue

    init(_ label: String = "model store") { queue = DispatchQueue(label: label, qos: .utility) }

    /// Runs something that blocks, and waits for it; a cancelled task waits too.
    func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }
}

extension DiskQueue {
    /// The SHA-256 of a file, with bytes read for the meter; a cancelled task ends it between two blocks.
    func sha256(
        _ meter: PullMeter,
        of open: @escaping @Sendable () throws(DiskError) -> OpenFile
    ) async throws(PullError) -> String {
        let isCancelled = Locked(false)
        let result: Result<String?, DiskError> = await withTaskCancellationHandler {
            await run {
                Result { () throws(DiskError) in
                    try Digest.sha256(open()) { bytes in
                        meter.reach(bytes)
                        return !isCancelled.withLock { $0 }
                    }
                }
            }
        } onCancel: {
            isCancelled.withLock { $0 = true }
        }
        switch result {
        case .success(let digest?): return digest
        case .success(nil): throw .cancelled
        case .failure(let error): throw PullError(error)
        }
    }
}
