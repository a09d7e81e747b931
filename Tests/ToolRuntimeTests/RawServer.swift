import NIOCore
import NIOPosix
import SwarmCore

/// A server on this machine that answers each connection with bytes a test gives it.
final class RawServer: Sendable {
    let port: Int
    private let channel: any Channel
    private let heads: Locked<[String]>

    /// What was asked so far: the head of each request.
    var requests: [String] { heads.withLock { $0 } }

    /// - Parameters:
    ///   - endless: repeated after the answer until the client goes.
    ///   - answer: the pieces to send for a request's head; the connection is closed after them unless `stays`.
    static func start(
        stays: Bool = false,
        endless: ByteBuffer? = nil,
        answer: @escaping @Sendable (String) -> [ByteBuffer]
    ) async throws -> RawServer {
        let heads = Locked<[String]>([])
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Answering(heads: heads, stays: stays, endless: endless, answer: answer)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return RawServer(channel: channel, port: channel.localAddress?.port ?? 0, heads: heads)
    }

    static func start(answer: @escaping @Sendable (String) -> [String]) async throws -> RawServer {
        try await start { head in answer(head).map { ByteBuffer(string: $0) } }
    }

    private init(channel: any Channel, port: Int, heads: Locked<[String]>) {
        self.channel = channel
        self.port = port
        self.heads = heads
    }

    func stop() async { try? await channel.close().get() }

    /// A whole answer with a body.
    static func page(_ body: String, type: String = "text/html", status: String = "200 OK", more: String = "") -> String
    {
        "HTTP/1.1 \(status)\r\ncontent-type: \(type)\r\ncontent-length: \(body.utf8.count)\r\n\(more)\r\n" + body
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var head = ""
        private let heads: Locked<[String]>
        private let stays: Bool
        private let endless: ByteBuffer?
        private let answer: @Sendable (String) -> [ByteBuffer]

        init(
            heads: Locked<[String]>,
            stays: Bool,
            endless: ByteBuffer?,
            answer: @escaping @Sendable (String) -> [ByteBuffer]
        ) {
            self.heads = heads
            self.stays = stays
            self.endless = endless
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            head += String(buffer: unwrapInboundIn(data))
            guard head.contains("\r\n\r\n") else { return }
            let whole = head
            head = ""
            heads.withLock { $0.append(whole) }
            for piece in answer(whole) { context.writeAndFlush(wrapOutboundOut(piece), promise: nil) }
            if endless != nil {
                more(context)
            } else if !stays {
                context.close(promise: nil)
            }
        }

        func channelWritabilityChanged(context: ChannelHandlerContext) { if endless != nil { more(context) } }

        private func more(_ context: ChannelHandlerContext) {
            guard let endless else { return }
            while context.channel.isActive, context.channel.isWritable {
                context.writeAndFlush(wrapOutboundOut(endless), promise: nil)
            }
        }
    }
}
