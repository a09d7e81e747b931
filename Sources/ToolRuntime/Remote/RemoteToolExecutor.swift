import AsyncHTTPClient
import Foundation
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
package import SwarmCore
import WireFormats

/// Has tools run on another machine, by a tool host.
package final class RemoteToolExecutor: ToolExecutor {
    private let address: ToolHostAddress
    private let key: String?
    private let time: Duration
    private let http: HTTPClient
    private let logger: Logger
    private let clock: @Sendable () -> Double
    private let record: (@Sendable (ToolAudit) -> Void)?
    private let known = Locked(Known())

    /// What the host offered last, so that not every request has to ask.
    private struct Known {
        var tools: [OfferedTool] = []
        var until: ContinuousClock.Instant?
    }

    /// Most bytes of a reply: the longest result and then some.
    private static let replyLimit = 8 << 20
    /// For how long a list is good, and for how long a host that does not answer is left alone.
    private static let freshness = Duration.seconds(30), pause = Duration.seconds(3)

    /// - Parameters:
    ///   - key: of the host; sent with every request.
    ///   - time: for one call, the wait for a free place on the host included.
    ///   - clock: seconds since 1970.
    ///   - record: is told of every call; must not block.
    package init(
        _ address: ToolHostAddress,
        key: String? = nil,
        time: Duration = .seconds(600),
        logger: Logger,
        clock: @escaping @Sendable () -> Double,
        record: (@Sendable (ToolAudit) -> Void)? = nil
    ) {
        self.address = address
        self.key = key
        self.time = time
        self.logger = logger
        self.clock = clock
        self.record = record
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5))
        )
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    /// Closes its connections; it cannot be used afterwards.
    package func shutDown() async { try? await http.shutdown() }

    package var place: String { "the tool host \(address)" }

    package func offered() async -> [OfferedTool] {
        let fresh: [OfferedTool]? = known.withLock { known in
            guard let until = known.until, until > .now else { return nil }
            return known.tools
        }
        if let fresh { return fresh }
        do throws(RemoteFailure) {
            let tools = try list(try await send(.GET, "/v1/tools", nil, within: .seconds(10)))
            known.withLock { $0 = Known(tools: tools, until: ContinuousClock.now + Self.freshness) }
            return tools
        } catch {
            logger.warning("the tool host does not answer", metadata: ["host": "\(address)", "reason": "\(error)"])
            known.withLock { $0 = Known(tools: [], until: ContinuousClock.now + Self.pause) }
            return []
        }
    }

    package func execute(_ invocation: ToolInvocation) async -> ToolOutcome {
        let start = ContinuousClock.now
        let outcome: ToolOutcome
        do throws(RemoteFailure) {
            outcome = try read(try await send(.POST, "/v1/tools/execute", invocation.json, within: time))
        } catch {
            // Nobody knows whether the call was carried out, if the connection broke afterwards.
            outcome = ToolOutcome(.failed, "\(place) gave no result: \(error).")
        }
        let seconds = start.duration(to: .now).seconds
        logger.info(
            "a tool was run",
            metadata: [
                "tool": "\(invocation.name.prefix(64))", "status": "\(outcome.status.rawValue)",
                "seconds": "\(seconds)", "caller": "\(invocation.caller)", "host": "\(address)",
            ]
        )
        record?(ToolAudit(invocation, outcome, time: clock(), seconds: seconds))
        return outcome
    }

    private func list(_ json: JSON) throws(RemoteFailure) -> [OfferedTool] {
        do throws(ToolWireError) { return try ToolList.tools(json) } catch { throw RemoteFailure(error.description) }
    }

    private func read(_ json: JSON) throws(RemoteFailure) -> ToolOutcome {
        do throws(ToolWireError) { return try ToolOutcome(json: json) } catch { throw RemoteFailure(error.description) }
    }

    private func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSON?,
        within time: Duration
    ) async throws(RemoteFailure) -> JSON {
        var request = HTTPClientRequest(url: address.text + path)
        request.method = method
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "local-swarm")
        if let key { request.headers.add(name: "authorization", value: "Bearer " + key) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.utf8))
        }
        let status: Int
        let bytes: [UInt8]
        do {
            let response = try await http.execute(request, timeout: .nanoseconds(Int64(time.seconds * 1e9)))
            status = Int(response.status.code)
            bytes = Array(try await response.body.collect(upTo: Self.replyLimit).readableBytesView)
        } catch {
            throw RemoteFailure(connection: error, time: time)
        }
        let json = try? JSON(parsing: bytes)
        guard status == 200 else {
            if status == 401 { throw RemoteFailure("it asks for a key; set tools.key to one of its own") }
            let words = json?["error"]?["message"]?.stringValue.map { ": " + String($0.prefix(300)) }
            throw RemoteFailure("it refused with status \(status)" + (words ?? ""))
        }
        guard let json else { throw RemoteFailure("it sent no JSON; is it a tool host?") }
        return json
    }
}

/// Why a tool host gave nothing, in words.
struct RemoteFailure: Error, Sendable, Equatable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }

    init(connection error: any Error, time: Duration) {
        switch error {
        case is CancellationError: self.init("it was cancelled")
        case let error as HTTPClientError where error == .cancelled: self.init("it was cancelled")
        case let error as HTTPClientError where error == .connectTimeout: self.init("it cannot be reached within 5 s")
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            self.init("it did not answer within \(Int(time.seconds)) s")
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            self.init("it closed the connection")
        case let error as NIOConnectionError:
            let reason = error.connectionErrors.first.map { "\($0.error)" } ?? "no address was found"
            self.init("it cannot be reached: \(reason)")
        case is HTTPParserError: self.init("it closed the connection, or does not speak HTTP")
        case is NIOTooManyBytesError: self.init("its reply is too long")
        case let error as IOError where error.errnoCode == ECONNRESET || error.errnoCode == EPIPE:
            self.init("it closed the connection")
        case let error as IOError: self.init("it cannot be reached: \(error)")
        default: self.init("the connection failed: \(error)")
        }
    }
}
