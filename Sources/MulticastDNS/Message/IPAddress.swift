/// An address of IPv4 or IPv6, without a scope.
package enum IPAddress: Hashable, Sendable {
    /// In the byte order in which it is written.
    case v4(UInt32)
    /// The first and the last 64 bits.
    case v6(UInt64, UInt64)

    /// Four or sixteen bytes; `nil` for any other number.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self = .v4(UInt32(truncatingIfNeeded: Self.number(bytes[...])))
        case 16: self = .v6(Self.number(bytes[..<8]), Self.number(bytes[8...]))
        default: return nil
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// As it is sent.
    package var bytes: [UInt8] {
        switch self {
        case .v4(let number): (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(24 - $0 * 8)) }
        case .v6(let high, let low):
            [high, low].flatMap { half in
                (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - $0 * 8)) }
            }
        }
    }

    /// Which of the two kinds of addresses and sockets it is.
    package enum Family: Hashable, Sendable, CaseIterable {
        case v4, v6
    }

    package var family: Family {
        switch self {
        case .v4: .v4
        case .v6: .v6
        }
    }

    var recordType: RecordType { family == .v4 ? .a : .aaaa }

    /// Whether the first bits of both are the same.
    /// - Parameter length: the number of bits.
    package func shares(_ length: Int, with other: IPAddress) -> Bool {
        switch (self, other) {
        case (.v4(let one), .v4(let two)): return length <= 0 || (one ^ two).leadingZeroBitCount >= min(length, 32)
        case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
            let difference = high ^ otherHigh
            let shared = difference == 0 ? 64 + (low ^ otherLow).leadingZeroBitCount : difference.leadingZeroBitCount
            return shared >= min(length, 128)
        default: return false
        }
    }

    /// Whether it means something on one link only, so that it needs an interface to be reached: 169.254/16 (RFC 3927)
    /// and fe80::/10 (RFC 4291).
    package var isLinkLocal: Bool { Self.linkLocal.contains { $0.contains(self) } }

    /// Whether it is the machine itself.
    package var isLoopback: Bool { Self.loopback.contains { $0.contains(self) } }

    /// Whether it is of a network at home or in an office: RFC 1918, 100.64/10 (RFC 6598), fc00::/7 (RFC 4193), or
    /// link-local.
    package var isPrivate: Bool { isLinkLocal || Self.privateNetworks.contains { $0.contains(self) } }

    private static let linkLocal = [Network(.v4(0xA9FE_0000), 16), Network(.v6(0xFE80 << 48, 0), 10)]
    private static let loopback = [Network(.v4(0x7F00_0000), 8), Network(.v6(0, 1), 128)]
    private static let privateNetworks = [
        Network(.v4(0x0A00_0000), 8), Network(.v4(0xAC10_0000), 12), Network(.v4(0xC0A8_0000), 16),
        Network(.v4(0x6440_0000), 10), Network(.v6(0xFC00 << 48, 0), 7),
    ]

    private struct Network {
        let address: IPAddress
        let length: Int

        init(_ address: IPAddress, _ length: Int) {
            self.address = address
            self.length = length
        }

        func contains(_ other: IPAddress) -> Bool { address.shares(length, with: other) }
    }
}
