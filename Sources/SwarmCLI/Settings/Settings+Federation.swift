import Federation
import MulticastDNS

extension Settings {
    /// The settings under `federation`.
    mutating func readFederation(_ layers: Layers) throws(SettingsError) {
        federates = try layers.isOn(.federates)
        nodeName = try layers.value(.nodeName, allowed: "1 to 63 bytes without control characters, = and commas") {
            name in
            NodeName.isAllowed(name) && !name.contains { ",=".contains($0) } ? name : nil
        }
        peerPort = try layers.int(.peerPort, in: 1...65_535) ?? peerPort
        let ownAddresses = "addresses of this machine without a port, IPv6 without brackets, separated by commas"
        peerHosts = try layers.value(.peerHosts, allowed: ownAddresses) { text in
            Self.list(text).flatMap { hosts in
                hosts.allSatisfy { IPAddress($0.prefix { $0 != "%" }) != nil } ? hosts : nil
            }
        }
        let addresses = "addresses such as attic.local or 192.168.1.20:17617, separated by commas"
        peers =
            try layers.value(.peers, allowed: addresses) { text in
                Self.list(text).flatMap { parts in
                    let read = parts.compactMap(PeerAddress.init(parsing:))
                    return read.count == parts.count ? read : nil
                }
            } ?? peers
        discoversPeers = try layers.isOn(.peerDiscovery) ?? discoversPeers
        let timeouts = try layers.value(
            .peerTimeout,
            allowed: "seconds from 1 to 3600, perhaps with others by name: 60,attic=120",
            Self.timeouts
        )
        if let timeouts {
            peerTimeout = timeouts[""] ?? peerTimeout
            peerTimeouts = timeouts.filter { !$0.key.isEmpty }
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// Seconds by name, those for all under the empty one; `nil` when one is none.
    private static func timeouts(_ text: String) -> [String: Int]? {
        var timeouts: [String: Int] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = words.count == 2 ? Self.trimmed(words[0]) : ""
            guard let seconds = words.last.flatMap({ Int(Self.trimmed($0)) }), (1...3600).contains(seconds),
                timeouts[name] == nil,
                words.count == 1 || !name.isEmpty
            else { return nil }
            timeouts[name] = seconds
        }
        return timeouts
    }
}
