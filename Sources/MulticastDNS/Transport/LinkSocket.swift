import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open socket on one link.
struct LinkSocket: Sendable {
    let id: LinkID
    private let channel: any Channel
    private let group: SocketAddress

    var identity: ObjectIdentifier { ObjectIdentifier(channel) }

    /// Opens a socket on the port of multicast DNS, which other programs may use at the same time, and joins the group.
    /// - Throws: what the system says.
    static func open(
        _ id: LinkID,
        of interface: NetworkInterface,
        on eventLoops: any EventLoopGroup,
        inbox: Inbox
    ) async throws -> LinkSocket {
        let group = try IPAddress.group(id.family).socket(port: Received.port, scope: interface.index)
        let device = try Self.device(id.family, of: interface)
        let any: IPAddress = id.family == .v4 ? .v4(0) : .v6(0, 0)
        let bootstrap = DatagramBootstrap(group: eventLoops)
            .channelOption(.receivePacketInfo, value: true)
            // One byte more than is allowed, to see what is too long.
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: DNSMessage.maximumSize + 1)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PacketHandler(link: id, inbox: inbox))
                }
            }
        for (option, value) in options(id.family, of: interface) {
            _ = bootstrap.channelOption(option, value: value)
        }
        let channel = try await bootstrap.bind(to: try any.socket(port: Received.port, scope: 0)).get()
        do {
            guard let multicast = channel as? any MulticastChannel else { throw ChannelError.operationUnsupported }
            try await multicast.joinGroup(group, device: device).get()
        } catch {
            try? await channel.close()
            throw error
        }
        let identity = ObjectIdentifier(channel)
        channel.closeFuture.whenComplete { _ in inbox.post(.closed(id, socket: identity)) }
        return LinkSocket(id: id, channel: channel, group: group)
    }

    /// The interface as SwiftNIO wants it, with its first address of the family.
    private static func device(_ family: IPAddress.Family, of interface: NetworkInterface) throws -> NIONetworkDevice {
        let address = try interface.addresses(family).first?.socket(port: 0, scope: interface.index)
        guard let address else { throw ChannelError.operationUnsupported }
        return NIONetworkDevice(
            name: interface.name,
            address: address,
            netmask: nil,
            broadcastAddress: nil,
            pointToPointDestinationAddress: address,
            // The loopback interface does it without saying so.
            multicastSupported: true,
            interfaceIndex: interface.index
        )
    }

    private typealias Option = ChannelOptions.Types.SocketOption

    /// The port is shared, packets go out on this interface with the largest TTL (RFC 6762 §11), and are heard by other
    /// programs of this machine.
    private static func options(
        _ family: IPAddress.Family,
        of interface: NetworkInterface
    ) -> [(Option, Option.Value)] {
        let socket = [
            (Option(level: .socket, name: .so_reuseaddr), Option.Value(1)),
            (Option(level: .socket, name: NIOBSDSocket.Option(rawValue: SO_REUSEPORT)), 1),
        ]
        switch family {
        case .v4:
            var options = [
                (Option(level: .ip, name: .ip_multicast_if), sender(interface)),
                (Option(level: .ip, name: .ip_multicast_ttl), 255),
                (Option(level: .ip, name: .ip_multicast_loop), 1),
                (Option(level: .ip, name: NIOBSDSocket.Option(rawValue: IP_TTL)), 255),
            ]
            #if os(Linux)
            // Only groups that this socket joined, not those of every socket of the machine.
            options.append((Option(level: .ip, name: NIOBSDSocket.Option(rawValue: IP_MULTICAST_ALL)), 0))
            #endif
            return socket + options
        case .v6:
            var options = [
                (Option(level: .ipv6, name: .ipv6_v6only), Option.Value(1)),
                (Option(level: .ipv6, name: .ipv6_multicast_if), Option.Value(interface.index)),
                (Option(level: .ipv6, name: .ipv6_multicast_hops), 255),
                (Option(level: .ipv6, name: .ipv6_multicast_loop), 1),
                (Option(level: .ipv6, name: NIOBSDSocket.Option(rawValue: IPV6_UNICAST_HOPS)), 255),
            ]
            #if os(Linux)
            options.append((Option(level: .ipv6, name: NIOBSDSocket.Option(rawValue: IPV6_MULTICAST_ALL)), 0))
            #endif
            return socket + options
        }
    }

    /// The interface's address for IP_MULTICAST_IF, in network order.
    ///
    /// A number of four bytes is read as an address. One of eight, which SwiftNIO passes on some systems, is read as a
    /// `struct ip_mreq`, whose second half counts: so the address stands in both.
    private static func sender(_ interface: NetworkInterface) -> Option.Value {
        guard case .v4(let number)? = interface.addresses(.v4).first else { return 0 }
        let half = UInt64(number.bigEndian)
        return Option.Value(truncatingIfNeeded: half << 32 | half)
    }

    /// Sends a datagram.
    /// - Throws: what the system says, for example that the network is down.
    func send(_ packet: Outgoing) async throws {
        try await channel.writeAndFlush(envelope(packet))
    }

    private func envelope(_ packet: Outgoing) throws -> AddressedEnvelope<ByteBuffer> {
        let remote = try packet.destination.map { try $0.address.socket(port: $0.port, scope: id.interface) }
        return AddressedEnvelope(remoteAddress: remote ?? group, data: ByteBuffer(bytes: packet.bytes))
    }

    /// Closes it; that it is closed already is no error.
    func close() async { try? await channel.close() }
}

/// Passes datagrams on, with where they came in.
private final class PacketHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let link: LinkID
    private let inbox: Inbox

    init(link: LinkID, inbox: Inbox) {
        self.link = link
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let info = envelope.metadata?.packetInfo, let address = IPAddress(socket: envelope.remoteAddress),
            let port = envelope.remoteAddress.port
        else { return }
        let isMulticast = info.destinationAddress.isMulticast
        // Where a socket hears the groups of others, each takes what came in on its own interface.
        guard !isMulticast || info.interfaceIndex == link.interface else { return }
        inbox.post(
            Datagram(
                bytes: Array(envelope.data.readableBytesView),
                link: LinkID(interface: info.interfaceIndex, family: link.family),
                source: Endpoint(address: address, port: port),
                isMulticast: isMulticast
            )
        )
    }

    /// An error of one datagram is no reason to close; when the channel has closed, the inbox is told.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
