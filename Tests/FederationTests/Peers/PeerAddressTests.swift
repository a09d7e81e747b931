import Federation
import MulticastDNS
import SwarmCore
import Testing

@Suite("Addresses of nodes")
struct PeerAddressTests {
    @Test(arguments: [
        ("attic", "attic", 17_617), ("attic.local:80", "attic.local", 80),
        ("192.168.1.20:65535", "192.168.1.20", 65_535),
        ("10.0.0.1", "10.0.0.1", 17_617), ("[::1]", "::1", 17_617), ("[fe80::1%eth0]:99", "fe80::1%eth0", 99),
        ("my_box-2:1", "my_box-2", 1),
    ])
    func anAddressIsRead(text: String, host: String, port: Int) {
        #expect(PeerAddress(parsing: text) == PeerAddress(host: host, port: port))
    }

    @Test(arguments: [
        "", ":80", "attic:", "attic:0", "attic:65536", "attic:-1", "attic:+1", "attic:8x", "attic:80:80", "at tic",
        "attic/", "http://attic", "user@attic", "é", "attic\n", "::1", "[::1", "[]", "[attic]:80", "[1.2.3.4]:80",
        "[::1]80", "[::1]:", "[::1]:0", "attic:٣",
    ])
    func whatIsNoAddressIsNotRead(text: String) {
        #expect(PeerAddress(parsing: text) == nil)
    }

    @Test func aNameHasItsLimit() {
        #expect(PeerAddress(parsing: String(repeating: "a", count: 253)) != nil)
        #expect(PeerAddress(parsing: String(repeating: "a", count: 254)) == nil)
    }

    /// What stands behind the `%` reaches addresses of the web and terminals.
    @Test(arguments: ["[fe80::1%a b]:1", "[fe80::1%\u{1B}[2J]:1", "[fe80::1%/x@evil]:1", "[fe80::1%\n]:1"])
    func anInterfaceHasANameToo(text: String) {
        #expect(PeerAddress(parsing: text) == nil)
    }

    @Test(arguments: ["attic:80", "10.0.0.1:17617", "[::1]:17617", "[fe80::1%eth0]:99"])
    func anAddressIsWrittenAsItIsRead(text: String) throws {
        #expect(try #require(PeerAddress(parsing: text)).description == text)
    }

    @Test(arguments: [
        ("attic:80", "https://attic:80"), ("10.0.0.1:1", "https://10.0.0.1:1"), ("[::1]:1", "https://[::1]:1"),
        ("[fe80::1%eth0]:1", "https://[fe80::1%25eth0]:1"),
    ])
    func anAddressOfTheWebIsMadeOfIt(text: String, url: String) throws {
        #expect(try #require(PeerAddress(parsing: text)).url == url)
    }

    @Test(arguments: [
        ("10.1.2.3", true), ("192.168.0.1", true), ("172.31.0.1", true), ("127.0.0.1", true), ("169.254.1.1", true),
        ("[::1]", true), ("[fe80::1%eth0]", true), ("[fd00::1]", true), ("8.8.8.8", false), ("172.32.0.1", false),
        ("[2001:db8::1]", false), ("attic.local", false), ("10.1.2.3.example.org", false),
    ])
    func privateAddressesAreNear(text: String, isNear: Bool) throws {
        #expect(try #require(PeerAddress(parsing: text)).isNear == isNear)
    }

    @Test func aDiscoveredAddressKeepsItsInterface() throws {
        let address = try #require(IPAddress("fe80::1"))
        let scoped = ScopedAddress(address: address, interface: "eth0", interfaceIndex: 2)
        #expect(PeerAddress(scoped, port: 5) == PeerAddress(host: "fe80::1%eth0", port: 5))
    }

    @Test func anythingMayBeRead() {
        var generator = SplitMix64(seed: 9)
        let parts = ["[", "]", ":", "%", "::", "1", "fe80", ".", "a", "\u{0}", "٣", "65536", "/"]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0..<8, using: &generator)).compactMap { _ in
                parts.randomElement(using: &generator)
            }.joined()
            guard let address = PeerAddress(parsing: text) else { continue }
            #expect((1...65_535).contains(address.port))
            #expect(!address.host.isEmpty)
            #expect(PeerAddress(parsing: address.description) == address)
        }
    }
}
