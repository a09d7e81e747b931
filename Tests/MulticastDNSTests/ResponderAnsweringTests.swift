import MulticastDNS
import SwarmCore
import Testing

@Suite struct ResponderAnsweringTests {
    private let instance = name("Kitchen._local-swarm._tcp.local")
    private var responder: Responder

    /// Announced, and quiet since.
    init() throws {
        responder = try Responder(host: "box", services: [service("Kitchen")], seed: 3)
        _ = responder.setLink(eth0, addresses: [.v4(0x0A4D_0001)], at: .zero)
        while let next = responder.deadline { _ = responder.tick(at: next) }
    }

    private func query(
        _ questions: [Question],
        known: [ResourceRecord] = [],
        flags: DNSMessage.Flags = [],
        authorities: [ResourceRecord] = [],
        from source: Endpoint = machine(9),
        id: UInt16 = 0
    ) -> Received {
        let message = DNSMessage(id: id, flags: flags, questions: questions, answers: known, authorities: authorities)
        return Received(message, link: eth0, source: source)
    }

    private mutating func rest(until end: Duration = .seconds(1000)) throws -> [(time: Duration, message: DNSMessage)] {
        var all: [(Duration, DNSMessage)] = []
        while let next = responder.deadline, next <= end {
            all += try responder.tick(at: next).messages.map { (next, $0) }
        }
        return all
    }

    private var browse: Question { Question(name: swarmType.domain, type: .ptr) }

    @Test mutating func sharedAnswersWaitForOthersAndBringTheRest() throws {
        #expect(responder.receive(query([browse]), at: .seconds(100)).isEmpty)
        let all = try rest()
        #expect(all.count == 1)
        let answer = try #require(all.first)
        #expect(answer.time >= .milliseconds(100_020) && answer.time <= .milliseconds(100_120))
        #expect(answer.message.answers.map(\.data) == [.ptr(instance)])
        #expect(Set(answer.message.additionals.map(\.type)) == [.srv, .txt, .a, .nsec])
    }

    @Test mutating func whatOnlyWeCanSayIsSaidAtOnce() throws {
        let question = Question(name: name("kitchen._LOCAL-swarm._tcp.local"), type: .srv)
        let answer = try #require(try responder.receive(query([question]), at: .seconds(100)).messages.first)
        #expect(answer.answers.map(\.type) == [.srv])
        #expect(answer.additionals.contains { $0.type == .a })
        #expect(answer.questions.isEmpty)
    }

    @Test mutating func whatTheOtherKnowsIsNotRepeated() throws {
        let record = ResourceRecord(name: swarmType.domain, data: .ptr(instance), ttl: 2250)
        _ = responder.receive(query([browse], known: [record]), at: .seconds(100))
        #expect(responder.deadline == nil)
        // Less than half of its life is left there.
        _ = responder.receive(query([browse], known: [record.living(2249)]), at: .seconds(100))
        #expect(responder.deadline != nil)
    }

    @Test mutating func knownAnswersMayComeInSeveralPackets() throws {
        let record = ResourceRecord(name: swarmType.domain, data: .ptr(instance), ttl: 4500)
        _ = responder.receive(query([browse], flags: .truncated), at: .seconds(100))
        let due = try #require(responder.deadline)
        #expect(due >= .milliseconds(100_400) && due <= .milliseconds(100_500))
        // Another machine's answers do not count.
        _ = responder.receive(query([], known: [record], from: machine(8)), at: .milliseconds(100_100))
        var copy = self
        #expect(try copy.rest().count == 1)
        _ = responder.receive(query([], known: [record]), at: .milliseconds(100_200))
        #expect(try rest().isEmpty)
    }

    @Test mutating func whatAnotherSaidIsNotSaidAgain() throws {
        let types = Question(name: name("_services._dns-sd._udp.local"), type: .ptr)
        let record = ResourceRecord(name: types.name, data: .ptr(swarmType.domain), ttl: 4500)
        _ = responder.receive(query([types]), at: .seconds(100))
        #expect(responder.deadline != nil)
        let other = Received(DNSMessage(flags: .response, answers: [record]), link: eth0, source: machine(8))
        _ = responder.receive(other, at: .milliseconds(100_010))
        #expect(responder.deadline == nil)
    }

    @Test mutating func aRecordIsMulticastOnceInASecond() throws {
        let question = Question(name: instance, type: .txt)
        #expect(try responder.receive(query([question]), at: .seconds(100)).messages.count == 1)
        #expect(try responder.receive(query([question]), at: .milliseconds(100_300)).messages.isEmpty)
        let all = try rest()
        #expect(all.map(\.time) == [.seconds(101)])
        // On another link it may be said at the same time.
        #expect(all.first?.message.answers.map(\.type) == [.txt])
    }

    @Test mutating func aFloodOfQueriesGetsOneAnswerASecond() throws {
        var answers = 0
        for number in 0..<5000 {
            let now = Duration.seconds(100) + .milliseconds(number)
            answers += try responder.receive(query([browse, Question(name: instance, type: .any)]), at: now).messages
                .count
            if let next = responder.deadline, next <= now { answers += try responder.tick(at: now).messages.count }
        }
        answers += try rest().count
        // Two groups of records at most, each once a second for five seconds.
        #expect(answers >= 5 && answers <= 14)
    }

    @Test mutating func whoAsksForUnicastGetsItUnlessOthersNeedItToo() throws {
        let question = Question(name: instance, type: .txt, wantsUnicast: true)
        let direct = responder.receive(query([question]), at: .seconds(100)).compactMap(\.packet)
        #expect(direct.map(\.destination) == [machine(9)])
        #expect(try direct.first?.message.answers.map(\.type) == [.txt])
        // A quarter of its life has passed since everybody was told.
        let late = responder.receive(query([question]), at: .seconds(4 + 1126)).compactMap(\.packet)
        #expect(late.map(\.destination) == [nil])
    }

    @Test mutating func oldClientsGetAnAnswerTheyUnderstand() throws {
        let question = Question(name: instance, type: .srv)
        let old = query([question], from: machine(9, port: 40_000), id: 77)
        let packet = try #require(responder.receive(old, at: .seconds(100)).compactMap(\.packet).first)
        #expect(packet.destination == machine(9, port: 40_000))
        let message = try packet.message
        #expect(message.id == 77 && message.questions == [question])
        #expect((message.answers + message.additionals).allSatisfy { $0.ttl <= 10 && !$0.isUnique })
        // The target of an SRV record is written out.
        let target = name("box.local").wire
        #expect(packet.bytes.indices.contains { packet.bytes[$0...].starts(with: target) })
        #expect(responder.deadline == nil)
    }

    @Test mutating func aTypeThatANameDoesNotHaveIsDenied() throws {
        let question = Question(name: name("box.local"), type: .aaaa)
        let answer = try #require(try responder.receive(query([question]), at: .seconds(100)).messages.first)
        #expect(answer.answers.map(\.data) == [.nsec(next: name("box.local"), types: [.a])])
        #expect(answer.additionals.map(\.type) == [.a])
    }

    @Test mutating func aProbeForOurNameIsAnsweredAtOnce() throws {
        let theirs = ResourceRecord(name: instance, data: .txt([0]), ttl: 120)
        let probe = query([Question(name: instance, type: .any)], authorities: [theirs])
        let answer = try #require(try responder.receive(probe, at: .seconds(100)).messages.first)
        #expect(Set(answer.answers.map(\.type)) == [.srv, .txt])
        // The second probe comes 250 ms later and is answered, too: three go unanswered only on a broken network.
        #expect(try responder.receive(probe, at: .milliseconds(100_250)).messages.count == 1)
    }

    @Test mutating func aRecordTakenBackByAnotherIsSaidAgain() throws {
        let record = ResourceRecord(name: swarmType.domain, data: .ptr(instance), ttl: 0)
        let goodbye = Received(DNSMessage(flags: .response, answers: [record]), link: eth0, source: machine(8))
        _ = responder.receive(goodbye, at: .seconds(100))
        #expect(try rest().first?.message.answers.map(\.data) == [.ptr(instance)])
    }

    @Test mutating func namesThatAreNotOursYetAreNotSpokenOf() throws {
        var fresh = try Responder(host: "box", services: [service("Kitchen")], seed: 3)
        _ = fresh.setLink(eth0, addresses: [.v4(1)], at: .zero)
        #expect(fresh.receive(query([Question(name: instance, type: .srv)]), at: .milliseconds(1)).isEmpty)
        #expect(
            fresh.receive(query([Question(name: instance, type: .srv)], from: machine(9, port: 9)), at: .zero).isEmpty
        )
    }

    @Test mutating func otherNamesAndOtherClassesAreNotAnswered() throws {
        let other = Question(name: name("other.local"), type: .any)
        let chaos = Question(name: instance, type: .srv, recordClass: 3)
        #expect(responder.receive(query([other, chaos]), at: .seconds(100)).isEmpty)
        #expect(responder.deadline == nil)
        // A message with an operation or an error in it is none of multicast DNS.
        let status = query([Question(name: instance, type: .srv)], flags: DNSMessage.Flags(rawValue: 0x1000))
        #expect(responder.receive(status, at: .seconds(100)).isEmpty)
    }
}
