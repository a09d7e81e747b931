import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SwarmCore

/// One answer of a web server, as far as it is read.
struct LoadedPage: Sendable {
    var status: Int
    var location: String?
    /// Without its parameters, in lower case; empty when the server does not say.
    var contentType: String
    var charset: String?
    var bytes: [UInt8]
    var isCut: Bool
}

/// Asks for one page at one address that was checked before.
struct PageLoader: Sendable {
    let size: Int

    /// Connects to the address and nowhere else; name and certificate are those of the host.
    ///
    /// Each page has a client of its own, because the fixed address belongs to a client. It follows no redirects and
    /// uses no proxy. Unpacking stops when a page becomes 25 times as large as what was sent.
    func load(_ page: WebAddress, at address: IPAddress, time: Duration) async throws -> LoadedPage {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        if case .name(let name) = page.host { configuration.dnsOverride = [name: address.description] }
        configuration.decompression = HTTPClient.Configuration.singletonConfiguration.decompression
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(10)
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
        let result: Result<LoadedPage, any Error>
        do {
            result = .success(try await load(page, with: client, time: time))
        } catch {
            result = .failure(error)
        }
        try? await client.shutdown()
        return try result.get()
    }

    private func load(_ page: WebAddress, with client: HTTPClient, time: Duration) async throws -> LoadedPage {
        var request = HTTPClientRequest(url: page.text)
        request.headers.add(name: "user-agent", value: "LocalSwarm (webfetch)")
        request.headers.add(
            name: "accept",
            value: "text/html,application/xhtml+xml,text/*;q=0.9,application/json;q=0.9,*/*;q=0.1"
        )
        request.headers.add(name: "accept-encoding", value: "gzip, deflate")
        let response = try await client.execute(request, timeout: .nanoseconds(Int64(time.seconds * 1e9)))
        let type = ContentType(response.headers.first(name: "content-type") ?? "")
        var loaded = LoadedPage(
            status: Int(response.status.code),
            location: response.headers.first(name: "location"),
            contentType: type.name,
            charset: type.charset,
            bytes: [],
            isCut: false
        )
        guard loaded.redirect == nil, type.isText else { return loaded }
        for try await buffer in response.body {
            loaded.bytes += buffer.readableBytesView.prefix(size - loaded.bytes.count + 1)
            guard loaded.bytes.count > size else { continue }
            loaded.bytes.removeLast(loaded.bytes.count - size)
            loaded.isCut = true
            break
        }
        return loaded
    }
}

extension LoadedPage {
    /// Where the server sends the reader instead.
    var redirect: String? { [301, 302, 303, 307, 308].contains(status) ? location : nil }
}

/// A media type (RFC 9110, section 8.3.1).
struct ContentType: Sendable, Equatable {
    var name: String
    var charset: String?

    init(_ field: String) {
        let parts = field.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
        name = parts.first?.lowercased() ?? ""
        let parameter = parts.dropFirst().first { $0.lowercased().hasPrefix("charset=") }
        charset = parameter.map { $0.dropFirst(8).filter { $0 != "\"" && $0 != "'" }.lowercased() }
    }

    /// Whether it can be shown to a model; what is not declared is looked at.
    var isText: Bool {
        let others = [
            "application/json", "application/xml", "application/xhtml+xml", "application/javascript",
            "application/x-javascript", "application/ecmascript", "application/yaml", "application/x-yaml",
            "application/toml", "application/x-sh", "application/sql", "application/x-ndjson",
        ]
        return name.isEmpty || name.hasPrefix("text/") || others.contains(name) || name.hasSuffix("+json")
            || name.hasSuffix("+xml") || name.hasSuffix("+yaml")
    }

    var isHTML: Bool { name == "text/html" || name == "application/xhtml+xml" }
}
