import SwarmCLI
import Testing

@Suite("Settings of the federation")
struct FederationSettingsTests {
    private func settings(_ flags: [SettingKey: String]) throws -> Settings {
        try Settings(Layers(flags: flags, environment: [:], file: nil))
    }

    @Test func defaultsHoldWhenNothingIsGiven() throws {
        let settings = try settings([:])
        #expect(settings.federates == nil)
        #expect(settings.nodeName == nil)
        #expect(settings.peerPort == 17_617)
        #expect(settings.peerHosts == nil)
        #expect(settings.peers.isEmpty)
        #expect(settings.peerTimeout == 60)
        #expect(settings.peerTimeouts.isEmpty)
        #expect(settings.discoversPeers && !settings.isOnLAN)
    }

    @Test func everyPeerHasAnAddress() throws {
        let settings = try settings([.peers: "attic.local, 10.0.0.1:99,[fe80::1%eth0]:1", .peerHosts: "10.0.0.5, ::1"])
        #expect(settings.peers.map { "\($0)" } == ["attic.local:17617", "10.0.0.1:99", "[fe80::1%eth0]:1"])
        #expect(settings.peerHosts == ["10.0.0.5", "::1"])
    }

    @Test func switchesAreRead() throws {
        let settings = try settings([.federates: "off", .peerDiscovery: "no", .nodeName: "Zoë's box", .peerPort: "1"])
        #expect(settings.federates == false)
        #expect(!settings.discoversPeers)
        #expect(settings.nodeName == "Zoë's box")
        #expect(settings.peerPort == 1)
    }

    @Test(
        arguments: [
            ("90", 90, [:]), ("attic=120", 60, ["attic": 120]), ("30,attic=120,desk=1", 30, ["attic": 120, "desk": 1]),
            ("attic=3600,5", 5, ["attic": 3600]),
        ] as [(String, Int, [String: Int])]
    )
    func timeoutsAreForAllAndByName(text: String, all: Int, byName: [String: Int]) throws {
        let settings = try settings([.peerTimeout: text])
        #expect(settings.peerTimeout == all)
        #expect(settings.peerTimeouts == byName)
    }

    /// Lists may have spaces after their commas.
    @Test func aNameHasNoSpaceInFront() throws {
        #expect(try settings([.peerTimeout: "60, attic=120"]).peerTimeouts == ["attic": 120])
    }

    @Test(arguments: [
        (SettingKey.federates, "maybe"), (.nodeName, "a,b"), (.nodeName, "a\u{1B}b"),
        (.nodeName, String(repeating: "x", count: 64)), (.peerPort, "0"), (.peerPort, "65536"), (.peers, "attic,"),
        (.peers, "http://attic"), (.peers, "attic:0"), (.peers, "::1"), (.peerHosts, "a,,b"), (.peerTimeout, "0"),
        (.peerTimeout, "3601"), (.peerTimeout, "1.5"), (.peerTimeout, "60,60"), (.peerTimeout, "=5"),
        (.peerTimeout, "attic="), (.peerTimeout, "attic=1,attic=2"), (.peerTimeout, "60,"), (.peerDiscovery, "2"),
        (.lan, "maybe"),
    ])
    func aValueThatCannotBeUsedIsAnError(key: SettingKey, value: String) throws {
        let error = try #require(throws: SettingsError.self) { try settings([key: value]) }
        #expect(error.isUsage)
        #expect(error.description.hasPrefix("\(key.flag) \(value): must be "))
    }

    @Test func onTheNetworkKeysAreNeeded() throws {
        let error = try #require(throws: SettingsError.self) { try settings([.lan: "on"]) }
        #expect(error.description.contains("http.api-key"))
        #expect(try settings([.lan: "on", .apiKey: "sk-12345678"]).isOnLAN)
        #expect(try settings([.lan: "off"]).isOnLAN == false)
        #expect(try settings([.apiKey: "sk-12345678"]).isOnLAN == false)
    }
}
