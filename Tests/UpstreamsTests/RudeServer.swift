import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SwarmCore
import SwarmTestSupport
import Testing
import Upstreams

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A real server that answers chat requests as a test likes.
struct RudeServer: Sendable {
    /// One request it got.
    struct Asked: Sendable {
        var path: String
        var authorization: String?
        var body: JSON
    }

    /// What happened so far.
    struct Record: Sendable {
        var asked: [Asked] = []
        /// Replies that run now, and most that ever did at once.
        var running = 0
        var peak = 0
        /// Replies that are over, however they ended.
        var ended = 0
    }

    let settings: UpstreamSettings
    let record: Observed<Record>

    /// How a reply is written.
    typealias Write = @Sendable (Writer) async throws -> Void

    /// What a test does with a reply that is under way.
    struct Writer: Sendable {
        fileprivate let send: @Sendable (String) async throws -> Void

        func callAsFunction(_ text: String) async throws { try await send(text) }

        func data(_ json: String) async throws { try await send("data: \(json)\n\n") }

        func say(_ text: String) async throws {
            try await data(#"{"choices":[{"index":0,"delta":{"content":\#(JSON.string(text).text)}}]}"#)
        }

        func finish(_ reason: String = "stop") async throws {
            try await data(#"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"#)
            try await send("data: [DONE]\n\n")
        }
    }

    enum Reply: Sendable {
        case stream(contentType: String = "text/event-stream", Write)
        case status(Int, String, headers: [String: String] = [:])
    }

    /// The connection is closed without an end.
    struct Cut: Error {}

    /// Serves until the body returns.
    static func serving(
        models: String = #"{"data":[{"id":"rude","max_model_len":4096}]}"#,
        timeout: Int = 20,
        limit: Int = 8,
        _ reply: @escaping @Sendable (Asked) async throws -> Reply,
        _ body: @escaping @Sendable (RudeServer) async throws -> Void
    ) async throws {
        let record = Observed(Record())
        let router = Router()
        router.get("/v1/models") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: .init(byteBuffer: .init(string: models))
            )
        }
        for path in ["/v1/chat/completions", "/v1/completions", "/v1/embeddings"] {
            router.post(RouterPath(path)) { request, _ in
                let bytes = try await request.body.collect(upTo: 1 << 20)
                let asked = Asked(
                    path: request.uri.path,
                    authorization: request.headers[.authorization],
                    body: try JSON(parsing: Array(bytes.readableBytesView))
                )
                record.change { $0.asked.append(asked) }
                return response(try await reply(asked), record)
            }
        }
        let app = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            logger: silentLogger
        )
        try await app.test(.live) { client in
            let port = try #require(client.port)
            let settings = UpstreamSettings(address: "http://127.0.0.1:\(port)/v1", timeout: timeout, limit: limit)
            try await body(RudeServer(settings: settings, record: record))
        }
    }

    private static func response(_ reply: Reply, _ record: Observed<Record>) -> Response {
        switch reply {
        case .status(let status, let text, let headers):
            var fields = HTTPFields()
            for (name, value) in headers {
                if let name = HTTPField.Name(name) { fields[name] = value }
            }
            return Response(
                status: .init(code: status),
                headers: fields,
                body: .init(byteBuffer: ByteBuffer(string: text))
            )
        case .stream(let contentType, let write):
            let body = ResponseBody { writer in
                record.change { record in
                    record.running += 1
                    record.peak = max(record.peak, record.running)
                }
                defer {
                    record.change { record in
                        record.running -= 1
                        record.ended += 1
                    }
                }
                // Hummingbird's writer belongs to one task; tests write from the same one.
                nonisolated(unsafe) var open = writer
                try await write(Writer { text in try await unsafe open.write(ByteBuffer(string: text)) })
                try await unsafe open.finish(nil)
            }
            return Response(status: .ok, headers: [.contentType: contentType], body: body)
        }
    }
}

extension UpstreamSource {
    /// Runs the body and closes the connections.
    static func with(
        _ settings: UpstreamSettings,
        isHead: Bool = false,
        logger: Logger = silentLogger,
        _ body: (UpstreamSource) async throws -> Void
    ) async throws {
        let source = UpstreamSource(settings, isHead: isHead, logger: logger)
        do {
            try await body(source)
        } catch {
            await source.shutDown()
            throw error
        }
        await source.shutDown()
    }

    /// An assignment of `count` candidates.
    func assignment(
        count: Int = 1,
        sampling: Sampling = Sampling(),
        id: String = "r",
        messages: [Message] = [Message(role: .user, content: "6 × 7?")]
    ) -> Assignment {
        let request = ChatRequest(id: RequestID(rawValue: id), messages: messages, sampling: sampling)
        let plans = (0..<count).map { CandidatePlan(index: $0, sampling: sampling) }
        return Assignment(request: request, prompt: Prompt(text: "", tokens: [1, 2, 3]), candidates: plans)
    }

    func collect(_ assignment: Assignment) async -> Collected { await Collected.all(of: candidates(for: assignment)) }
}
