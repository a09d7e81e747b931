import SwarmCore
import Testing
import WireFormats

@testable import Federation

/// Where nodes are, who is there, and how much of what others say is believed.
@Suite("Addresses in the table of nodes")
struct PeerTableAddressTests {
    private let greet = PeerTable.Action.greet(.node(1))

    private static func acquaintance(_ number: Int, at address: String? = nil) -> PeerCard.Acquaintance {
        .init(
            id: Fingerprint.node(number).id.rawValue,
            name: "node \(number)",
            address: address ?? PeerAddress.node(number).description
        )
    }

    /// Another certificate with the same short name.
    private static func forged(_ number: Int) throws -> Fingerprint {
        let hex = Fingerprint.node(number).hex
        return try #require(Fingerprint(hex: hex.prefix(16) + hex.dropFirst(16).reversed()))
    }

    @Test func aGivenAddressIsTriedForEver() {
        var table = PeerTable.empty(given: [.node(1)])
        for attempt in 0..<100 {
            let now = Double(attempt) * 60
            #expect(table.due([now]) == [[greet]])
            table.missed(.node(1), because: "refused", at: now)
        }
        #expect(table.unmet.map(\.address) == [.node(1)])
        #expect(table.unmet.map(\.error) == ["refused"])
        #expect(!table.unmet.contains { !$0.isGiven })
    }

    @Test func afterAFailureAnAddressIsLeftAloneForAWhile() {
        var table = PeerTable.empty(given: [.node(1)])
        #expect(table.due([0, 1]) == [[greet], []])
        table.missed(.node(1), because: "refused", at: 1)
        #expect(table.due([2.9, 3]) == [[], [greet]])
    }

    @Test func whoIsMetAtAnAddressIsNotGreetedAgainUntilItIsGone() {
        var table = PeerTable.empty(given: [.node(1)])
        #expect(table.due([0]) == [[greet]])
        table.met(.node(1), name: "node 1", at: .node(1), 1)
        table.paired(.node(1, at: .node(1)), at: 1)
        #expect(table.unmet.isEmpty)
        #expect(table.due([1]) == [[.check(.node(1), [.node(1)])]])
        table.answer(1, at: 2)
        table.fail(1, at: 3)
        #expect(table.due([62.5]) == [[greet]])
        #expect(table.told().filter { !$0.contains("changed") } == ["node 1 found", "node 1 ready", "node 1 gone"])
    }

    @Test func anAddressThatAPeerTellsIsGivenUpAfterFourFailures() {
        var table = PeerTable.empty()
        table.told(of: Self.acquaintance(1), at: 0)
        for attempt in 0..<4 {
            let now = Double(attempt) * 60
            #expect(table.due([now]) == [[greet]])
            table.missed(.node(1), because: "refused", at: now)
        }
        #expect(table.unmet.isEmpty)
        #expect(table.due([10_000]) == [[]])
    }

    @Test(arguments: ["8.8.8.8:17617", "[2001:db8::1]:1", "attic.local", "", "garbage:", "http://10.0.0.1"])
    func onlyAddressesNearbyAreTakenFromPeers(address: String) {
        var table = PeerTable.empty()
        table.told(of: Self.acquaintance(1, at: address), at: 0)
        #expect(table.due([0]) == [[]])
    }

    @Test func whatAPeerTellsOfAKnownNodeIsOneMoreAddress() {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        table.welcome(2, at: 0)
        let elsewhere = Self.acquaintance(2, at: "10.9.9.9:5")
        for now in [1.0, 2] { table.answer(1, .node(1, peers: [elsewhere, Self.acquaintance(2)]), at: now) }
        let known = table.entry(Fingerprint.node(2).id)?.addresses
        #expect(known == [.node(2), PeerAddress(host: "10.9.9.9", port: 5)])
    }

    @Test func aFloodOfNodesIsBounded() {
        var table = PeerTable.empty()
        for number in 1...1000 { table.announce(number, at: 0) }
        #expect(table.entries.count == PeerTable.limit)
        #expect(table.actions(at: 0).count == PeerTable.limit)
        #expect(table.takeNotices().count == PeerTable.limit)
    }

    @Test func aFloodKeepsNobodyOutWhoWasPairedWith() {
        var table = PeerTable.empty()
        table.pinned([.node(5000)], at: 0)
        for number in 1...1000 { table.announce(number, at: 0) }
        table.announce(5000, at: 1)
        let due = table.actions(at: 1)
        #expect(due.contains(PeerTable.Action.check(.node(5000), [.node(5000)])))
    }

    @Test func aFloodOfToldAddressesIsBounded() {
        var table = PeerTable.empty()
        for number in 1...1000 { table.told(of: Self.acquaintance(number), at: 0) }
        #expect(table.actions(at: 0).count == PeerTable.limit)
    }

    @Test func oneNodeHasSoManyAddressesAndNoMore() {
        var table = PeerTable.empty()
        table.announced(.node(1), name: "many", addresses: (1...100).map { .node($0) }, isForeign: false, at: 0)
        for number in 200..<300 {
            table.told(of: Self.acquaintance(1, at: PeerAddress.node(number).description), at: 0)
        }
        #expect(table.entries.map(\.addresses.count) == [16])
    }

    @Test func aCertificateWithAKnownShortNameIsNotTakenForIt() throws {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        let forged = try Self.forged(1)
        #expect(forged.id == Fingerprint.node(1).id && forged != .node(1))
        table.announced(forged, name: "evil", addresses: [.node(66)], isForeign: false, at: 1)
        #expect(table.pin(forged) == nil)
        #expect(table.pin(.node(1)) == .node(1))
        #expect(table.entries.map(\.name) == ["node 1"])
        #expect(table.entries.first?.addresses == [.node(1)])
        #expect(table.standing(1, at: 1) == .ready)
    }

    @Test func meetingSuchACertificateUnpinsNobody() throws {
        var table = PeerTable.empty(given: [.node(66)])
        table.welcome(1, at: 0)
        table.met(try Self.forged(1), name: "evil", at: .node(66), 1)
        #expect(table.standing(1, at: 1) == .ready)
        #expect(table.entry(Fingerprint.node(1).id)?.addresses == [.node(1)])
    }

    @Test func aPeerWithASwappedCertificateIsLeftAlone() {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        table.fail(1, because: "somebody else is there", at: 10)
        #expect(table.standing(1, at: 10) == .resting(2, "somebody else is there"))
        #expect(table.pin(.node(1)) == .node(1))
        #expect(table.told() == ["node 1 changed: left alone for a while: somebody else is there"])
    }

    @Test func aFullTableDoesNotGreetTheSameAddressAllTheTime() {
        var table = PeerTable.empty(given: [.node(900)])
        for number in 1...256 { table.announce(number, isForeign: true, at: 0) }
        #expect(table.actions(at: 0) == [.greet(.node(900))])
        table.met(.node(900), name: "late", at: .node(900), 1)
        #expect(table.actions(at: 1.2).isEmpty)
    }

    @Test func nothingIsAskedTwiceAtATimeWhateverHappens() {
        var generator = SplitMix64(seed: 17)
        var table = PeerTable.empty(given: [.node(1)])
        var underWay: Set<Int> = []
        var (now, count) = (0.0, 0)
        for _ in 0..<5000 {
            now += Double.random(in: 0..<2, using: &generator)
            let number = Int.random(in: 1...5, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: table.announce(number, isForeign: Bool.random(using: &generator), at: now)
            case 1: table.vanished(.node(number), at: now)
            case 2 where underWay.remove(number) != nil: table.fail(number, isFatal: false, at: now)
            case 3 where underWay.remove(number) != nil:
                table.paired(.node(number), at: now)
                table.answer(number, at: now)
            default: break
            }
            for action in table.actions(at: now) {
                switch action {
                case .check(let node, _), .pair(let node, _):
                    let asked = (1...5).first { Fingerprint.node($0) == node } ?? 0
                    #expect(underWay.insert(asked).inserted)
                    count += 1
                case .greet: break
                }
            }
        }
        #expect(count > 100)
    }
}
