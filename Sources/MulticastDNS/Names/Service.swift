/// A service of this process that others are to find.
package struct Service: Sendable, Equatable {
    package var type: ServiceType
    /// What people see; where another service has it already, ours becomes `name (2)`.
    package var name: String
    package var port: UInt16
    package var text: TextRecord

    /// - Throws: when the name is not valid.
    package init(type: ServiceType, name: String, port: UInt16, text: TextRecord = TextRecord()) throws(InvalidName) {
        guard InstanceName.isValid(name) else { throw name.isEmpty ? .empty : .labelTooLong }
        self.type = type
        self.name = name
        self.port = port
        self.text = text
    }
}

/// A service that was found, with all that is needed to reach it.
package struct DiscoveredService: Sendable, Equatable {
    package var type: ServiceType
    package var name: String
    package var host: DomainName
    package var port: UInt16
    package var text: TextRecord
    /// Never empty; sorted, and each with the interface by which it was found.
    package var addresses: [ScopedAddress]

    /// A type and a name; there is one service of it, whatever interfaces it is seen on.
    package struct ID: Hashable, Sendable, CustomStringConvertible {
        package let instance: DomainName

        package var description: String { instance.description }
    }

    package let id: ID

    package init(
        id: ID,
        type: ServiceType,
        name: String,
        host: DomainName,
        port: UInt16,
        text: TextRecord,
        addresses: [ScopedAddress]
    ) {
        self.id = id
        self.type = type
        self.name = name
        self.host = host
        self.port = port
        self.text = text
        self.addresses = addresses
    }
}

/// An address and the interface behind which it is.
package struct ScopedAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var address: IPAddress
    /// The name of the interface here.
    package var interface: String
    /// The system's number of the interface: the scope of a link-local address.
    package var interfaceIndex: Int

    package init(address: IPAddress, interface: String, interfaceIndex: Int) {
        self.address = address
        self.interface = interface
        self.interfaceIndex = interfaceIndex
    }

    /// With the scope where it is needed: `fe80::1%eth0`.
    package var description: String {
        address.isLinkLocal && address.family == .v6 ? "\(address)%\(interface)" : "\(address)"
    }

    /// Addresses that work without a scope first, then IPv4 before IPv6, then by number.
    package static func < (one: ScopedAddress, other: ScopedAddress) -> Bool {
        one.order.lexicographicallyPrecedes(other.order)
    }

    private var order: [Int] {
        [address.isLinkLocal ? 1 : 0, address.family == .v4 ? 0 : 1, interfaceIndex] + address.bytes.map(Int.init)
    }
}

/// What happened to a service on the network.
package enum ServiceChange: Sendable, Equatable {
    /// It is there, and complete: place, text and at least one address.
    case added(DiscoveredService)
    /// Something about it is different now.
    case updated(DiscoveredService)
    /// It said goodbye, or was not heard of for as long as its records live; this is what it was last.
    case removed(DiscoveredService)

    package var service: DiscoveredService {
        switch self {
        case .added(let service), .updated(let service), .removed(let service): service
        }
    }
}
