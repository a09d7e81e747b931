import NIOCore

/// The address by which other machines of the local network reach this one.
package enum LocalAddress {
    /// Of the first interface that has one; `nil` where there is no network.
    static func find() -> String? {
        let devices = (try? System.enumerateDevices()) ?? []
        return choose(devices.compactMap { device in device.address?.ipAddress.map { (device.name, $0) } })
    }

    /// The first address of version 4 that is neither this machine's own nor of a network that programs made up; those
    /// of private networks (RFC 1918) before others.
    package static func choose(_ addresses: [(interface: String, address: String)]) -> String? {
        let found = addresses.filter { interface, address in
            let isMadeUp = ["docker", "br-", "veth", "virbr", "tun", "utun", "tap"].contains(where: interface.hasPrefix)
            return !isMadeUp
                && bytes(address).map { $0[0] != 127 && $0[0] != 0 && !($0[0] == 169 && $0[1] == 254) } == true
        }.map(\.address)
        return found.first { bytes($0).map(isPrivate) == true } ?? found.first
    }

    private static func isPrivate(_ bytes: [UInt8]) -> Bool {
        bytes[0] == 10 || bytes[0] == 172 && (16...31).contains(bytes[1]) || bytes[0] == 192 && bytes[1] == 168
    }

    private static func bytes(_ address: String) -> [UInt8]? {
        let parts = address.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && !parts.contains(nil) ? parts.compactMap { $0 } : nil
    }
}
