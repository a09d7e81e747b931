import MulticastDNS
import SwarmCore
import Testing

@Suite struct ResponderClaimingTests {
    private let address = IPAddress.v4(0x0A4D_0001)
    private let instance = name("Kitchen._local-swarm._tcp.local")

    private func responder(_ service: Service = service("Kitchen"), seed: UInt64 = 1) throws -> Responder {
        try Responder(host: "box", services: [service], seed: seed)
    }

    /// Everything that a responder sends until a moment, with the times.
    private func sent(_ responder: inout Responder, until end: Duration) throws -> [(Duration, DNSMessage)] {
        var all: [(Duration, DNSMessage)] = []
        while let next = responder.deadline, next <= end {
            all += try responder.tick(at: next).messages.map { (next, $0) }
        }
        return all
    }

    @Test func threeProbesComeBeforeThreeAnnouncements() throws {
        var responder = try responder()
        _ = responder.setLink(eth0, addresses: [address], at: .zero)
        let all = try sent(&responder, until: .seconds(20))
        let probes = all.filter { !$0.1.isResponse && $0.1.questions.first?.name == instance }
        #expect(probes.count == 3)
        let first = try #require(probes.first?.0)
        #expect(first <= .milliseconds(250))
        #expect(probes.map { $0.0 - first } == [.zero, .milliseconds(250), .milliseconds(500)])
        for (_, probe) in probes {
            #expect(probe.questions == [Question(name: instance, type: .any)])
            #expect(probe.authorities.map(\.type) == [.srv, .txt])
            #expect(probe.authorities.allSatisfy { !$0.isUnique })
        }
        let announced = all.filter(\.1.isResponse)
        #expect(announced.map { $0.0 - first } == [.milliseconds(750), .milliseconds(1750), .milliseconds(3750)])
        for (_, message) in announced {
            #expect(Set(message.answers.map(\.type)) == [.a, .srv, .txt, .ptr])
            #expect(message.answers.filter { $0.type != .ptr }.allSatisfy { $0.isUnique })
            #expect(message.answers.filter { $0.type == .ptr }.allSatisfy { !$0.isUnique })
            #expect(message.questions.isEmpty && message.id == 0)
        }
        #expect(responder.isEstablished && responder.deadline == nil)
    }

    @Test func differentSeedsStartAtDifferentTimes() throws {
        let starts = try (UInt64(0)..<20).map { seed -> Duration? in
            var responder = try responder(seed: seed)
            _ = responder.setLink(eth0, addresses: [address], at: .zero)
            return responder.deadline
        }
        #expect(Set(starts).count > 10)
    }

    @Test func aNameThatSomebodyHasIsGivenUp() throws {
        var responder = try responder()
        _ = responder.setLink(eth0, addresses: [address], at: .zero)
        _ = try sent(&responder, until: .milliseconds(500))
        let theirs = ResourceRecord(
            name: name("KITCHEN._local-swarm._tcp.local"),
            data: .srv(ServiceLocation(port: 1, target: name("other.local"))),
            ttl: 120,
            isUnique: true
        )
        let defence = Received(DNSMessage(flags: .response, answers: [theirs]), link: eth0, source: machine(9))
        let actions = responder.receive(defence, at: .milliseconds(510))
        #expect(actions == [.renamed(from: "Kitchen", to: "Kitchen (2)")])
        // It starts from the beginning, and only this name does.
        let all = try sent(&responder, until: .seconds(10))
        let second = name("Kitchen (2)._local-swarm._tcp.local")
        #expect(all.filter { !$0.1.isResponse && $0.1.questions.first?.name == second }.count == 3)
        #expect(!all.contains { $0.1.answers.contains { $0.name == instance } })
        #expect(responder.names == ["box", "Kitchen (2)"])
    }

    @Test func aHostNameThatSomebodyHasIsNumbered() throws {
        var responder = try responder()
        _ = responder.setLink(eth0, addresses: [address], at: .zero)
        _ = try sent(&responder, until: .seconds(10))
        let theirs = ResourceRecord(name: name("box.local"), data: .address(.v4(9)), ttl: 120, isUnique: true)
        let claim = Received(DNSMessage(flags: .response, answers: [theirs]), link: eth0, source: machine(9))
        // Announced names are probed again first, and given up when the other insists.
        #expect(responder.receive(claim, at: .seconds(11)).isEmpty)
        #expect(!responder.isEstablished)
        #expect(responder.receive(claim, at: .milliseconds(11_500)) == [.renamed(from: "box", to: "box-2")])
        let all = try sent(&responder, until: .seconds(20))
        let places = all.flatMap(\.1.answers).compactMap { record -> DomainName? in
            if case .srv(let place) = record.data { place.target } else { nil }
        }
        #expect(Set(places) == [name("box-2.local")])
    }

    @Test func whatWeSayOnAnotherInterfaceIsNoConflict() throws {
        var responder = try responder()
        _ = responder.setLink(eth0, addresses: [address], at: .zero)
        _ = responder.setLink(eth1, addresses: [.v4(7)], at: .zero)
        _ = try sent(&responder, until: .seconds(10))
        let ours = ResourceRecord(name: name("box.local"), data: .address(address), ttl: 120, isUnique: true)
        let heard = Received(DNSMessage(flags: .response, answers: [ours]), link: eth1, source: machine(1))
        #expect(responder.receive(heard, at: .seconds(11)).isEmpty)
        #expect(responder.isEstablished)
        // Nor what we said a moment ago.
        _ = responder.setLink(eth0, addresses: [.v4(8)], at: .seconds(12))
        _ = responder.receive(heard, at: .seconds(13))
        #expect(responder.isEstablished)
        // But later it is somebody else's.
        _ = try sent(&responder, until: .seconds(30))
        _ = responder.tick(at: .seconds(30))
        _ = responder.receive(heard, at: .seconds(31))
        #expect(!responder.isEstablished)
    }

    @Test func manyConflictsSlowDownTheSearch() throws {
        var responder = try responder()
        _ = responder.setLink(eth0, addresses: [address], at: .zero)
        var names: [String] = []
        for number in 1...16 {
            let now = Duration.milliseconds(number * 10)
            let theirs = ResourceRecord(
                name: name("\(number == 1 ? "Kitchen" : "Kitchen (\(number))")._local-swarm._tcp.local"),
                data: .txt([0]),
                ttl: 120
            )
            let claim = Received(DNSMessage(flags: .response, answers: [theirs]), link: eth0, source: machine(9))
            for case .renamed(_, let name) in responder.receive(claim, at: now) { names.append(name) }
        }
        #expect(names.last == "Kitchen (17)")
        let all = try sent(&responder, until: .seconds(20))
        let probe = try #require(
            all.first { $0.1.questions.first?.name == name("Kitchen (17)._local-swarm._tcp.local") }
        )
        #expect(probe.0 >= .seconds(5))
    }

    @Test func ofTwoWhoProbeAtOnceTheLesserGivesWay() throws {
        // The example of RFC 6762 §8.2: 169.254.99.200 is less than 169.254.200.50.
        var responder = try Responder(host: "box", services: [service("x")], seed: 1)
        _ = responder.setLink(eth0, addresses: [.v4(0xA9FE_63C8)], at: .zero)
        _ = try sent(&responder, until: .milliseconds(400))
        func probe(_ address: UInt32) -> Received {
            let record = ResourceRecord(name: name("box.local"), data: .address(.v4(address)), ttl: 120)
            let question = Question(name: name("box.local"), type: .any)
            return Received(DNSMessage(questions: [question], authorities: [record]), link: eth0, source: machine(9))
        }
        let deadline = responder.deadline
        _ = responder.receive(probe(0xA9FE_63C7), at: .milliseconds(410))
        #expect(responder.deadline == deadline)
        _ = responder.receive(probe(0xA9FE_63C8), at: .milliseconds(410))
        #expect(responder.deadline == deadline)
        _ = responder.receive(probe(0xA9FE_C832), at: .milliseconds(410))
        let later = try sent(&responder, until: .seconds(5)).filter { $0.1.questions.first?.name == name("box.local") }
        #expect(later.map(\.0) == [.milliseconds(1410), .milliseconds(1660), .milliseconds(1910)])
    }

    @Test func aNewTextIsAnnouncedAndTheOldOneIsNot() throws {
        var responder = try responder()
        _ = responder.setLink(eth0, addresses: [address], at: .zero)
        _ = try sent(&responder, until: .seconds(10))
        let text = try TextRecord(["v": "2"])
        _ = responder.update(text, ofService: 0, at: .seconds(10))
        let all = try sent(&responder, until: .seconds(20))
        let texts = all.flatMap(\.1.answers).filter { $0.type == .txt }
        #expect(texts.count >= 2)
        #expect(texts.allSatisfy { $0.data == .txt(text.wire) && $0.isUnique })
        #expect(all.first?.0 == .seconds(10))
        #expect(responder.update(text, ofService: 0, at: .seconds(21)).isEmpty && responder.deadline == nil)
    }

    @Test func addressesThatComeAndGoAreAnnouncedAndTakenBack() throws {
        var responder = try responder()
        let six = IPAddress.v6(0xFE80 << 48, 5)
        _ = responder.setLink(eth0, addresses: [address, six], at: .zero)
        _ = try sent(&responder, until: .seconds(10))
        let goodbye = try responder.setLink(eth0, addresses: [address], at: .seconds(11)).messages.flatMap(\.answers)
        #expect(goodbye.map(\.data) == [.address(six)] && goodbye.allSatisfy { $0.ttl == 0 })
        _ = responder.setLink(eth0, addresses: [.v4(9)], at: .seconds(15))
        let all = try sent(&responder, until: .seconds(20)).flatMap(\.1.answers).filter { $0.type == .a && $0.ttl > 0 }
        #expect(all.last?.data == .address(.v4(9)))
    }

    @Test func goodbyesTakeBackWhatWasSaidAndNothingElse() throws {
        var responder = try responder()
        _ = responder.setLink(eth0, addresses: [address], at: .zero)
        _ = responder.setLink(eth1, addresses: [.v4(7)], at: .zero)
        _ = try sent(&responder, until: .seconds(3))
        let late = LinkID(interface: 9, family: .v6)
        _ = responder.setLink(late, addresses: [address], at: .seconds(3))
        let actions = responder.stop()
        #expect(Set(actions.compactMap(\.packet?.link)) == [eth0, eth1])
        let records = try actions.messages.flatMap(\.answers)
        #expect(records.allSatisfy { $0.ttl == 0 })
        #expect(Set(records.map(\.type)) == [.a, .srv, .txt, .ptr])
        #expect(responder.stop().isEmpty && responder.deadline == nil)
    }

    @Test func whoOnlyLooksSaysNothing() throws {
        var responder = try Responder(host: "box", services: [], seed: 1)
        #expect(responder.setLink(eth0, addresses: [address], at: .zero).isEmpty)
        #expect(responder.deadline == nil && responder.stop().isEmpty)
    }
}
