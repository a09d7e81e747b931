import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import SwarmCore
package import WireFormats

/// A client of the API on this machine, over one pool of connections.
package struct APIClient: Sendable {
    /// The library's own allows eight connections at a time, which would be a waiting line in front of the server.
    private static let pool = HTTPClient(
        eventLoopGroup: HTTPClient.defaultEventLoopGroup,
        configuration: HTTPClient.Configuration(
            connectionPool: HTTPClient.Configuration.ConnectionPool(
                idleTimeout: .seconds(60),
                concurrentHTTP1ConnectionsPerHostSoftLimit: 200
            )
        )
    )

    package let port: Int

    /// The address and port, as they stand in the `Host` field.
    package var host: String { "127.0.0.1:\(port)" }

    package init(port: Int) { self.port = port }

    /// Sends a request and reads the whole reply.
    ///
    /// - Parameter isChunked: sends the body without saying how long it is.
    package func send(
        _ method: String,
        _ path: String,
        body: [UInt8]? = nil,
        headers: [String: String] = [:],
        isChunked: Bool = false
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: "http://" + host + path)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = isChunked ? .bytes(body, length: .unknown) : .bytes(ByteBuffer(bytes: body)) }
        let response = try await Self.pool.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 1 << 24)
        return Reply(
            status: Int(response.status.code),
            headers: response.headers.byName,
            bytes: Array(bytes.readableBytesView)
        )
    }

    package func get(_ path: String, headers: [String: String] = [:]) async throws -> Reply {
        try await send("GET", path, headers: headers)
    }

    package func post(_ path: String, _ body: JSON, headers: [String: String] = [:]) async throws -> Reply {
        try await send("POST", path, body: Array(body.utf8), headers: headers)
    }

    /// Asks for a chat completion that comes whole.
    package func chat(_ body: JSON, headers: [String: String] = [:]) async throws -> Reply {
        try await post("/v1/chat/completions", body, headers: headers)
    }

    /// Asks for an answer that comes as a stream; returns when its headers are there.
    ///
    /// The connection is closed when the stream is given up before its end.
    package func stream(
        _ body: JSON,
        path: String = "/v1/chat/completions",
        headers: [String: String] = [:]
    ) async throws -> EventStream {
        var request = HTTPClientRequest(url: "http://" + host + path)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body.utf8))
        return EventStream(try await Self.pool.execute(request, timeout: .seconds(120)))
    }
}

/// A whole reply.
package struct Reply: Sendable {
    package let status: Int
    /// Names in lower case.
    package let headers: [String: String]
    package let bytes: [UInt8]

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// - Throws: when the body is not JSON.
    package func json() throws -> JSON { try JSON(parsing: bytes) }

    /// What is in the error envelope under a name, as text.
    package func error(_ name: String) -> String? {
        guard let value = (try? json())?["error"]?[name] else { return nil }
        return value.stringValue ?? value.text
    }
}

/// The events of a streamed reply, as they arrive.
package struct EventStream {
    package let status: Int
    /// Names in lower case.
    package let headers: [String: String]
    /// Every byte read so far.
    package private(set) var bytes: [UInt8] = []
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var parser = ServerSentEventParser()
    private var pending: ArraySlice<ServerSentEvent> = []

    init(_ response: HTTPClientResponse) {
        status = Int(response.status.code)
        headers = response.headers.byName
        body = response.body.makeAsyncIterator()
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The next event; `nil` at the end of the stream.
    package mutating func next() async throws -> ServerSentEvent? {
        while pending.isEmpty {
            guard let buffer = try await body.next() else { return nil }
            bytes += buffer.readableBytesView
            pending = parser.feed(buffer.readableBytesView)[...]
        }
        return pending.popFirst()
    }

    /// The next event that is data; `nil` at the end of the stream.
    package mutating func nextData() async throws -> String? {
        while let event = try await next() {
            if case .message(_, let data) = event { return data }
        }
        return nil
    }

    /// The next text of a choice; `nil` at the end of the stream.
    package mutating func nextContent() async throws -> String? {
        while let data = try await nextData() {
            if let text = (try? JSON(parsing: data))?.chunkContent, !text.isEmpty { return text }
        }
        return nil
    }

    /// The next event's name and data; `nil` at the end of the stream.
    package mutating func nextNamed() async throws -> (name: String, data: JSON)? {
        while let event = try await next() {
            if case .message(let name, let data) = event { return (name ?? "", try JSON(parsing: data)) }
        }
        return nil
    }

    /// Reads to the end and gives all named events that are still to come.
    package mutating func restNamed() async throws -> [(name: String, data: JSON)] {
        var all: [(name: String, data: JSON)] = []
        while let event = try await nextNamed() { all.append(event) }
        return all
    }

    /// Reads to the end and gives all data that is still to come.
    package mutating func rest() async throws -> [String] {
        var all: [String] = []
        while let data = try await nextData() { all.append(data) }
        return all
    }
}

extension JSON {
    /// The text in a chunk's first choice.
    package var chunkContent: String? { self["choices"]?.arrayValue?.first?["delta"]?["content"]?.stringValue }

    /// The text of a whole reply's first choice.
    package var content: String? { self["choices"]?.arrayValue?.first?["message"]?["content"]?.stringValue }
}

extension HTTPHeaders {
    fileprivate var byName: [String: String] {
        Dictionary(map { ($0.name.lowercased(), $0.value) }) { first, second in first + ", " + second }
    }
}
