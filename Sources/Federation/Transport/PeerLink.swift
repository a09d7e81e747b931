package import AsyncHTTPClient
import Foundation
import NIOCore
package import NIOHTTP1
import NIOPosix
import NIOSSL
package import SwarmCore

/// Connections to one node, over TLS on which both sides show their certificates.
///
/// Certificates are judged by their fingerprint alone: no name, date or signer makes one better. TLS itself proves that the
/// other side has the key to the certificate it shows (RFC 8446, section 4.4.3), and a connection on which it is not the
/// expected one is closed before anything is said on it.
package final class PeerLink: Sendable {
    /// For others who ask this node something in ways of their own, such as the fetching of models.
    package let http: HTTPClient
    private let seen: Locked<Fingerprint?>

    /// The header field in which a node says where it can be reached itself.
    static let portField = "x-local-swarm-port"
    /// Most bytes of a reply that is not a vote.
    private static let replyLimit = 1 << 20
    /// Seconds without a byte after which a node counts as dead; while it generates it gives a sign of life every second.
    package static let silence = 10

    /// - Parameters:
    ///   - expected: who must be there; `nil` takes whoever is, and remembers.
    ///   - connections: most at once.
    package init(_ identity: NodeIdentity, expecting expected: Fingerprint?, connections: Int = 8) {
        var tls = identity.clientTLS(trusting: [])
        // The fingerprint is looked at below, before anything is said.
        tls.certificateVerification = .none
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(3), read: .seconds(Int64(Self.silence)))
        )
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        let seen = Locked<Fingerprint?>(nil)
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
                let found = try certificate.map { Fingerprint(certificate: try $0.toDERBytes()) }
                seen.withLock { $0 = found }
                if let expected, found != expected { throw PeerFailure.swapped(expected: expected, found: found) }
            }
        }
        self.seen = seen
        // On macOS the shared group is Network.framework's, which has no certificates to show.
        http = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration
        )
    }

    /// Whose certificate was seen last.
    package var fingerprint: Fingerprint? { seen.withLock { $0 } }

    /// Closes all connections; it cannot be used afterwards.
    package func shutDown() async { try? await http.shutdown() }

    /// Asks something and reads the whole reply, whatever its status.
    package func exchange(
        _ method: HTTPMethod,
        _ path: String,
        at address: PeerAddress,
        body: JSON? = nil,
        port: Int? = nil,
        within timeout: Duration = .seconds(5)
    ) async throws(PeerFailure) -> (status: Int, body: [UInt8]) {
        var request = request(method, path, at: address)
        if let port { request.headers.add(name: Self.portField, value: "\(port)") }
        if let body { request.body = .bytes(ByteBuffer(bytes: body.utf8)) }
        do {
            let deadline = NIODeadline.now() + .nanoseconds(Int64(timeout.seconds * 1e9))
            let response = try await http.execute(request, deadline: deadline)
            let bytes = try await response.body.collect(upTo: Self.replyLimit)
            return (Int(response.status.code), Array(bytes.readableBytesView))
        } catch {
            throw Self.failure(error, timeout: timeout)
        }
    }

    /// What a node says of itself, as JSON with status 200.
    /// - Parameter port: where this node can be reached in turn.
    package func health(at address: PeerAddress, port: Int) async throws(PeerFailure) -> JSON {
        let reply = try await exchange(.GET, "/v1/federation/health", at: address, port: port)
        guard reply.status == 200 else { throw .refused(status: reply.status, Self.words(of: reply.body)) }
        guard let json = try? JSON(parsing: reply.body) else { throw .garbage("it sent no JSON") }
        return json
    }

    /// Asks for something that is told bit by bit.
    /// - Returns: the reply's body, not read yet; letting go of it closes the connection.
    func stream(_ path: String, at address: PeerAddress, body: JSON) async throws(PeerFailure)
        -> HTTPClientResponse.Body
    {
        var request = request(.POST, path, at: address)
        request.body = .bytes(ByteBuffer(bytes: body.utf8))
        do {
            let response = try await http.execute(request, deadline: .distantFuture)
            guard response.status == .ok else {
                let bytes = try? await response.body.collect(upTo: 1 << 16)
                throw PeerFailure.refused(
                    status: Int(response.status.code),
                    Self.words(of: bytes.map { Array($0.readableBytesView) } ?? [])
                )
            }
            return response.body
        } catch {
            throw Self.failure(error)
        }
    }

    private func request(_ method: HTTPMethod, _ path: String, at address: PeerAddress) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.url + path)
        request.method = method
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "user-agent", value: "local-swarm")
        return request
    }

    /// The message of an error in the form of the API, in at most 300 characters.
    private static func words(of body: [UInt8]) -> String {
        let message = (try? JSON(parsing: body))?["error"]?["message"]?.stringValue ?? ""
        return String(message.prefix(300))
    }

    /// What a failure of the connection means.
    static func failure(_ error: any Error, timeout: Duration? = nil) -> PeerFailure {
        switch error {
        case let error as PeerFailure: return error
        case is CancellationError: return .cancelled
        case let error as HTTPClientError:
            if error == .cancelled { return .cancelled }
            if error == .readTimeout { return .silent(silence) }
            if error == .connectTimeout { return .unreachable("no answer in 3 s") }
            if error == .deadlineExceeded { return .silent(Int(timeout?.seconds ?? 0)) }
            if error == .remoteConnectionClosed { return .broken("it closed the connection") }
            return .broken("the connection failed: \(error)")
        case let error as NIOConnectionError:
            return .unreachable(error.connectionErrors.first.map { "\($0.error)" } ?? "no address found")
        case let error as IOError:
            guard [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ETIMEDOUT].contains(error.errnoCode) else {
                return .broken("it closed the connection")
            }
            return .unreachable("\(error)")
        case is NIOSSLError, is BoringSSLError: return .unreachable("it does not speak TLS as nodes do: \(error)")
        case is HTTPParserError: return .garbage("it does not speak HTTP")
        default: return .broken("the connection failed: \(error)")
        }
    }
}
