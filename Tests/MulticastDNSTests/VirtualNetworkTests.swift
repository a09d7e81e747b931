import MulticastDNS
import SwarmCore
import Testing

/// Several machines together, in virtual time.
@Suite struct VirtualNetworkTests {
    /// The names a machine knows.
    private func names(_ network: VirtualNetwork, _ index: Int) -> [String] {
        network.nodes[index].browser.services.map(\.name).sorted()
    }

    @Test func machinesFindEachOtherWithinTwoSeconds() throws {
        var network = VirtualNetwork()
        for number in 1...3 { try network.add(host: "box-\(number)", [service("node \(number)")]) }
        try network.run(until: .seconds(2))
        #expect(names(network, 0) == ["node 2", "node 3"])
        #expect(names(network, 2) == ["node 1", "node 2"])
        // A newcomer much later finds those who have long been quiet.
        try network.run(until: .seconds(5000))
        try network.add(host: "late", [service("late")])
        try network.run(until: .seconds(5002))
        #expect(names(network, 3) == ["node 1", "node 2", "node 3"])
        #expect(names(network, 1) == ["late", "node 1", "node 3"])
    }

    @Test(arguments: 0..<60)
    func twoRegistrationsOfOneNameEndWithDifferentNames(_ seed: UInt64) throws {
        var network = VirtualNetwork(seed: seed)
        var generator = SplitMix64(seed: seed &+ 99)
        let count = Int.random(in: 2...4, using: &generator)
        for number in 0..<count {
            try network.add(host: "box", [service("Kitchen", port: UInt16(number))])
            let pause = Duration.milliseconds([0, 10, 260, 900, 3000].randomElement(using: &generator) ?? 0)
            try network.run(until: network.now + pause)
        }
        try network.run(until: network.now + .seconds(60))
        let all = network.nodes.map(\.responder.names)
        #expect(Set(all.map { $0[0] }).count == count)
        #expect(Set(all.map { $0[1] }).count == count)
        #expect(all.contains { $0[1] == "Kitchen" })
        for index in 0..<count { #expect(names(network, index).count == count - 1) }
    }

    @Test(arguments: 0..<20)
    func namesEndDifferentEvenWhenPacketsAreLost(_ seed: UInt64) throws {
        var network = VirtualNetwork(seed: seed)
        network.loss = 30
        try network.add(host: "box", [service("Kitchen", port: 1)])
        try network.add(host: "box", [service("Kitchen", port: 2)])
        try network.run(until: .seconds(600))
        // What was lost at first is noticed when the next record is said.
        let all = network.nodes.map(\.responder.names)
        #expect(all[0][0] != all[1][0] && all[0][1] != all[1][1])
    }

    @Test func anEstablishedNameIsDefended() throws {
        var network = VirtualNetwork()
        try network.add(host: "box", [service("Kitchen", port: 1)])
        try network.run(until: .seconds(100))
        try network.add(host: "box", [service("Kitchen", port: 2)])
        try network.run(until: .seconds(110))
        #expect(network.nodes[0].renames.isEmpty)
        #expect(network.nodes[1].responder.names == ["box-2", "Kitchen (2)"])
    }

    @Test func afterAPartitionOneOfTwoEqualNamesGivesWay() throws {
        var network = VirtualNetwork()
        try network.add(host: "box-1", [service("Kitchen", port: 1)])
        network.setOn(0, false)
        try network.add(host: "box-2", [service("Kitchen", port: 2)])
        try network.run(until: .seconds(10))
        #expect(network.nodes.map { $0.responder.names[1] } == ["Kitchen", "Kitchen"])
        network.setOn(0, true)
        // The next word of either shows it.
        try network.update(TextRecord(["v": "2"]), of: 0)
        try network.run(until: .seconds(30))
        #expect(Set(network.nodes.map { $0.responder.names[1] }) == ["Kitchen", "Kitchen (2)"])
    }

    @Test func whoStopsIsGoneAfterASecond() throws {
        var network = VirtualNetwork()
        for number in 1...2 { try network.add(host: "box-\(number)", [service("node \(number)")]) }
        try network.run(until: .seconds(10))
        try network.stop(1)
        try network.run(until: .milliseconds(11_100))
        #expect(names(network, 0).isEmpty)
        let last = try #require(network.nodes[0].changes.last)
        #expect(last == .removed(last.service))
    }

    @Test func whoDiesIsGoneWhenItsRecordsAre() throws {
        var network = VirtualNetwork()
        for number in 1...2 {
            try network.add(host: "box-\(number)", [service("node \(number)")], lives: Lives(host: 60))
        }
        try network.run(until: .seconds(500))
        #expect(names(network, 0) == ["node 2"])
        network.setOn(1, false)
        try network.run(until: .seconds(561))
        #expect(names(network, 0).isEmpty)
        network.setOn(1, true)
        try network.run(until: .seconds(4200))
        #expect(names(network, 0) == ["node 2"])
    }

    @Test func newTextsAndAddressesAreSeenAtOnce() throws {
        var network = VirtualNetwork()
        for number in 1...2 { try network.add(host: "box-\(number)", [service("node \(number)")]) }
        try network.run(until: .seconds(10))
        try network.update(TextRecord(["v": "9"]), of: 1)
        try network.setAddresses([.v4(0x0A4D_0063)], of: 1)
        try network.run(until: .milliseconds(11_100))
        let seen = try #require(network.nodes[0].browser.services.first)
        #expect(seen.text.text("v") == "9")
        #expect(seen.addresses.map(\.description) == ["10.77.0.99"])
        #expect(!network.nodes[0].changes.contains { if case .removed = $0 { true } else { false } })
    }

    @Test func aQuietNetworkStaysQuiet() throws {
        var network = VirtualNetwork()
        for number in 1...3 { try network.add(host: "box-\(number)", [service("node \(number)")]) }
        try network.run(until: .seconds(600))
        let before = network.sent.count
        try network.run(until: .seconds(1200))
        // Three machines keep the records of two others fresh: SRV and A live for two minutes.
        #expect(network.sent.count - before <= 120)
        #expect(network.nodes.allSatisfy { $0.renames.isEmpty })
        #expect(network.nodes.allSatisfy { $0.changes.count == 2 })
    }

    /// Within one second no machine multicasts a record twice, except in defence against probes.
    @Test(arguments: 0..<10)
    func recordsAreNotRepeatedWithinASecond(_ seed: UInt64) throws {
        var network = VirtualNetwork(seed: seed)
        for number in 1...5 { try network.add(host: "box-\(number)", [service("node \(number)")]) }
        try network.run(until: .seconds(300))
        var last: [String: Duration] = [:]
        for sent in network.sent where sent.message.isResponse && sent.to == nil {
            for record in sent.message.answers where record.ttl > 0 {
                let key = "\(sent.from) \(record.name) \(record.data)"
                if let before = last[key] { #expect(sent.time - before >= .seconds(1), "\(key)") }
                last[key] = sent.time
            }
        }
        #expect(!last.isEmpty)
    }
}
