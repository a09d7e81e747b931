/// Addresses that are not the public Internet.
package enum SpecialNetworks {
    /// What an address is, where it is not one of the public Internet; `nil` for those that are.
    ///
    /// From IANA's registries of special-purpose addresses (RFC 6890 and what came after), those of multicast, and the
    /// addresses at which clouds tell machines their secrets. An address of version 6 that stands for one of version 4
    /// is judged as that one; tunnels that carry one (6to4, Teredo) are refused whole. Of version 6 only 2000::/3 is
    /// public.
    package static func kind(of address: IPAddress) -> String? {
        let address = address.unwrapped
        if let found = known.first(where: { $0.network.contains(address) }) { return found.kind }
        if case .v6 = address, let global, !global.contains(address) { return "reserved" }
        return nil
    }

    private static let global = IPNetwork("2000::/3")

    private static let known: [(network: IPNetwork, kind: String)] = [
        ("0.0.0.0/8", "unspecified"), ("10.0.0.0/8", "private"), ("100.64.0.0/10", "shared by a carrier"),
        ("127.0.0.0/8", "loopback"), ("169.254.0.0/16", "link-local"), ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"), ("192.0.2.0/24", "for documentation"), ("192.31.196.0/24", "reserved"),
        ("192.52.193.0/24", "reserved"), ("192.88.99.0/24", "a tunnel"), ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "reserved"), ("198.18.0.0/15", "for benchmarks"), ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"), ("224.0.0.0/4", "multicast"), ("240.0.0.0/4", "reserved"),
        ("168.63.129.16/32", "a cloud's own"), ("::/128", "unspecified"), ("::1/128", "loopback"),
        ("64:ff9b:1::/48", "private"), ("100::/64", "for discarding"), ("100:0:0:1::/64", "reserved"),
        ("2001::/32", "a tunnel"), ("2001::/23", "reserved"), ("2001:db8::/32", "for documentation"),
        ("2002::/16", "a tunnel"), ("2620:4f:8000::/48", "reserved"), ("3fff::/20", "for documentation"),
        ("5f00::/16", "reserved"), ("fc00::/7", "private"), ("fe80::/10", "link-local"), ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    ].compactMap { text, kind in IPNetwork(text).map { ($0, kind) } }
}
