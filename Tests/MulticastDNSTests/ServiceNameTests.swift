import MulticastDNS
import SwarmCore
import Testing

@Suite struct TextRecordTests {
    @Test func aKeyAloneAnEmptyValueAndNoKeyAreThreeThings() {
        let text = TextRecord(wire: [4, 102, 108, 97, 103, 2, 101, 61, 3, 118, 61, 49, 4, 61, 110, 111, 61])
        #expect(text.has("flag") && text["flag"] == nil)
        #expect(text["e"] == [])
        #expect(text.text("V") == "1")
        #expect(text.entries.map(\.key) == ["flag", "e", "v"])
        #expect(!text.has("x"))
    }

    @Test func theFirstOfEqualKeysCounts() {
        let text = TextRecord(wire: [3, 118, 61, 49, 3, 86, 61, 50])
        #expect(text.text("v") == "1")
        #expect(text.entries.count == 1)
    }

    @Test func valuesMayBeAnyBytesAndHaveEqualSigns() throws {
        let entries: [TextRecord.Entry] = [.init(key: "b", value: [0, 255, 61]), .init(key: "n", value: nil)]
        let text = try TextRecord(entries)
        #expect(TextRecord(wire: text.wire) == text)
        #expect(text["b"] == [0, 255, 61])
        #expect(text.text("b") == nil)
    }

    @Test func noEntriesAreOneEmptyString() {
        #expect(TextRecord().wire == [0])
        #expect(TextRecord(wire: [0]) == TextRecord())
        #expect(TextRecord(wire: []) == TextRecord())
    }

    @Test func whatIsNotAllowedIsRefused() throws {
        #expect(throws: InvalidText.badKey("")) { try TextRecord(["": "x"]) }
        #expect(throws: InvalidText.badKey("a=b")) { try TextRecord(["a=b": "x"]) }
        #expect(throws: InvalidText.badKey("ü")) { try TextRecord(["ü": "x"]) }
        #expect(throws: InvalidText.repeatedKey("A")) { try TextRecord(["a": "x", "A": "y"]) }
        #expect(throws: InvalidText.entryTooLong("a")) { try TextRecord(["a": String(repeating: "x", count: 254)]) }
        #expect(try TextRecord(["a": String(repeating: "x", count: 253)]).wire.count == 256)
        let many = (0..<10).map { TextRecord.Entry(key: "k\($0)", value: Array(repeating: 1, count: 200)) }
        #expect(throws: InvalidText.tooLong) { try TextRecord(many) }
    }

    @Test(arguments: 0..<100)
    func anyBytesAreReadWithoutTrapping(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let bytes = (0..<Int.random(in: 0...600, using: &generator)).map { _ in
            UInt8.random(in: 0...70, using: &generator)
        }
        let text = TextRecord(wire: bytes)
        #expect(Set(text.entries.map { $0.key.lowercased() }).count == text.entries.count)
        #expect(TextRecord(wire: text.wire) == text)
    }
}

@Suite struct ServiceNameTests {
    @Test(arguments: ["_local-swarm._tcp", "_HTTP._udp", "_a1._tcp"])
    func typesAreRead(_ text: String) {
        #expect(ServiceType(text)?.description == text)
    }

    @Test(arguments: [
        "", "_a", "a._tcp", "_a._sctp", "_._tcp", "_123._tcp", "_-a._tcp", "_a-._tcp", "_a--b._tcp", "_a_b._tcp",
        "_sixteencharacter._tcp", "_a._tcp.local", "_ü._tcp",
    ])
    func whatIsNoTypeIsRefused(_ text: String) {
        #expect(ServiceType(text) == nil)
    }

    @Test func takenNamesAreNumberedAndStayShortEnough() {
        #expect(InstanceName.attempt(1, of: "Kitchen") == "Kitchen")
        #expect(InstanceName.attempt(2, of: "Kitchen") == "Kitchen (2)")
        let long = String(repeating: "ü", count: 31)
        #expect(InstanceName.attempt(12, of: long).utf8.count <= 63)
        #expect(InstanceName.attempt(12, of: long).hasSuffix("ü (12)"))
        #expect(HostName.attempt(3, of: "box") == "box-3")
        #expect(HostName.attempt(10, of: String(repeating: "b", count: 63)).utf8.count == 63)
    }

    @Test func namesAreChecked() {
        #expect(throws: InvalidName.self) { try Service(type: swarmType, name: "", port: 1) }
        #expect(throws: InvalidName.self) { try Service(type: swarmType, name: "a\u{7}", port: 1) }
        #expect(throws: InvalidName.self) {
            try Service(type: swarmType, name: String(repeating: "x", count: 64), port: 1)
        }
        #expect(
            !HostName.isValid("a.b") && !HostName.isValid("-a") && !HostName.isValid("a_b") && HostName.isValid("a-1")
        )
    }
}
