import HTTPTypes
package import Hummingbird
import NIOCore
import WireFormats

/// A request whose body was read and whose connection can be watched for the client leaving.
///
/// Owns the one order in which this works: read the body with `collectBody`, never edit it, then watch. A body that was
/// replaced cannot be watched (Hummingbird stops the process), so nothing else here touches bodies.
package struct WatchedRequest: Sendable {
    package let body: [UInt8]
    private let request: Request

    /// - Throws: an HTTP error when the body is larger than `limit` bytes, `BrokenRequest` when it does not arrive whole.
    package init(_ request: Request, limit: Int) async throws {
        // Who says how much is coming is told at once when it is too much. What comes all the same is thrown away: on a
        // connection that was closed before, clients that are still sending would not see the reply.
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw WireError.bodyTooLarge(limit: limit)
        }
        var request = request
        do {
            body = Array(try await request.collectBody(upTo: limit).readableBytesView)
        } catch let error as any HTTPResponseError {
            throw error
        } catch {
            throw BrokenRequest(cause: error)
        }
        self.request = request
    }

    /// Runs an operation and cancels it as soon as the client closes its connection.
    ///
    /// The connection is closed afterwards: the response must say `connection: close`.
    /// - Throws: `CancellationError` when the client left, and `ClosingError` for whatever else the operation throws.
    package func whileConnected<Value: Sendable>(_ operation: () async throws -> Value) async throws -> Value {
        do {
            return try await request.body.consumeWithCancellationOnInboundClose { _ in try await operation() }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ClosingError(cause: error)
        }
    }
}

/// A request that broke off or is no HTTP from some point on: its connection can only be closed, which Hummingbird does.
struct BrokenRequest: Error {
    let cause: any Error
}

/// A failure whose response must say `connection: close`, or a client with a pool would use the connection again.
struct ClosingError: Error {
    let cause: any Error
}
