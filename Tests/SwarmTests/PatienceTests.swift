import Testing

@testable import Swarm

@Suite struct PatienceTests {
    /// What is done at each of these times.
    private func steps(_ times: [Double], ended: Int, late: Int, isAllElseDone: Bool = true) -> [Patience.Step] {
        var patience = Patience()
        return times.map { patience.step(after: $0, ended: ended, late: late, isAllElseDone: isAllElseDone) }
    }

    @Test func theRestHasHalfAsLongAgain() {
        #expect(steps([10, 12, 14.9, 15], ended: 3, late: 2) == [.wait, .wait, .wait, .giveUp])
    }

    @Test func itHasTwoSecondsAtLeast() {
        #expect(steps([0.5, 1, 2.4, 2.5], ended: 2, late: 2) == [.wait, .wait, .wait, .giveUp])
    }

    @Test func whatIsOfTheHeadIsWaitedForHoweverLongItTakes() {
        #expect(steps([1, 100, 10_000], ended: 9, late: 1, isAllElseDone: false) == [.wait, .wait, .wait])
        #expect(steps([1, 100, 10_000], ended: 1, late: 9, isAllElseDone: false) == [.wait, .wait, .wait])
    }

    @Test(arguments: [(1, 2, 1), (1, 3, 1), (1, 4, 2), (0, 5, 3), (4, 9, 3)])
    func whatIsWantingOfAHalfIsBegunASecondTimeAndOnlyOnce(ended: Int, late: Int, hedges: Int) {
        let steps = steps([8, 9.9, 10, 100, 10_000], ended: ended, late: late)
        #expect(steps == [.wait, .wait, .hedge(hedges), .wait, .wait])
        // With these there is a half.
        #expect(ended + hedges >= late - hedges)
        #expect(ended + hedges - 1 < late - hedges + 1)
    }

    @Test func nothingIsBegunASecondTimeWithinASecond() {
        #expect(steps([0.5, 1.4, 1.5], ended: 1, late: 2) == [.wait, .wait, .hedge(1)])
    }

    @Test func whereNothingIsOutstandingNothingIsGivenUp() {
        #expect(steps([1, 100, 10_000], ended: 3, late: 0) == [.wait, .wait, .wait])
    }

    @Test func moreCandidatesOfTheHeadBeginTheWaitAnew() {
        var patience = Patience()
        let steps = [(10.0, true), (20, false), (40, true), (59, true), (60, true)].map { seconds, isAllElseDone in
            patience.step(after: seconds, ended: 4, late: 1, isAllElseDone: isAllElseDone)
        }
        #expect(steps == [.wait, .wait, .wait, .wait, .giveUp])
    }

    @Test func aHalfThatIsReachedBeginsTheWaitAnew() {
        var patience = Patience()
        let steps = [(10.0, 1, 3), (12, 1, 3), (14, 2, 2), (20, 2, 2), (21, 2, 2)].map { seconds, ended, late in
            patience.step(after: seconds, ended: ended, late: late, isAllElseDone: true)
        }
        #expect(steps == [.wait, .wait, .wait, .wait, .giveUp])
    }
}

@Suite struct SourcePaceTests {
    private let start = ContinuousClock.now

    @Test func theSpeedIsFromTheFirstTokenToTheLast() throws {
        var pace = SourcePace()
        for seconds in [0, 1, 4] { pace.note(start + .seconds(seconds)) }
        #expect(pace.first == start)
        #expect(pace.last == start + .seconds(4))
        let rate = try #require(pace.rate(of: 20))
        #expect(abs(rate - 5) < 1e-9)
    }

    @Test func fewerThanTwoTokensHaveNoSpeed() {
        var pace = SourcePace()
        #expect(pace.rate(of: 9) == nil)
        pace.note(start)
        #expect(pace.rate(of: 9) == nil)
        pace.note(start + .seconds(1))
        #expect(pace.rate(of: 1) == nil)
        #expect(pace.rate(of: 2) != nil)
    }
}
