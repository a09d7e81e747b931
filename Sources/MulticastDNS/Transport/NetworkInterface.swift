/// A network interface of this machine.
package struct NetworkInterface: Sendable, Equatable {
    package var name: String
    /// The system's number of it.
    package var index: Int
    package var addresses: [Address]
    package var isUp: Bool
    package var isLoopback: Bool
    /// A tunnel to one other machine, on which there is nobody to be found.
    package var isPointToPoint: Bool
    package var hasMulticast: Bool

    /// An address with the number of bits that its whole network shares.
    package struct Address: Sendable, Hashable {
        package var address: IPAddress
        package var prefixLength: Int

        package init(_ address: IPAddress, prefixLength: Int) {
            self.address = address
            self.prefixLength = prefixLength
        }
    }

    package init(
        name: String,
        index: Int,
        addresses: [Address],
        isUp: Bool = true,
        isLoopback: Bool = false,
        isPointToPoint: Bool = false,
        hasMulticast: Bool = true
    ) {
        self.name = name
        self.index = index
        self.addresses = addresses
        self.isUp = isUp
        self.isLoopback = isLoopback
        self.isPointToPoint = isPointToPoint
        self.hasMulticast = hasMulticast
    }

    func addresses(_ family: IPAddress.Family) -> [IPAddress] {
        addresses.map(\.address).filter { $0.family == family }
    }

    /// Whether the address is of a network that the interface is part of (RFC 6762 §11).
    package func isNear(_ address: IPAddress) -> Bool {
        address.isLinkLocal || addresses.contains { $0.address.shares($0.prefixLength, with: address) }
    }
}

/// On which interfaces services are announced and looked for.
package struct InterfacePolicy: Sendable, Equatable {
    /// Names of interfaces; `nil` for all that are suitable.
    package var only: Set<String>?
    /// Whether the loopback interface is used, too; programs on this machine are found by the others as well.
    package var includesLoopback: Bool

    package init(only: Set<String>? = nil, includesLoopback: Bool = false) {
        self.only = only
        self.includesLoopback = includesLoopback
    }

    /// Whether the interface is up, may be used, and has somebody to be found on it.
    package func admits(_ interface: NetworkInterface) -> Bool {
        guard interface.isUp, !interface.addresses.isEmpty, only?.contains(interface.name) ?? true else { return false }
        return interface.isLoopback ? includesLoopback : interface.hasMulticast && !interface.isPointToPoint
    }
}

/// What is different about the links of this machine.
package enum LinkChange: Sendable, Equatable {
    case added(LinkID, NetworkInterface)
    /// Its addresses are different ones now.
    case changed(LinkID, NetworkInterface)
    case removed(LinkID)

    /// What leads from one list of interfaces to another; removals come first.
    package static func between(
        _ old: [NetworkInterface],
        _ new: [NetworkInterface],
        policy: InterfacePolicy
    ) -> [LinkChange] {
        let (old, new) = (links(old, policy), links(new, policy))
        // A number that now means another interface is a removal and an addition.
        let isSame = { (id: LinkID) in old[id]?.name == new[id]?.name }
        let removed = old.keys.sorted().filter { !isSame($0) }.map(LinkChange.removed)
        let others = new.sorted { $0.key < $1.key }.compactMap { id, interface -> LinkChange? in
            guard isSame(id), let before = old[id] else { return .added(id, interface) }
            return before.addresses == interface.addresses ? nil : .changed(id, interface)
        }
        return removed + others
    }

    private static func links(_ interfaces: [NetworkInterface], _ policy: InterfacePolicy) -> [LinkID: NetworkInterface]
    {
        var links: [LinkID: NetworkInterface] = [:]
        for interface in interfaces where policy.admits(interface) {
            for family in IPAddress.Family.allCases where !interface.addresses(family).isEmpty {
                // Linux has no way to the group of IPv6 on the loopback interface.
                guard interface.hasMulticast || family == .v4 else { continue }
                links[LinkID(interface: interface.index, family: family)] = interface
            }
        }
        return links
    }
}
