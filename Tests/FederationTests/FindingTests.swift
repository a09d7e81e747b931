import Federation
import MulticastDNS
import Testing
import WireFormats

@Suite("Why nodes do not see or use each other")
struct FindingTests {
    private static func findings(
        listening: [PeerAddress: String?] = [.node(0): nil],
        discovery: DiscoveryStatus? = nil,
        unmet: [(address: PeerAddress, error: String?)] = [],
        entries: [PeerEntry] = []
    ) -> [Finding] {
        Finding.of(
            listening: listening,
            discovery: discovery,
            unmet: unmet,
            entries: entries,
            own: .node(0),
            at: 100
        )
    }

    /// What is found about one node.
    private static func finding(_ entry: PeerEntry, discovery: DiscoveryStatus? = nil) -> Finding? {
        findings(discovery: discovery, entries: [entry]).last
    }

    private static func entry(_ card: PeerCard? = nil, _ change: (inout PeerEntry) -> Void = { _ in }) -> PeerEntry {
        var entry = PeerEntry(fingerprint: .node(1), name: "attic", at: 90)
        entry.isPinned = true
        entry.announced = [.node(1)]
        entry.card = card
        change(&entry)
        return entry
    }

    private static func status(_ change: (inout DiscoveryStatus.LinkStatus) -> Void) throws -> DiscoveryStatus {
        let address = try #require(IPAddress("192.168.1.5"))
        let id = LinkID(interface: 1, family: .v4)
        var link = DiscoveryStatus.LinkStatus(id: id, interface: "eth0", addresses: [address])
        change(&link)
        var status = DiscoveryStatus()
        status.links = [link]
        return status
    }

    @Test func withoutAPrivateAddressNobodyComesIn() throws {
        let found = try #require(Self.findings(listening: [:]).first)
        #expect(!found.isFine)
        #expect(found.advice?.contains("--peer-host") == true)
    }

    @Test func everyAddressIsNamedWithWhatIsWrongThere() {
        let found = Self.findings(listening: [.node(1): nil, .node(2): "address in use"]).prefix(2)
        #expect(found.map(\.isFine) == [true, false])
        #expect(found.last?.what == "\(PeerAddress.node(2)): address in use")
        #expect(found.map { $0.advice == nil } == [true, false])
    }

    @Test func whoDoesNotLookForNodesMissesNobody() {
        #expect(Self.findings().map(\.isFine) == [true, true])
    }

    @Test func discoveryNeedsANetworkInterface() {
        #expect(Self.findings(discovery: DiscoveryStatus()).map(\.isFine) == [true, false])
    }

    @Test(arguments: [(0, nil, false), (5, nil, true), (5, "permission denied", false)] as [(Int, String?, Bool)])
    func aLinkIsFineWhereSomebodyIsHeard(received: Int, problem: String?, isFine: Bool) throws {
        let status = try Self.status { link in
            link.received = received
            link.problem = problem
        }
        let found = try #require(Self.findings(discovery: status).last)
        #expect(found.isFine == isFine)
        #expect((found.advice == nil) == isFine)
        #expect(found.what.contains("eth0"))
    }

    @Test func aDeafLinkDoesNotMatterWhereNodesAreSeen() throws {
        let seen = Self.entry(.node(1)) { $0.isAnnounced = true }
        let found = Self.findings(discovery: try Self.status { _ in }, entries: [seen])
        #expect(found.map(\.isFine) == [true, true, true])
    }

    @Test func anAddressWhereNobodyIsMetSaysWhy() throws {
        let unmet: [(address: PeerAddress, error: String?)] = [(.node(7), "connection refused"), (.node(8), nil)]
        let found = Self.findings(unmet: unmet).suffix(2)
        #expect(found.map(\.subject) == unmet.map { $0.address.description })
        #expect(found.map(\.what) == ["connection refused", "it was not tried yet"])
        #expect(found.allSatisfy { !$0.isFine && $0.advice?.contains("17617") == true })
    }

    @Test func aPeerThatVotesIsFine() throws {
        let found = try #require(Self.finding(Self.entry(.node(1)) { $0.roundTrip = 0.0021 }))
        #expect(found.isFine && found.advice == nil)
        #expect(found.what == "votes: same model, answers in 3 ms")
        let other = try #require(Self.finding(Self.entry(.node(1, version: "2.0", model: "n"))))
        #expect(other.what == "votes: has n, runs version 2.0, this node 1.0")
    }

    @Test(arguments: [(4.9, true), (6, false), (-6, false)])
    func clocksThatDifferAreTold(difference: Double, isNothing: Bool) throws {
        let found = try #require(Self.finding(Self.entry(.node(1)) { $0.clockDifference = difference }))
        #expect(found.isFine)
        #expect((found.advice == nil) == isNothing)
        #expect(found.what.contains("clock") != isNothing)
        // Behind is not ahead.
        #expect(!found.what.contains("-"))
    }

    @Test func aNodeOfAnotherClusterIsFineAndCanBeInvited() throws {
        let foreign = Self.entry { entry in
            entry.isPinned = false
            entry.isForeign = true
        }
        let found = try #require(Self.finding(foreign))
        #expect(found.isFine)
        #expect(found.advice?.contains("swarm cluster join") == true)
    }

    @Test func aNodeThatRefusedIsNotFine() throws {
        let refused = Self.entry { entry in
            entry.isPinned = false
            entry.refusal = "wrong code"
        }
        let found = try #require(Self.finding(refused))
        #expect(!found.isFine)
        #expect(found.what.contains("wrong code"))
    }

    @Test(arguments: [("192.168.1.9", false), ("10.0.0.9", true)])
    func aSilentPeerInAnotherNetworkIsSaidToBeThere(host: String, isFar: Bool) throws {
        let silent = Self.entry { $0.announced = [PeerAddress(host: host, port: 99)] }
        let found = try #require(Self.finding(silent, discovery: try Self.status { _ in }))
        #expect(!found.isFine)
        #expect(found.what.contains("another network") == isFar)
        #expect(found.advice?.contains("port 99") == true)
    }

    @Test func ofAPeerWithoutAddressNothingIsSaidAboutItsNetwork() throws {
        let lost = Self.entry { $0.announced = [] }
        let found = try #require(Self.finding(lost, discovery: try Self.status { _ in }))
        #expect(!found.what.contains("another network"))
    }
}
