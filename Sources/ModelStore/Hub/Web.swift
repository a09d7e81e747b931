import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The clients of a pull: one that asks directly, and one for every proxy.
///
/// Redirects are not followed here: each of them decides anew who gets the token.
final class Web: Sendable {
    private let direct: HTTPClient
    /// The client is another's, who ends it.
    private let isBorrowed: Bool
    private let proxied: [String: HTTPClient]
    private let proxies: ProxyRules

    private init(_ proxies: ProxyRules, rules: DownloadRules, client borrowed: HTTPClient?) {
        func client(through proxy: ProxyRules.Proxy?) -> HTTPClient {
            var configuration = HTTPClient.Configuration(
                redirectConfiguration: .disallow,
                timeout: HTTPClient.Configuration.Timeout(
                    connect: .seconds(15),
                    read: .nanoseconds(rules.patience.nanoseconds)
                ),
                connectionPool: HTTPClient.Configuration.ConnectionPool(
                    idleTimeout: .seconds(30),
                    concurrentHTTP1ConnectionsPerHostSoftLimit: max(8, rules.connections)
                )
            )
            // Parts in parallel over one connection would be no faster than one.
            configuration.httpVersion = .http1Only
            configuration.connectionPool.retryConnectionEstablishment = false
            configuration.proxy = proxy?.configuration
            return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
        }
        self.proxies = proxies
        isBorrowed = borrowed != nil
        direct = borrowed ?? client(through: nil)
        proxied = proxies.proxies.mapValues { client(through: $0) }
    }

    /// Has clients while the body runs.
    static func open<Value, Failure: Error>(
        _ proxies: ProxyRules,
        rules: DownloadRules,
        client: HTTPClient? = nil,
        _ body: (Web) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let web = Web(proxies, rules: rules, client: client)
        let result: Result<Value, Failure>
        do throws(Failure) { result = .success(try await body(web)) } catch { result = .failure(error) }
        let own = (web.isBorrowed ? [] : [web.direct]) + web.proxied.values
        for client in own { try? await client.shutdown() }
        return try result.get()
    }

    /// Asks once; returns when the head of the answer is there.
    func get(
        _ address: String,
        headers: HTTPHeaders,
        method: HTTPMethod = .GET,
        deadline: NIODeadline = .distantFuture
    ) async throws(Trouble) -> HTTPClientResponse {
        guard let origin = Origin(address) else { throw .final(.badReply("an address that is none")) }
        var request = HTTPClientRequest(url: address)
        request.method = method
        request.headers = headers
        request.headers.replaceOrAdd(name: "User-Agent", value: "local-swarm")
        // The bytes of a range are those of the file only without compression.
        request.headers.replaceOrAdd(name: "Accept-Encoding", value: "identity")
        let proxy = proxies.proxy(for: origin)
        let client = proxy == nil ? direct : proxied[origin.scheme] ?? direct
        do {
            return try await client.execute(request, deadline: deadline)
        } catch {
            throw Self.trouble(error, with: origin, through: proxy)
        }
    }

    /// What an error of the network means.
    static func trouble(_ error: any Error, with origin: Origin, through proxy: ProxyRules.Proxy? = nil) -> Trouble {
        if Task.isCancelled || error is CancellationError { return .final(.cancelled) }
        let way = proxy.map { "\(origin.host) through the proxy \($0)" } ?? origin.host
        switch error as? HTTPClientError {
        case .cancelled?: return .final(.cancelled)
        case .proxyAuthenticationRequired?:
            return .final(
                .givenUp(reason: "the proxy \(proxy?.description ?? "") wants another user or password", attempts: 1)
            )
        case .readTimeout?: return .passing("\(way) fell silent")
        case .remoteConnectionClosed?: return .passing("\(way) closed the connection")
        case .connectTimeout?: return .passing("\(way) cannot be reached in time")
        case let known?: return .passing("\(way): \(known.shortDescription)")
        case nil: return .passing("\(way) cannot be reached or broke off (\(Self.kind(error)))")
        }
    }

    /// In a few words: errors of the network may quote anything.
    private static func kind(_ error: any Error) -> String {
        if let error = error as? IOError { return DiskError.words(error.errnoCode) }
        return String("\(error)".split(separator: "\n").first?.prefix(120) ?? "")
    }
}

extension ProxyRules.Proxy {
    fileprivate var configuration: HTTPClient.Configuration.Proxy {
        switch kind {
        case .socks: .socksServer(host: host, port: port)
        case .http:
            .server(
                host: host,
                port: port,
                authorization: user.map { .basic(username: $0, password: password ?? "") }
            )
        }
    }
}

extension Duration {
    var nanoseconds: Int64 {
        components.seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue + components.attoseconds
            / 1_000_000_000
    }
}
