package import MulticastDNS

/// Where a node can be reached: a host and a port.
package struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name, or an address without brackets; an IPv6 address of one link has its interface behind a `%`.
    package var host: String
    package var port: Int

    /// The port that nodes listen on for each other unless they are told.
    package static let defaultPort = 17_617

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package init(_ address: ScopedAddress, port: Int) { self.init(host: "\(address)", port: port) }

    /// Reads `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`; `nil` for anything else.
    package init?(parsing text: String) {
        let host: Substring
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
            let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
            guard IPAddress(parts[0])?.family == .v6, parts.count == 1 || Self.isPlain(parts[1], most: 15) else {
                return nil
            }
        } else {
            host = text.prefix { $0 != ":" }
            rest = text[host.endIndex...]
            guard Self.isPlain(host, most: 253) else { return nil }
        }
        if rest.isEmpty {
            self.init(host: String(host), port: Self.defaultPort)
            return
        }
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(digits),
            (1...65_535).contains(port)
        else { return nil }
        self.init(host: String(host), port: port)
    }

    /// Letters, digits, dots, hyphens and underscores only, at least one of them.
    private static func isPlain(_ text: Substring, most: Int) -> Bool {
        (1...most).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (48...57).contains(byte)
                    || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
            }
    }

    /// As in an address of the web: IPv6 in brackets, the interface's `%` escaped (RFC 6874).
    package var url: String {
        guard host.contains(":") else { return "https://\(host):\(port)" }
        return "https://[\(host.split(separator: "%").joined(separator: "%25"))]:\(port)"
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether it is an address of a network at home or in an office, or of the machine itself; names are not.
    package var isNear: Bool {
        IPAddress(host.prefix { $0 != "%" }).map { $0.isPrivate || $0.isLoopback } ?? false
    }
}
