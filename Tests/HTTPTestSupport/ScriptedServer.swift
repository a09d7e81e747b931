import NIOCore
import NIOPosix
import SwarmCore

/// An HTTP server on 127.0.0.1 that does what a test says, down to the byte: also what no server should do.
package struct ScriptedServer: Sendable {
    /// One request without a body.
    package struct Request: Sendable {
        package var method: String
        /// Path and query, or a whole address where the client takes this for a proxy.
        package var target: String
        /// Names in lower case.
        package var headers: [String: String]
        /// How many came before it.
        package var number: Int

        /// The bytes of `Range: bytes=a-b`.
        package var range: Range<Int>? {
            guard let field = headers["range"], field.hasPrefix("bytes=") else { return nil }
            let ends = field.dropFirst(6).split(separator: "-").map { Int($0) }
            guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
            return first..<last + 1
        }
    }

    /// What is said, and what is done then.
    package struct Reply: Sendable {
        package enum Ending: Sendable {
            /// Ready for the next request.
            case keepOpen
            /// Closes the connection.
            case cut
            /// Says nothing more until the client closes it.
            case hang
        }

        package var status: Int
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]
        /// What `Content-Length` says; `nil` for the truth.
        package var statedLength: Int?
        package var ending: Ending

        package init(
            _ status: Int,
            headers: [(name: String, value: String)] = [],
            body: [UInt8] = [],
            statedLength: Int? = nil,
            ending: Ending = .keepOpen
        ) {
            self.status = status
            self.headers = headers
            self.body = body
            self.statedLength = statedLength
            self.ending = ending
        }

        /// The same, but it ends after so many bytes of the body, while the head speaks of all of them.
        package func cut(after count: Int, ending: Ending = .cut) -> Reply {
            var cut = self
            cut.statedLength = statedLength ?? body.count
            cut.body = Array(body.prefix(count))
            cut.ending = ending
            return cut
        }

        fileprivate var head: String {
            var lines = ["HTTP/1.1 \(status) Scripted", "Content-Length: \(statedLength ?? body.count)"]
            lines += headers.map { "\($0.name): \($0.value)" }
            return lines.joined(separator: "\r\n") + "\r\n\r\n"
        }
    }

    package let port: Int
    private let log: Locked<[Request]>

    /// All requests so far, in the order in which they came.
    package var requests: [Request] { log.withLock { $0 } }

    /// Without a slash at its end.
    package var address: String { "http://127.0.0.1:\(port)" }

    /// Serves on a free port while the body runs.
    package static func run<Value: Sendable>(
        _ answer: @escaping @Sendable (Request) async -> Reply,
        _ body: @Sendable (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Nothing is read before somebody serves the connection: one that nobody serves any more may just go.
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0) { channel in channel.eventLoop.makeSucceededFuture(channel) }
        let log = Locked<[Request]>([])
        let server = ScriptedServer(port: channel.channel.localAddress?.port ?? 0, log: log)
        return try await channel.executeThenClose { connections in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            // A client that goes away is part of the test.
                            group.addTask { try? await serve(connection, log, answer) }
                        }
                    }
                }
                defer { group.cancelAll() }
                return try await body(server)
            }
        }
    }

    private static func serve(
        _ channel: any Channel,
        _ log: Locked<[Request]>,
        _ answer: @Sendable (Request) async -> Reply
    ) async throws {
        let connection = try await channel.eventLoop.submit {
            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }.get()
        try await connection.executeThenClose { inbound, outbound in
            try await channel.setOption(.autoRead, value: true).get()
            var waiting: [UInt8] = []
            var pieces = inbound.makeAsyncIterator()
            while let buffer = try await pieces.next() {
                waiting += buffer.readableBytesView
                while let request = take(&waiting) {
                    let request = log.withLock { log in
                        var numbered = request
                        numbered.number = log.count
                        log.append(numbered)
                        return numbered
                    }
                    let reply = await answer(request)
                    try await outbound.write(ByteBuffer(string: reply.head))
                    var rest = reply.body[...]
                    while !rest.isEmpty {
                        try await outbound.write(ByteBuffer(bytes: rest.prefix(1 << 16)))
                        rest = rest.dropFirst(1 << 16)
                    }
                    switch reply.ending {
                    case .keepOpen: break
                    case .cut: return
                    case .hang:
                        while try await pieces.next() != nil {}
                        return
                    }
                }
            }
        }
    }

    /// Takes one whole head from the front.
    private static func take(_ bytes: inout [UInt8]) -> Request? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        bytes.removeFirst(text[..<end.upperBound].utf8.count)
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        return Request(method: String(words[0]), target: String(words[1]), headers: headers, number: 0)
    }
}
