/// One interface and one of the two protocols: multicast DNS treats them as separate links (RFC 6762 §20).
package struct LinkID: Hashable, Sendable, Comparable {
    /// The system's number of the interface.
    package var interface: Int
    package var family: IPAddress.Family

    package init(interface: Int, family: IPAddress.Family) {
        self.interface = interface
        self.family = family
    }

    package static func < (one: LinkID, other: LinkID) -> Bool {
        (one.interface, one.family == .v4 ? 0 : 1) < (other.interface, other.family == .v4 ? 0 : 1)
    }
}

/// Where a datagram comes from or goes to, on a given link.
package struct Endpoint: Hashable, Sendable {
    package var address: IPAddress
    package var port: Int

    package init(address: IPAddress, port: Int) {
        self.address = address
        self.port = port
    }
}

/// A message that came in.
package struct Received: Sendable {
    package var message: DNSMessage
    package var link: LinkID
    package var source: Endpoint

    package init(_ message: DNSMessage, link: LinkID, source: Endpoint) {
        self.message = message
        self.link = link
        self.source = source
    }

    /// The port of multicast DNS, on which everybody sends and listens.
    package static let port = 5353
}

/// A datagram to be sent.
package struct Outgoing: Equatable, Sendable {
    package var link: LinkID
    /// `nil` for everybody.
    package var destination: Endpoint?
    package var bytes: [UInt8]

    package init(link: LinkID, destination: Endpoint? = nil, bytes: [UInt8]) {
        self.link = link
        self.destination = destination
        self.bytes = bytes
    }
}
