/// How this node takes part in its cluster.
package struct FederationSettings: Sendable, Equatable {
    /// What people call this node.
    package var name: String
    /// Where other nodes come in.
    package var port: Int
    /// Addresses to listen on; `nil` for those of the networks at home and in offices.
    package var hosts: [String]?
    /// Nodes that the operator named; they need not be seen on the network.
    package var given: [PeerAddress]
    /// Whether nodes are looked for, and this one is announced, by multicast DNS.
    package var usesDiscovery: Bool
    /// Seconds after which the candidates of a peer are given up when nothing comes of them.
    package var timeout: Int
    /// The same for single peers, by name.
    package var timeouts: [String: Int]
    /// Of this program.
    package var version: String
    /// What this machine is, in one line.
    package var hardware: String
    /// Of the API; 0 where it is only for this machine.
    package var apiPort: Int

    package init(
        name: String,
        port: Int = PeerAddress.defaultPort,
        hosts: [String]? = nil,
        given: [PeerAddress] = [],
        usesDiscovery: Bool = true,
        timeout: Int = 60,
        timeouts: [String: Int] = [:],
        version: String,
        hardware: String = "",
        apiPort: Int = 0
    ) {
        self.name = name
        self.port = port
        self.hosts = hosts
        self.given = given
        self.usesDiscovery = usesDiscovery
        self.timeout = timeout
        self.timeouts = timeouts
        self.version = version
        self.hardware = hardware
        self.apiPort = apiPort
    }
}
