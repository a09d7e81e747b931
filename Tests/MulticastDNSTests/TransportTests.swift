import Logging
import MulticastDNS
import SwarmCore
import SwarmTestSupport
import Testing

@Suite struct InterfaceTests {
    private func interface(
        _ name: String,
        _ index: Int,
        _ addresses: String...,
        change: (inout NetworkInterface) -> Void = { _ in }
    ) -> NetworkInterface {
        var interface = NetworkInterface(
            name: name,
            index: index,
            addresses: addresses.compactMap { IPAddress($0) }.map { NetworkInterface.Address($0, prefixLength: 24) }
        )
        change(&interface)
        return interface
    }

    @Test func suitableInterfacesAreUsed() {
        let policy = InterfacePolicy()
        #expect(policy.admits(interface("eth0", 2, "10.0.0.1")))
        #expect(!policy.admits(interface("eth0", 2)))
        #expect(!policy.admits(interface("eth0", 2, "10.0.0.1") { $0.isUp = false }))
        #expect(!policy.admits(interface("tun0", 2, "10.0.0.1") { $0.isPointToPoint = true }))
        #expect(!policy.admits(interface("eth0", 2, "10.0.0.1") { $0.hasMulticast = false }))
        let loopback = interface("lo", 1, "127.0.0.1") { ($0.isLoopback, $0.hasMulticast) = (true, false) }
        #expect(!policy.admits(loopback))
        #expect(InterfacePolicy(includesLoopback: true).admits(loopback))
        #expect(!InterfacePolicy(only: ["eth1"]).admits(interface("eth0", 2, "10.0.0.1")))
    }

    @Test func theDifferenceOfTwoListsIsTold() {
        let eth = interface("eth0", 2, "10.0.0.1", "fe80::1")
        let policy = InterfacePolicy()
        let (four, six) = (LinkID(interface: 2, family: .v4), LinkID(interface: 2, family: .v6))
        #expect(LinkChange.between([], [eth], policy: policy) == [.added(four, eth), .added(six, eth)])
        #expect(LinkChange.between([eth], [eth], policy: policy).isEmpty)
        #expect(LinkChange.between([eth], [], policy: policy) == [.removed(four), .removed(six)])
        let moved = interface("eth0", 2, "10.0.0.9", "fe80::1")
        #expect(LinkChange.between([eth], [moved], policy: policy) == [.changed(four, moved), .changed(six, moved)])
        let single = interface("eth0", 2, "10.0.0.1")
        #expect(LinkChange.between([eth], [single], policy: policy) == [.removed(six), .changed(four, single)])
        let down = interface("eth0", 2, "10.0.0.1", "fe80::1") { $0.isUp = false }
        #expect(LinkChange.between([eth], [down], policy: policy) == [.removed(four), .removed(six)])
        // The number was given to another interface.
        let other = interface("wlan0", 2, "10.0.0.1")
        #expect(LinkChange.between([single], [other], policy: policy) == [.removed(four), .added(four, other)])
    }

    @Test func addressesOfTheSameNetworkAreNear() throws {
        let eth = interface("eth0", 2, "10.0.0.1")
        #expect(eth.isNear(.v4(0x0A00_00FF)) && !eth.isNear(.v4(0x0A00_01FF)))
        #expect(eth.isNear(.v6(0xFE80 << 48, 5)) && !eth.isNear(.v6(0x2001_0DB8 << 32, 5)))
    }

    @Test func theInterfacesOfThisMachineCanBeRead() throws {
        let interfaces = try InterfaceReader.read()
        let loopback = try #require(interfaces.first { $0.isLoopback })
        #expect(loopback.isUp && loopback.index > 0)
        #expect(loopback.addresses.contains(NetworkInterface.Address(.v4(0x7F00_0001), prefixLength: 8)))
    }
}

/// Everything in this process, on the loopback interface only.
@Suite(.serialized, .timeLimit(.minutes(1))) struct DiscoveryTests {
    private func discovery(_ host: String, _ services: [Service], type: ServiceType) throws -> Discovery {
        var settings = DiscoverySettings(hostName: host, advertising: services, browsing: [type])
        settings.interfaces = InterfacePolicy(
            only: Set(try InterfaceReader.read().filter(\.isLoopback).map(\.name)),
            includesLoopback: true
        )
        return try Discovery(settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A type that no other test of this machine looks for at the same time.
    private func ownType() throws -> ServiceType {
        try #require(ServiceType("_t\(UInt32.random(in: 0...0xFFFF_FFFF))._tcp"))
    }

    @Test func servicesComeChangeAndGo() async throws {
        let type = try ownType()
        let label = "t\(UInt32.random(in: 0...0xFFFF_FFFF))"
        let one = try Service(type: type, name: "one", port: 1, text: TextRecord(["v": "1"]))
        let (first, second) = (
            try discovery(label + "-a", [one], type: type), try discovery(label + "-b", [], type: type)
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await second.run() }
            let running = Gate()
            group.addTask {
                await withTaskGroup(of: Void.self) { inner in
                    inner.addTask { await first.run() }
                    await running.passed()
                    inner.cancelAll()
                }
            }
            var changes = second.changes.makeAsyncIterator()
            let added = try #require(await changes.next())
            #expect(added == .added(added.service) && added.service.name == "one" && added.service.port == 1)
            #expect(added.service.addresses.contains { $0.address == .v4(0x7F00_0001) })
            // Who comes later is told what is there already.
            var late = second.changes.makeAsyncIterator()
            #expect(await late.next() == added)
            #expect(second.services == [added.service])
            first.update(try TextRecord(["v": "2"]))
            let updated = try #require(await changes.next())
            #expect(updated == .updated(updated.service) && updated.service.text.text("v") == "2")
            #expect(first.status.names == [label + "-a", "one"])
            #expect(second.status.links.contains { $0.received > 0 && $0.problem == nil })
            #expect(first.services.isEmpty)
            running.open()
            let removed = try #require(await changes.next())
            #expect(removed == .removed(updated.service))
            group.cancelAll()
            try await group.waitForAll()
            #expect(await changes.next() == nil)
        }
    }

    @Test func aCancelledReaderEnds() async throws {
        let idle = try discovery("idle", [], type: try ownType())
        let hasEnded = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in idle.changes {}
                return true
            }
            group.cancelAll()
            return await group.next() ?? false
        }
        #expect(hasEnded)
    }
}
