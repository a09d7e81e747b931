import MulticastDNS
import SwarmCore
import Testing

/// Whoever sends many services gets no more than his share of the memory.
@Suite struct FloodTests {
    private func announcement(_ number: Int, lives ttl: UInt32 = 4500) -> DNSMessage {
        let instance = name("fake \(number)._local-swarm._tcp.local")
        let host = name("fake-\(number).local")
        return DNSMessage(
            flags: .response,
            answers: [
                ResourceRecord(name: swarmType.domain, data: .ptr(instance), ttl: ttl),
                ResourceRecord(
                    name: instance,
                    data: .srv(ServiceLocation(port: 1, target: host)),
                    ttl: ttl,
                    isUnique: true
                ),
                ResourceRecord(name: instance, data: .txt([0]), ttl: ttl, isUnique: true),
                ResourceRecord(name: host, data: .address(.v4(UInt32(number))), ttl: ttl, isUnique: true),
            ]
        )
    }

    private func browser() -> Browser {
        var browser = Browser(types: [swarmType], seed: 1)
        browser.setLink(eth0, interface: "eth0", at: .zero)
        return browser
    }

    @Test(arguments: [50, 5000])
    func oneSourceHasItsShareAndNoMore(_ count: Int) {
        var browser = browser()
        for number in 0..<count {
            _ = browser.receive(Received(announcement(number), link: eth0, source: machine(66)), at: .seconds(1))
        }
        #expect(browser.services.count == BrowserLimits().instancesPerSource)
        #expect(browser.recordCount == 4 * BrowserLimits().instancesPerSource)
        // An honest one still gets in.
        let honest = Received(announcement(100_000), link: eth0, source: machine(1))
        #expect(browser.receive(honest, at: .seconds(2)).changes.count == 1)
    }

    @Test func manySourcesTogetherStayWithinTheBounds() {
        var browser = browser()
        for number in 0..<2000 {
            let source = machine(UInt8(number % 20 + 100))
            _ = browser.receive(Received(announcement(number), link: eth0, source: source), at: .seconds(1))
        }
        #expect(browser.services.count <= BrowserLimits().instances)
        #expect(browser.recordCount <= BrowserLimits().records)
        // A newcomer takes a place from the one who has most.
        let honest = Received(announcement(100_000), link: eth0, source: machine(1))
        let changes = browser.receive(honest, at: .seconds(2)).changes
        #expect(changes.contains { if case .added(let service) = $0 { service.name == "fake 100000" } else { false } })
        #expect(browser.services.count <= BrowserLimits().instances)
    }

    @Test func oneNameCannotHaveAnyNumberOfRecords() {
        var browser = browser()
        _ = browser.receive(Received(announcement(0), link: eth0, source: machine(66)), at: .seconds(1))
        for number in 0..<1000 {
            let place = ServiceLocation(port: UInt16(number), target: name("fake-\(number).local"))
            let instance = name("fake 0._local-swarm._tcp.local")
            let records = [
                ResourceRecord(name: instance, data: .srv(place), ttl: 4500),
                ResourceRecord(name: instance, data: .txt([2, 97, UInt8(number % 200)]), ttl: 4500),
                ResourceRecord(name: name("fake-0.local"), data: .address(.v4(UInt32(number))), ttl: 4500),
            ]
            let message = DNSMessage(flags: .response, answers: records)
            _ = browser.receive(Received(message, link: eth0, source: machine(66)), at: .seconds(1))
        }
        let limits = BrowserLimits()
        #expect(browser.recordCount <= 1 + 2 * limits.recordsPerInstance + 4 * limits.addressesPerHost)
    }

    @Test func noRecordIsKeptForLongerThanTheLimit() {
        var browser = browser()
        _ = browser.receive(
            Received(announcement(0, lives: 0x7FFF_FFFF), link: eth0, source: machine(66)),
            at: .seconds(1)
        )
        #expect(browser.services.count == 1)
        while let next = browser.deadline, next <= .seconds(4502) { _ = browser.tick(at: next) }
        #expect(browser.services.isEmpty && browser.recordCount == 0)
    }

    @Test func unansweredQuestionsBecomeRare() throws {
        var browser = browser()
        for number in 0..<32 {
            let pointer = ResourceRecord(
                name: swarmType.domain,
                data: .ptr(name("fake \(number)._local-swarm._tcp.local")),
                ttl: 4500
            )
            let message = DNSMessage(flags: .response, answers: [pointer])
            _ = browser.receive(Received(message, link: eth0, source: machine(66)), at: .seconds(1))
        }
        var packets = 0
        while let next = browser.deadline, next <= .seconds(60) {
            let sent = browser.tick(at: next).compactMap(\.packet)
            #expect(sent.allSatisfy { $0.bytes.count <= Packets.usualSize })
            packets += sent.count
        }
        #expect(packets <= 60)
    }

    /// Any mixture of true and false, old and new, goodbyes and floods keeps to the bounds.
    @Test(arguments: 0..<10)
    func theBoundsHoldWhateverComes(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var browser = browser()
        var now = Duration.zero
        for _ in 0..<200 {
            now += .milliseconds(Int.random(in: 0...3000, using: &generator))
            var message = announcement(
                Int.random(in: 0..<600, using: &generator),
                lives: UInt32.random(in: 0...30, using: &generator)
            )
            message.answers.shuffle(using: &generator)
            message.answers.removeLast(Int.random(in: 0...3, using: &generator))
            let source = machine(UInt8.random(in: 1...12, using: &generator))
            _ = browser.receive(Received(message, link: eth0, source: source), at: now)
            #expect(browser.recordCount <= BrowserLimits().records)
            #expect(browser.services.allSatisfy { !$0.addresses.isEmpty })
            _ = browser.tick(at: now)
        }
        while let next = browser.deadline, next < now + .seconds(40) { _ = browser.tick(at: next) }
        #expect(browser.recordCount == 0 && browser.services.isEmpty)
    }
}
