import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
package import SwarmCore
package import WireFormats

/// Talks with one OpenAI-compatible server.
package final class UpstreamClient: Sendable {
    package let settings: UpstreamSettings
    private let http: HTTPClient
    private let known = Locked(Known())

    /// What was learned of the server.
    private struct Known {
        /// Fields that it does not take.
        var refused: Set<String> = []
        /// The first model it lists.
        var entry: UpstreamModelEntry?
    }

    /// Most bytes of a reply that is no answer.
    private static let replyLimit = 16 << 20

    package init(_ settings: UpstreamSettings) {
        self.settings = settings
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(Int64(settings.timeout)))
        )
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.limit + 2
        // Who is not there is not there: other sources go on meanwhile, and the next request asks again.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    /// Closes its connections; it cannot be used afterwards.
    package func shutDown() async { try? await http.shutdown() }

    /// What the server calls its model, as far as that is known.
    package var model: String? { settings.model ?? known.withLock { $0.entry?.id } }

    /// Most tokens of prompt and answer together, as far as that is known.
    package var contextLength: Int? { settings.contextLength ?? known.withLock { $0.entry?.contextLength } }

    /// Asks for the list of models and remembers the one that is used.
    ///
    /// - Returns: `nil` when the list does not have it.
    /// - Throws: when the server cannot be reached, refuses, or sends no list.
    @discardableResult
    package func discover() async throws(SourceError) -> UpstreamModelEntry? {
        let list = UpstreamModelEntry.list(try await json(try await send(.GET, "/models")))
        let entry = settings.model.map { name in list.first { $0.id == name } } ?? list.first
        known.withLock { $0.entry = entry }
        return entry
    }

    /// Makes vectors of texts.
    package func embed(_ inputs: [EmbeddingInput]) async throws(SourceError) -> Embeddings {
        let body = UpstreamEmbeddings.body(inputs, model: model)
        let reply = try await json(try await send(.POST, "/embeddings", body))
        guard let made = UpstreamEmbeddings.vectors(reply, count: inputs.count) else {
            throw .backend("it sent no list of \(inputs.count) vectors")
        }
        return made
    }

    /// Whether it says at `/health`, beside its base address, that it is well.
    var isHealthy: Bool {
        get async {
            var request = HTTPClientRequest(url: settings.address.dropSuffix("/v1") + "/health")
            request.method = .GET
            guard let response = try? await http.execute(request, timeout: .seconds(2)) else { return false }
            _ = try? await response.body.collect(upTo: 1 << 16)
            return response.status == .ok
        }
    }

    /// Whether it generates a token.
    var answers: Bool {
        get async {
            let body: JSON = [
                "model": settings.model.map { .string($0) } ?? .null,
                "messages": [["role": "user", "content": "Hello"]], "max_tokens": 1,
            ]
            guard let response = try? await send(.POST, "/chat/completions", body) else { return false }
            _ = try? await response.body.collect(upTo: Self.replyLimit)
            return response.status == .ok
        }
    }

    /// Asks for one candidate, without fields that the server does not take, and remembers which these are.
    ///
    /// - Returns: a reply with status 200, its body not read yet.
    func ask(_ request: UpstreamRequest) async throws(SourceError) -> HTTPClientResponse {
        let refused = known.withLock { $0.refused }
        var left = refused
        while true {
            let body = try request.body(without: left)
            let response = try await send(.POST, request.path, body)
            if response.status == .ok {
                known.withLock { [left] in $0.refused.formUnion(left) }
                return response
            }
            let refusal = await refusal(response)
            var sent = Set(body.objectValue?.keys ?? [])
            if request.request.messages.contains(where: { $0.reasoning != nil }) { sent.insert("reasoning_content") }
            let more = refusal.refused(of: sent).subtracting(left)
            guard !more.isEmpty else { throw refusal.error }
            left.formUnion(more)
        }
    }

    private func send(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws(SourceError)
        -> HTTPClientResponse
    {
        var request = HTTPClientRequest(url: settings.address + path)
        request.method = method
        request.headers.add(name: "accept", value: "application/json, text/event-stream")
        request.headers.add(name: "user-agent", value: "local-swarm")
        if let key = settings.key { request.headers.add(name: "authorization", value: "Bearer " + key) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.utf8))
        }
        do {
            return try await http.execute(request, deadline: .distantFuture)
        } catch {
            throw failure(error)
        }
    }

    private func json(_ response: HTTPClientResponse) async throws(SourceError) -> JSON {
        guard response.status == .ok else { throw await refusal(response).error }
        let bytes: [UInt8]
        do {
            bytes = Array(try await response.body.collect(upTo: Self.replyLimit).readableBytesView)
        } catch {
            throw failure(error)
        }
        guard let json = try? JSON(parsing: bytes) else { throw .backend("it sent no JSON") }
        return json
    }

    private func refusal(_ response: HTTPClientResponse) async -> UpstreamRefusal {
        // What is longer is no error message; the status says enough.
        let body = try? await response.body.collect(upTo: 1 << 16)
        return UpstreamRefusal(
            status: Int(response.status.code),
            body: body.map { Array($0.readableBytesView) } ?? [],
            retryAfter: response.headers.first(name: "retry-after")
        )
    }

    /// What a failure of the connection means for a candidate.
    func failure(_ error: any Error) -> SourceError {
        switch error {
        case let error as SourceError: return error
        case is CancellationError: return .cancelled
        case let error as HTTPClientError:
            if error == .cancelled { return .cancelled }
            if error == .readTimeout { return .backend("it said nothing for \(settings.timeout) s") }
            if error == .connectTimeout {
                return .backend("it cannot be reached at \(settings.host): no reply in 10 s")
            }
            if error == .remoteConnectionClosed { return .backend("it closed the connection") }
            return .backend("the connection failed: \(error)")
        case let error as NIOConnectionError:
            let reason = error.connectionErrors.first.map { "\($0.error)" } ?? "no address found"
            return .backend("it cannot be reached at \(settings.host): \(reason)")
        case let error as IOError:
            guard [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN].contains(error.errnoCode) else {
                return .backend("it closed the connection")
            }
            return .backend("it cannot be reached at \(settings.host): \(error)")
        case is HTTPParserError: return .backend("it closed the connection, or does not speak HTTP")
        default: return .backend("the connection failed: \(error)")
        }
    }
}

extension String {
    fileprivate func dropSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
