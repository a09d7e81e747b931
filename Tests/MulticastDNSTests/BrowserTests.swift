import MulticastDNS
import SwarmCore
import Testing

@Suite struct BrowserTests {
    private let instance = name("Kitchen._local-swarm._tcp.local")
    private let host = name("box.local")
    private var browser = Browser(types: [swarmType], seed: 1)

    init() { browser.setLink(eth0, interface: "eth0", at: .zero) }

    private var pointer: ResourceRecord { ResourceRecord(name: swarmType.domain, data: .ptr(instance), ttl: 4500) }
    private var place: ResourceRecord {
        let place = ServiceLocation(port: 4711, target: host)
        return ResourceRecord(name: instance, data: .srv(place), ttl: 120, isUnique: true)
    }
    private var text: ResourceRecord {
        ResourceRecord(name: instance, data: .txt([3, 118, 61, 49]), ttl: 4500, isUnique: true)
    }
    private var address: ResourceRecord {
        ResourceRecord(name: host, data: .address(.v4(0x0A4D_0001)), ttl: 120, isUnique: true)
    }

    private func response(
        _ answers: [ResourceRecord],
        on link: LinkID = eth0,
        from source: Endpoint = machine(1)
    ) -> Received {
        Received(DNSMessage(flags: [.response, .authoritative], answers: answers), link: link, source: source)
    }

    private mutating func rest(until end: Duration) throws -> [(time: Duration, actions: [Browser.Action])] {
        var all: [(Duration, [Browser.Action])] = []
        while let next = browser.deadline, next <= end { all.append((next, browser.tick(at: next))) }
        return all
    }

    @Test mutating func questionsAreAskedLessAndLessOften() throws {
        let times = try rest(until: .seconds(30_000)).map(\.time)
        let first = try #require(times.first)
        #expect(first >= .milliseconds(20) && first <= .milliseconds(120))
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(
            gaps.prefix(13).map(\.components.seconds) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600]
        )
        #expect(gaps.dropFirst(12).allSatisfy { $0 == .seconds(3600) })
    }

    @Test mutating func aServiceIsAddedWhenItIsComplete() throws {
        #expect(browser.receive(response([pointer]), at: .seconds(10)).isEmpty)
        #expect(browser.receive(response([text, place]), at: .seconds(10)).isEmpty)
        let added = browser.receive(response([address]), at: .seconds(10)).changes
        let service = try #require(added.first?.service)
        #expect(added == [.added(service)] && browser.services == [service])
        #expect(service.name == "Kitchen" && service.port == 4711 && service.host == host)
        #expect(service.text.text("v") == "1")
        #expect(service.addresses.map(\.description) == ["10.77.0.1"])
        #expect(service.addresses.first?.interface == "eth0")
        // Hearing it again is nothing new.
        #expect(browser.receive(response([pointer, place, text, address]), at: .seconds(20)).isEmpty)
    }

    @Test mutating func theOrderOfRecordsInAPacketDoesNotMatter() {
        let added = browser.receive(response([address, text, place, pointer]), at: .seconds(10)).changes
        #expect(added.count == 1)
    }

    @Test mutating func whatIsMissingIsAskedFor() throws {
        _ = try rest(until: .seconds(5))
        _ = browser.receive(response([pointer]), at: .seconds(5))
        let first = try #require(try rest(until: .milliseconds(5200)).first?.actions.messages.first)
        #expect(Set(first.questions.map(\.type)) == [.srv, .txt])
        _ = browser.receive(response([place]), at: .seconds(6))
        let questions = try rest(until: .seconds(20)).flatMap { try $0.actions.messages.flatMap(\.questions) }
        #expect(Set(questions.map(\.type)) == [.ptr, .txt, .a, .aaaa])
        _ = browser.receive(response([text, address]), at: .seconds(20))
        let later = try rest(until: .seconds(90)).flatMap { try $0.actions.messages.flatMap(\.questions) }
        #expect(Set(later.map(\.type)) == [.ptr])
    }

    @Test mutating func recordsAreAskedForAgainBeforeTheyExpire() throws {
        _ = try rest(until: .seconds(2000))
        let start = Duration.seconds(2000)
        _ = browser.receive(response([pointer, place, text, address]), at: start)
        let all = try rest(until: start + .seconds(120))
        let asked = try all.filter { try $0.actions.messages.contains { $0.questions.contains { $0.type == .srv } } }
        let shares = asked.map { ($0.time - start) / .seconds(120) }
        #expect(shares.count == 4)
        for (share, expected) in zip(shares, [0.80, 0.85, 0.90, 0.95]) {
            #expect(share >= expected && share <= expected + 0.025)
        }
        let removed = all.flatMap(\.actions).changes
        #expect(removed.count == 1 && all.last?.time == start + .seconds(120))
        guard case .removed(let service) = try #require(removed.first) else {
            Issue.record("\(removed)")
            return
        }
        #expect(service.name == "Kitchen")
    }

    @Test mutating func aRefreshedRecordLivesOn() throws {
        _ = browser.receive(response([pointer, place, text, address]), at: .seconds(10))
        for time in stride(from: 100, through: 1000, by: 100) {
            #expect(try rest(until: .seconds(time)).flatMap(\.actions).changes.isEmpty)
            #expect(browser.receive(response([place, address]), at: .seconds(time)).isEmpty)
        }
    }

    @Test mutating func aGoodbyeTakesEffectAfterASecond() throws {
        _ = browser.receive(response([pointer, place, text, address]), at: .seconds(10))
        #expect(browser.receive(response([pointer.living(0)]), at: .seconds(20)).isEmpty)
        #expect(browser.services.count == 1)
        let all = try rest(until: .seconds(22))
        #expect(all.contains { $0.time == .seconds(21) && $0.actions.changes.count == 1 })
        #expect(browser.services.isEmpty && browser.recordCount == 0)
    }

    @Test mutating func aGoodbyeThatIsContradictedHasNoEffect() throws {
        _ = browser.receive(response([pointer, place, text, address]), at: .seconds(10))
        _ = browser.receive(response([pointer.living(0)]), at: .seconds(20))
        _ = browser.receive(response([pointer]), at: .milliseconds(20_500))
        #expect(try rest(until: .seconds(30)).flatMap(\.actions).changes.isEmpty)
    }

    @Test mutating func aNewTextReplacesTheOld() throws {
        _ = browser.receive(response([pointer, place, text, address]), at: .seconds(10))
        var other = text
        other.data = .txt([3, 118, 61, 50])
        let changes = browser.receive(response([other]), at: .seconds(20)).changes
        #expect(changes.count == 1)
        guard case .updated(let service)? = changes.first else {
            Issue.record("\(changes)")
            return
        }
        #expect(service.text.text("v") == "2")
        _ = try rest(until: .seconds(22))
        #expect(browser.recordCount == 4)
    }

    @Test mutating func aTextThatComesBackIsTheTextAgain() throws {
        _ = browser.receive(response([pointer, place, text, address]), at: .seconds(10))
        var other = text
        other.data = .txt([3, 118, 61, 50])
        _ = browser.receive(response([other]), at: .milliseconds(10_600))
        #expect(browser.services.first?.text.text("v") == "2")
        #expect(browser.receive(response([text]), at: .milliseconds(11_200)).changes.count == 1)
        #expect(browser.services.first?.text.text("v") == "1")
    }

    @Test mutating func newAddressesReplaceTheOldAfterASecond() throws {
        _ = browser.receive(response([pointer, place, text, address]), at: .seconds(10))
        var other = address
        other.data = .address(.v4(0x0A4D_0063))
        _ = browser.receive(response([other]), at: .seconds(20))
        _ = try rest(until: .seconds(22))
        #expect(browser.services.first?.addresses.map(\.description) == ["10.77.0.99"])
        // Addresses that come within a second of each other are one set.
        var third = address
        third.data = .address(.v4(0x0A4D_0064))
        _ = browser.receive(response([third]), at: .milliseconds(20_500))
        _ = try rest(until: .seconds(30))
        #expect(browser.services.first?.addresses.count == 2)
    }

    @Test mutating func whatIsKnownIsSaidInTheQuestion() throws {
        _ = try rest(until: .seconds(7))
        _ = browser.receive(response([pointer, place, text, address]), at: .seconds(10))
        let query = try #require(try rest(until: .seconds(16)).last?.actions.messages.first)
        #expect(query.questions == [Question(name: swarmType.domain, type: .ptr)])
        #expect(query.answers.map(\.data) == [.ptr(instance)])
        #expect(query.answers.allSatisfy { $0.ttl > 4400 && $0.ttl <= 4500 && !$0.isUnique })
        // Not any more when half its life is over.
        for time in stride(from: 100, through: 2400, by: 100) {
            _ = try rest(until: .seconds(time))
            _ = browser.receive(response([place, text, address]), at: .seconds(time))
        }
        let late = try rest(until: .seconds(4000)).flatMap { try $0.actions.messages }
        #expect(late.filter { $0.questions.contains { $0.type == .ptr } }.allSatisfy { $0.answers.isEmpty })
    }

    @Test mutating func whatAnotherAsksNeedNotBeAsked() throws {
        let first = try #require(browser.deadline)
        let question = Question(name: swarmType.domain, type: .ptr)
        _ = browser.receive(Received(DNSMessage(questions: [question]), link: eth0, source: machine(7)), at: .zero)
        #expect(try #require(browser.deadline) >= .seconds(1))
        // Who knows answers that we do not is not asking for us.
        browser = Browser(types: [swarmType], seed: 1)
        browser.setLink(eth0, interface: "eth0", at: .zero)
        let knowing = DNSMessage(questions: [question], answers: [pointer])
        _ = browser.receive(Received(knowing, link: eth0, source: machine(7)), at: .zero)
        #expect(browser.deadline == first)
        // Nor is who wants the answer for himself, or asks as an old client does.
        let own = DNSMessage(questions: [Question(name: swarmType.domain, type: .ptr, wantsUnicast: true)])
        _ = browser.receive(Received(own, link: eth0, source: machine(7)), at: .zero)
        let old = Received(DNSMessage(questions: [question]), link: eth0, source: machine(7, port: 99))
        _ = browser.receive(old, at: .zero)
        #expect(browser.deadline == first)
    }

    @Test mutating func oneServiceOnTwoInterfacesHasTheAddressesOfBoth() throws {
        browser.setLink(eth1, interface: "wlan0", at: .zero)
        _ = browser.receive(response([pointer, place, text, address]), at: .seconds(10))
        var local = address
        local.data = .address(.v6(0xFE80 << 48, 1))
        let changes = browser.receive(response([pointer, place, text, address, local], on: eth1), at: .seconds(10))
            .changes
        #expect(changes.count == 1)
        #expect(browser.services.count == 1)
        let addresses = try #require(browser.services.first?.addresses)
        #expect(addresses.map(\.description) == ["10.77.0.1", "10.77.0.1", "fe80::1%wlan0"])
        // One of the two goes away, then the other.
        #expect(browser.removeLink(eth1, at: .seconds(20)).changes.count == 1)
        #expect(browser.services.first?.addresses.map(\.interface) == ["eth0"])
        guard case .removed? = browser.removeLink(eth0, at: .seconds(20)).changes.first else {
            Issue.record("nothing was removed")
            return
        }
        #expect(browser.recordCount == 0)
    }

    @Test mutating func bothLinksOfAnInterfaceHaveOneMemory() {
        browser.setLink(eth0Six, interface: "eth0", at: .zero)
        _ = browser.receive(response([pointer, place], on: eth0), at: .seconds(10))
        #expect(browser.receive(response([text, address], on: eth0Six), at: .seconds(10)).changes.count == 1)
        #expect(browser.removeLink(eth0, at: .seconds(11)).isEmpty)
        #expect(browser.services.count == 1)
    }

    @Test mutating func otherTypesAndAnswersToNothingAreNotKept() {
        let other = ResourceRecord(name: name("_http._tcp.local"), data: .ptr(name("x._http._tcp.local")), ttl: 4500)
        let foreign = ResourceRecord(name: swarmType.domain, data: .ptr(name("x._http._tcp.local")), ttl: 4500)
        let nested = ResourceRecord(name: swarmType.domain, data: .ptr(name("a.b._local-swarm._tcp.local")), ttl: 4500)
        _ = browser.receive(response([other, foreign, nested, place, text, address]), at: .seconds(1))
        #expect(browser.recordCount == 0)
        // Nor what stands in a query.
        let query = DNSMessage(answers: [pointer], authorities: [place])
        _ = browser.receive(Received(query, link: eth0, source: machine(1)), at: .seconds(1))
        #expect(browser.recordCount == 0)
    }

    @Test mutating func recordedAnswersOfOthersAreUnderstood() throws {
        var found: [String: DiscoveredService] = [:]
        for (index, recorded) in try Recorded.all.enumerated() where recorded.source.address.family == .v4 {
            let message = try DNSMessage(bytes: recorded.bytes)
            // Without their goodbyes.
            guard !message.answers.contains(where: { $0.ttl == 0 }) else { continue }
            let received = Received(message, link: eth0, source: recorded.source)
            let actions = browser.receive(received, at: .milliseconds(index))
            for change in actions.changes { found[change.service.name] = change.service }
        }
        #expect(Set(found.keys) == ["Avahi Peer", "zc node ü"])
        #expect(found["Avahi Peer"]?.text.text("name") == "a.b")
        #expect(found["Avahi Peer"]?.addresses.contains { $0.description == "10.77.0.1" } == true)
        #expect(found["zc node ü"]?.text["bin"] == [0, 0xFF])
        #expect(found["zc node ü"]?.port == 4712)
    }
}
