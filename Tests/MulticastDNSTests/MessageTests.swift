import MulticastDNS
import SwarmCore
import Testing

@Suite struct MessageTests {
    private let header: [UInt8] = [0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]

    /// A response with one record of the given name and data.
    private func response(_ name: [UInt8], type: UInt8, data: [UInt8]) -> [UInt8] {
        header + name + [0, type, 0x80, 1, 0, 0, 0, 120, UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
    }

    @Test func everyPartIsReadAsItWasWritten() throws {
        let instance = name(#"Küche 2\.0._local-swarm._tcp.local"#)
        let message = DNSMessage(
            id: 7,
            flags: [.response, .authoritative],
            questions: [
                Question(name: swarmType.domain, type: .ptr, wantsUnicast: true),
                Question(name: instance, type: .any, recordClass: 255),
            ],
            answers: [
                ResourceRecord(name: swarmType.domain, data: .ptr(instance), ttl: 4500),
                ResourceRecord(
                    name: instance,
                    data: .srv(ServiceLocation(priority: 1, weight: 2, port: 4711, target: name("box.local"))),
                    ttl: 120,
                    isUnique: true
                ),
                ResourceRecord(name: instance, data: .txt([3, 118, 61, 49, 0]), ttl: 4500, isUnique: true),
            ],
            authorities: [ResourceRecord(name: name("box.local"), data: .address(.v4(0x0A00_0001)), ttl: 120)],
            additionals: [
                ResourceRecord(name: name("box.local"), data: .address(.v6(0xFE80 << 48, 1)), ttl: 120, isUnique: true),
                ResourceRecord(
                    name: name("box.local"),
                    data: .nsec(next: name("box.local"), types: [.a, .aaaa, RecordType(rawValue: 300)]),
                    ttl: 120
                ),
                ResourceRecord(name: name("box.local"), data: .other(RecordType(rawValue: 13), [1, 2, 3]), ttl: 9),
            ]
        )
        let bytes = try #require(message.encoded())
        #expect(try DNSMessage(bytes: bytes) == message)
        // Names that repeat are pointers: without them it is longer by far.
        let plain = message.answers.map { $0.name.wire.count + $0.data.wire.count + 10 }.reduce(0, +)
        #expect(bytes.count < plain + 150)
    }

    @Test func recordsOfAvahiAndZeroconfAreRead() throws {
        let messages = try Recorded.all.map { (source: $0.source.address, message: try DNSMessage(bytes: $0.bytes)) }
        let zeroconf = messages.filter { $0.source == Recorded.zeroconf }.flatMap(\.message.answers)
        let instance = name("zc node ü._local-swarm._tcp.local")
        let place = ServiceLocation(port: 4712, target: name("zc-box.local"))
        #expect(zeroconf.contains { $0.name == instance && $0.data == .srv(place) && $0.isUnique && $0.ttl == 120 })
        let text = try #require(zeroconf.first { $0.name == instance && $0.type == .txt })
        guard case .txt(let bytes) = text.data else { return }
        let entries = TextRecord(wire: bytes)
        #expect(entries["BIN"] == [0, 0xFF])
        #expect(entries.has("flag") && entries["flag"] == nil)
        let avahi = messages.filter { $0.source == Recorded.avahi }.map(\.message)
        #expect(avahi.contains { $0.answers.contains { $0.data == .ptr(name("Avahi Peer._local-swarm._tcp.local")) } })
        // Its probes bring what it wants to have.
        #expect(avahi.contains { $0.questions.first?.type == .any && !$0.authorities.isEmpty })
        // Its goodbyes.
        #expect(avahi.contains { $0.isResponse && $0.answers.contains { $0.ttl == 0 } })
    }

    @Test func whatOthersWroteIsWrittenSoThatItSaysTheSame() throws {
        for recorded in try Recorded.all {
            let message = try DNSMessage(bytes: recorded.bytes)
            #expect(try DNSMessage(bytes: #require(message.encoded())) == message)
        }
    }

    @Test(arguments: [
        ([0xC0, 12], MalformedMessage.badPointer),  // at itself
        ([0xC0, 14], .badPointer),  // forward
        ([1, 97, 0xC0, 12], .badPointer),  // in a circle
        ([0x40, 0], .badLabel), ([0x80], .badLabel), ([63, 97], .truncated), ([0], .badName),
    ])
    func badNamesAreRefused(_ bytes: [UInt8], _ error: MalformedMessage) {
        let question = bytes + [0, 0, 0, 0]
        #expect(throws: error) { try DNSMessage(bytes: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] + question) }
    }

    @Test func aPointerOfOneByteIsRefused() {
        let question: [UInt8] = [3, 97, 97, 97, 0xC0]
        #expect(throws: MalformedMessage.truncated) {
            try DNSMessage(bytes: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] + question)
        }
    }

    @Test func aChainOfPointersCannotMakeANameTooLong() {
        // Each name is a label of 60 bytes and a pointer to the one before.
        var bytes: [UInt8] = [0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0]
        var last = 0
        for index in 0..<6 {
            let place = bytes.count
            bytes += [60] + Array(repeating: 97, count: 60)
            bytes += index == 0 ? [0] : [0xC0 | UInt8(last >> 8), UInt8(last & 0xFF)]
            bytes += [0, 12, 0, 1]
            last = place
        }
        #expect(throws: MalformedMessage.badName) { try DNSMessage(bytes: bytes) }
    }

    @Test func dataMustFillItsLength() throws {
        let box: [UInt8] = [3, 98, 111, 120, 0]
        #expect(throws: MalformedMessage.badData(.a)) {
            try DNSMessage(bytes: response(box, type: 1, data: [1, 2, 3]))
        }
        #expect(throws: MalformedMessage.badData(.aaaa)) {
            try DNSMessage(bytes: response(box, type: 28, data: [1, 2, 3, 4]))
        }
        #expect(throws: MalformedMessage.badData(.ptr)) {
            try DNSMessage(bytes: response(box, type: 12, data: [0xC0, 12, 9]))
        }
        #expect(throws: MalformedMessage.badData(.txt)) {
            try DNSMessage(bytes: response(box, type: 16, data: [5, 97]))
        }
        #expect(throws: MalformedMessage.badData(.nsec)) {
            try DNSMessage(bytes: response(box, type: 47, data: [0xC0, 12, 0, 0]))
        }
        #expect(try DNSMessage(bytes: response(box, type: 99, data: [1, 2])).answers.count == 1)
    }

    @Test func countsThatPromiseTooMuchAreRefusedAtOnce() {
        #expect(throws: MalformedMessage.truncated) {
            try DNSMessage(bytes: [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        }
        #expect(throws: MalformedMessage.truncated) { try DNSMessage(bytes: [0, 0, 0]) }
        #expect(throws: MalformedMessage.tooLong) { try DNSMessage(bytes: Array(repeating: 0, count: 9001)) }
    }

    @Test func aLifeWithItsTopBitSetIsNone() throws {
        let bytes = header + [3, 98, 111, 120, 0, 0, 1, 0, 1, 0x80, 0, 0, 1, 0, 4, 1, 2, 3, 4]
        #expect(try DNSMessage(bytes: bytes).answers.first?.ttl == 0)
    }

    @Test func whatDoesNotFitIsNotWritten() throws {
        let records = (0..<100).map { number in
            ResourceRecord(name: name("box-\(number).local"), data: .address(.v4(1)), ttl: 120)
        }
        #expect(DNSMessage(answers: records).encoded(limit: 500) == nil)
        let packets = Packets.response(records)
        #expect(packets.count > 1)
        #expect(packets.allSatisfy { $0.count <= Packets.usualSize })
        #expect(try packets.flatMap { try DNSMessage(bytes: $0).answers } == records)
    }

    @Test func knownAnswersThatDoNotFitFollowInOtherPackets() throws {
        let question = Question(name: swarmType.domain, type: .ptr)
        let records = (0..<200).map { number in
            ResourceRecord(
                name: swarmType.domain,
                data: .ptr(name("a rather long name of a service \(number)._local-swarm._tcp.local")),
                ttl: 4000
            )
        }
        let messages = try Packets.query([question], knownAnswers: records).map { try DNSMessage(bytes: $0) }
        #expect(messages.count > 2)
        #expect(messages.first?.questions == [question])
        #expect(messages.dropFirst().allSatisfy { $0.questions.isEmpty })
        #expect(messages.flatMap(\.answers) == records)
        #expect(messages.dropLast().allSatisfy { $0.flags.contains(.truncated) })
        #expect(messages.last?.flags.contains(.truncated) == false)
    }

    @Test func aLargeRecordGoesOutAlone() throws {
        let large = ResourceRecord(name: name("box.local"), data: .txt(Array(repeating: 0, count: 5000)), ttl: 1)
        let small = ResourceRecord(name: name("box.local"), data: .address(.v4(1)), ttl: 1)
        let packets = try Packets.response([small, large, small]).map { try DNSMessage(bytes: $0).answers }
        #expect(packets == [[small], [large], [small]])
    }
}
