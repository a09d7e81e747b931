import SwarmCore
import Testing
import WireFormats

@Suite struct PeerCardTests {
    private static let card = PeerCard(
        version: "1.2.3",
        id: "0011223344556677",
        name: "attic",
        model: ModelID(rawValue: "bumble"),
        fingerprint: "f00d",
        contextLength: 4096,
        candidates: 5,
        curve: [1: 20.5, 8: 130],
        hardware: "Ryzen, 32 GiB",
        port: 17_615,
        isBusy: true,
        time: 1_795_305_600.25,
        peers: [.init(id: "8899aabbccddeeff", name: "desk", address: "[fe80::1%eth0]:17617")]
    )

    /// The card with one member changed, or without it.
    private static func changed(_ name: String, _ value: JSON?) throws -> PeerCard? {
        var object = try #require(card.json.objectValue)
        object[name] = value
        return PeerCard(json: .object(object))
    }

    @Test func aCardIsReadAsItWasWritten() throws {
        #expect(PeerCard(json: Self.card.json) == Self.card)
        #expect(PeerCard(json: try JSON(parsing: Self.card.json.utf8)) == Self.card)
    }

    @Test(arguments: ["protocol", "id", "model", "fingerprint"])
    func withoutWhatMakesACardThereIsNone(name: String) throws {
        #expect(try Self.changed(name, nil) == nil)
        #expect(try Self.changed(name, "") == nil)
        #expect(try Self.changed(name, []) == nil)
    }

    @Test(arguments: ["null", "[]", "7", "\"card\"", "{}"])
    func whatIsNoCardIsNone(text: String) throws {
        #expect(PeerCard(json: try JSON(parsing: text)) == nil)
    }

    @Test func whatIsMissingElseHasADefault() {
        let card = PeerCard(json: ["protocol": 1, "id": "a", "model": "m", "fingerprint": "f"])
        let least = PeerCard(
            version: "",
            id: "a",
            name: "",
            model: ModelID(rawValue: "m"),
            fingerprint: "f",
            contextLength: 0,
            candidates: 1
        )
        #expect(card == least)
    }

    @Test(arguments: [0, 2, 99])
    func cardsOfOtherProtocolsAreRead(version: Int) throws {
        #expect(try Self.changed("protocol", .integer(version))?.protocolVersion == version)
    }

    @Test(arguments: [(-1, 1), (0, 1), (32, 32), (33, 32), (1_000_000, 32)])
    func candidatesAreBounded(told: Int, kept: Int) throws {
        #expect(try Self.changed("candidates", .integer(told))?.candidates == kept)
    }

    @Test func numbersThatCannotBeAreLeftOut() throws {
        #expect(try Self.changed("context_length", -1)?.contextLength == 0)
        #expect(try Self.changed("context_length", .integer(1 << 40))?.contextLength == 1 << 30)
        #expect(try Self.changed("port", 65_536)?.port == 0)
        #expect(try Self.changed("port", -1)?.port == 0)
        let curve: JSON = [
            "0": 1, "257": 1, "x": 1, "2": 0, "3": -1, "4": 1e9, "5": "7", "6": .number("1e999"), "7": 70,
        ]
        #expect(try Self.changed("curve", curve)?.curve == [7: 70])
    }

    /// Seconds since 1970 that are a time at all.
    @Test(arguments: ["1e999", "1e300"])
    func aClockThatCannotBeIsLeftOut(time: String) throws {
        let card = try #require(try Self.changed("time", .number(time)))
        #expect((0...1e12).contains(card.time))
    }

    @Test func textsAreCut() throws {
        let long = JSON.string(String(repeating: "x", count: 5000))
        for name in ["version", "id", "name", "model", "fingerprint", "hardware"] {
            let card = try #require(try Self.changed(name, long))
            #expect(card.json[name]?.stringValue?.count == 200)
        }
    }

    @Test func soManyAcquaintancesAreTakenAndNoMore() throws {
        let long = String(repeating: "x", count: 500)
        let one: JSON = ["id": .string(long), "name": .string(long), "address": .string(long)]
        let peers = try #require(try Self.changed("peers", .array(Array(repeating: one, count: 1000)))).peers
        #expect(peers.count == 64)
        #expect(peers.allSatisfy { $0.id.count == 64 && $0.name.count == 64 && $0.address.count == 80 })
        let odd: JSON = [7, [:], ["address": 7], ["address": "1.2.3.4"]]
        #expect(try Self.changed("peers", odd)?.peers == [.init(id: "", name: "", address: "1.2.3.4")])
    }

    @Test(arguments: ["version", "name", "hardware", "curve", "port", "busy", "time", "peers", "candidates"])
    func wrongTypesAreHarmless(name: String) throws {
        for value in [nil, true, 7.5, "x", [nil], ["x": nil]] as [JSON] {
            #expect(try Self.changed(name, value)?.id == Self.card.id)
        }
    }
}
