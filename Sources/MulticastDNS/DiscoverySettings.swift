/// What is announced and what is looked for, and where.
package struct DiscoverySettings: Sendable, Equatable {
    /// The label of this machine in `.local`; a name of its own, since the system's may belong to another responder.
    package var hostName: String
    package var advertising: [Service]
    package var browsing: [ServiceType]
    package var interfaces = InterfacePolicy()
    /// The addresses that others are told of; `nil` for all of the interface on which they ask.
    package var addresses: Set<IPAddress>?
    package var lives = Lives()
    package var limits = BrowserLimits()
    /// How often the interfaces are looked at.
    package var interfacePeriod = Duration.seconds(3)

    package init(hostName: String, advertising: [Service] = [], browsing: [ServiceType] = []) {
        self.hostName = hostName
        self.advertising = advertising
        self.browsing = browsing
    }
}

/// How discovery is doing, as evidence for whoever asks why somebody is not seen.
package struct DiscoveryStatus: Sendable, Equatable {
    /// The name of the host, then those of the services in their order; empty when nothing is announced.
    package var names: [String] = []
    /// Whether these names are ours on all links.
    package var isEstablished = false
    /// By interface and protocol.
    package var links: [LinkStatus] = []
    /// Records of others that are remembered.
    package var records = 0
    /// Datagrams that came in faster than they could be read.
    package var lost = 0

    package init() {}

    /// One interface and one protocol.
    package struct LinkStatus: Sendable, Equatable {
        package var id: LinkID
        package var interface: String
        package var addresses: [IPAddress]
        /// Why nothing can be sent or heard here, in the system's words.
        package var problem: String?
        /// Datagrams that were sent, that could not be, and that came from others.
        package var sent = 0
        package var failed = 0
        package var received = 0
        /// Of those received: no DNS messages, or not from this network.
        package var malformed = 0
        package var strange = 0

        package init(id: LinkID, interface: String, addresses: [IPAddress]) {
            self.id = id
            self.interface = interface
            self.addresses = addresses
        }
    }
}
