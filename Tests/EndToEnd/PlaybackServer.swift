import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SwarmCore
import SwarmTestSupport
import Testing

/// An OpenAI-compatible server without a model that plays recorded turns, and serves one page.
///
/// Which turn is next is told by the conversation, so that all candidates of one turn are the same.
struct PlaybackServer: Sendable {
    /// One recorded turn of a model.
    struct Turn: Sendable {
        var content = ""
        var calls: [(name: String, arguments: String)] = []

        static func says(_ content: String) -> Turn { Turn(content: content) }

        static func calls(_ name: String, _ arguments: JSON) -> Turn { Turn(calls: [(name, arguments.text)]) }
    }

    let port: Int
    /// The bodies of requests for a turn, as they came.
    let asked: Observed<[JSON]>

    var url: String { "http://127.0.0.1:\(port)" }

    /// What the model was told by tools, in the order of the calls.
    var results: [String] {
        let longest = asked.value.map { $0["messages"]?.arrayValue ?? [] }.max { $0.count < $1.count } ?? []
        return longest.filter { $0["role"] == "tool" }.compactMap { $0["content"]?.stringValue }
    }

    /// Serves on a free port until the body returns.
    static func run(
        _ turns: [Turn],
        page: String = "",
        _ body: @escaping @Sendable (PlaybackServer) async throws -> Void
    ) async throws {
        let asked = Observed<[JSON]>([])
        let router = Router()
        router.get("/page") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/html"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: page))
            )
        }
        router.get("/v1/models") { _, _ in
            let list: JSON = ["object": "list", "data": [["id": "playback", "context_length": 60_000]]]
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: list.utf8)))
        }
        router.post("/v1/chat/completions") { request, _ in
            let buffer = try await request.body.collect(upTo: 16 << 20)
            let json = try JSON(parsing: Array(buffer.readableBytesView))
            asked.change { $0.append(json) }
            let messages = json["messages"]?.arrayValue ?? []
            let number = messages.count { $0["role"] == "assistant" && $0["tool_calls"] != nil }
            let events = (turns.isEmpty ? .says("") : turns[min(number, turns.count - 1)]).events
            return Response(
                status: .ok,
                headers: [.contentType: "text/event-stream"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: events))
            )
        }
        var quiet = Logger(label: "playback")
        quiet.logLevel = .critical
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            logger: quiet
        )
        try await application.test(.live) { client in
            try await body(PlaybackServer(port: try #require(client.port), asked: asked))
        }
    }
}

extension PlaybackServer.Turn {
    /// As a server streams it.
    fileprivate var events: String {
        var deltas: [JSON] = [["role": "assistant", "content": .string(content)]]
        for (place, call) in calls.enumerated() {
            let function: JSON = ["name": .string(call.name), "arguments": .string(call.arguments)]
            deltas.append([
                "tool_calls": [
                    [
                        "index": .integer(place), "id": .string("p\(place)"), "type": "function",
                        "function": function,
                    ]
                ]
            ])
        }
        let reason: JSON = calls.isEmpty ? "stop" : "tool_calls"
        var chunks: [JSON] = deltas.map { ["choices": [["index": 0, "delta": $0, "finish_reason": .null]]] }
        chunks.append(["choices": [["index": 0, "delta": [:], "finish_reason": reason]]])
        return chunks.map { "data: \($0.text)\n\n" }.joined() + "data: [DONE]\n\n"
    }
}
