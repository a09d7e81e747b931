import GRDB
import Observability
import SwarmCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PeerStoreTests {
    private let place: TemporaryDatabase
    private let store: PeerStore

    init() throws {
        place = try TemporaryDatabase()
        store = PeerStore(try place.open())
    }

    private static func fingerprint(_ digit: String) -> String { String(repeating: digit, count: 64) }

    private static func peer(_ digit: String, name: String = "attic", address: String? = nil) -> PeerStore.Peer {
        PeerStore.Peer(
            fingerprint: fingerprint(digit),
            name: name,
            pairedAt: 1_795_404_654.25,
            address: address,
            statistics: ["requests": 3, "latencies": [0.125, 2]]
        )
    }

    private static func belief(_ digit: String, model: String = "m", agreed: Double = 0.1 + 0.2) -> PeerStore.Belief {
        PeerStore.Belief(
            node: String(fingerprint(digit).prefix(16)),
            model: model,
            kind: "number",
            agreed: agreed,
            differed: 1e-9
        )
    }

    @Test(arguments: [nil, "[fe80::1%eth0]:17617"])
    func aPeerComesBackAsItWas(address: String?) async throws {
        let peer = Self.peer("a", name: "Zoë's “box”'; DROP TABLE peers", address: address)
        try await store.pin(peer)
        #expect(try await store.peers() == [peer])
    }

    @Test func itIsThereAfterANewStart() async throws {
        try await store.pin(Self.peer("a"))
        try await store.save(beliefs: [Self.belief("a")])
        let again = PeerStore(try place.open())
        #expect(try await again.peers() == [Self.peer("a")])
        #expect(try await again.beliefs() == [Self.belief("a")])
    }

    @Test func peersAreInTheOrderOfTheirNames() async throws {
        for (digit, name) in [("c", "attic"), ("a", "desk"), ("b", "attic")] {
            try await store.pin(Self.peer(digit, name: name))
        }
        let order = try await store.peers().map { $0.fingerprint.prefix(1) }
        #expect(order == ["b", "c", "a"])
    }

    @Test func pairingAgainKeepsWhatWasLearnedAndWhereItWas() async throws {
        try await store.pin(Self.peer("a", address: "10.0.0.1:1"))
        try await store.pin(
            PeerStore.Peer(fingerprint: Self.fingerprint("a"), name: "new name", pairedAt: 1_795_404_700)
        )
        let peer = try #require(try await store.peers().first)
        #expect(peer.name == "new name")
        #expect(peer.pairedAt == 1_795_404_700)
        #expect(peer.address == "10.0.0.1:1")
        #expect(peer.statistics == Self.peer("a").statistics)
    }

    @Test func whereAPeerWasReachedIsKept() async throws {
        try await store.pin(Self.peer("a"))
        try await store.pin(Self.peer("b"))
        try await store.move(Self.fingerprint("a"), to: "10.0.0.2:2")
        try await store.move(Self.fingerprint("f"), to: "10.0.0.3:3")
        #expect(try await store.peers().map(\.address) == ["10.0.0.2:2", nil])
    }

    @Test func aForgottenPeerIsGoneWithAllThatWasLearned() async throws {
        for digit in ["a", "b"] { try await store.pin(Self.peer(digit)) }
        try await store.save(beliefs: [Self.belief("a"), Self.belief("a", model: "n"), Self.belief("b")])
        #expect(try await store.forget(Self.fingerprint("a")))
        #expect(try await store.peers() == [Self.peer("b")])
        #expect(try await store.beliefs() == [Self.belief("b")])
        #expect(try await store.forget(Self.fingerprint("a")) == false)
    }

    @Test func statisticsAreKeptByShortName() async throws {
        for digit in ["a", "b"] { try await store.pin(Self.peer(digit)) }
        let short = String(Self.fingerprint("a").prefix(16))
        try await store.save(statistics: [short: ["requests": 9], String(repeating: "f", count: 16): ["requests": 1]])
        let peers = try await store.peers()
        #expect(peers.map { $0.statistics["requests"] } == [9, 3])
    }

    @Test func aNewBeliefTakesThePlaceOfTheOldOne() async throws {
        try await store.save(beliefs: [Self.belief("a"), Self.belief("a", model: "n")])
        try await store.save(beliefs: [Self.belief("a", agreed: 40)])
        #expect(try await store.beliefs() == [Self.belief("a", agreed: 40), Self.belief("a", model: "n")])
    }

    @Test func statisticsThatWereEditedByHandCountAsNone() async throws {
        try await store.pin(Self.peer("a"))
        try await DatabaseQueue(path: place.path).write { try $0.execute(sql: "UPDATE peers SET statistics = 'oops'") }
        let peer = try #require(try await store.peers().first)
        #expect(peer.statistics == .object(JSON.Object()))
    }

    @Test func aNumberThatIsNoneIsRefused() async throws {
        let unusable = Self.belief("a", agreed: .nan)
        await #expect(throws: StoreError.self) { try await store.save(beliefs: [unusable]) }
        #expect(try await store.beliefs().isEmpty)
    }
}
