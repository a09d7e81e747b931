import NIOCore
import NIOPosix
import SwarmCore

/// Finds the addresses of hosts.
package protocol HostResolver: Sendable {
    /// The addresses of a name, the best one first.
    /// - Throws: when the name is not known.
    func addresses(of host: String) async throws -> [IPAddress]
}

/// The system's own resolver, which also reads the table of hosts.
package struct SystemResolver: HostResolver {
    package init() {}

    /// The address that the system prefers.
    package func addresses(of host: String) async throws -> [IPAddress] {
        let text = try await Blocking.abandonable {
            try SocketAddress.makeAddressResolvingHost(host, port: 0).ipAddress
        }
        // An address of this machine's own network comes with a zone.
        return text.flatMap { IPAddress($0.prefix { $0 != "%" }) }.map { [$0] } ?? []
    }
}

/// Work that blocks, on threads that may be blocked.
enum Blocking {
    /// Runs the body and gives its value.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
        try? await NIOThreadPool.singleton.runIfActive(body)
    }

    /// Runs a body that nothing can stop; a task that is cancelled no longer waits for it.
    static func abandonable<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let waiting = Locked<CheckedContinuation<Value, any Error>?>(nil)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = waiting.withLock { waiting in
                    // Looked at inside the lock: a cancellation is either seen here or finds the continuation.
                    if Task.isCancelled { return true }
                    waiting = continuation
                    return false
                }
                guard !isCancelled else {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                NIOThreadPool.singleton.submit { state in
                    let result = Result { () throws in
                        guard state == .active else { throw CancellationError() }
                        return try body()
                    }
                    waiting.withLock { $0.take() }?.resume(with: result)
                }
            }
        } onCancel: {
            waiting.withLock { $0.take() }?.resume(throwing: CancellationError())
        }
    }
}
