import ArgumentParser

/// The options of `swarm serve` about other machines.
struct PeerOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help:
            "Vote together with the other machines of the cluster (default: on where `swarm cluster` made or joined one)."
    )
    var federation: Bool?

    @Option(
        help: ArgumentHelp(
            "A machine of the cluster that is not found by itself: HOST or HOST:PORT; may be given several times.",
            valueName: "address"
        )
    )
    var peer: [String] = []

    @Option(help: ArgumentHelp("What other machines call this one (default: its host name).", valueName: "name"))
    var nodeName: String?

    @Option(help: ArgumentHelp("The port for other machines (default: 17617).", valueName: "port"))
    var peerPort: Int?

    @Option(
        help: ArgumentHelp(
            "Addresses to listen on for other machines (default: those in private networks).",
            valueName: "addresses"
        )
    )
    var peerHost: String?

    @Option(
        help: ArgumentHelp(
            """
            Seconds after which a machine's candidates are given up when nothing comes of them, perhaps with others for \
            single machines, such as 60,attic=120 (default: 60).
            """,
            valueName: "seconds"
        )
    )
    var peerTimeout: String?

    @Flag(help: "Neither look for other machines on the network nor announce this one.")
    var noDiscovery = false

    /// What was given, as settings.
    var flags: [SettingKey: String] {
        let given: [SettingKey: String?] = [
            .federates: federation.map { $0 ? "on" : "off" }, .peers: peer.isEmpty ? nil : peer.joined(separator: ","),
            .nodeName: nodeName, .peerPort: peerPort.map(String.init), .peerHosts: peerHost, .peerTimeout: peerTimeout,
            .peerDiscovery: noDiscovery ? "off" : nil,
        ]
        return given.compactMapValues { $0 }
    }
}
