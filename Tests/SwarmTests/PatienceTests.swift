import Testing

@testable import Swarm

@Suite struct PatienceTests {
    @Test func theRestHasHalfAsLongAgain() {
        var patience = Patience()
        let isOver = [10.0, 12, 14.9, 15].map {
            patience.isOver(after: $0, ended: 3, outstanding: 2, isHeadDone: true)
        }
        #expect(isOver == [false, false, false, true])
    }

    @Test func itHasTwoSecondsAtLeast() {
        var patience = Patience()
        let isOver = [0.5, 1, 2.4, 2.5].map {
            patience.isOver(after: $0, ended: 2, outstanding: 2, isHeadDone: true)
        }
        #expect(isOver == [false, false, false, true])
    }

    @Test func whatIsOfTheHeadIsWaitedForHoweverLongItTakes() {
        var patience = Patience()
        let isOver = [1.0, 100, 10_000].map {
            patience.isOver(after: $0, ended: 9, outstanding: 1, isHeadDone: false)
        }
        #expect(isOver == [false, false, false])
    }

    @Test func lessThanHalfOfTheBallotDecidesNothing() {
        var patience = Patience()
        let isOver = [1.0, 100, 10_000].map {
            patience.isOver(after: $0, ended: 1, outstanding: 2, isHeadDone: true)
        }
        #expect(isOver == [false, false, false])
    }

    @Test func whereNothingIsOutstandingNothingIsGivenUp() {
        var patience = Patience()
        let isOver = [1.0, 100, 10_000].map {
            patience.isOver(after: $0, ended: 3, outstanding: 0, isHeadDone: true)
        }
        #expect(isOver == [false, false, false])
    }

    @Test func moreCandidatesOfTheHeadBeginTheWaitAnew() {
        var patience = Patience()
        let isOver = [(10.0, true), (20, false), (40, true), (59, true), (60, true)].map { seconds, isHeadDone in
            patience.isOver(after: seconds, ended: 4, outstanding: 1, isHeadDone: isHeadDone)
        }
        #expect(isOver == [false, false, false, false, true])
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
