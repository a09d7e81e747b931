import NIOCore

/// Reads the interfaces of this machine as they are at the moment.
package enum InterfaceReader {
    /// Sorted by number, each with its addresses in a fixed order; asking the system takes a moment.
    /// - Throws: what the system says.
    package static func read() throws -> [NetworkInterface] {
        let flags = InterfaceFlags.read()
        var interfaces: [Int: NetworkInterface] = [:]
        for device in try System.enumerateDevices() {
            guard let address = device.address.flatMap(IPAddress.init(socket:)) else { continue }
            let length = device.netmask.flatMap(IPAddress.init(socket:))?.maskLength
            let own = NetworkInterface.Address(address, prefixLength: length ?? address.bytes.count * 8)
            let bits = flags[device.name] ?? 0
            interfaces[
                device.interfaceIndex,
                default: NetworkInterface(
                    name: device.name,
                    index: device.interfaceIndex,
                    addresses: [],
                    isUp: bits & InterfaceFlags.up != 0,
                    isLoopback: bits & InterfaceFlags.loopback != 0,
                    isPointToPoint: bits & InterfaceFlags.pointToPoint != 0,
                    hasMulticast: device.multicastSupported
                )
            ].addresses.append(own)
        }
        for index in interfaces.keys {
            interfaces[index]?.addresses.sort { $0.address.bytes.lexicographicallyPrecedes($1.address.bytes) }
        }
        return interfaces.values.sorted { $0.index < $1.index }
    }
}

extension IPAddress {
    /// The address without port and scope; `nil` for a path.
    init?(socket address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        self.init(text.prefix { $0 != "%" })
    }

    /// How many bits are set before the first that is not.
    fileprivate var maskLength: Int {
        var length = 0
        for byte in bytes {
            length += (~byte).leadingZeroBitCount
            if byte != 0xFF { break }
        }
        return length
    }

    /// As the system takes it.
    /// - Parameter scope: the number of the interface, for addresses that mean something only there.
    func socket(port: Int, scope: Int) throws -> SocketAddress {
        guard family == .v6, isLinkLocal else { return try SocketAddress(ipAddress: description, port: port) }
        // Nothing is looked up: it is a number with a number.
        return try SocketAddress.makeAddressResolvingHost("\(self)%\(scope)", port: port)
    }

    /// The groups of RFC 6762 §3: 224.0.0.251 and ff02::fb.
    static func group(_ family: Family) -> IPAddress { family == .v4 ? .v4(0xE000_00FB) : .v6(0xFF02 << 48, 0xFB) }
}
