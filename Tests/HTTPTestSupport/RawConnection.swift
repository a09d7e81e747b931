import NIOCore
import NIOPosix

/// A connection on which a test writes and reads bytes as it likes.
package struct RawConnection {
    fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    fileprivate var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator

    package func write(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// Says that nothing more will be written.
    package func finish() { outbound.finish() }

    /// The next piece of what the server says; `nil` when it has closed the connection.
    package mutating func read() async throws -> String? { try await inbound.next().map { String(buffer: $0) } }

    /// Everything the server says until it closes the connection.
    package mutating func rest() async throws -> String {
        var text = ""
        while let piece = try await read() { text += piece }
        return text
    }
}

extension APIClient {
    /// Opens a connection, and closes it when the body returns.
    ///
    /// What the test does not read stays in the network: a piece has at most 16 bytes, and no two are read ahead.
    package func raw<Value>(_ body: (inout RawConnection) async throws -> sending Value) async throws -> sending Value {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16))
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: NIOAsyncChannel.Configuration(
                            backPressureStrategy: .init(lowWatermark: 1, highWatermark: 1),
                            isOutboundHalfClosureEnabled: true
                        )
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = RawConnection(outbound: outbound, inbound: inbound.makeAsyncIterator())
            return try await body(&connection)
        }
    }
}
