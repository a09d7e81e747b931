import Federation
import Testing
import WireFormats

/// The life of one node in the table of another.
@Suite("The table of nodes")
struct PeerTableTests {
    private let check = PeerTable.Action.check(.node(1), [.node(1)])
    private let pair = PeerTable.Action.pair(.node(1), [.node(1)])

    @Test func aNodeIsFoundPairedWithCheckedAndReady() {
        var table = PeerTable.empty()
        table.announce(1, at: 10)
        #expect(table.standing(1, at: 10) == .strange("it was not paired with yet"))
        #expect(table.due([10, 11, 99]) == [[pair], [], []])
        table.paired(.node(1), at: 100)
        #expect(table.standing(1, at: 100) == .greeted)
        #expect(table.due([100, 101]) == [[check], []])
        table.answer(1, at: 102)
        #expect(table.standing(1, at: 102) == .ready)
        #expect(table.due([102, 106.9, 107, 120]) == [[], [], [check], []])
        #expect(table.told() == ["node 1 found", "node 1 ready"])
    }

    @Test func everyNoticeIsGivenOnce() {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        for now in 1..<20 {
            table.announce(1, at: Double(now))
            table.answer(1, at: Double(now))
        }
        #expect(table.told() == [])
    }

    @Test func aNodeIsNeverItsOwnPeer() {
        var table = PeerTable.empty(given: [.node(0)])
        table.announce(0, at: 0)
        table.told(of: .init(id: Fingerprint.node(0).id.rawValue, name: "me", address: "10.0.0.9:1"), at: 0)
        #expect(table.due([0]) == [[.greet(.node(0))]])
        table.met(.node(0), name: nil, at: .node(0), 1)
        #expect(table.due([1, 1000]) == [[], []])
        #expect(table.entries.isEmpty && table.unmet.isEmpty)
    }

    @Test func aForgottenNodeIsUsedNoMoreAndNotPairedWithAtOnce() {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        table.pinned([], at: 10)
        #expect(table.standing(1, at: 10) == .strange("it was forgotten here"))
        #expect(table.pin(.node(1)) == nil)
        #expect(table.told() == ["node 1 changed: forgotten"])
        #expect(table.due([10, 69, 70]) == [[], [], [pair]])
    }

    @Test func aNodeThatIsForgottenWhileItIsAskedCanBePairedWithAgain() {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        #expect(table.due([10]) == [[check]])
        table.pinned([], at: 10)
        table.answer(1, at: 11)
        #expect(table.due([80]) == [[pair]])
    }

    @Test func whoWasPairedWithBeforeIsLookedForWhereItWas() {
        var table = PeerTable.empty()
        table.pinned([.node(1, at: .node(1)), .node(2), .node(0, at: .node(0))], at: 0)
        #expect(table.due([0]) == [[check]])
        table.answer(1, at: 1)
        #expect(table.standing(1, at: 1) == .ready)
        #expect(table.entries.map(\.name) == ["node 1"])
    }

    @Test func aNodeThatIsNotSeenForAMinuteIsGone() {
        var table = PeerTable.empty()
        table.announce(1, at: 0)
        table.vanished(.node(1), at: 100)
        #expect(table.due([100, 160]) == [[], []])
        #expect(table.entries.count == 1)
        #expect(table.due([160.1]) == [[]])
        #expect(table.entries.isEmpty)
        #expect(table.told() == ["node 1 found", "node 1 gone"])
    }

    @Test func aPeerThatIsAnnouncedNoMoreIsAskedAtOnceAndKeptWhileItAnswers() {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        table.vanished(.node(1), at: 1)
        #expect(table.due([1]) == [[check]])
        table.answer(1, at: 2)
        #expect(table.due([61.5]) == [[check]])
        table.fail(1, at: 61.5)
        #expect(table.due([62.1]) == [[]])
        #expect(table.entries.isEmpty)
        #expect(table.told().last == "node 1 gone")
    }

    @Test func nodesOfOtherClustersAreListedAndNeverPairedWith() {
        var table = PeerTable.empty()
        for now in 0..<200 { table.announce(1, isForeign: true, at: Double(now)) }
        #expect(table.due([0, 100, 200]) == [[], [], []])
        #expect(table.standing(1, at: 200) == .strange("it is in another cluster, or in none"))
        table.announce(1, at: 201)
        #expect(table.due([201]) == [[pair]])
    }

    @Test func aNodeOfAnotherVersionIsUnfitUntilItIsUpdated() throws {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        let other = FederationProtocol.version + 1
        for now in [5.0, 10] { table.answer(1, .node(1, protocolVersion: other, version: "9.9"), at: now) }
        guard case .unfit(let reason) = table.standing(1, at: 10) else {
            Issue.record("it is not unfit")
            return
        }
        #expect(reason.contains("version \(other)") && reason.contains("9.9"))
        #expect(table.told() == ["node 1 changed: \(reason)"])
        table.answer(1, at: 20)
        #expect(table.standing(1, at: 20) == .ready)
    }

    @Test func aPeerWithANewModelIsTold() {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        for now in [5.0, 10] { table.answer(1, .node(1, version: "1.1", model: "n"), at: now) }
        #expect(table.told() == ["node 1 changed: now has n, version 1.1"])
    }

    @Test func aPeerThatFailsThreeTimesRestsAndComesBack() {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        for now in [1.0, 2] { table.fail(1, because: "slow", isFatal: false, at: now) }
        #expect(table.standing(1, at: 2) == .ready)
        table.fail(1, because: "slow", isFatal: false, at: 3)
        #expect(table.standing(1, at: 4) == .resting(1, "slow"))
        #expect(table.due([4.9, 5]) == [[], [check]])
        table.fail(1, because: "slow", isFatal: false, at: 5)
        #expect(table.standing(1, at: 5) == .resting(4, "slow"))
        #expect(table.told() == ["node 1 changed: left alone for a while: slow"])
        table.answer(1, at: 9)
        #expect(table.standing(1, at: 9) == .ready)
        #expect(table.told() == ["node 1 ready"])
    }

    @Test func aVoteThatEndsWellForgivesEarlierFailures() {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        for now in 1..<20 {
            for _ in 0..<2 { table.fail(1, isFatal: false, at: Double(now)) }
            table.succeeded(.node(1), at: Double(now))
        }
        #expect(table.standing(1, at: 20) == .ready)
    }

    @Test func aPeerThatWasAwayAndIsBackIsAskedAtOnce() {
        var table = PeerTable.empty()
        table.welcome(1, at: 0)
        for now in [1.0, 3, 7, 15] { table.fail(1, at: now) }
        table.vanished(.node(1), at: 16)
        #expect(table.due([16, 17]) == [[], []])
        table.announce(1, at: 18)
        #expect(table.due([18]) == [[check]])
    }

    @Test func whoRefusesIsAskedAgainWhenItSays() {
        var table = PeerTable.empty()
        table.announce(1, at: 0)
        #expect(table.due([0]) == [[pair]])
        table.refused(.node(1), because: "too often", wait: 30, at: 0)
        #expect(table.standing(1, at: 0) == .strange("too often"))
        #expect(table.due([29.9, 30]) == [[], [pair]])
        table.refused(.node(1), because: "too often", wait: nil, at: 30)
        #expect(table.due([35.9, 36]) == [[], [pair]])
        #expect(table.told() == ["node 1 found", "node 1 changed: not paired: too often"])
    }
}
